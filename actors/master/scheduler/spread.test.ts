import { describe, expect, test } from 'vitest';
import type { KubernetesObject, OwnerReference, Pod, Service } from '../../../protocol/objects.ts';
import { formatSelector } from '../../../protocol/selectors.ts';
import { putObject } from '../../client-go/store.ts';
import { makeOwners, type Owner, type Owners } from './owners.ts';
import { defaultConstraints } from './spread.ts';
import { pod } from './testing/sample-objects.ts';

const labels = { app: 'web', tier: 'front', 'pod-template-hash': '6d4b' };

function keeper(apiVersion: string, kind: string, selector: unknown): Owner {
  const spec = selector === undefined ? {} : { selector };
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'default', uid: 'u1' }, spec } as Owner;
}

const replicationController = keeper('v1', 'ReplicationController', { app: 'web' });
const replicaSet = keeper('apps/v1', 'ReplicaSet', { matchLabels: { app: 'web', 'pod-template-hash': '6d4b' } });
const statefulSet = keeper('apps/v1', 'StatefulSet', {
  matchLabels: { app: 'web' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'back'] }],
});

function known(resource: string, owner: Owner): Owners {
  const owners = makeOwners();
  const store = owners.get(resource);
  if (store !== undefined) putObject(store, owner);
  return owners;
}

function podOf({ apiVersion, kind, metadata }: KubernetesObject, reference: Partial<OwnerReference> = {}): Pod {
  const object = pod('web-1', { labels });
  const whole = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, ...reference };
  return { ...object, metadata: { ...object.metadata, ownerReferences: [whole] } };
}

const service = (selector?: Record<string, string>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: selector === undefined ? {} : { selector },
});

/** What the pods counted must match; undefined where the pod is not spread. */
const asked = (object: Pod, owners: Owners, services: Service[] = []) => {
  const [constraint] = defaultConstraints(object, services, owners);
  return constraint === undefined ? undefined : formatSelector(constraint.match.selector);
};

describe('by default a pod is spread with those that match', () => {
  test('the selector of its ReplicationController, ReplicaSet or StatefulSet', () => {
    const of = (resource: string, owner: Owner) => asked(podOf(owner), known(resource, owner));
    expect(of('replicationcontrollers', replicationController)).toBe('app=web');
    expect(of('replicasets.apps', replicaSet)).toBe('app=web,pod-template-hash=6d4b');
    expect(of('statefulsets.apps', statefulSet)).toBe('app=web,tier in (back,front)');
  });

  test('the selector of whoever has the name of its owner, made anew or not', () => {
    expect(asked(podOf(replicaSet, { uid: 'u0' }), known('replicasets.apps', replicaSet))).toBe(
      'app=web,pod-template-hash=6d4b',
    );
  });

  test('softly, by hostname and by zone, in its own namespace', () => {
    const constraints = defaultConstraints(podOf(replicaSet), [], known('replicasets.apps', replicaSet));
    const soft = { isHard: false, minDomains: 1, honorsAffinity: true, honorsTaints: false };
    expect(constraints).toMatchObject([
      { maxSkew: 3, topologyKey: 'kubernetes.io/hostname', match: { namespaces: ['default'] }, ...soft },
      { maxSkew: 5, topologyKey: 'topology.kubernetes.io/zone', match: { namespaces: ['default'] }, ...soft },
    ]);
  });

  test('the selectors of its Services and of its owner, all at once', () => {
    const services = [service({ app: 'web' }), service({ tier: 'front' }), service({ app: 'other' }), service()];
    expect(asked(pod('web-1', { labels }), makeOwners(), services)).toBe('app=web,tier=front');
    expect(asked(podOf(replicaSet), known('replicasets.apps', replicaSet), services)).toBe(
      'app=web,pod-template-hash=6d4b,tier=front',
    );
    expect(asked(podOf(statefulSet), known('statefulsets.apps', statefulSet), services)).toBe(
      'app=web,tier=front,tier in (back,front)',
    );
  });
});

describe('an owner says nothing about it', () => {
  const owners = known('replicasets.apps', replicaSet);

  test('that is not known (any more): what the Services say remains', () => {
    expect(asked(podOf(replicaSet), makeOwners())).toBeUndefined();
    expect(asked(podOf(replicaSet), makeOwners(), [service({ app: 'web' })])).toBe('app=web');
    expect(asked(podOf(replicaSet, { name: 'other' }), owners)).toBeUndefined();
  });

  test('that does not control the pod', () => {
    expect(asked(podOf(replicaSet, { controller: false }), owners)).toBeUndefined();
  });

  test('of another kind, group or version', () => {
    expect(asked(podOf(replicaSet, { kind: 'StatefulSet' }), owners)).toBeUndefined();
    expect(asked(podOf(replicaSet, { kind: 'DaemonSet' }), owners)).toBeUndefined();
    expect(asked(podOf(replicaSet, { apiVersion: 'extensions/v1beta1' }), owners)).toBeUndefined();
  });

  test('in another namespace', () => {
    const object = podOf(replicaSet);
    const elsewhere = { ...object, metadata: { ...object.metadata, namespace: 'elsewhere' } };
    expect(asked(elsewhere, owners)).toBeUndefined();
  });

  test('that has no selector, or one that asks nothing', () => {
    for (const selector of [undefined, {}]) {
      const vague = keeper('apps/v1', 'ReplicaSet', selector);
      expect(asked(podOf(vague), known('replicasets.apps', vague))).toBeUndefined();
      expect(asked(podOf(vague), known('replicasets.apps', vague), [service({ app: 'web' })])).toBe('app=web');
    }
  });
});
