/**
 * Goal: a node that dies is noticed, and what ran on it runs elsewhere, in the times Kubernetes promises; one that is slow,
 * or back in time, loses nothing.
 *
 * Method: machines lose their power, or their wires, or are only slow to be heard of, while clients use a Service that has
 * a pod on each of them.
 */

import { describe, expect, test } from 'vitest';
import type { Endpoints, Lease, Node, Pod, ReplicationController, Service } from '../../protocol/objects.ts';
import { fromRfc3339 } from '../../protocol/time.ts';
import { conditionOf, type World, world } from '../world.ts';

const gracePeriodMs = 40_000;
/** The health of nodes is looked at so often: what is decided by it may be so much later. */
const monitorPeriodMs = 5000;
const tolerationMs = 300_000;

/** So many pods that serve on port 80, one a node as long as there are nodes enough. */
function webPods(replicas: number): ReplicationController {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { app: 'web' },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'server', image: 'httpd:2.4', ports: [{ containerPort: 80 }] }] },
      },
    },
  };
}

const webService: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};

/** Waits until so many pods are ready and behind the Service, and for a while longer, so that the cluster is at rest. */
function untilAtRest(cluster: World, pods: number): Pod[] {
  cluster.until('the pods are ready', () => cluster.readyPods('app=web').length === pods);
  cluster.until('the Service has them', () => addressesOf(cluster).length === pods);
  cluster.advance(20_000);
  return cluster.readyPods('app=web');
}

function addressesOf(cluster: World): string[] {
  const { subsets = [] } = cluster.get<Endpoints>('endpoints', 'web');
  return subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip));
}

const nameOf = ({ metadata }: Pod) => metadata.name;
const addressOf = ({ status }: Pod) => status?.podIP ?? '';

function readiness(cluster: World, node: string): string | undefined {
  return conditionOf(cluster.get<Node>('nodes', node), 'Ready');
}

function taintsOf(cluster: World, node: string): string[] {
  return (cluster.get<Node>('nodes', node).spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort();
}

function isTainted(cluster: World, node: string): boolean {
  return taintsOf(cluster, node).includes('node.kubernetes.io/unreachable:NoExecute');
}

function isSound(cluster: World, node: string): boolean {
  return readiness(cluster, node) === 'True' && taintsOf(cluster, node).length === 0;
}

/** The pods that are being deleted. */
function evicted(cluster: World): Pod[] {
  return cluster.pods('app=web').filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
}

/** The pod, its network and its containers that live on a node. */
function processesOf(cluster: World, { spec, metadata }: Pod): string[] {
  return cluster.engine.actors(`c.node.${spec.nodeName}.pod.${metadata.uid}.>`);
}

/** How many requests failed that were sent from a time on. */
function failuresSince(cluster: World, fromMs: number): number {
  const { seconds } = cluster.measured('clients');
  return seconds.filter(({ at }) => at >= fromMs).reduce((sum, { failed }) => sum + failed, 0);
}

describe('a node that dies', () => {
  test('goes NotReady after the grace period; its pods get no traffic, are evicted after the toleration, and replaced', () => {
    const cluster = world({ nodes: 4 });
    cluster.create(webPods(4));
    cluster.create(webService);
    const [victim] = untilAtRest(cluster, 4) as [Pod];
    const node = victim.spec.nodeName ?? '';
    // By another node, so that only the Service's choice matters.
    const entry = cluster.cluster.nodes.find(({ name }) => name !== node)?.name ?? '';
    cluster.traffic('clients', { target: 'http://web.default/', ratePerSecond: 5, node: entry });

    cluster.engine.powerOff(node);
    const { renewTime = '' } = cluster.get<Lease>('leases.coordination.k8s.io', `kube-node-lease/${node}`).spec ?? {};

    // Nothing is known of it for the whole grace period: a quarter of the requests go where nobody answers.
    cluster.until('it is not ready', () => readiness(cluster, node) !== 'True');
    const notReadyAt = cluster.engine.now();
    const silentMs = notReadyAt - fromRfc3339(renewTime);
    expect(silentMs).toBeGreaterThan(gracePeriodMs);
    expect(silentMs).toBeLessThan(gracePeriodMs + 2 * monitorPeriodMs);
    for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
      const condition = cluster.get<Node>('nodes', node).status?.conditions?.find((one) => one.type === type);
      expect(condition).toMatchObject({
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      });
    }
    expect(cluster.events(node).at(-1)).toBe(`NodeNotReady: Node ${node} status is now: NodeNotReady`);
    expect(failuresSince(cluster, 0)).toBeGreaterThan(0);

    // With the node, its pod is marked as not ready, and the Endpoints drop it.
    cluster.until('its pod is out', () => !addressesOf(cluster).includes(addressOf(victim)), { withinMs: 1000 });
    expect(addressesOf(cluster)).toHaveLength(3);
    expect(conditionOf(cluster.get<Pod>('pods', nameOf(victim)), 'Ready')).toBe('False');
    expect(cluster.events(nameOf(victim)).at(-1)).toBe('NodeNotReady: Node is not ready');
    cluster.advance(2000);
    const healedAt = cluster.engine.now();

    // Taints keep other pods off, and begin the toleration that every pod has by default.
    cluster.until('it is tainted', () => isTainted(cluster, node), { withinMs: monitorPeriodMs + 1000 });
    const taintedAt = cluster.engine.now();
    expect(taintsOf(cluster, node)).toEqual([
      'node.kubernetes.io/unreachable:NoExecute',
      'node.kubernetes.io/unreachable:NoSchedule',
    ]);
    cluster.during(tolerationMs - 1000, 'the pod is left', () => evicted(cluster).length === 0, 5000);
    cluster.until('the pod is evicted', () => evicted(cluster).length === 1, { withinMs: 2000 });
    expect(Math.abs(cluster.engine.now() - taintedAt - tolerationMs)).toBeLessThanOrEqual(1000);
    expect(evicted(cluster).map(nameOf)).toEqual([nameOf(victim)]);
    expect(cluster.events(nameOf(victim)).at(-1)).toBe(
      `TaintManagerEviction: Marking for deletion Pod default/${nameOf(victim)}`,
    );
    expect(conditionOf(cluster.get<Pod>('pods', nameOf(victim)), 'DisruptionTarget')).toBe('True');

    // At once there is another in its stead, elsewhere.
    cluster.until('there are four again', () => cluster.readyPods('app=web').length === 4, { withinMs: 10_000 });
    expect(cluster.readyPods('app=web').map(({ spec }) => spec.nodeName)).not.toContain(node);
    cluster.until('all are served', () => addressesOf(cluster).length === 4);

    // Nobody can tell that the old one has ended: it stays as it is.
    cluster.advance(60_000);
    expect(evicted(cluster).map(nameOf)).toEqual([nameOf(victim)]);
    expect(failuresSince(cluster, healedAt)).toBe(0);
  });

  test('cleans up when it comes back: what was evicted is gone, and it takes pods again', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const [victim] = untilAtRest(cluster, 3) as [Pod];
    const node = victim.spec.nodeName ?? '';
    cluster.engine.powerOff(node);
    cluster.until('its pod is evicted', () => evicted(cluster).length === 1, { withinMs: 400_000, everyMs: 1000 });
    cluster.until('it is replaced', () => cluster.readyPods('app=web').length === 3);

    cluster.engine.powerOn(node);

    cluster.until('it is ready', () => readiness(cluster, node) === 'True', { withinMs: 20_000 });
    cluster.until('it is free of taints', () => taintsOf(cluster, node).length === 0, {
      withinMs: monitorPeriodMs + 1000,
    });
    cluster.until('the evicted pod is gone', () => cluster.find('pods', nameOf(victim)) === undefined, {
      withinMs: 60_000,
    });
    expect(processesOf(cluster, victim)).toEqual([]);
    expect(cluster.pods('app=web')).toHaveLength(3);
    cluster.scale('replicationcontrollers', 'web', 6);
    cluster.until('it has pods again', () => cluster.readyPods('app=web').some(({ spec }) => spec.nodeName === node));
  });

  test('keeps its pods when it is back before the toleration is over: they start again where they were', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);
    const [victim] = before as [Pod];
    const node = victim.spec.nodeName ?? '';
    cluster.engine.powerOff(node);
    cluster.until('it is tainted', () => isTainted(cluster, node));
    cluster.advance(tolerationMs - 60_000);

    cluster.engine.powerOn(node);
    cluster.until('its pod is ready again', () => cluster.readyPods('app=web').length === 3, { withinMs: 60_000 });
    cluster.advance(120_000);

    expect(cluster.pods('app=web').map(nameOf)).toEqual(before.map(nameOf));
    expect(cluster.get<Pod>('pods', nameOf(victim)).status?.containerStatuses?.[0]?.restartCount).toBe(1);
    expect(cluster.events(nameOf(victim))).toContain(
      `TaintManagerEviction: Cancelling deletion of Pod default/${nameOf(victim)}`,
    );
    expect(addressesOf(cluster)).toHaveLength(3);
  });

  test('gives each of its pods the time that pod tolerates', () => {
    const cluster = world({ nodes: 2 });
    const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
    const pod = (name: string, tolerationSeconds?: number | 'forever'): Pod => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': 'node-1' },
        containers: [{ name: 'server', image: 'httpd:2.4' }],
        ...(tolerationSeconds === undefined
          ? {}
          : {
              tolerations: taints.map((key) => ({
                key,
                operator: 'Exists',
                effect: 'NoExecute',
                ...(tolerationSeconds === 'forever' ? {} : { tolerationSeconds }),
              })),
            }),
      },
    });
    cluster.create(pod('hasty', 0));
    cluster.create(pod('brisk', 60));
    cluster.create(pod('usual'));
    cluster.create(pod('loyal', 'forever'));
    cluster.until('all run', () => cluster.readyPods().length === 4);

    cluster.engine.powerOff('node-1');
    cluster.until('it is tainted', () => isTainted(cluster, 'node-1'), { everyMs: 100 });
    const taintedAt = cluster.engine.now();
    const isLeaving = (name: string) => cluster.get<Pod>('pods', name).metadata.deletionTimestamp !== undefined;
    const leftAfter = (name: string) => {
      cluster.until(`${name} is evicted`, () => isLeaving(name), { withinMs: 400_000, everyMs: 100 });
      return Math.round((cluster.engine.now() - taintedAt) / 1000);
    };

    expect([leftAfter('hasty'), leftAfter('brisk'), leftAfter('usual')]).toEqual([0, 60, 300]);
    cluster.advance(1_800_000);
    expect(isLeaving('loyal')).toBe(false);
  });

  test('loses at once what is deleted by force, without a word from it', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const [victim] = untilAtRest(cluster, 3) as [Pod];
    const node = victim.spec.nodeName ?? '';
    cluster.engine.powerOff(node);
    cluster.until('it is not ready', () => readiness(cluster, node) === 'Unknown');

    // In good manners the pod would be asked to end, and nobody is there to do it.
    cluster.delete('pods', nameOf(victim));
    cluster.advance(60_000);
    expect(cluster.find('pods', nameOf(victim))).toBeDefined();

    cluster.delete('pods', nameOf(victim), { gracePeriodSeconds: 0 });
    expect(cluster.find('pods', nameOf(victim))).toBeUndefined();
    cluster.until('it is replaced', () => cluster.readyPods('app=web').length === 3, { withinMs: 10_000 });
    expect(cluster.readyPods('app=web').map(({ spec }) => spec.nodeName)).not.toContain(node);
  });
});

describe('a node that is cut off', () => {
  test('runs its pods on, unseen; healed after their eviction, it ends them', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const [victim] = untilAtRest(cluster, 3) as [Pod];
    const node = victim.spec.nodeName ?? '';
    const running = processesOf(cluster, victim);
    expect(running.length).toBeGreaterThanOrEqual(2);

    cluster.engine.cut(node);
    cluster.until('its pod is evicted', () => evicted(cluster).length === 1, { withinMs: 400_000, everyMs: 1000 });
    cluster.until('it is replaced', () => cluster.readyPods('app=web').length === 3);
    cluster.advance(60_000);
    // Two of one name now run in the world, though only one is served: the price of not knowing.
    expect(processesOf(cluster, victim)).toEqual(running);

    cluster.engine.heal(node);
    cluster.until('it is ready', () => readiness(cluster, node) === 'True', { withinMs: 30_000 });
    cluster.until('the evicted pod is gone', () => cluster.find('pods', nameOf(victim)) === undefined, {
      withinMs: 60_000,
    });
    expect(processesOf(cluster, victim)).toEqual([]);
    expect(cluster.readyPods('app=web')).toHaveLength(3);
  });

  test('and healed after its pod was deleted by force ends what nobody knows of any more', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const [victim] = untilAtRest(cluster, 3) as [Pod];
    const node = victim.spec.nodeName ?? '';
    cluster.engine.cut(node);
    cluster.until('it is not ready', () => readiness(cluster, node) === 'Unknown');
    cluster.delete('pods', nameOf(victim), { gracePeriodSeconds: 0 });
    cluster.until('it is replaced', () => cluster.readyPods('app=web').length === 3);
    expect(processesOf(cluster, victim)).not.toEqual([]);

    cluster.engine.heal(node);

    cluster.until('it is sound', () => isSound(cluster, node), { withinMs: 30_000 });
    cluster.until('the forgotten pod has ended', () => processesOf(cluster, victim).length === 0, { withinMs: 60_000 });
    expect(cluster.pods('app=web')).toHaveLength(3);
  });

  test('and healed before it is evicted goes on as if nothing had been', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);
    const [victim] = before as [Pod];
    const node = victim.spec.nodeName ?? '';

    cluster.engine.cut(node);
    cluster.until('it is tainted', () => isTainted(cluster, node));
    expect(addressesOf(cluster)).toHaveLength(2);
    cluster.engine.heal(node);

    cluster.until('all are served again', () => addressesOf(cluster).length === 3, { withinMs: 30_000 });
    cluster.during(tolerationMs + 30_000, 'no pod is evicted', () => evicted(cluster).length === 0, 10_000);
    const after = cluster.readyPods('app=web');
    expect(after.map(nameOf)).toEqual(before.map(nameOf));
    for (const { status } of after) expect(status?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect(taintsOf(cluster, node)).toEqual([]);
  });

  test('with all others is no reason to evict anything: rather it is the master that sees none', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);

    cluster.engine.cut('master-0');
    cluster.advance(900_000);
    cluster.engine.heal('master-0');

    cluster.until('all are ready', () => cluster.readyNodes().length === 3, { withinMs: 60_000 });
    cluster.until('all are served', () => addressesOf(cluster).length === 3, { withinMs: 60_000 });
    cluster.during(tolerationMs + 60_000, 'no pod is evicted', () => evicted(cluster).length === 0, 10_000);
    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
    for (const { name } of cluster.cluster.nodes) expect(taintsOf(cluster, name)).toEqual([]);
  });
});

describe('a node whose', () => {
  test('kubelet dies is not heard of, but its pods run on, and are found again', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);
    const [victim] = before as [Pod];
    const node = victim.spec.nodeName ?? '';
    const running = processesOf(cluster, victim).filter((address) => !address.includes('.worker.'));

    cluster.engine.crash(`c.node.${node}.kubelet`);
    cluster.until('it is not ready', () => readiness(cluster, node) === 'Unknown');
    cluster.until('its pod is out', () => addressesOf(cluster).length === 2);
    // Nobody vouches for it, and still it answers.
    expect(cluster.reach(`http://${addressOf(victim)}/`)).toMatchObject({ ok: true, servedBy: nameOf(victim) });
    cluster.advance(tolerationMs / 2);

    cluster.engine.restart(`c.node.${node}.kubelet`);
    cluster.until('its pod is served again', () => addressesOf(cluster).length === 3, { withinMs: 30_000 });
    cluster.until('it is sound', () => isSound(cluster, node), { withinMs: 30_000 });
    cluster.advance(tolerationMs);
    const after = cluster.readyPods('app=web');
    expect(after.map(nameOf)).toEqual(before.map(nameOf));
    for (const { status } of after) expect(status?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect(processesOf(cluster, victim)).toEqual(expect.arrayContaining(running));
  });

  test('container runtime dies says so itself, and is ready again with it', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);
    const [victim] = before as [Pod];
    const node = victim.spec.nodeName ?? '';

    cluster.engine.crash(`c.node.${node}.runtime`);
    cluster.until('it is not ready', () => readiness(cluster, node) !== 'True', { withinMs: 60_000 });
    const ready = cluster.get<Node>('nodes', node).status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
    expect(ready?.message).toContain('container runtime is down');
    cluster.until('it is tainted', () => taintsOf(cluster, node).length === 2);
    expect(taintsOf(cluster, node)).toEqual([
      'node.kubernetes.io/not-ready:NoExecute',
      'node.kubernetes.io/not-ready:NoSchedule',
    ]);
    cluster.advance(tolerationMs / 2);

    cluster.engine.restart(`c.node.${node}.runtime`);
    cluster.until('it is sound', () => isSound(cluster, node), { withinMs: 60_000 });
    cluster.until('its pod is served', () => addressesOf(cluster).length === 3, { withinMs: 30_000 });
    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
    expect(cluster.get<Pod>('pods', nameOf(victim)).status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });
});

describe('a node that is only slow', () => {
  test('is left alone: everything it says comes, three seconds late', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);

    cluster.engine.fault({ from: 'c.node.node-2.>' }, { delayMs: 3000 });
    cluster.engine.fault({ to: 'c.node.node-2.>' }, { delayMs: 1000 });
    cluster.during(600_000, 'it is ready and free of taints', () => isSound(cluster, 'node-2'), 2000);

    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
    expect(addressesOf(cluster)).toHaveLength(3);
  });

  test('is left alone: one in five of its messages is lost', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);

    cluster.engine.fault({ from: 'c.node.node-2.>', to: 'c.master.>', probability: 0.2 }, 'drop');
    cluster.engine.fault({ from: 'c.master.>', to: 'c.node.node-2.>', probability: 0.2 }, 'drop');
    cluster.during(600_000, 'it is ready and free of taints', () => isSound(cluster, 'node-2'), 2000);

    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
  });

  test('is left alone: it was away for less than the grace period', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);

    for (let i = 0; i < 10; i++) {
      cluster.engine.cut('node-2');
      cluster.advance(25_000);
      cluster.engine.heal('node-2');
      cluster.advance(20_000);
      expect(cluster.readyNodes()).toContain('node-2');
    }

    expect(cluster.events('node-2').filter((event) => event.startsWith('NodeNotReady'))).toEqual([]);
    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
  });
});
