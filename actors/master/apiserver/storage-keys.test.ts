import { describe, expect, it } from 'vitest';
import { groupResource, storedKinds } from '../../../protocol/resources.ts';
import { collectionPrefix, resourceOfKey, storageKey } from './storage-keys.ts';

describe('the key of an object in etcd', () => {
  it.each([
    ['pods', 'default', 'web', '/registry/pods/default/web'],
    ['nodes', '', 'n1', '/registry/minions/n1'],
    ['services', 'default', 'web', '/registry/services/specs/default/web'],
    ['endpoints', 'default', 'web', '/registry/services/endpoints/default/web'],
    ['replicationcontrollers', 'default', 'web', '/registry/controllers/default/web'],
    ['leases.coordination.k8s.io', 'kube-node-lease', 'n1', '/registry/leases/kube-node-lease/n1'],
    ['ingresses.networking.k8s.io', 'default', 'web', '/registry/ingress/default/web'],
    ['namespaces', '', 'default', '/registry/namespaces/default'],
  ])('of %s %s/%s is as in Kubernetes', (resource, namespace, name, key) => {
    expect(storageKey(resource, namespace, name)).toBe(key);
    expect(resourceOfKey(key)).toBe(resource);
  });

  it('leads back to the resource, for every kind', () => {
    for (const kind of storedKinds) {
      const resource = groupResource(kind);
      expect(resourceOfKey(storageKey(resource, kind.namespaced ? 'a' : '', 'b'))).toBe(resource);
    }
  });

  it('that is no object’s belongs to no resource', () => {
    for (const key of ['compact_rev_key', '/registry/ranges/serviceips/10.96.0.1', '/registry/masterleases/1.2.3.4']) {
      expect(resourceOfKey(key)).toBeUndefined();
    }
  });

  it('starts with the prefix of its collection', () => {
    expect(collectionPrefix('pods', 'default')).toBe('/registry/pods/default/');
    expect(collectionPrefix('pods', '')).toBe('/registry/pods/');
  });
});
