/** What the status of a ReplicationController says. */

import { describe, expect, test } from 'vitest';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import { controller, pod, ready } from '../testing/objects.ts';
import { isStatusCurrent, makeStatus } from './replica-status.ts';

const nowMs = fromRfc3339('2026-01-01T00:01:00Z');
const labelled = { meta: { labels: { app: 'web' } } };

test('pods are counted: all, with the template’s labels, ready, and ready for long enough', () => {
  const rc = controller(4, { spec: { minReadySeconds: 10 } });
  const pods = [
    pod('available', labelled),
    pod('just-ready', { ...labelled, status: { conditions: [ready(true, '2026-01-01T00:00:55Z')] } }),
    pod('not-ready', { ...labelled, status: { conditions: [ready(false)] } }),
    pod('old-labels'),
  ];
  expect(makeStatus(rc, pods, undefined, nowMs)).toEqual({
    replicas: 4,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 2,
    observedGeneration: 1,
  });
});

test('counts of nothing are left out, but for the replicas', () => {
  expect(makeStatus(controller(1), [], undefined, nowMs)).toEqual({ replicas: 0, observedGeneration: 1 });
});

describe('a failure', () => {
  test.each([
    ['too few pods', 0, 'FailedCreate'],
    ['too many pods', 3, 'FailedDelete'],
  ])('with %s has the reason', (_, count, reason) => {
    const pods = Array.from({ length: count }, (_, i) => pod(`p${i}`));
    expect(makeStatus(controller(1), pods, 'quota', nowMs).conditions).toEqual([
      { type: 'ReplicaFailure', status: 'True', lastTransitionTime: '2026-01-01T00:01:00Z', reason, message: 'quota' },
    ]);
  });

  test('is not told twice, and goes when it is over; other conditions stay', () => {
    const other = { type: 'Other', status: 'True' };
    const before = controller(1, { status: { conditions: [other] } });
    const failed = makeStatus(before, [], 'quota', nowMs);
    const again = makeStatus({ ...before, status: failed }, [], 'another', nowMs + 1000);
    expect(again.conditions).toBe(failed.conditions);
    expect(makeStatus({ ...before, status: failed }, [], undefined, nowMs).conditions).toEqual([other]);
  });
});

describe('a status is written', () => {
  const rc = controller(1, { status: { replicas: 1, readyReplicas: 1, observedGeneration: 1 } });

  test('where a count changed', () => {
    expect(isStatusCurrent(rc, { replicas: 1, observedGeneration: 1 })).toBe(false);
    expect(isStatusCurrent(rc, { replicas: 1, readyReplicas: 1, observedGeneration: 1 })).toBe(true);
  });

  test('where the spec changed since, though the counts did not', () => {
    const newer = { ...rc, metadata: { ...rc.metadata, generation: 2 } };
    expect(isStatusCurrent(newer, { replicas: 1, readyReplicas: 1, observedGeneration: 2 })).toBe(false);
  });

  test('where a failure came or went', () => {
    const status = makeStatus(rc, [], 'quota', nowMs);
    expect(isStatusCurrent({ ...rc, status }, makeStatus({ ...rc, status }, [], 'quota', nowMs))).toBe(true);
    expect(isStatusCurrent({ ...rc, status }, makeStatus({ ...rc, status }, [], undefined, nowMs))).toBe(false);
  });
});
