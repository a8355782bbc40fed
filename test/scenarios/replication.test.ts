/**
 * Goal: a ReplicationController has as many pods as it asks for: its own, adopted ones, never more for long.
 *
 * Method: pods are created, killed, relabelled and made unready beneath it; what it creates and deletes is looked at.
 */

import { describe, expect, test } from 'vitest';
import { controllerOf } from '../../protocol/meta.ts';
import type { Pod, ReplicationController } from '../../protocol/objects.ts';
import { type World, world } from '../world.ts';

function web(replicas: number): ReplicationController {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { app: 'web' },
      template: {
        metadata: { labels: { app: 'web', made: 'by-template' }, annotations: { note: 'kept' } },
        spec: { containers: [{ name: 'server', image: 'httpd:2.4' }] },
      },
    },
  };
}

const namesOf = (pods: readonly Pod[]): string[] => pods.map(({ metadata }) => metadata.name).sort();
const untilReady = (cluster: World, count: number): string[] => {
  cluster.until(`${count} pods are ready`, () => cluster.readyPods('app=web').length === count);
  return namesOf(cluster.readyPods('app=web'));
};
const statusOf = (cluster: World) => cluster.get<ReplicationController>('replicationcontrollers', 'web').status;

describe('a ReplicationController', () => {
  test('creates its pods from the template, owns them, and tells so', () => {
    const cluster = world();
    const rc = cluster.create(web(3));
    const names = untilReady(cluster, 3);

    for (const pod of cluster.pods('app=web')) {
      expect(pod.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
      expect(pod.metadata).toMatchObject({
        generateName: 'web-',
        labels: { app: 'web', made: 'by-template' },
        annotations: { note: 'kept' },
      });
      expect(controllerOf(pod)).toMatchObject({ kind: 'ReplicationController', name: 'web', uid: rc.metadata.uid });
    }
    expect(cluster.events('web').sort()).toEqual(names.map((name) => `SuccessfulCreate: Created pod: ${name}`));
    cluster.until('the status tells it', () => statusOf(cluster)?.availableReplicas === 3);
    expect(statusOf(cluster)).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      fullyLabeledReplicas: 3,
      observedGeneration: 1,
    });
  });

  test('keeps their number: a deleted pod and a failed one are replaced', () => {
    const cluster = world();
    cluster.create(web(3));
    const [first = ''] = untilReady(cluster, 3);

    cluster.delete('pods', first);
    cluster.until('another runs in its place', () => !namesOf(cluster.readyPods('app=web')).includes(first));
    untilReady(cluster, 3);
    const [second = ''] = namesOf(cluster.readyPods('app=web'));
    cluster.patch('pods', second, { status: { phase: 'Failed' } }, 'status');
    cluster.until('a third is made', () => cluster.pods('app=web').length >= 4);

    cluster.advance(60_000);
    const active = cluster.pods('app=web').filter(({ status }) => status?.phase === 'Running');
    expect(active.length).toBeGreaterThanOrEqual(3);
  });

  test('adopts a pod whose labels match, and then needs one fewer of its own', () => {
    const cluster = world();
    const alone = { ...web(1).spec.template, apiVersion: 'v1', kind: 'Pod' } as unknown as Pod;
    cluster.create({ ...alone, metadata: { name: 'foundling', labels: { app: 'web' } } });
    const rc = cluster.create(web(3));
    const names = untilReady(cluster, 3);

    expect(names).toContain('foundling');
    expect(controllerOf(cluster.get<Pod>('pods', 'foundling'))?.uid).toBe(rc.metadata.uid);
    cluster.until('the status tells it', () => statusOf(cluster)?.replicas === 3);
    expect(statusOf(cluster)?.fullyLabeledReplicas).toBe(2);
  });

  test('releases a pod whose labels match no more, and makes another for it', () => {
    const cluster = world();
    cluster.create(web(2));
    const [name = ''] = untilReady(cluster, 2);

    cluster.patch('pods', name, { metadata: { labels: { app: 'debug' } } });
    untilReady(cluster, 2);

    const released = cluster.get<Pod>('pods', name);
    expect(controllerOf(released)).toBeUndefined();
    expect(released.metadata.deletionTimestamp).toBeUndefined();
    expect(namesOf(cluster.pods('app=web'))).not.toContain(name);

    cluster.patch('pods', name, { metadata: { labels: { app: 'web' } } });
    cluster.until('one too many is gone again', () => cluster.pods('app=web').length === 2);
  });

  test('scales up and down, to none and back', () => {
    const cluster = world();
    cluster.create(web(1));
    untilReady(cluster, 1);
    for (const replicas of [7, 2, 0, 3]) {
      cluster.scale('replicationcontrollers', 'web', replicas);
      cluster.until(`${replicas} pods are there`, () => cluster.pods('app=web').length === replicas);
      untilReady(cluster, replicas);
    }
    cluster.until('the status tells it', () => statusOf(cluster)?.readyReplicas === 3);
  });
});

describe('when there are too many pods, it deletes', () => {
  test('those without a node first, then pending ones, then those not ready, then the younger', () => {
    const cluster = world({ nodes: [{ count: 1, labels: { room: 'yes' } }] });
    cluster.create(web(2));
    const old = untilReady(cluster, 2);
    cluster.advance(100_000);
    cluster.scale('replicationcontrollers', 'web', 3);
    const three = untilReady(cluster, 3);
    const young = three.filter((name) => !old.includes(name));
    cluster.patch('nodes', 'node-1', { spec: { unschedulable: true } });
    cluster.scale('replicationcontrollers', 'web', 4);
    cluster.until('the fourth finds no node', () => cluster.pods('app=web').length === 4);

    cluster.scale('replicationcontrollers', 'web', 3);
    cluster.until('one is gone', () => cluster.pods('app=web').length === 3);
    expect(namesOf(cluster.pods('app=web'))).toEqual(three);

    cluster.scale('replicationcontrollers', 'web', 2);
    cluster.until('the younger is gone', () => cluster.pods('app=web').length === 2);
    expect(namesOf(cluster.pods('app=web'))).toEqual(old.filter((name) => !young.includes(name)));
  });

  test('those that are cheap to lose by their annotation', () => {
    const cluster = world();
    cluster.create(web(3));
    const [cheap = '', ...others] = untilReady(cluster, 3);
    cluster.patch('pods', cheap, {
      metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-10' } },
    });
    cluster.advance(1000);

    cluster.scale('replicationcontrollers', 'web', 2);
    cluster.until('it is gone', () => cluster.pods('app=web').length === 2);

    expect(namesOf(cluster.pods('app=web'))).toEqual(others);
    expect(cluster.events('web')).toContain(`SuccessfulDelete: Deleted pod: ${cheap}`);
  });
});

describe('a ReplicationController that is deleted', () => {
  test('takes its pods along, in the background', () => {
    const cluster = world();
    cluster.create(web(2));
    untilReady(cluster, 2);
    cluster.delete('replicationcontrollers', 'web', { propagationPolicy: 'Background' });
    cluster.until('nothing is left', () => cluster.pods('app=web').length === 0);
  });

  test('waits for them, in the foreground', () => {
    const cluster = world();
    cluster.create(web(2));
    untilReady(cluster, 2);
    cluster.delete('replicationcontrollers', 'web', { propagationPolicy: 'Foreground' });
    const rc = cluster.get<ReplicationController>('replicationcontrollers', 'web');
    expect(rc.metadata.finalizers).toEqual(['foregroundDeletion']);
    cluster.until('it is gone', () => cluster.find('replicationcontrollers', 'web') === undefined);
    expect(cluster.pods('app=web')).toEqual([]);
  });

  test('leaves them behind as orphans, where that is asked for', () => {
    const cluster = world();
    cluster.create(web(2));
    const names = untilReady(cluster, 2);
    cluster.delete('replicationcontrollers', 'web', { propagationPolicy: 'Orphan' });
    cluster.until('it is gone', () => cluster.find('replicationcontrollers', 'web') === undefined);
    cluster.advance(60_000);
    expect(namesOf(cluster.readyPods('app=web'))).toEqual(names);
    expect(cluster.pods('app=web').map(controllerOf)).toEqual([undefined, undefined]);
  });
});
