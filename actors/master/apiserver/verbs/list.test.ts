import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, World } from '../testing/world.ts';

let engine: Engine;
let world: World;
beforeEach(() => {
  engine = new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true });
  world = new World(engine);
});

const names = (got: { object: { items: { metadata: { name: string } }[] } }) =>
  got.object.items.map(({ metadata }) => metadata.name);
const list = (more: object = {}) => world.do('object.list', { resource: 'pods', ...more });
const five = () =>
  ['e', 'b', 'd', 'a', 'c'].map((name) =>
    world.create('pods', pod(name, { labels: { odd: String('ace'.includes(name)) } })),
  );

describe('list', () => {
  it('gives all objects in the order of their names, the newest included', () => {
    five();
    expect(names(list())).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(list().object).toMatchObject({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: { resourceVersion: expect.any(String) },
    });
  });

  it('selects by namespace, labels and fields', () => {
    five();
    world.create('pods', pod('z', { metadata: { namespace: 'kube-system' } }));
    world.do('object.create', {
      resource: 'pods',
      namespace: 'default',
      name: 'b',
      subresource: 'binding',
      object: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'b' }, target: { kind: 'Node', name: 'n1' } },
    });
    expect(names(list({ namespace: 'kube-system' }))).toEqual(['z']);
    expect(names(list({ labelSelector: 'odd=true' }))).toEqual(['a', 'c', 'e']);
    expect(names(list({ fieldSelector: 'spec.nodeName=n1' }))).toEqual(['b']);
    expect(names(list({ fieldSelector: 'spec.nodeName=,metadata.namespace=default' }))).toEqual(['a', 'c', 'd', 'e']);
    expect(names(list({ fieldSelector: 'metadata.name=c', namespace: 'default' }))).toEqual(['c']);
    expect(names(list({ fieldSelector: 'status.phase!=Pending' }))).toEqual([]);
  });

  it('refuses a field it cannot select by', () => {
    expect(world.refused('object.list', { resource: 'pods', fieldSelector: 'spec.colour=red' })).toMatchObject({
      code: 400,
      message: 'field label not supported: spec.colour',
    });
    expect(world.refused('object.list', { resource: 'configmaps', fieldSelector: 'data.x=y' }).message).toBe(
      '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });

  it('in pages stays at the first page’s snapshot', () => {
    five();
    const first = list({ limit: 2 });
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.object.metadata.remainingItemCount).toBe(3);
    world.do('object.delete', { resource: 'pods', namespace: 'default', name: 'd' });
    world.create('pods', pod('c2'));
    const second = list({ limit: 2, continue: first.object.metadata.continue });
    expect(names(second)).toEqual(['c', 'd']);
    expect(second.object.metadata.resourceVersion).toBe(first.object.metadata.resourceVersion);
    const third = list({ limit: 2, continue: second.object.metadata.continue });
    expect(names(third)).toEqual(['e']);
    expect(third.object.metadata.continue).toBeUndefined();
  });

  it('in pages fills each page with what is selected', () => {
    five();
    const first = list({ limit: 2, labelSelector: 'odd=true' });
    expect(names(first)).toEqual(['a', 'c']);
    expect(first.object.metadata.remainingItemCount).toBeUndefined();
    expect(names(list({ limit: 2, labelSelector: 'odd=true', continue: first.object.metadata.continue }))).toEqual([
      'e',
    ]);
  });

  it('refuses a page whose snapshot is compacted away, and offers to go on without', () => {
    world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }), {
      config: { 'etcd-compaction-interval': '1m' },
    });
    five();
    const first = list({ limit: 2 });
    world.engine.runFor(61_000);
    world.create('pods', pod('f'));
    world.engine.runFor(121_000);
    const status = world.refused('object.list', {
      resource: 'pods',
      limit: 2,
      continue: first.object.metadata.continue,
    });
    expect(status).toMatchObject({ code: 410, reason: 'Expired' });
    const rest = list({ continue: (status.metadata as { continue: string }).continue });
    expect(names(rest)).toEqual(['c', 'd', 'e', 'f']);
  });

  it('refuses a token it has not made', () => {
    expect(world.refused('object.list', { resource: 'pods', continue: 'nonsense' }).code).toBe(400);
  });

  it('at an exact version shows what was', () => {
    const [, second] = five();
    const exact = { resourceVersion: second.metadata.resourceVersion, resourceVersionMatch: 'Exact' };
    expect(names(list(exact))).toEqual(['b', 'e']);
    expect(list(exact).object.metadata.resourceVersion).toBe(second.metadata.resourceVersion);
  });

  it('not older than a version waits for it, for three seconds', () => {
    const pods = five();
    const newest = pods.at(-1).metadata.resourceVersion;
    expect(names(list({ resourceVersion: newest, resourceVersionMatch: 'NotOlderThan' }))).toHaveLength(5);
    expect(world.refused('object.list', { resource: 'pods', resourceVersion: '999999' })).toMatchObject({
      code: 504,
      reason: 'Timeout',
      message: expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/),
    });
  });

  it('is read from etcd where the cache does not come to the newest version', () => {
    five();
    world.settle();
    engine.fault({ type: 'key.changed' }, 'hold');
    world.create('pods', pod('f'));
    expect(names(list())).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(names(list({ resourceVersion: '0' }))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('refuses options that contradict each other', () => {
    expect(world.refused('object.list', { resource: 'pods', resourceVersionMatch: 'Exact' }).message).toBe(
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  });
});

describe('get', () => {
  it('gives the newest, and what the cache has for version 0', () => {
    const made = world.create('pods', pod('web'));
    const target = { resource: 'pods', namespace: 'default', name: 'web' };
    expect(world.do('object.get', target).object).toEqual(made);
    world.settle();
    expect(world.do('object.get', { ...target, resourceVersion: '0' }).object).toEqual(made);
  });

  it('of what is not there is NotFound', () => {
    expect(
      world.refused('object.get', { resource: 'leases.coordination.k8s.io', namespace: 'default', name: 'x' }),
    ).toMatchObject({
      code: 404,
      message: 'leases.coordination.k8s.io "x" not found',
      details: { name: 'x', group: 'coordination.k8s.io', kind: 'leases' },
    });
  });
});
