/**
 * Goal: a Deployment has the pods of its newest template, and goes from one template to the next without an outage.
 *
 * Method: it is created, given another image, scaled and deleted, while the ready pods are counted all along.
 */

import { describe, expect, test } from 'vitest';
import { controllerOf } from '../../protocol/meta.ts';
import type { Deployment, ReplicaSet } from '../../protocol/objects.ts';
import { type World, world } from '../world.ts';

function web(replicas: number, spec: Partial<Deployment['spec']> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'server', image: 'httpd:1' }], terminationGracePeriodSeconds: 1 },
      },
      ...spec,
    },
  };
}

const get = (cluster: World) => cluster.get<Deployment>('deployments.apps', 'web');
const setsOf = (cluster: World) => cluster.list<ReplicaSet>('replicasets.apps', { namespace: 'default' });
const imagesOf = (cluster: World) => cluster.readyPods('app=web').map(({ spec }) => spec.containers[0]?.image);
const untilReady = (cluster: World, count: number, image: string) =>
  cluster.until(`${count} pods of ${image} are ready, and no others`, () => {
    const images = imagesOf(cluster);
    return images.length === count && images.every((one) => one === image) && cluster.pods('app=web').length === count;
  });
const setImage = (cluster: World, image: string) =>
  cluster.patch('deployments.apps', 'web', {
    spec: { template: { spec: { containers: [{ name: 'server', image }] } } },
  });

describe('a Deployment', () => {
  test('makes a ReplicaSet, which makes the pods; its status and events tell it', () => {
    const cluster = world();
    cluster.create(web(3));
    untilReady(cluster, 3, 'httpd:1');
    const [set] = setsOf(cluster);
    const hash = set?.metadata.labels?.['pod-template-hash'];
    expect(set?.metadata.name).toBe(`web-${hash}`);
    expect(set?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '1',
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
    });
    for (const pod of cluster.pods('app=web')) {
      expect(controllerOf(pod)?.uid).toBe(set?.metadata.uid);
      expect(pod.metadata.labels?.['pod-template-hash']).toBe(hash);
    }
    cluster.until('the status tells it', () => get(cluster).status?.availableReplicas === 3);
    expect(get(cluster).status).toMatchObject({ replicas: 3, updatedReplicas: 3, readyReplicas: 3 });
    expect(get(cluster).status?.conditions).toMatchObject([
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    ]);
    expect(cluster.events('web')).toEqual([`ScalingReplicaSet: Scaled up replica set ${set?.metadata.name} to 3`]);
  });

  test('rolls over to another template with never too few ready pods, nor too many', () => {
    const cluster = world();
    cluster.create(web(4, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }));
    untilReady(cluster, 4, 'httpd:1');
    setImage(cluster, 'httpd:2');
    const counts: number[] = [];
    cluster.until(
      'all are of the new one',
      () => {
        counts.push(imagesOf(cluster).length);
        const active = cluster.pods('app=web').filter(({ metadata }) => metadata.deletionTimestamp === undefined);
        expect(active.length).toBeLessThanOrEqual(5);
        return active.length === 4 && imagesOf(cluster).filter((image) => image === 'httpd:2').length === 4;
      },
      { everyMs: 100 },
    );
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
    expect(
      setsOf(cluster)
        .map(({ spec }) => spec.replicas)
        .sort(),
    ).toEqual([0, 4]);
    cluster.until('it says so', () => get(cluster).metadata.annotations?.['deployment.kubernetes.io/revision'] === '2');
  });

  test('that recreates ends all old pods before it makes new ones', () => {
    const cluster = world();
    cluster.create(web(3, { strategy: { type: 'Recreate' } }));
    untilReady(cluster, 3, 'httpd:1');
    setImage(cluster, 'httpd:2');
    cluster.until(
      'all are of the new one',
      () => {
        const images = new Set(cluster.pods('app=web').map(({ spec }) => spec.containers[0]?.image));
        expect(images.size).toBeLessThanOrEqual(1);
        return imagesOf(cluster).filter((image) => image === 'httpd:2').length === 3;
      },
      { everyMs: 100 },
    );
  });

  test('goes back to a template it had with the ReplicaSet of then', () => {
    const cluster = world();
    cluster.create(web(2));
    untilReady(cluster, 2, 'httpd:1');
    const [first] = setsOf(cluster);
    setImage(cluster, 'httpd:2');
    untilReady(cluster, 2, 'httpd:2');
    setImage(cluster, 'httpd:1');
    untilReady(cluster, 2, 'httpd:1');
    expect(setsOf(cluster)).toHaveLength(2);
    const active = setsOf(cluster).find(({ spec }) => spec.replicas === 2);
    expect(active?.metadata.uid).toBe(first?.metadata.uid);
  });

  test('scales, pauses, and takes its pods along when it is deleted', () => {
    const cluster = world();
    cluster.create(web(2));
    untilReady(cluster, 2, 'httpd:1');
    cluster.scale('deployments.apps', 'web', 5);
    untilReady(cluster, 5, 'httpd:1');
    cluster.patch('deployments.apps', 'web', { spec: { paused: true } });
    setImage(cluster, 'httpd:2');
    cluster.advance(30_000);
    untilReady(cluster, 5, 'httpd:1');
    cluster.patch('deployments.apps', 'web', { spec: { paused: false } });
    untilReady(cluster, 5, 'httpd:2');
    cluster.delete('deployments.apps', 'web', { propagationPolicy: 'Background' });
    cluster.until('nothing is left', () => cluster.pods('app=web').length + setsOf(cluster).length === 0);
  });
});
