/** How a kubelet's node comes to be known, and shows that it lives. */

import { describe, expect, test } from 'vitest';
import { stage } from '../../../engine/testing/stage.ts';
import type { NodeConfig } from '../../../protocol/node-config.ts';
import { failure } from '../../../protocol/status.ts';
import { fromRfc3339 } from '../../../protocol/time.ts';
import { kubelet } from './actor.ts';
import { Play } from './testing/play.ts';
import { address, inputOf, nodeBefore } from './testing/samples.ts';

interface Given {
  node?: Partial<NodeConfig>;
  config?: Record<string, unknown>;
  set?: (play: Play) => void;
}

function play({ node, config, set }: Given = {}) {
  const s = stage(kubelet, { address, input: inputOf(node, config) });
  return new Play(s, set);
}

/** A kubelet that is up; what led there is forgotten. */
const running = (given: Given = {}) => play(given).start().forget();

const down = failure.serviceUnavailable('the server is currently unable to handle the request');

describe('a node becomes known', () => {
  test('registered with its size, labels and taints, not ready yet', () => {
    const taints = [{ key: 'dedicated', effect: 'NoSchedule' }];
    const one = play({ node: { labels: { disk: 'ssd' }, taints }, set: (it) => it.silent.add('object.patch') });
    one.settle();
    expect(one.node.metadata.labels).toMatchObject({ 'kubernetes.io/hostname': 'n1', disk: 'ssd' });
    expect(one.node.spec?.taints).toEqual(taints);
    expect(one.node.status?.capacity).toMatchObject({ cpu: '4', pods: '110' });
    expect(one.condition('Ready')).toMatchObject({
      status: 'False',
      message: 'container runtime status check may not have completed yet',
    });
  });

  test('and tells so', () => {
    expect(play().start().events).toEqual([
      'Normal Starting: Starting kubelet.',
      'Normal NodeAllocatableEnforced: Updated Node Allocatable limit across pods',
      'Normal NodeHasSufficientMemory: Node n1 status is now: NodeHasSufficientMemory',
      'Normal NodeHasNoDiskPressure: Node n1 status is now: NodeHasNoDiskPressure',
      'Normal NodeHasSufficientPID: Node n1 status is now: NodeHasSufficientPID',
      'Normal NodeReady: Node n1 status is now: NodeReady',
    ]);
  });

  test('its first readiness is posted at once', () => {
    const one = play().start();
    expect(one.condition('Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    expect(one.stage.now).toBe(Date.UTC(2026, 0, 1));
  });

  test('an API server that is away is tried after 100 ms, 200 ms, and so on up to every 7 s', () => {
    const one = play({ set: (it) => it.refusals.set('object.create nodes', down) });
    one.settle();
    const times: number[] = [];
    for (let ms = 0, seen = 1; ms < 30_000; ms += 100) {
      one.pass(100, 100);
      const tries = one.asked.filter((asked) => asked.startsWith('object.create nodes')).length;
      if (tries > seen) times.push(ms + 100);
      seen = tries;
    }
    expect(times.map((ms, i) => ms - (times[i - 1] ?? 0))).toEqual([200, 400, 800, 1600, 3200, 6400, 7000, 7000]);
    expect(one.events).toEqual([]);
    one.refusals.clear();
    one.pass(7000);
    one.start();
    expect(one.events).toContain('Normal Starting: Starting kubelet.');
    expect(one.events).toContain('Normal NodeReady: Node n1 status is now: NodeReady');
  });

  test('one that is there already is taken over: the well-known labels are put right, and all others left alone', () => {
    const before = nodeBefore({ 'kubernetes.io/os': 'plan9', disk: 'hdd', team: 'blue' });
    const one = play({ node: { labels: { disk: 'ssd' } }, set: (it) => it.put('nodes', before) });
    one.start();
    expect(one.node.metadata.labels).toMatchObject({ 'kubernetes.io/os': 'linux', disk: 'hdd', team: 'blue' });
    expect(one.asked.filter((asked) => asked.endsWith('nodes/n1')).slice(0, 3)).toEqual([
      'object.create nodes/n1',
      'object.get nodes/n1',
      'object.patch nodes/n1',
    ]);
  });

  test('told not to register, it waits for somebody to make the node', () => {
    const one = play({ config: { 'register-node': false } });
    one.settle();
    one.pass(20_000);
    expect(one.asked).not.toContain('object.create nodes/n1');
    one.put('nodes', nodeBefore());
    one.pass(7000);
    one.start();
    expect(one.lease.spec?.holderIdentity).toBe('n1');
  });
});

describe('the lease', () => {
  const name = 'leases.coordination.k8s.io/n1';
  const isLease = (asked: string) => asked.includes(name) || asked.includes('leases.coordination.k8s.io');

  test('is made once the node is known, owned by it', () => {
    const one = play().start();
    expect(one.lease).toMatchObject({
      metadata: {
        namespace: 'kube-node-lease',
        name: 'n1',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'uid-n1' }],
      },
      spec: { holderIdentity: 'n1', leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:00.000000Z' },
    });
  });

  test('is renewed every 10 s, without being read', () => {
    const one = running();
    one.pass(103_000);
    const writes = one.asked.filter(isLease);
    expect(writes.length).toBeGreaterThanOrEqual(9);
    expect(new Set(writes)).toEqual(new Set([`object.replace ${name}`]));
    expect(one.stage.now - fromRfc3339(one.lease.spec?.renewTime ?? '')).toBeLessThan(11_000);
  });

  test('somebody else wrote it: it is read, and renewed from that', () => {
    const one = running();
    one.refusals.set(
      'object.replace leases',
      failure.conflict('leases.coordination.k8s.io', 'n1', 'the object has been modified'),
    );
    one.pass(10_200);
    one.refusals.clear();
    one.pass(1000, 100);
    expect(one.asked.filter(isLease)).toEqual([
      `object.replace ${name}`,
      `object.get ${name}`,
      `object.replace ${name}`,
    ]);
  });

  test('without an API server it is asked for again after 200 ms, 400 ms, and so on up to every 7 s', () => {
    const one = running();
    one.refusals.set('object', down);
    one.pass(40_000, 100);
    const tries = one.asked.filter(isLease).length;
    expect(tries).toBeGreaterThan(7);
    expect(tries).toBeLessThan(12);
    one.refusals.clear();
    one.pass(7100, 100);
    expect(one.stage.now - fromRfc3339(one.lease.spec?.renewTime ?? '')).toBeLessThan(7100);
  });

  test('that was deleted is made anew', () => {
    const one = running();
    one.objects.delete(name);
    one.pass(12_000, 100);
    expect(one.lease.spec?.holderIdentity).toBe('n1');
  });
});

describe('the status', () => {
  const posts = (one: Play) => one.asked.filter((asked) => asked === 'object.patch nodes/n1/status').length;

  test('that does not change is posted every 5 min', () => {
    const one = running();
    one.pass(285_000);
    expect(posts(one)).toBe(0);
    one.pass(40_000);
    expect(posts(one)).toBe(1);
  });

  test('that changed is posted within 10 s, and told', () => {
    const one = running();
    const network = {
      status: false,
      reason: 'NetworkPluginNotReady',
      message: 'Network plugin returns error: cni plugin not initialized',
    };
    one.runtimeSays('runtime.changed', { version: 'containerd://1.7.13', network });
    one.pass(11_000);
    expect(posts(one)).toBe(1);
    expect(one.condition('Ready')).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
    expect(one.events).toEqual(['Normal NodeNotReady: Node n1 status is now: NodeNotReady']);
  });

  test('a runtime that does not answer for 30 s makes the node not ready, and ready again when it does', () => {
    const one = running();
    one.loseRuntime();
    one.pass(29_000);
    expect(one.condition('Ready')?.status).toBe('True');
    one.pass(13_000);
    expect(one.condition('Ready')).toMatchObject({ status: 'False', message: 'container runtime is down' });
    one.runtimeIsUp = true;
    one.pass(22_000);
    expect(one.condition('Ready')?.status).toBe('True');
    expect(one.events).toEqual([
      'Normal NodeNotReady: Node n1 status is now: NodeNotReady',
      'again: Node n1 status is now: NodeReady',
    ]);
  });

  test('that cannot be posted is tried five times, and again with the next computation', () => {
    const one = running();
    one.refusals.set('object.patch nodes', down);
    one.runtimeSays('runtime.changed', {
      version: 'containerd://1.7.13',
      network: { status: false, reason: 'x', message: 'y' },
    });
    one.pass(11_000);
    expect(posts(one)).toBe(5);
    one.pass(11_000);
    expect(posts(one)).toBe(10);
    one.refusals.clear();
    one.pass(11_000);
    expect(one.condition('Ready')?.status).toBe('False');
  });

  test('that somebody else changed is put right', () => {
    const one = running();
    const conditions = (one.node.status?.conditions ?? []).map((condition) =>
      condition.type === 'Ready' ? { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown' } : condition,
    );
    one.put('nodes', { ...one.node, status: { ...one.node.status, conditions } });
    one.pass(11_000);
    expect(one.condition('Ready')?.status).toBe('True');
  });

  test('a machine that was booted anew says so, once', () => {
    const one = play({ set: (it) => it.put('nodes', nodeBefore({}, 7)) }).start();
    one.pass(30_000);
    const bootID = one.node.status?.nodeInfo?.bootID;
    expect(one.events.filter((event) => event.includes('Rebooted'))).toEqual([
      `Warning Rebooted: Node n1 has been rebooted, boot id: ${bootID}`,
    ]);
    expect(bootID).not.toBe(nodeBefore({}, 7).status?.nodeInfo?.bootID);
  });

  test('a kubelet that was only started again does not', () => {
    const one = play({ set: (it) => it.put('nodes', nodeBefore()) }).start();
    one.pass(30_000);
    expect(one.events.join()).not.toContain('Rebooted');
  });
});
