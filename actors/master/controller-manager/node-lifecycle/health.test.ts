/** Whether a node is heard of. */

import { describe, expect, test } from 'vitest';
import type { Lease, Node } from '../../../../protocol/objects.ts';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import { epoch, lease, node } from '../testing/objects.ts';
import { conditionOf, judgeHealth, type NodeHealth } from './health.ts';

const grace = { monitorMs: 40_000, startupMs: 60_000 };
const heard: NodeHealth = { ready: conditionOf(node('n1'), 'Ready'), heardAtMs: 0, renewTime: '2026-01-01T00:00:00Z' };
const oldLease = lease('n1', '2026-01-01T00:00:00Z');

/** The verdict so many ms after the node was last heard of; both clocks began at that time. */
function judge(afterMs: number, seen: Node, before: NodeHealth | 'unknown' = heard, its: Lease | 'none' = oldLease) {
  const clocks = { nowMs: fromRfc3339(epoch) + afterMs, monotonicMs: afterMs };
  return judgeHealth(seen, before === 'unknown' ? undefined : before, its === 'none' ? undefined : its, grace, clocks);
}

describe('a node is heard of', () => {
  test('when its status says another heartbeat', () => {
    const { health, changed } = judge(50_000, node('n1', 'True', { heartbeat: '2026-01-01T00:00:10Z' }));
    expect([health.heardAtMs, changed]).toEqual([50_000, undefined]);
  });

  test('when its lease was renewed, whatever the status says', () => {
    const { health, changed } = judge(50_000, node('n1'), heard, lease('n1', '2026-01-01T00:00:10Z'));
    expect([health.heardAtMs, changed]).toEqual([50_000, undefined]);
  });

  test('when it is seen for the first time, however old its heartbeat is', () => {
    const { health, changed } = judge(900_000, node('n1'), 'unknown');
    expect([health.heardAtMs, changed]).toEqual([900_000, undefined]);
  });

  test('not when the lease is put back to an earlier time', () => {
    expect(judge(30_000, node('n1'), heard, lease('n1', '2025-12-31T23:00:00Z')).health.heardAtMs).toBe(0);
  });

  test('whatever time its own clock stamps', () => {
    const { changed } = judge(50_000, node('n1', 'True', { heartbeat: '1999-01-01T00:00:00Z' }));
    expect(changed).toBeUndefined();
  });
});

describe('a node that is silent', () => {
  test('is left alone for the grace period, to its very end', () => {
    expect(judge(40_000, node('n1')).changed).toBeUndefined();
  });

  test('is marked after it: what its kubelet says becomes Unknown, what others say stays', () => {
    const said = node('n1');
    const network = { type: 'NetworkUnavailable', status: 'False' };
    const seen: Node = { ...said, status: { conditions: [...(said.status?.conditions ?? []), network] } };
    const { changed, observed, current } = judge(40_001, seen);
    expect([observed.status, current?.status]).toEqual(['True', 'Unknown']);
    const conditions = changed?.status?.conditions ?? [];
    expect(conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`)).toEqual([
      'Ready=Unknown NodeStatusUnknown',
      'NetworkUnavailable=False undefined',
      'MemoryPressure=Unknown NodeStatusNeverUpdated',
      'DiskPressure=Unknown NodeStatusNeverUpdated',
      'PIDPressure=Unknown NodeStatusNeverUpdated',
    ]);
    expect(conditions[0]).toMatchObject({
      message: 'Kubelet stopped posting node status.',
      lastHeartbeatTime: epoch,
      lastTransitionTime: '2026-01-01T00:00:40Z',
    });
  });

  test('is not written again while it stays so', () => {
    const marked = judge(40_001, node('n1')).changed as Node;
    expect(judge(60_000, marked).changed).toBeUndefined();
  });

  test('is not made silent by a clock that is set an hour ahead', () => {
    // Silence was measured by the time of day: when that jumped, every node was marked.
    const clocks = { nowMs: fromRfc3339(epoch) + 3_600_000, monotonicMs: 1000 };
    expect(judgeHealth(node('n1'), heard, oldLease, grace, clocks).changed).toBeUndefined();
  });
});

describe('a node that never reported', () => {
  test('has the longer grace period from its creation on', () => {
    const first = judge(0, node('n1', 'never'), 'unknown', 'none');
    const later = (ms: number) =>
      judgeHealth(node('n1', 'never'), first.health, undefined, grace, {
        nowMs: fromRfc3339(epoch) + ms,
        monotonicMs: ms,
      });
    expect(later(60_000).changed).toBeUndefined();
    const conditions = later(60_001).changed?.status?.conditions ?? [];
    expect(conditions.map(({ reason }) => reason)).toEqual(Array(4).fill('NodeStatusNeverUpdated'));
    expect(conditions[0]).toMatchObject({ message: 'Kubelet never posted node status.', lastHeartbeatTime: epoch });
  });

  test('is left alone as long as its lease is renewed', () => {
    const first = judge(0, node('n1', 'never'), 'unknown');
    const again = judge(100_000, node('n1', 'never'), first.health, lease('n1', '2026-01-01T00:01:30Z'));
    expect(again.changed).toBeUndefined();
  });
});
