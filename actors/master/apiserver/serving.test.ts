import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import type { KvCompact } from '../../../protocol/messages/etcd.ts';
import { etcd } from '../etcd/actor.ts';
import { apiserver } from './actor.ts';
import type { Memory } from './memory.ts';
import { apiservers, pod, World } from './testing/world.ts';

const member = 'c.master.etcd.0';
const first = `${apiservers}.0`;
const second = `${apiservers}.1`;

let engine: Engine;
let world: World;
const open = (options?: ConstructorParameters<typeof World>[1]) => {
  engine = new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true });
  world = new World(engine, options);
};
beforeEach(() => open());

const web = { resource: 'pods', namespace: 'default', name: 'web' };
const memoryOf = (address: string) => engine.doorOf(address).memory as Memory;
const stateOf = (address: string) => engine.inspect(address)?.state;
const label = (value: string) => ({ ...web, patchType: 'merge', patch: { metadata: { labels: { n: value } } } });

describe('an API server that starts', () => {
  it('finds the system namespaces, priorities and the way to itself', () => {
    const names = (resource: string) =>
      world
        .do('object.list', { resource })
        .object.items.map((one: { metadata: { name: string } }) => one.metadata.name);
    expect(names('namespaces')).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    expect(names('priorityclasses.scheduling.k8s.io')).toEqual(['system-cluster-critical', 'system-node-critical']);
    expect(world.get('services', 'kubernetes', 'default').spec).toMatchObject({
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, targetPort: 6443 }],
    });
    expect(world.get('endpoints', 'kubernetes', 'default').subsets[0].addresses).toEqual([{ ip: '172.31.0.10' }]);
  });

  it('waits for etcd, and tells who asks meanwhile that it is not there', () => {
    engine = new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true });
    engine.cut('etcds');
    engine.place('etcds', {});
    world = new World(engine, { etcdMachine: 'etcds' });
    expect(world.refused('object.list', { resource: 'pods' }, first)).toMatchObject({
      code: 503,
      reason: 'ServiceUnavailable',
    });
    const watch = world.watch({ resource: 'pods' }, first);
    expect(watch.take()).toMatchObject([{ type: 'ERROR', object: { code: 503 } }]);
    engine.healAll();
    engine.runFor(30_000);
    expect(world.do('object.list', { resource: 'namespaces' }).object.items).toHaveLength(4);
  });

  it('after a crash knows again all there was', () => {
    const made = world.create('pods', pod('web'));
    engine.crash(first);
    engine.restart(first);
    engine.runFor(500);
    expect(world.get('pods', 'web', 'default')).toEqual(made);
    expect(world.do('object.list', { resource: 'pods', resourceVersion: '0' }).object.items).toEqual([made]);
    // Its address is in the Endpoints once.
    expect(world.get('endpoints', 'kubernetes', 'default').subsets[0].addresses).toHaveLength(1);
  });
});

describe('several API servers', () => {
  beforeEach(() => open({ replicas: 3 }));

  it('all stand in the Endpoints of the kubernetes Service', () => {
    const addresses = world.get('endpoints', 'kubernetes', 'default').subsets[0].addresses;
    expect(addresses).toEqual([{ ip: '172.31.0.10' }, { ip: '172.31.0.11' }, { ip: '172.31.0.12' }]);
  });

  it('take one that dies out of the Endpoints, and back in when it returns', () => {
    const addresses = () =>
      world.get('endpoints', 'kubernetes', 'default').subsets[0].addresses.map(({ ip }: { ip: string }) => ip);
    engine.crash(second);
    engine.runFor(20_000);
    expect(addresses()).toEqual(['172.31.0.10', '172.31.0.12']);
    engine.restart(second);
    engine.runFor(1_000);
    expect(addresses()).toEqual(['172.31.0.10', '172.31.0.11', '172.31.0.12']);
    world.player.send(second, 'server.drain', undefined);
    engine.runFor(1_000);
    expect(addresses()).toEqual(['172.31.0.10', '172.31.0.12']);
  });

  it('put the Endpoints right that somebody changed', () => {
    const target = { resource: 'endpoints', namespace: 'default', name: 'kubernetes' };
    world.do('object.patch', { ...target, patchType: 'merge', patch: { subsets: null } });
    world.settle();
    expect(world.do('object.get', target).object.subsets[0].addresses).toHaveLength(3);
  });

  it('see each other’s writes, and let no older version win', () => {
    const made = world.create('pods', pod('web'));
    const watch = world.watch(
      { resource: 'pods', namespace: 'default', resourceVersion: made.metadata.resourceVersion },
      second,
    );
    world.do('object.patch', label('1'), first);
    expect(world.refused('object.replace', { ...web, object: made }, second).reason).toBe('Conflict');
    expect(world.do('object.patch', label('2'), second).object.metadata.labels.n).toBe('2');
    expect(watch.take().map(({ object }) => object.metadata.labels.n)).toEqual(['1', '2']);
  });

  it('bind a pod once, though two are asked at the same time', () => {
    world.create('pods', pod('web'));
    world.settle();
    const asked = ['n1', 'n2'].map((node, i) =>
      world.player.ask(`${apiservers}.${i}`, 'object.create', {
        ...web,
        subresource: 'binding',
        object: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' }, target: { kind: 'Node', name: node } },
      }),
    );
    const codes = asked
      .map((request) => world.answer(request))
      .map((got) => ('status' in got ? got.status.code : got.code));
    expect(codes.sort()).toEqual([201, 409]);
  });

  it('go on when one of them dies', () => {
    engine.crash(first);
    world.create('pods', pod('web'));
    expect(world.get('pods', 'web', 'default').metadata.name).toBe('web');
  });
});

describe('an API server without etcd', () => {
  it('goes on with what the cache has, and catches up when etcd is back', () => {
    const made = world.create('pods', pod('web'));
    world.settle();
    const watch = world.watch({ resource: 'pods', resourceVersion: made.metadata.resourceVersion });
    engine.crash(member);
    engine.runFor(5_000);
    expect(world.do('object.get', { ...web, resourceVersion: '0' }).object).toEqual(made);
    expect(world.refused('object.get', web).code).toBe(500);
    expect(world.refused('object.patch', label('1')).message).toContain('connection refused');
    engine.restart(member);
    engine.runFor(5_000);
    world.do('object.patch', label('2'));
    // The watch lived on, and missed nothing.
    expect(watch.take().map(({ object }) => object.metadata.labels.n)).toEqual(['2']);
    expect(watch.ended).toBeUndefined();
  });

  it('answers 504 where a call is lost, and does not know whether it was done', () => {
    world.create('pods', pod('web'));
    world.settle();
    const lost = engine.fault({ type: 'kv.committed' }, 'drop');
    expect(world.refused('object.patch', label('1'))).toMatchObject({
      code: 504,
      reason: 'Timeout',
      message: 'Timeout: request did not complete within requested timeout - context deadline exceeded',
    });
    lost.heal();
    expect(world.get('pods', 'web', 'default').metadata.labels.n).toBe('1');
  });

  it('does not mind when one answer is lost: the call is made again, and the write is its own', () => {
    world.create('pods', pod('web'));
    world.settle();
    engine.fault({ type: 'kv.committed', count: 1 }, 'drop');
    expect(world.do('object.patch', label('1')).object.metadata.labels.n).toBe('1');
    engine.fault({ type: 'kv.committed', count: 1 }, 'drop');
    expect(world.ask('object.create', { resource: 'pods', namespace: 'default', object: pod('next') })).toMatchObject({
      code: 201,
    });
  });

  it('lists anew when what it missed is compacted away; its watches end, and their readers list too', () => {
    const made = world.create('pods', pod('web'));
    open({ replicas: 2 });
    world.create('pods', pod('web'));
    world.settle();
    const watch = world.watch({ resource: 'pods' }, first);
    watch.take();
    const deaf = engine.fault({ from: member, to: first }, 'drop');
    world.do('object.patch', label('1'), second);
    const { metadata } = world.do('object.patch', label('2'), second).object;
    engine
      .puppet('c.client.admin')
      .ask<KvCompact>(member, 'kv.compact', { revision: Number(metadata.resourceVersion) });
    engine.runFor(60_000);
    deaf.heal();
    engine.runFor(60_000);
    expect(watch.ended).toBe('relisted');
    expect(world.do('object.get', { ...web, resourceVersion: '0' }, first).object.metadata.labels.n).toBe('2');
    const again = world.watch({ resource: 'pods', resourceVersion: made.metadata.resourceVersion }, first);
    expect(again.take()).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
  });
});

describe('a request', () => {
  it('that comes twice acts once and is answered twice', () => {
    engine.fault({ type: 'object.create' }, { duplicateAfterMs: 200 });
    const { metadata, ...rest } = pod('x');
    const { name: _, ...unnamed } = { ...metadata, generateName: 'web-' };
    world.create('pods', { ...rest, metadata: unnamed });
    engine.runFor(1_000);
    expect(world.do('object.list', { resource: 'pods' }).object.items).toHaveLength(1);
  });

  it('beyond what may be in flight is told to come again', () => {
    open({ config: { 'max-requests-inflight': 2, 'max-mutating-requests-inflight': 1 } });
    const gets = [0, 1, 2].map(() =>
      world.player.ask(first, 'object.get', { resource: 'namespaces', name: 'default' }),
    );
    const creates = ['a', 'b'].map((name) =>
      world.player.ask(first, 'object.create', { resource: 'pods', namespace: 'default', object: pod(name) }),
    );
    const codes = [...gets, ...creates]
      .map((request) => world.answer(request))
      .map((got) => ('status' in got ? got.status : got.code));
    expect(codes).toMatchObject([
      200,
      200,
      {
        code: 429,
        reason: 'TooManyRequests',
        message: 'Too many requests, please try again later.',
        details: { retryAfterSeconds: 1 },
      },
      201,
      { code: 429 },
    ]);
    expect(memoryOf(first).inFlight).toEqual({ reading: 0, mutating: 0 });
  });

  it('leaves nothing behind', () => {
    world.create('pods', pod('web'));
    world.do('object.patch', label('1'));
    world.refused('object.get', { ...web, name: 'other' });
    world.do('object.delete', web);
    world.do('object.delete-collection', { resource: 'pods', namespace: 'default' });
    world.settle();
    const { pending, awaiting, written, inFlight } = memoryOf(first);
    expect([pending.size, awaiting.size, written.size, inFlight]).toEqual([0, 0, 0, { reading: 0, mutating: 0 }]);
  });
});

describe('an API server that drains', () => {
  it('finishes what is in flight, ends its watches and stops', () => {
    open({ replicas: 2 });
    const watch = world.watch({ resource: 'pods' }, first);
    const late = world.player.ask(first, 'object.create', {
      resource: 'pods',
      namespace: 'default',
      object: pod('web'),
    });
    world.player.send(first, 'server.drain', undefined);
    expect(world.answer(late)).toMatchObject({ code: 201 });
    world.settle();
    expect(watch.ended).toBe('closed');
    expect(stateOf(first)).toBeUndefined();
    expect(world.get('pods', 'web', 'default').metadata.name).toBe('web');
  });
});

describe('etcd', () => {
  it('is compacted every interval up to the revision of the one before, by one server', () => {
    open({ replicas: 2, config: { 'etcd-compaction-interval': '5m' } });
    const { metadata } = world.create('pods', pod('web'));
    const compactions = engine.countByType();
    engine.runFor(16 * 60_000);
    expect(compactions.get('kv.compacted')).toBeLessThanOrEqual(3);
    expect(compactions.get('kv.compacted')).toBeGreaterThanOrEqual(2);
    const old = {
      resource: 'pods',
      resourceVersion: String(Number(metadata.resourceVersion) - 1),
      resourceVersionMatch: 'Exact',
    };
    expect(world.refused('object.list', old)).toMatchObject({
      code: 410,
      reason: 'Expired',
      message: 'The resourceVersion for the provided list is too old.',
    });
  });
});
