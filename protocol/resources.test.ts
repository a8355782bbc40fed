import { describe, expect, it } from 'vitest';
import {
  controllerOf,
  controllerReference,
  isControlledBy,
  keyOf,
  objectKey,
  splitKey,
  withFinalizer,
  withMeta,
  withoutFinalizer,
} from './meta.ts';
import type { KubernetesObject } from './objects.ts';
import {
  apiVersionOf,
  findByAnyName,
  findKind,
  findResource,
  groupKind,
  groupResource,
  resourceKinds,
} from './resources.ts';
import { schemaOf } from './schema/schema.ts';

describe('the table of kinds', () => {
  it('finds each by resource and by kind, and each has a schema', () => {
    for (const kind of resourceKinds) {
      expect(findResource(groupResource(kind), kind.version)).toBe(kind);
      expect(findKind(apiVersionOf(kind), kind.kind)).toBe(kind);
      expect(schemaOf(apiVersionOf(kind), kind.kind)?.name).toBe(kind.kind);
    }
    expect(findResource('wishes')).toBeUndefined();
  });

  it.each([
    ['po', 'pods'],
    ['Pod', 'pods'],
    ['rc', 'replicationcontrollers'],
    ['svc', 'services'],
    ['deploy', 'deployments.apps'],
    ['deployment.apps', 'deployments.apps'],
    ['deployments.v1.apps', 'deployments.apps'],
    ['leases.coordination.k8s.io', 'leases.coordination.k8s.io'],
  ])('knows %s as kubectl does', (name, resource) => {
    const found = findByAnyName(name);
    expect(found && groupResource(found)).toBe(resource);
  });

  it('names groups as messages do', () => {
    const lease = findResource('leases.coordination.k8s.io');
    expect(lease && [groupKind(lease), apiVersionOf(lease)]).toEqual([
      'Lease.coordination.k8s.io',
      'coordination.k8s.io/v1',
    ]);
    const pods = findResource('pods');
    expect(pods && [groupKind(pods), apiVersionOf(pods), pods.namespaced]).toEqual(['Pod', 'v1', true]);
    expect(findByAnyName('deployments.v2.apps')).toBeUndefined();
  });
});

const pod = (metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'default', ...metadata },
});

describe('metadata', () => {
  it('makes keys, and takes them apart', () => {
    expect(objectKey(pod())).toBe('default/a');
    expect(keyOf(undefined, 'n1')).toBe('n1');
    expect(splitKey('default/a')).toEqual({ namespace: 'default', name: 'a' });
    expect(splitKey('n1')).toEqual({ namespace: '', name: 'n1' });
  });

  it('tells the one owner that controls', () => {
    const owner = { ...pod({ name: 'rc', uid: 'u1' }), kind: 'ReplicationController' };
    const other = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u2' };
    const owned = pod({ ownerReferences: [other, controllerReference(owner)] });
    expect(controllerOf(owned)?.name).toBe('rc');
    expect(isControlledBy(owned, owner)).toBe(true);
    expect(isControlledBy(owned, pod({ name: 'rc', uid: 'u9' }))).toBe(false);
    expect(controllerOf(pod({ ownerReferences: [other] }))).toBeUndefined();
  });

  it('changes a copy, and drops what is given as undefined', () => {
    const before = pod({ labels: { app: 'web' } });
    const after = withMeta(before, { labels: undefined, uid: 'u' });
    expect(after.metadata).toEqual({ name: 'a', namespace: 'default', uid: 'u' });
    expect(before.metadata.labels).toEqual({ app: 'web' });
  });

  it('adds and removes finalizers, and leaves alone what has nothing to change', () => {
    const held = withFinalizer(pod(), 'example.com/hold');
    expect(held.metadata.finalizers).toEqual(['example.com/hold']);
    expect(withFinalizer(held, 'example.com/hold')).toBe(held);
    expect('finalizers' in withoutFinalizer(held, 'example.com/hold').metadata).toBe(false);
    expect(withoutFinalizer(held, 'other')).toBe(held);
  });
});
