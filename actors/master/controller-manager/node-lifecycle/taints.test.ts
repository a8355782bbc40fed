/** The taints that a node's conditions ask for. */

import { describe, expect, test } from 'vitest';
import type { Node, Taint } from '../../../../protocol/objects.ts';
import { node } from '../testing/objects.ts';
import {
  isNeeded,
  noExecuteChange,
  noScheduleChange,
  notReadyTaint,
  reachableChange,
  taintCall,
  unreachableTaint,
} from './taints.ts';

const keepsOff = (key: string): Taint => ({ key: `node.kubernetes.io/${key}`, effect: 'NoSchedule' });

/** A node with one more condition. */
function saying(type: string, status: string, taints: Taint[] = []): Node {
  const said = node('n1', 'True', { taints });
  return { ...said, status: { conditions: [...(said.status?.conditions ?? []), { type, status }] } };
}

describe('new pods are kept off a node', () => {
  test.each([
    ['that is ready', node('n1'), []],
    ['that is not ready', node('n1', 'False'), ['not-ready']],
    ['that is not heard of', node('n1', 'Unknown'), ['unreachable']],
    ['short of memory', saying('MemoryPressure', 'True'), ['memory-pressure']],
    ['short of disk', saying('DiskPressure', 'True'), ['disk-pressure']],
    ['short of pids', saying('PIDPressure', 'True'), ['pid-pressure']],
    ['without network', saying('NetworkUnavailable', 'True'), ['network-unavailable']],
    ['that may or may not be short of memory', saying('MemoryPressure', 'Unknown'), []],
    ['that is cordoned', node('n1', 'True', { spec: { unschedulable: true } }), ['unschedulable']],
  ])('%s', (_, seen, keys) => {
    expect(noScheduleChange(seen).add).toEqual(keys.map(keepsOff));
  });

  test('no longer when the reason has gone; what others put there stays', () => {
    const mine: Taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };
    const { add, remove } = noScheduleChange(node('n1', 'True', { taints: [mine, keepsOff('not-ready')] }));
    expect([add, remove]).toEqual([[], [keepsOff('not-ready')]]);
  });

  test('and its pods are none of this: those taints have another effect', () => {
    const change = noScheduleChange(node('n1', 'Unknown', { taints: [unreachableTaint, keepsOff('unreachable')] }));
    expect(isNeeded(change)).toBe(false);
  });
});

describe('pods are evicted', () => {
  const ready = (status: string) => ({ type: 'Ready', status });

  test('by one taint at a time', () => {
    const seen = node('n1', 'Unknown', { taints: [notReadyTaint] });
    expect(noExecuteChange(seen, ready('Unknown'))).toMatchObject({ add: [unreachableTaint], remove: [notReadyTaint] });
    expect(noExecuteChange(seen, ready('False'))).toMatchObject({ add: [notReadyTaint], remove: [unreachableTaint] });
    expect(noExecuteChange(seen, ready('True'))).toBeUndefined();
  });

  test('no longer once the node is reachable', () => {
    expect(isNeeded(reachableChange(node('n1', 'True', { taints: [unreachableTaint] })))).toBe(true);
    expect(isNeeded(reachableChange(node('n1', 'True', { taints: [keepsOff('not-ready')] })))).toBe(false);
  });
});

describe('the change is written', () => {
  const nowMs = 1767225600000;

  test('with the time, over this very version of the node', () => {
    const seen = node('n1', 'Unknown', { taints: [notReadyTaint] });
    const { body } = taintCall({ node: seen, add: [unreachableTaint], remove: [notReadyTaint] }, nowMs);
    expect(body).toMatchObject({
      name: 'n1',
      patch: {
        metadata: { resourceVersion: '1' },
        spec: { taints: [{ ...unreachableTaint, timeAdded: '2026-01-01T00:00:00Z' }] },
      },
    });
  });

  test('so that the last taint takes the list with it', () => {
    const { body } = taintCall(reachableChange(node('n1', 'True', { taints: [unreachableTaint] })), nowMs);
    expect(body).toMatchObject({ patch: { spec: { taints: null } } });
  });

  test('so that a taint that is there keeps its time', () => {
    const since = { ...unreachableTaint, timeAdded: '2025-12-31T00:00:00Z' };
    const seen = node('n1', 'Unknown', { taints: [since] });
    const { body } = taintCall({ node: seen, add: [unreachableTaint], remove: [] }, nowMs);
    expect(body).toMatchObject({ patch: { spec: { taints: [since] } } });
  });
});
