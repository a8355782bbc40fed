/**
 * Goal: one flat network: every pod reaches every other by its own address, wherever both are; what cuts a node's network
 * cuts its pods, and nothing else.
 *
 * Method: pods on several nodes ask each other, each pair both ways, while wires are cut and healed, a node joins, and a
 * node's network begins anew.
 */

import { describe, expect, test } from 'vitest';
import type { Packet } from '../../protocol/messages/network.ts';
import type { Node, Pod, Service } from '../../protocol/objects.ts';
import { addressOf, nameOf, webPods } from '../web.ts';
import { type World, world } from '../world.ts';

/** Waits until so many pods serve. */
function untilServing(cluster: World, pods: number): Pod[] {
  cluster.until(`${pods} pods serve`, () => {
    const ready = cluster.readyPods('app=web');
    return ready.length === pods && ready.every((pod) => cluster.reach(`http://${addressOf(pod)}/`).ok);
  });
  return cluster.readyPods('app=web');
}

const nodeOf = ({ spec }: Pod) => spec.nodeName ?? '';

/** Asks one pod from inside another. */
function reaches(cluster: World, from: Pod, to: Pod): boolean {
  return cluster.exec(nameOf(from), ['wget', '-qO-', `http://${addressOf(to)}/`]).exitCode === 0;
}

/** All pairs of different pods. */
function pairsOf(pods: readonly Pod[]): [Pod, Pod][] {
  return pods.flatMap((from) => pods.filter((to) => to !== from).map((to): [Pod, Pod] => [from, to]));
}

/** The pairs that reach each other, as `from > to`. */
function reachingPairs(cluster: World, pods: readonly Pod[]): string[] {
  const reaching = pairsOf(pods).filter(([from, to]) => reaches(cluster, from, to));
  return reaching.map(([from, to]) => `${nameOf(from)} > ${nameOf(to)}`).sort();
}

/** Cuts a node off from the rest of the cluster, though not from whoever tests it. Gives what heals it again. */
function cutOff(cluster: World, node: string): () => void {
  const others = cluster.cluster.nodes.map(({ name }) => name).filter((name) => name !== node);
  for (const other of [...others, 'master-0', 'master-1']) cluster.engine.cut(node, other);
  return () => cluster.engine.heal(node);
}

describe('any two pods', () => {
  test('reach each other directly, on one node and across nodes', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(6));
    const pods = untilServing(cluster, 6);
    expect(new Set(pods.map(nodeOf)).size).toBe(3);

    expect(reachingPairs(cluster, pods)).toEqual(
      pairsOf(pods)
        .map(([a, b]) => `${nameOf(a)} > ${nameOf(b)}`)
        .sort(),
    );
  });

  test('have addresses of their own, out of the range of their node', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(6));
    const pods = untilServing(cluster, 6);

    const ranges = new Map(cluster.list<Node>('nodes').map(({ metadata, spec }) => [metadata.name, spec?.podCIDR]));
    expect([...ranges.values()].toSorted()).toEqual(['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24']);
    for (const pod of pods) expect(`${addressOf(pod).replace(/\.\d+$/, '')}.0/24`).toBe(ranges.get(nodeOf(pod)));
    expect(new Set(pods.map(addressOf)).size).toBe(6);
  });

  test('see each other by those addresses: nothing between them is translated', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(webPods(2));
    const [asker, asked] = untilServing(cluster, 2) as [Pod, Pod];
    expect(nodeOf(asker)).not.toBe(nodeOf(asked));
    const arriving: Packet[] = [];
    cluster.engine.intercept((message, { receiver }) => {
      const isForAsked = receiver.includes(`.pod.${asked.metadata.uid}.`) && message.type === 'packet.forward';
      if (isForAsked) arriving.push(message.body as Packet);
      return 'pass';
    });

    expect(reaches(cluster, asker, asked)).toBe(true);

    const requests = arriving.filter(({ payload }) => payload.kind === 'request');
    expect(requests.length).toBeGreaterThan(0);
    for (const { src, dst } of requests) {
      expect(src.ip).toBe(addressOf(asker));
      expect(dst).toEqual({ ip: addressOf(asked), port: 80 });
    }
  });

  test('are told at once when there is no such pod, or nothing listens', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(webPods(2));
    const [asker, asked] = untilServing(cluster, 2) as [Pod, Pod];

    expect(cluster.reach(`http://${addressOf(asked)}:81/`).failure).toBe('refused');
    // An address of the other node's range that no pod has.
    const nobody = addressOf(asked).replace(/\d+$/, '200');
    expect(cluster.reach(`http://${nobody}/`).failure).toBe('unreachable');
    expect(cluster.exec(nameOf(asker), ['wget', '-qO-', `http://${nobody}/`]).exitCode).toBe(1);

    // A pod that ended is nobody any more, and its successor has an address that was not its own.
    cluster.delete('pods', nameOf(asked), { gracePeriodSeconds: 1 });
    cluster.until('it is gone', () => cluster.find('pods', nameOf(asked)) === undefined);
    const successors = untilServing(cluster, 2);
    expect(successors.map(addressOf)).not.toContain(addressOf(asked));
    expect(cluster.reach(`http://${addressOf(asked)}/`).failure).toBe('unreachable');
  });

  test('reach each other though one shares the network of its node', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(webPods(1));
    const host: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'host', labels: { app: 'host' } },
      spec: {
        hostNetwork: true,
        containers: [{ name: 'server', image: 'httpd:2.4', ports: [{ containerPort: 8080 }] }],
      },
    };
    cluster.create(host);
    const [pod] = untilServing(cluster, 1) as [Pod];
    cluster.until('the other runs too', () => cluster.readyPods('app=host').length === 1);
    const onNode = cluster.get<Pod>('pods', 'host');

    expect(addressOf(onNode)).toBe(onNode.status?.hostIP);
    expect(reaches(cluster, onNode, pod)).toBe(true);
    const command = ['wget', '-qO-', `http://${addressOf(onNode)}:8080/`];
    expect(cluster.exec(nameOf(pod), command).exitCode).toBe(0);
  });
});

describe('cutting', () => {
  test('a node’s network cuts its pods from all others, and only those; healing joins them again', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(6));
    const pods = untilServing(cluster, 6);
    const all = reachingPairs(cluster, pods);
    const isApart = (pod: Pod) => nodeOf(pod) === 'node-2';
    expect(pods.filter(isApart)).not.toEqual([]);

    const heal = cutOff(cluster, 'node-2');
    const together = pairsOf(pods).filter(([a, b]) => isApart(a) === isApart(b));
    expect(reachingPairs(cluster, pods)).toEqual(together.map(([a, b]) => `${nameOf(a)} > ${nameOf(b)}`).sort());

    heal();
    expect(reachingPairs(cluster, pods)).toEqual(all);
    // None of it was anything the pods themselves had to notice.
    for (const pod of cluster.pods('app=web')) expect(pod.status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });

  test('one way is enough to silence both: a question or its answer is lost', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(webPods(2));
    const [one, other] = untilServing(cluster, 2) as [Pod, Pod];
    expect(nodeOf(one)).not.toBe(nodeOf(other));

    const cut = cluster.engine.cut(nodeOf(one), nodeOf(other), { oneWay: true });
    expect(reachingPairs(cluster, [one, other])).toEqual([]);

    cut.heal();
    expect(reachingPairs(cluster, [one, other])).toHaveLength(2);
  });

  test('two nodes from each other leaves both with the rest', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    const pods = untilServing(cluster, 3);
    const on = (node: string) => pods.find((pod) => nodeOf(pod) === node) as Pod;
    const [a, b, c] = [on('node-1'), on('node-2'), on('node-3')];

    cluster.engine.cut('node-1', 'node-2');

    expect([reaches(cluster, a, b), reaches(cluster, b, a)]).toEqual([false, false]);
    for (const [from, to] of [...pairsOf([a, c]), ...pairsOf([b, c])]) expect(reaches(cluster, from, to)).toBe(true);
  });
});

describe('a node', () => {
  test('that joins later is part of the network as soon as it has pods', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(webPods(2));
    const early = untilServing(cluster, 2);

    cluster.join('late');
    cluster.until('it is ready', () => cluster.readyNodes().includes('late'));
    cluster.scale('replicationcontrollers', 'web', 4);
    const pods = untilServing(cluster, 4);
    const late = pods.filter((pod) => nodeOf(pod) === 'late');

    expect(late).not.toEqual([]);
    for (const [from, to] of pairsOf(pods)) expect(reaches(cluster, from, to)).toBe(true);
    expect(early.map(nodeOf)).not.toContain('late');
  });

  test('whose network begins anew has its pods and Services back, with the addresses they had', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(webPods(4));
    const service: Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    };
    cluster.create(service);
    const pods = untilServing(cluster, 4);
    cluster.until('the Service answers', () => cluster.reach('http://web.default/', 'node-1').ok);

    cluster.engine.restart('c.node.node-1.network');

    cluster.until('the Service answers again', () => cluster.reach('http://web.default/', 'node-1').ok, {
      withinMs: 10_000,
    });
    for (const [from, to] of pairsOf(pods)) expect(reaches(cluster, from, to)).toBe(true);
    expect(cluster.readyPods('app=web').map(addressOf)).toEqual(pods.map(addressOf));
    // What comes later is given none of the addresses in use.
    cluster.scale('replicationcontrollers', 'web', 8);
    expect(new Set(untilServing(cluster, 8).map(addressOf)).size).toBe(8);
  });
});
