import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const web = { resource: 'pods', namespace: 'default', name: 'web' };
const rc = (replicas: number) => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { app: 'web' },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
  },
});
const webRc = { resource: 'replicationcontrollers', namespace: 'default', name: 'web' };

describe('replace', () => {
  it('stores the object at a new version and keeps what the system owns', () => {
    const old = world.create('pods', pod('web'));
    const got = world.do('object.replace', {
      ...web,
      object: { ...old, metadata: { ...old.metadata, labels: { app: 'new' } } },
    });
    expect(got.code).toBe(200);
    expect(got.object.metadata.labels).toEqual({ app: 'new' });
    expect(got.object.metadata.uid).toBe(old.metadata.uid);
    expect(Number(got.object.metadata.resourceVersion)).toBeGreaterThan(Number(old.metadata.resourceVersion));
  });

  it('refuses a version that is no longer the newest', () => {
    const old = world.create('pods', pod('web'));
    world.do('object.patch', { ...web, patchType: 'merge', patch: { metadata: { labels: { app: 'b' } } } });
    expect(world.refused('object.replace', { ...web, object: old })).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('without a version wins over any other, except for Leases', () => {
    const { metadata, ...rest } = world.create('pods', pod('web'));
    const { resourceVersion: _, ...loose } = metadata;
    expect(
      world.do('object.replace', { ...web, object: { ...rest, metadata: { ...loose, labels: { a: 'b' } } } }).code,
    ).toBe(200);
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l', namespace: 'kube-system' },
      spec: { holderIdentity: 'me', leaseDurationSeconds: 15 },
    };
    const target = { resource: 'leases.coordination.k8s.io', namespace: 'kube-system', name: 'l' };
    // What is not there is created.
    expect(world.do('object.replace', { ...target, object: lease }).code).toBe(201);
    world.settle();
    expect(world.refused('object.replace', { ...target, object: lease }).message).toContain(
      'must be specified for an update',
    );
  });

  it('refuses the object that had the name before', () => {
    const old = world.create('pods', pod('web'));
    world.do('object.delete', web);
    const next = world.create('pods', pod('web'));
    const object = { ...old, metadata: { ...old.metadata, resourceVersion: next.metadata.resourceVersion } };
    expect(world.refused('object.replace', { ...web, object }).message).toBe(
      `Operation cannot be fulfilled on pods "web": StorageError: invalid object, Code: 4, Key: /registry/pods/default/web, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${old.metadata.uid}, UID in object meta: ${next.metadata.uid}`,
    );
  });

  it('refuses another name than the request has', () => {
    const old = world.create('pods', pod('web'));
    const object = { ...old, metadata: { ...old.metadata, name: 'other' } };
    expect(world.refused('object.replace', { ...web, object }).message).toBe(
      'the name of the object (other) does not match the name on the URL (web)',
    );
  });

  it('that changes nothing keeps the version', () => {
    const old = world.create('pods', pod('web'));
    world.settle();
    const watch = world.watch({ resource: 'pods', resourceVersion: old.metadata.resourceVersion });
    expect(world.do('object.replace', { ...web, object: old }).object).toEqual(old);
    expect(watch.take()).toEqual([]);
  });

  it('of the status changes nothing else, and of the object not the status', () => {
    const old = world.create('replicationcontrollers', rc(1));
    const wish = { ...old, spec: { ...old.spec, replicas: 7 }, status: { replicas: 1 } };
    const byStatus = world.do('object.replace', { ...webRc, subresource: 'status', object: wish }).object;
    expect([byStatus.spec.replicas, byStatus.status.replicas, byStatus.metadata.generation]).toEqual([1, 1, 1]);
    const again = { ...byStatus, spec: { ...old.spec, replicas: 2 }, status: { replicas: 9 } };
    const whole = world.do('object.replace', { ...webRc, object: again }).object;
    expect([whole.spec.replicas, whole.status.replicas, whole.metadata.generation]).toEqual([2, 1, 2]);
  });

  it('of what is not there is NotFound', () => {
    expect(world.refused('object.replace', { ...web, object: pod('web') }).message).toBe('pods "web" not found');
  });
});

describe('patch', () => {
  it('merges into the newest version, though another writer was faster', () => {
    world.create('pods', pod('web'));
    const label = (name: string) => ({ ...web, patchType: 'merge', patch: { metadata: { labels: { [name]: 'x' } } } });
    const [first, second] = ['one', 'two'].map((name) =>
      world.player.ask('c.master.apiserver', 'object.patch', label(name)),
    );
    expect(world.answer(Number(first))).toMatchObject({ code: 200 });
    expect(world.answer(Number(second))).toMatchObject({
      object: { metadata: { labels: { app: 'web', one: 'x', two: 'x' } } },
    });
  });

  it('sets the conditions of a pod by their type', () => {
    world.create('pods', pod('web'));
    const ready = (status: string) => ({
      ...web,
      subresource: 'status',
      patchType: 'strategic',
      patch: { status: { phase: 'Running', conditions: [{ type: 'Ready', status }] } },
    });
    world.do('object.patch', ready('False'));
    const { object } = world.do('object.patch', ready('True'));
    expect(object.status.conditions).toEqual([{ type: 'Ready', status: 'True' }]);
    expect(object.status.qosClass).toBe('BestEffort');
  });

  it('as JSON patch whose test fails is refused with 422', () => {
    world.create('pods', pod('web'));
    const patch = [{ op: 'test', path: '/metadata/labels/app', value: 'other' }];
    expect(world.refused('object.patch', { ...web, patchType: 'json', patch })).toMatchObject({
      code: 422,
      reason: 'Invalid',
    });
  });

  it('with a version that is no longer the newest is refused', () => {
    const old = world.create('pods', pod('web'));
    world.do('object.patch', { ...web, patchType: 'merge', patch: { metadata: { labels: { a: 'b' } } } });
    const { resourceVersion } = old.metadata;
    const patch = { metadata: { resourceVersion, labels: { c: 'd' } } };
    expect(world.refused('object.patch', { ...web, patchType: 'merge', patch }).reason).toBe('Conflict');
  });

  it('that makes the object invalid is refused with the field', () => {
    world.create('replicationcontrollers', rc(1));
    const patch = { spec: { replicas: -1 } };
    expect(world.refused('object.patch', { ...webRc, patchType: 'strategic', patch }).message).toBe(
      'ReplicationController "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });

  it('that brings an unknown field is refused', () => {
    world.create('pods', pod('web'));
    const patch = { spec: { colour: 'red' } };
    expect(world.refused('object.patch', { ...web, patchType: 'merge', patch }).message).toContain(
      'unknown field "spec.colour"',
    );
  });

  it('of what is not there is NotFound', () => {
    expect(world.refused('object.patch', { ...web, patchType: 'merge', patch: {} }).code).toBe(404);
  });
});

describe('scale', () => {
  it('shows and sets the replica count of a workload', () => {
    world.create('replicationcontrollers', rc(1));
    const scale = { ...webRc, subresource: 'scale' };
    expect(world.do('object.get', scale).object).toMatchObject({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 1 },
      status: { replicas: 0, selector: 'app=web' },
    });
    const { object } = world.do('object.patch', { ...scale, patchType: 'merge', patch: { spec: { replicas: 4 } } });
    expect(object.spec.replicas).toBe(4);
    const { spec, metadata } = world.get('replicationcontrollers', 'web', 'default');
    expect([spec.replicas, metadata.generation]).toEqual([4, 2]);
    const given = { ...object, spec: { replicas: 0 } };
    expect(world.do('object.replace', { ...scale, object: given }).object.spec).toEqual({ replicas: 0 });
  });

  it('refuses a count below nothing', () => {
    world.create('replicationcontrollers', rc(1));
    const patch = { spec: { replicas: -2 } };
    expect(world.refused('object.patch', { ...webRc, subresource: 'scale', patchType: 'merge', patch })).toMatchObject({
      code: 422,
      message:
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -2: must be greater than or equal to 0',
    });
  });

  it('of a kind that cannot be scaled is not there', () => {
    expect(world.refused('object.get', { ...web, subresource: 'scale' }).code).toBe(404);
  });
});

describe('pods/ephemeralcontainers', () => {
  const debug = { ...web, subresource: 'ephemeralcontainers', patchType: 'strategic' };
  const adding = (name: string, more: object = {}) => ({
    spec: { ephemeralContainers: [{ name, image: 'busybox', targetContainerName: 'main', ...more }] },
  });

  it('adds a container to look into a pod, and nothing else', () => {
    world.create('pods', pod('web'));
    const patch = { ...adding('debug'), metadata: { labels: { app: 'other' } } };
    const { object } = world.do('object.patch', { ...debug, patch });
    expect(object.spec.ephemeralContainers).toMatchObject([
      { name: 'debug', image: 'busybox', imagePullPolicy: 'Always', terminationMessagePolicy: 'File' },
    ]);
    expect(object.metadata.labels).toEqual({ app: 'web' });
    world.do('object.patch', { ...debug, patch: adding('second') });
    expect(
      world.do('object.get', { ...web, subresource: 'ephemeralcontainers' }).object.spec.ephemeralContainers,
    ).toHaveLength(2);
  });

  it('refuses to change one that is there, and what such a container cannot have', () => {
    world.create('pods', pod('web'));
    world.do('object.patch', { ...debug, patch: adding('debug') });
    expect(world.refused('object.patch', { ...debug, patch: adding('debug', { image: 'alpine' }) }).message).toContain(
      'Pod "web" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed',
    );
    const ports = [{ containerPort: 80 }];
    expect(world.refused('object.patch', { ...debug, patch: adding('more', { ports }) }).message).toBe(
      'Pod "web" is invalid: spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
    );
  });
});

describe('binding', () => {
  const binding = (node: string) => ({
    ...web,
    subresource: 'binding',
    object: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' }, target: { kind: 'Node', name: node } },
  });

  it('gives a pod its node and says that it is scheduled', () => {
    world.create('pods', pod('web'));
    expect(world.do('object.create', binding('n1'))).toMatchObject({
      code: 201,
      object: { kind: 'Status', status: 'Success' },
    });
    const { spec, status } = world.get('pods', 'web', 'default');
    expect(spec.nodeName).toBe('n1');
    expect(status.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'True', lastTransitionTime: expect.any(String) },
    ]);
  });

  it('happens once', () => {
    world.create('pods', pod('web'));
    world.do('object.create', binding('n1'));
    expect(world.refused('object.create', binding('n2'))).toMatchObject({
      code: 409,
      message: 'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "n1"',
    });
  });

  it('of a pod that is gone is NotFound', () => {
    expect(world.refused('object.create', binding('n1')).message).toBe('pods "web" not found');
  });
});
