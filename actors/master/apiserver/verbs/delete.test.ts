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
const running = { spec: { nodeName: 'n1', terminationGracePeriodSeconds: 20 } };
const configMap = (name: string, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...metadata },
});
const exists = (resource: string, name: string) =>
  !('status' in world.ask('object.get', { resource, namespace: 'default', name }));

describe('deleting a pod', () => {
  it('that runs gives it its grace period; the kubelet ends it', () => {
    const made = world.create('pods', pod('web', running));
    const got = world.do('object.delete', web);
    expect(got.object.metadata).toMatchObject({ uid: made.metadata.uid, deletionGracePeriodSeconds: 20 });
    expect(Date.parse(got.object.metadata.deletionTimestamp) - Date.parse(made.metadata.creationTimestamp)).toBe(
      20_000,
    );
    expect(exists('pods', 'web')).toBe(true);
    const options = { gracePeriodSeconds: 0, preconditions: { uid: made.metadata.uid } };
    expect(world.do('object.delete', { ...web, options }).object.metadata.name).toBe('web');
    expect(exists('pods', 'web')).toBe(false);
  });

  it('a second time may shorten the grace period, never lengthen it', () => {
    world.create('pods', pod('web', running));
    const first = world.do('object.delete', web).object;
    expect(world.do('object.delete', { ...web, options: { gracePeriodSeconds: 60 } }).object.metadata).toEqual(
      first.metadata,
    );
    const shorter = world.do('object.delete', { ...web, options: { gracePeriodSeconds: 5 } }).object.metadata;
    expect(shorter.deletionGracePeriodSeconds).toBe(5);
    expect(Date.parse(first.metadata.deletionTimestamp) - Date.parse(shorter.deletionTimestamp)).toBe(15_000);
  });

  it('that is on no node, or has ended, happens at once', () => {
    world.create('pods', pod('web'));
    world.do('object.delete', web);
    expect(exists('pods', 'web')).toBe(false);
    world.create('pods', pod('web', running));
    world.do('object.patch', {
      ...web,
      subresource: 'status',
      patchType: 'merge',
      patch: { status: { phase: 'Succeeded' } },
    });
    world.do('object.delete', web);
    expect(exists('pods', 'web')).toBe(false);
  });

  it('shows watchers first the mark, then the end', () => {
    world.create('pods', pod('web', running));
    world.settle();
    const watch = world.watch({ resource: 'pods' });
    watch.take();
    world.do('object.delete', { ...web, options: { gracePeriodSeconds: 0 } });
    const seen = watch.take();
    expect(seen.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
    expect(seen[1]?.object.metadata.deletionGracePeriodSeconds).toBe(0);
    expect(Number(seen[1]?.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(seen[0]?.object.metadata.resourceVersion),
    );
  });

  it('with the uid of another is refused', () => {
    const { metadata } = world.create('pods', pod('web', running));
    expect(world.refused('object.delete', { ...web, options: { preconditions: { uid: 'x' } } })).toMatchObject({
      code: 409,
      message: `Operation cannot be fulfilled on Pod "web": the UID in the precondition (x) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    });
  });

  it('that is gone is NotFound', () => {
    expect(world.refused('object.delete', web).message).toBe('pods "web" not found');
  });

  it('by eviction is the same, politely', () => {
    world.create('pods', pod('web', running));
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web', namespace: 'default' } };
    expect(world.do('object.create', { ...web, subresource: 'eviction', object: eviction })).toMatchObject({
      code: 201,
    });
    expect(world.get('pods', 'web', 'default').metadata.deletionGracePeriodSeconds).toBe(20);
  });
});

describe('finalizers', () => {
  it('hold an object until the last one is taken away by an update', () => {
    world.create('configmaps', configMap('held', { finalizers: ['a.io/one'] }));
    const target = { resource: 'configmaps', namespace: 'default', name: 'held' };
    expect(world.do('object.delete', target).object.metadata).toMatchObject({
      deletionGracePeriodSeconds: 0,
      finalizers: ['a.io/one'],
    });
    world.settle();
    const watch = world.watch({ resource: 'configmaps' });
    watch.take();
    const freed = world.do('object.patch', {
      ...target,
      patchType: 'merge',
      patch: { metadata: { finalizers: null } },
    });
    expect(freed.object.metadata.finalizers).toBeUndefined();
    expect(exists('configmaps', 'held')).toBe(false);
    expect(watch.lines()).toEqual(['DELETED held']);
  });

  it('may not be added while an object is being deleted', () => {
    world.create('configmaps', configMap('held', { finalizers: ['a.io/one'] }));
    const target = { resource: 'configmaps', namespace: 'default', name: 'held' };
    world.do('object.delete', target);
    const patch = { metadata: { finalizers: ['a.io/one', 'a.io/two'] } };
    expect(world.refused('object.patch', { ...target, patchType: 'merge', patch }).message).toContain(
      'no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.io/two"}',
    );
  });

  it.each([
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ])('are set for the garbage collector by propagation %s', (propagationPolicy, finalizers) => {
    world.create('configmaps', configMap('owner'));
    const target = { resource: 'configmaps', namespace: 'default', name: 'owner' };
    expect(world.do('object.delete', { ...target, options: { propagationPolicy } }).object.metadata.finalizers).toEqual(
      finalizers,
    );
    expect(exists('configmaps', 'owner')).toBe(true);
  });

  it('are not set by propagation Background, which answers with a Status', () => {
    world.create('configmaps', configMap('owner'));
    const target = { resource: 'configmaps', namespace: 'default', name: 'owner' };
    expect(world.do('object.delete', { ...target, options: { propagationPolicy: 'Background' } }).object).toMatchObject(
      {
        kind: 'Status',
        status: 'Success',
        details: { name: 'owner', kind: 'configmaps', uid: expect.any(String) },
      },
    );
  });
});

describe('a namespace', () => {
  const space = { resource: 'namespaces', name: 'team' };
  beforeEach(() => {
    world.do('object.create', {
      resource: 'namespaces',
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
    });
  });

  it('ends when its finalizer is taken away by finalize', () => {
    const ending = world.do('object.delete', space).object;
    expect(ending).toMatchObject({ status: { phase: 'Terminating' }, spec: { finalizers: ['kubernetes'] } });
    expect(ending.metadata.deletionTimestamp).toBeDefined();
    expect(world.do('object.delete', space).object.status.phase).toBe('Terminating');
    world.do('object.replace', { ...space, subresource: 'finalize', object: { ...ending, spec: { finalizers: [] } } });
    expect(world.refused('object.get', space).message).toBe('namespaces "team" not found');
  });

  it('the cluster cannot do without is not deleted', () => {
    expect(world.refused('object.delete', { resource: 'namespaces', name: 'kube-system' }).message).toBe(
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    );
  });
});

describe('deleting a collection', () => {
  it('deletes what is selected and shows it', () => {
    for (const name of ['a', 'b', 'c']) world.create('pods', pod(name, { labels: { team: name === 'c' ? 'x' : 'y' } }));
    const got = world.do('object.delete-collection', {
      resource: 'pods',
      namespace: 'default',
      labelSelector: 'team=y',
    });
    expect(got.object.items.map((one: { metadata: { name: string } }) => one.metadata.name)).toEqual(['a', 'b']);
    expect(world.do('object.list', { resource: 'pods' }).object.items).toHaveLength(1);
  });

  it('of nothing is an empty list', () => {
    expect(world.do('object.delete-collection', { resource: 'pods', namespace: 'default' }).object.items).toEqual([]);
  });
});

describe('a ReplicationController', () => {
  it('deleted without a policy orphans its pods, as v1 always did', () => {
    const rc = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        selector: { app: 'web' },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
      },
    };
    world.create('replicationcontrollers', rc);
    const target = { resource: 'replicationcontrollers', namespace: 'default', name: 'web' };
    expect(world.do('object.delete', target).object.metadata.finalizers).toEqual(['orphan']);
    world.do('object.delete', { ...target, options: { propagationPolicy: 'Background' } });
    expect(exists('replicationcontrollers', 'web')).toBe(false);
  });
});
