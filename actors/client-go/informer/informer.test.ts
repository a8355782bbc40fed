import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { type Heard, type Stage, stage } from '../../../engine/testing/stage.ts';
import { defineActor, type Self } from '../../../protocol/actor.ts';
import { actions } from '../../../protocol/chart.ts';
import type { InformerInput } from '../../../protocol/messages/informer.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { failure } from '../../../protocol/status.ts';
import { childAddress } from '../../../protocol/subjects.ts';
import { informer } from './actor.ts';

const apiserver = 'c.master.apiserver';

const pod = (name: string, version: number): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', uid: name, resourceVersion: String(version) },
});
const list = (version: number, ...items: KubernetesObject[]) => ({
  code: 200,
  object: { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: String(version) }, items } as never,
});

/** An informer that has listed `a` at version 10 and watches, with a subscriber. */
function watching(): { s: Stage; watch: Heard } {
  const s = stage(informer, { input: { resource: 'pods', apiserver } });
  s.send('informer.subscribe', undefined, { from: 'c.reader' });
  s.answer(s.takeOne('object.list'), 'request.succeeded', list(10, pod('a', 3)));
  const watch = s.takeOne('object.watch');
  s.take();
  return { s, watch };
}
const told = (s: Stage) =>
  s
    .take('informer.changed')
    .flatMap(({ body }) =>
      body.changes.map(
        (change: { type: string; object: KubernetesObject }) => `${change.type} ${change.object.metadata.name}`,
      ),
    );

test('it lists from the cache first, tells what there is and that it is all, then watches from there', () => {
  const s = stage(informer, { input: { resource: 'pods', apiserver, fieldSelector: 'spec.nodeName=n1' } });
  s.send('informer.subscribe', undefined, { from: 'c.reader' });
  const [asked] = s.take();
  expect(asked).toMatchObject({
    to: apiserver,
    type: 'object.list',
    body: { resource: 'pods', fieldSelector: 'spec.nodeName=n1', resourceVersion: '0', limit: 500 },
  });
  s.answer(asked, 'request.succeeded', list(10, pod('a', 3)));
  expect(s.sent).toMatchObject([
    { to: 'c.reader', type: 'informer.changed', body: { changes: [{ type: 'ADDED', object: pod('a', 3) }] } },
    { to: 'c.reader', type: 'informer.synced', body: { resource: 'pods' } },
    { to: apiserver, type: 'object.watch', body: { resourceVersion: '10', allowWatchBookmarks: true } },
  ]);
  const { timeoutSeconds } = s.takeOne('object.watch').body;
  expect(timeoutSeconds).toBeGreaterThanOrEqual(300);
  expect(timeoutSeconds).toBeLessThan(600);
});

test('a list in pages is told as one', () => {
  const s = stage(informer, { input: { resource: 'pods', apiserver } });
  s.send('informer.subscribe', undefined, { from: 'c.reader' });
  const first = list(10, pod('a', 3));
  const page = {
    ...first,
    object: { ...(first.object as object), metadata: { resourceVersion: '10', continue: 'more' } },
  };
  s.answer(s.takeOne('object.list'), 'request.succeeded', page as never);
  const second = s.takeOne('object.list');
  expect(second.body).toMatchObject({ continue: 'more', limit: 500 });
  expect(second.body.resourceVersion).toBeUndefined();
  s.answer(second, 'request.succeeded', list(10, pod('b', 4)));
  expect(told(s)).toEqual(['ADDED a', 'ADDED b']);
  expect(s.state).toBe('watching');
});

test('a list that fails is asked for again after 0.8 to 1.6 s, then 1.6 to 3.2 s', () => {
  const s = stage(informer, { input: { resource: 'pods', apiserver } });
  s.answer(s.takeOne('object.list'), 'request.refused', { status: failure.internalError('etcd is away') });
  expect(s.state).toBe('backingOff');
  s.advance(799);
  expect(s.take('object.list')).toHaveLength(0);
  s.advance(801);
  s.answer(s.takeOne('object.list'), 'request.refused', { status: failure.internalError('etcd is away') });
  s.advance(1599);
  expect(s.take('object.list')).toHaveLength(0);
  s.advance(1601);
  s.answer(s.takeOne('object.list'), 'request.succeeded', list(10));
  expect(s.state).toBe('watching');
});

test('a watch that ends is opened again at once, from the last version seen', () => {
  const { s, watch } = watching();
  s.push(watch, 'object.changed', { type: 'MODIFIED', object: pod('a', 12) });
  s.push(watch, 'object.changed', { type: 'BOOKMARK', object: pod('', 20) });
  s.end(watch);
  expect(s.takeOne('object.watch').body.resourceVersion).toBe('20');
  expect(told(s)).toEqual(['MODIFIED a']);
});

test('a watch that ends at once, with nothing seen, is opened again after a back-off', () => {
  const { s, watch } = watching();
  s.end(watch, 'refused');
  expect(s.state).toBe('resting');
  expect(s.take('object.watch')).toHaveLength(0);
  s.advance(1600);
  expect(s.takeOne('object.watch').body.resourceVersion).toBe('10');
});

test('what is too old to watch is listed again, not from a cache that lags, and told as what changed', () => {
  const { s, watch } = watching();
  s.advance(5000);
  s.push(watch, 'object.changed', {
    type: 'ERROR',
    object: failure.expired('too old resource version: 10 (50)') as never,
  });
  const again = s.takeOne('object.list');
  expect(again.body.resourceVersion).toBe('10');
  s.answer(again, 'request.succeeded', list(60, pod('b', 55)));
  expect(told(s)).toEqual(['ADDED b', 'DELETED a']);
  expect(s.take('informer.synced')).toHaveLength(0);
  expect(s.takeOne('object.watch').body.resourceVersion).toBe('60');
});

test('a version that is too old as soon as it was listed is listed again only after a back-off', () => {
  const { s, watch } = watching();
  s.push(watch, 'object.changed', { type: 'ERROR', object: failure.expired('gone') as never });
  expect(s.state).toBe('backingOff');
});

test('a watch that fails otherwise is listed again after a back-off', () => {
  const { s, watch } = watching();
  s.advance(5000);
  s.push(watch, 'object.changed', { type: 'ERROR', object: failure.internalError('etcd is away') as never });
  expect(s.state).toBe('backingOff');
});

test('a list refused as too old is asked of etcd itself, once', () => {
  const { s, watch } = watching();
  s.push(watch, 'object.changed', { type: 'ERROR', object: failure.expired('gone') as never });
  s.advance(1600);
  s.answer(s.takeOne('object.list'), 'request.refused', { status: failure.expired('gone') });
  const asked = s.takeOne('object.list');
  expect(asked.body.resourceVersion).toBeUndefined();
  s.answer(asked, 'request.refused', { status: failure.expired('gone') });
  expect(s.state).toBe('backingOff');
});

test('a server that lags behind what was seen is not believed', () => {
  const { s, watch } = watching();
  s.push(watch, 'object.changed', { type: 'ERROR', object: failure.expired('gone') as never });
  s.advance(1600);
  s.answer(s.takeOne('object.list'), 'request.succeeded', list(7));
  expect(told(s)).toEqual([]);
  expect(s.state).toBe('backingOff');
});

test('whoever subscribes later is told all there is, and that it is all', () => {
  const { s } = watching();
  s.send('informer.subscribe', undefined, { from: 'c.late' });
  expect(s.sent).toMatchObject([
    { to: 'c.late', type: 'informer.changed', body: { changes: [{ type: 'ADDED' }] } },
    { to: 'c.late', type: 'informer.synced' },
  ]);
});

test('who says an interest is told only of what concerns it, and that it is all', () => {
  const { s, watch } = watching();
  s.send('informer.subscribe', { controlledBy: 'Job' }, { from: 'c.picky' });
  s.take();
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ReplicaSet', name: 'web', uid: 'web', controller: true }];
  const taken = { ...pod('b', 12), metadata: { ...pod('b', 12).metadata, ownerReferences } };
  s.push(watch, 'object.changed', { type: 'ADDED', object: taken });
  expect(s.take('informer.changed').map(({ to }) => to)).toEqual(['c.reader']);
  s.push(watch, 'object.changed', { type: 'ADDED', object: pod('c', 13) });
  expect(s.take('informer.changed').map(({ to }) => to)).toEqual(['c.reader', 'c.picky']);
  s.send('informer.subscribe', { controlledBy: 'Job' }, { from: 'c.late' });
  expect(told(s)).toEqual(['ADDED a', 'ADDED c']);
  expect(s.take('informer.synced')).toHaveLength(1);
});

/** Runs an informer, and counts what it is told by it. */
type Owner = Self<{ input: InformerInput; heard: number }>;
const owner = defineActor<Owner['memory'], InformerInput>({
  kind: 'owner',
  machine: setup({ actions: actions('runInformer', 'count') }).createMachine({
    id: 'owner',
    entry: 'runInformer',
    on: { 'informer.changed': { actions: 'count' }, 'informer.synced': { actions: 'count' } },
  }),
  memory: (input) => ({ input, heard: 0 }),
  behaviour: {
    actions: {
      runInformer: (self: Owner) => self.spawn(childAddress(self.address, 'informer'), 'informer', self.memory.input),
      count: (self: Owner) => {
        self.memory.heard += 1;
      },
    },
  },
});

test.each([
  ['its parent and its subscribers', {}, 2],
  ['its subscribers alone where it is shared', { isShared: true }, 0],
])('it tells %s', (_, given, heard) => {
  const s = stage(owner, { input: { resource: 'pods', apiserver, ...given }, definitions: [informer] });
  s.puppet('c.reader').send(childAddress(s.address, 'informer'), 'informer.subscribe', undefined);
  s.answer(s.takeOne('object.list'), 'request.succeeded', list(10, pod('a', 3)));
  expect(s.memory.heard).toBe(heard);
  expect(told(s)).toEqual(['ADDED a']);
  expect(s.take('informer.synced')).toHaveLength(1);
});
