/**
 * Goal: a ReplicationController has as many pods as it asks for: its own, adopted ones, never more for long.
 *
 * Method: pods are created, killed, relabelled and made unready beneath it; what it creates and deletes is looked at.
 */

import { describe, expect, test } from 'vitest';
import { controllerOf } from '../../protocol/meta.ts';
import type { Pod, PodSpec, ReplicationController } from '../../protocol/objects.ts';
import { conditionOf, type World, world } from '../world.ts';

const server = { name: 'server', image: 'httpd:2.4' };

function web(replicas: number, spec: Partial<PodSpec> = {}): ReplicationController {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { app: 'web' },
      template: {
        metadata: { labels: { app: 'web', made: 'by-template' }, annotations: { note: 'kept' } },
        spec: { containers: [server], ...spec },
      },
    },
  };
}

/** A pod that nobody controls, and that the controller's selector matches. */
function foundling(): Pod {
  const metadata = { name: 'foundling', labels: { app: 'web' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [server] } };
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

  test('keeps their number: a pod that is deleted is replaced, once', () => {
    const cluster = world();
    cluster.create(web(3));
    const [lost = '', ...kept] = untilReady(cluster, 3);

    cluster.delete('pods', lost);
    cluster.until('it is gone', () => cluster.find('pods', lost) === undefined);
    const names = untilReady(cluster, 3);
    cluster.advance(60_000);

    expect(names).toEqual(expect.arrayContaining(kept));
    expect(namesOf(cluster.pods('app=web'))).toEqual(names);
    expect(cluster.events('web').filter((event) => event.startsWith('SuccessfulCreate'))).toHaveLength(4);
  });

  test('keeps their number: a pod that failed for good is replaced, and left to be looked at', () => {
    // A leak, without a limit: when the node runs short the kubelet evicts the pod, and an evicted pod never runs again.
    const workload = { memoryBytes: 50e6, memoryGrowthBytesPerSecond: 40e6 };
    const cluster = world({
      nodes: [{ count: 2, capacity: { memory: '2Gi' } }],
      images: [{ image: 'httpd', workload }],
    });
    cluster.create(web(1));
    const [first = ''] = untilReady(cluster, 1);

    cluster.until('it has failed', () => cluster.get<Pod>('pods', first).status?.phase === 'Failed');
    const [second] = untilReady(cluster, 1);

    expect(second).not.toBe(first);
    expect(cluster.get<Pod>('pods', first).status?.reason).toBe('Evicted');
    expect(cluster.get<Pod>('pods', first).metadata.deletionTimestamp).toBeUndefined();
    cluster.until('only the new one counts', () => statusOf(cluster)?.readyReplicas === 1);
    expect(statusOf(cluster)?.replicas).toBe(1);
  });

  test('adopts a pod whose labels match, and then needs one fewer of its own', () => {
    const cluster = world();
    cluster.create(foundling());
    const rc = cluster.create(web(3));
    const names = untilReady(cluster, 3);

    expect(names).toContain('foundling');
    expect(controllerOf(cluster.get<Pod>('pods', 'foundling'))?.uid).toBe(rc.metadata.uid);
    cluster.until('the status tells it', () => statusOf(cluster)?.replicas === 3);
    // It lacks a label of the template.
    expect(statusOf(cluster)?.fullyLabeledReplicas).toBe(2);
  });

  test('adopts a pod that comes when there are enough, and then has one too many', () => {
    const cluster = world();
    cluster.create(web(2));
    const names = untilReady(cluster, 2);

    cluster.create(foundling());
    cluster.until('it is gone again', () => cluster.find('pods', 'foundling') === undefined);

    expect(namesOf(cluster.pods('app=web'))).toEqual(names);
    expect(cluster.events('web')).toContain('SuccessfulDelete: Deleted pod: foundling');
  });

  test('leaves alone what another one controls, though its labels match as well', () => {
    const cluster = world();
    cluster.create(web(2));
    const names = untilReady(cluster, 2);

    const twin = cluster.create<ReplicationController>({ ...web(2), metadata: { name: 'twin' } });
    untilReady(cluster, 4);
    cluster.advance(60_000);

    const ofTwin = cluster.pods('app=web').filter((pod) => controllerOf(pod)?.uid === twin.metadata.uid);
    expect(ofTwin).toHaveLength(2);
    expect(namesOf(cluster.pods('app=web'))).toEqual([...names, ...namesOf(ofTwin)].sort());
  });

  test('releases a pod whose labels match no more, makes another for it, and takes it back when they match again', () => {
    const cluster = world();
    const { uid } = cluster.create(web(2)).metadata;
    const [strayed = '', kept = ''] = untilReady(cluster, 2);
    // Ages are told apart by their order of magnitude: the substitute shall be much younger.
    cluster.advance(60_000);

    cluster.patch('pods', strayed, { metadata: { labels: { app: 'debug' } } });
    const names = untilReady(cluster, 2);

    expect(names).toContain(kept);
    expect(names).not.toContain(strayed);
    // It runs on, on its own.
    expect(controllerOf(cluster.get<Pod>('pods', strayed))).toBeUndefined();
    expect(namesOf(cluster.readyPods('app=debug'))).toEqual([strayed]);

    cluster.patch('pods', strayed, { metadata: { labels: { app: 'web' } } });
    cluster.until('one too many is gone again', () => cluster.pods('app=web').length === 2);
    // One of three that are equal but for their age: the substitute is the youngest.
    expect(namesOf(cluster.readyPods('app=web'))).toEqual([strayed, kept].sort());
    expect(controllerOf(cluster.get<Pod>('pods', strayed))?.uid).toBe(uid);
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
    expect(statusOf(cluster)).toMatchObject({ replicas: 3, availableReplicas: 3, observedGeneration: 5 });
  });
});

describe('when there are too many pods, it deletes', () => {
  /** Gives the name of the pod that goes when there may be one fewer. */
  function lostByShrinking(cluster: World): string | undefined {
    const before = namesOf(cluster.pods('app=web'));
    cluster.scale('replicationcontrollers', 'web', before.length - 1);
    cluster.until('one is gone', () => cluster.pods('app=web').length === before.length - 1);
    const after = namesOf(cluster.pods('app=web'));
    return before.find((name) => !after.includes(name));
  }

  test('one without a node first, then a pending one, then one that is not ready, then the younger', () => {
    const images = [{ image: 'example.com/missing', failure: 'not-found' as const }, { image: '*' }];
    const cluster = world({ nodes: 1, images });
    const known: string[] = [];
    /** Adds a pod to this template, and gives its name when it has come as far as it will, and some time has passed. */
    const grow = (spec: object, isSettled: (pod: Pod) => boolean, thenMs: number): string => {
      const template = { spec: { containers: [server], nodeSelector: null, ...spec } };
      cluster.patch('replicationcontrollers', 'web', { spec: { template } });
      cluster.scale('replicationcontrollers', 'web', known.length + 1);
      const newest = () => cluster.pods('app=web').find(({ metadata }) => !known.includes(metadata.name));
      cluster.until('another is there', () => {
        const pod = newest();
        return pod !== undefined && isSettled(pod);
      });
      known.push(newest()?.metadata.name ?? '');
      cluster.advance(thenMs);
      return known.at(-1) ?? '';
    };
    const isReady = (pod: Pod) => conditionOf(pod, 'Ready') === 'True';
    const isPulling = ({ status }: Pod) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImagePull';
    const isRunning = ({ status }: Pod) => status?.phase === 'Running';
    const readinessProbe = { tcpSocket: { port: 81 } };

    // The worst is the oldest: by age alone they would go in the opposite order. Ages count by powers of two.
    cluster.create(web(0));
    const isUnplaced = (pod: Pod) => conditionOf(pod, 'PodScheduled') === 'False';
    const unassigned = grow({ nodeSelector: { disk: 'ssd' } }, isUnplaced, 320_000);
    const pending = grow({ containers: [{ ...server, image: 'example.com/missing:1' }] }, isPulling, 160_000);
    const unready = grow({ containers: [{ ...server, readinessProbe }] }, isRunning, 80_000);
    const older = grow({}, isReady, 40_000);
    const younger = grow({}, isReady, 0);

    expect([1, 2, 3, 4].map(() => lostByShrinking(cluster))).toEqual([unassigned, pending, unready, younger]);
    expect(namesOf(cluster.readyPods('app=web'))).toEqual([older]);
  });

  test('those that are cheap to lose by their annotation, before those that are dear', () => {
    const cluster = world();
    cluster.create(web(3));
    const [plain = '', cheap = '', dear = ''] = untilReady(cluster, 3);
    const cost = (name: string, amount: string) =>
      cluster.patch('pods', name, {
        metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': amount } },
      });
    cost(cheap, '-10');
    cost(dear, '100');
    cluster.advance(1000);

    expect([lostByShrinking(cluster), lostByShrinking(cluster)]).toEqual([cheap, plain]);
    expect(namesOf(cluster.readyPods('app=web'))).toEqual([dear]);
    expect(cluster.events('web')).toContain(`SuccessfulDelete: Deleted pod: ${cheap}`);
  });
});

describe('a ReplicationController that is deleted', () => {
  test('takes its pods along, in the background', () => {
    const cluster = world();
    cluster.create(web(2));
    untilReady(cluster, 2);

    cluster.delete('replicationcontrollers', 'web', { propagationPolicy: 'Background' });

    expect(cluster.find('replicationcontrollers', 'web')).toBeUndefined();
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

  // v1 keeps the default it had before there was garbage collection; kubectl asks for the background by itself.
  test.each([
    ['where that is asked for', { propagationPolicy: 'Orphan' as const }],
    ['where nothing is said', {}],
  ])('leaves them behind as orphans, %s', (_, options) => {
    const cluster = world();
    cluster.create(web(2));
    const names = untilReady(cluster, 2);

    cluster.delete('replicationcontrollers', 'web', options);
    cluster.until('it is gone', () => cluster.find('replicationcontrollers', 'web') === undefined);
    cluster.advance(60_000);

    expect(namesOf(cluster.readyPods('app=web'))).toEqual(names);
    expect(cluster.pods('app=web').map(controllerOf)).toEqual([undefined, undefined]);
  });
});
