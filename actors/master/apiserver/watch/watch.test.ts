import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import type { Memory } from '../memory.ts';
import { pod, World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const at = (name: string) => ({ resource: 'pods', namespace: 'default', name });
const label = (name: string, labels: object) =>
  world.do('object.patch', { ...at(name), patchType: 'merge', patch: { metadata: { labels } } }).object;
const bind = (name: string, node: string) =>
  world.do('object.create', {
    ...at(name),
    subresource: 'binding',
    object: { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { kind: 'Node', name: node } },
  });

describe('a watch', () => {
  it('first tells what there is, then what changes', () => {
    world.create('pods', pod('a'));
    const watch = world.watch({ resource: 'pods' });
    world.create('pods', pod('b'));
    label('a', { x: 'y' });
    world.do('object.delete', at('b'));
    // An unbound pod is marked and ended in one go.
    expect(watch.lines()).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'MODIFIED b', 'DELETED b']);
  });

  it('from a version tells all that happened since', () => {
    const { metadata } = world.create('pods', pod('a'));
    label('a', { n: '1' });
    label('a', { n: '2' });
    world.settle();
    const watch = world.watch({ resource: 'pods', resourceVersion: metadata.resourceVersion });
    expect(watch.take().map(({ object }) => object.metadata.labels.n)).toEqual(['1', '2']);
  });

  it('from a version the server no longer knows is Expired', () => {
    const watch = world.watch({ resource: 'pods', resourceVersion: '1' });
    const [error] = watch.take();
    expect(error).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    expect(error?.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/);
    expect(watch.ended).toBe('Expired');
  });

  it('shows an object that comes to match as added, and one that no longer does as deleted', () => {
    world.create('pods', pod('a', { labels: { app: 'web' } }));
    world.settle();
    const watch = world.watch({ resource: 'pods', labelSelector: 'tier=front' });
    label('a', { tier: 'front' });
    label('a', { n: '1' });
    const gone = label('a', { tier: null });
    label('a', { n: '2' });
    const seen = watch.take();
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    // What it saw last, at the version at which it stopped to match.
    expect(seen[2]?.object.metadata).toMatchObject({
      resourceVersion: gone.metadata.resourceVersion,
      labels: { tier: 'front' },
    });
  });

  it('of a node hears of a pod when it is bound there, and of no other', () => {
    for (const name of ['a', 'b']) world.create('pods', pod(name));
    const watch = world.watch({ resource: 'pods', fieldSelector: 'spec.nodeName=n1' });
    bind('a', 'n1');
    bind('b', 'n2');
    label('b', { x: 'y' });
    label('a', { x: 'y' });
    expect(watch.lines()).toEqual(['ADDED a', 'MODIFIED a']);
  });

  it('of one object, or one namespace, hears of nothing else', () => {
    const one = world.watch({ resource: 'pods', namespace: 'default', fieldSelector: 'metadata.name=a' });
    const space = world.watch({ resource: 'pods', namespace: 'kube-system' });
    world.create('pods', pod('a'));
    world.create('pods', pod('b'));
    world.create('pods', pod('c', { metadata: { namespace: 'kube-system' } }));
    expect(one.lines()).toEqual(['ADDED a']);
    expect(space.lines()).toEqual(['ADDED c']);
  });

  it('ends after its time, with a bookmark just before', () => {
    const watch = world.watch({ resource: 'pods', allowWatchBookmarks: true, timeoutSeconds: 30 });
    watch.take();
    world.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } });
    world.engine.runFor(31_000);
    expect(watch.take().map(({ type }) => type)).toEqual(['BOOKMARK']);
    expect(watch.ended).toBe('timeout');
  });

  it('is told a bookmark every minute, when there is news', () => {
    const watch = world.watch({ resource: 'pods', allowWatchBookmarks: true, timeoutSeconds: 600 });
    world.engine.runFor(61_000);
    expect(watch.take()).toEqual([]);
    const { metadata } = world.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: 'default' },
    });
    world.engine.runFor(61_000);
    const [mark] = watch.take();
    expect(mark).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'Pod', metadata: { resourceVersion: metadata.resourceVersion } },
    });
  });

  it('that asks for initial events is told where they end', () => {
    world.create('pods', pod('a'));
    world.settle();
    const watch = world.watch({ resource: 'pods', sendInitialEvents: true, allowWatchBookmarks: true });
    const seen = watch.take();
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
    expect(seen[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('with a selector that cannot be read is refused', () => {
    const watch = world.watch({ resource: 'pods', labelSelector: 'a in (' });
    expect(watch.take()).toMatchObject([{ type: 'ERROR', object: { code: 400 } }]);
    expect(watch.ended).toBe('BadRequest');
  });

  it('that its reader closes is forgotten', () => {
    const engine = world.engine as Engine;
    const watch = world.watch({ resource: 'pods' });
    const watchers = () => (engine.doorOf('c.master.apiserver.0').memory as Memory).watchers.size;
    expect(watchers()).toBe(1);
    world.player.close(watch.stream);
    world.engine.runFor(2_000);
    expect(watchers()).toBe(0);
  });

  it('shares one object with every other watch, and with the answer to the writer', () => {
    const watches = [world.watch({ resource: 'pods' }), world.watch({ resource: 'pods', namespace: 'default' })];
    const made = world.create('pods', pod('a'));
    const [first, second] = watches.map((watch) => watch.take()[0]?.object);
    expect(first).toBe(second);
    expect(first).toBe(made);
  });
});
