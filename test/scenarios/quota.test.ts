/**
 * Goal: a namespace uses no more than its quota, and all of it; pods find their account's token and the cluster's certificate.
 *
 * Method: a controller asks for more than there is, and some of it is set free again.
 */

import { expect, test } from 'vitest';
import type { ConfigMap, KubernetesObject, Pod, ReplicationController } from '../../protocol/objects.ts';
import { world } from '../world.ts';

function web(replicas: number): ReplicationController {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'server', image: 'httpd:2.4' }] },
  };
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: { replicas, selector: { app: 'web' }, template },
  };
}

test('a controller gets as many pods as the quota has room for, and tells why not more', () => {
  const cluster = world();
  const hard = { pods: '2', replicationcontrollers: '1' };
  cluster.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small' },
    spec: { hard },
  } as KubernetesObject);
  const quota = () => cluster.get<KubernetesObject & { status?: { used?: object } }>('resourcequotas', 'small');
  cluster.until('the quota is counted', () => quota().status?.used !== undefined);

  cluster.create(web(3));
  cluster.until('two pods are ready', () => cluster.readyPods('app=web').length === 2);
  expect(cluster.events('web')).toContainEqual(
    expect.stringMatching(
      /^FailedCreate: Error creating: pods "web-[a-z0-9]{5}" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2$/,
    ),
  );
  expect(quota().status?.used).toEqual({ pods: '2', replicationcontrollers: '1' });

  const [gone] = cluster.readyPods('app=web');
  cluster.delete('pods', gone?.metadata.name ?? '');
  cluster.until('another has its place', () => {
    const names = cluster.readyPods('app=web').map(({ metadata }) => metadata.name);
    return names.length === 2 && !names.includes(gone?.metadata.name ?? '');
  });
  expect(quota().status?.used).toMatchObject({ pods: '2' });
});

test('every pod finds its token mounted, and the certificate of its namespace is there', () => {
  const cluster = world();
  cluster.create(web(1));
  cluster.until('the pod is ready', () => cluster.readyPods('app=web').length === 1);
  const [pod] = cluster.pods('app=web') as [Pod];
  expect(pod.spec.serviceAccountName).toBe('default');
  expect(pod.spec.containers[0]?.volumeMounts?.[0]?.mountPath).toBe('/var/run/secrets/kubernetes.io/serviceaccount');
  expect(Object.keys(cluster.get<ConfigMap>('configmaps', 'kube-root-ca.crt').data ?? {})).toEqual(['ca.crt']);
});
