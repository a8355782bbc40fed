import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const create = (resource: string, object: object, more: object = {}) => ({
  resource,
  namespace: 'default',
  object,
  ...more,
});

describe('create', () => {
  it('gives the object a uid, a time of birth, a version, defaults and its first status', () => {
    const got = world.do('object.create', create('pods', pod('web')));
    expect(got.code).toBe(201);
    expect(got.object.metadata).toMatchObject({
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      creationTimestamp: expect.stringMatching(/^2026-01-01T00:00:\d\dZ$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
    });
    expect(got.object.status).toMatchObject({ phase: 'Pending', qosClass: 'BestEffort' });
    expect(got.object.spec).toMatchObject({ restartPolicy: 'Always', schedulerName: 'default-scheduler' });
  });

  it('lets pods that come with one spec share what is made of it, for as long as the same is made of it', () => {
    const spec = { containers: [{ name: 'main', image: 'nginx' }] };
    const [first, second] = ['a', 'b'].map((name) => world.create('pods', { ...pod(name), spec }));
    expect(second?.spec).toBe(first?.spec);
    expect(second?.status).toBe(first?.status);
    const best = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', globalDefault: true, value: 7 };
    world.create('priorityclasses.scheduling.k8s.io', { ...best, metadata: { name: 'best' } });
    expect(world.create('pods', { ...pod('c'), spec }).spec).toMatchObject({ priority: 7, priorityClassName: 'best' });
    expect(first?.spec).toMatchObject({ priority: 0 });
  });

  it('refuses a name that is there already', () => {
    world.create('pods', pod('web'));
    expect(world.refused('object.create', create('pods', pod('web')))).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'pods "web" already exists',
    });
  });

  it('generates a name of its prefix', () => {
    const { metadata, ...rest } = pod('x');
    const { name: _, ...unnamed } = { ...metadata, generateName: 'web-' };
    const first = world.create('pods', { ...rest, metadata: unnamed });
    const second = world.create('pods', { ...rest, metadata: unnamed });
    expect(first.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(second.metadata.name).not.toBe(first.metadata.name);
  });

  it('refuses an object without any name, as Kubernetes words it', () => {
    const { metadata, ...rest } = pod('x');
    const { name: _, ...unnamed } = metadata;
    expect(world.refused('object.create', create('pods', { ...rest, metadata: unnamed })).message).toBe(
      'Pod "" is invalid: metadata.name: Required value: name or generateName is required',
    );
  });

  it('refuses a namespace that is not there', () => {
    const orphan = pod('web', { metadata: { namespace: 'nowhere' } });
    expect(world.refused('object.create', { ...create('pods', orphan), namespace: 'nowhere' })).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
  });

  it('works in a namespace made a moment ago, of which the cache has not heard', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fresh' } };
    world.do('object.create', { resource: 'namespaces', object: namespace });
    const got = world.ask('object.create', {
      ...create('pods', pod('web', { metadata: { namespace: 'fresh' } })),
      namespace: 'fresh',
    });
    expect(got).toMatchObject({ code: 201 });
  });

  it('refuses new content in a namespace that ends', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'old' } };
    world.do('object.create', { resource: 'namespaces', object: namespace });
    world.do('object.delete', { resource: 'namespaces', name: 'old' });
    world.settle();
    const late = { ...create('pods', pod('web', { metadata: { namespace: 'old' } })), namespace: 'old' };
    expect(world.refused('object.create', late)).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'pods "web" is forbidden: unable to create new content in namespace old because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    });
  });

  it('refuses an unknown field, unless told only to warn', () => {
    const odd = pod('web', { spec: { colour: 'red' } });
    expect(world.refused('object.create', create('pods', odd)).message).toBe(
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.colour"',
    );
    const got = world.do('object.create', create('pods', odd, { fieldValidation: 'Warn' }));
    expect(got.warnings).toEqual(['unknown field "spec.colour"']);
    expect(got.object.spec.colour).toBeUndefined();
  });

  it('refuses an object of another kind or namespace than the request', () => {
    expect(world.refused('object.create', create('services', pod('web'))).code).toBe(400);
    const elsewhere = pod('web', { metadata: { namespace: 'kube-system' } });
    expect(world.refused('object.create', create('pods', elsewhere)).message).toBe(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  });

  it('as a dry run stores nothing, and still tells what would be refused', () => {
    expect(world.do('object.create', create('pods', pod('web'), { dryRun: true })).code).toBe(201);
    expect(world.refused('object.get', { resource: 'pods', namespace: 'default', name: 'web' }).code).toBe(404);
    world.create('pods', pod('web'));
    expect(world.refused('object.create', create('pods', pod('web'), { dryRun: true })).code).toBe(409);
  });

  it('refuses a resource nobody serves', () => {
    expect(world.refused('object.create', create('gadgets', pod('web'))).message).toBe(
      'the server could not find the requested resource',
    );
  });

  it('keeps an Event for an hour', () => {
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e1', namespace: 'default' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
      reason: 'Started',
      type: 'Normal',
      message: 'x',
    };
    world.create('events', event);
    world.engine.runFor(55 * 60_000);
    expect(world.get('events', 'e1', 'default').reason).toBe('Started');
    world.engine.runFor(10 * 60_000);
    expect(world.refused('object.get', { resource: 'events', namespace: 'default', name: 'e1' }).code).toBe(404);
  });
});

describe('admission', () => {
  it('lets a pod stay five minutes on a node that is lost', () => {
    expect(world.create('pods', pod('web')).spec.tolerations).toEqual([
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ]);
  });

  it('leaves a pod alone that says itself how long', () => {
    const own = [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
    ];
    const { tolerations } = world.create('pods', pod('web', { spec: { tolerations: own } })).spec;
    expect(tolerations).toHaveLength(2);
    expect(tolerations[0].tolerationSeconds).toBe(5);
  });

  it('gives a pod a priority', () => {
    const { spec } = world.create('pods', pod('web'));
    expect(spec).toMatchObject({
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  });

  it('resolves a priority class, and refuses one that is not there', () => {
    expect(
      world.create('pods', pod('web', { spec: { priorityClassName: 'system-node-critical' } })).spec.priority,
    ).toBe(2_000_001_000);
    expect(
      world.refused('object.create', create('pods', pod('lost', { spec: { priorityClassName: 'vip' } }))).message,
    ).toBe('pods "lost" is forbidden: no PriorityClass with name vip was found');
  });

  it('keeps pods off a new node until it is ready', () => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } };
    const got = world.do('object.create', { resource: 'nodes', object: node });
    expect(got.object.spec.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
  });
});
