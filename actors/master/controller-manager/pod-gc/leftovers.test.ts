/** Which pods nobody else will see to. */

import { describe, expect, test } from 'vitest';
import { node, pod } from '../testing/objects.ts';
import { choosePodsBeyond, isOutOfService, isTerminated, isUnscheduledTerminating } from './leftovers.ts';

const deleted = { deletionTimestamp: '2026-01-01T00:01:00Z' };

/** A pod that has ended, created so many seconds after the others. */
function ended(name: string, second: number, status: object = {}) {
  const creationTimestamp = `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
  return pod(name, { meta: { creationTimestamp }, status: { phase: 'Failed', ...status } });
}

test.each([
  ['a pod that runs', pod('a'), false],
  ['a pod that is being deleted on its node', pod('a', { meta: deleted }), false],
  ['a pod that waits for a node', pod('a', { spec: { nodeName: undefined } }), false],
  ['a pod deleted while it waited', pod('a', { meta: deleted, spec: { nodeName: '' } }), true],
])('unscheduled and terminating: %s', (_, one, is) => {
  expect(isUnscheduledTerminating(one)).toBe(is);
});

test.each([
  ['Pending', false],
  ['Running', false],
  ['Unknown', false],
  ['Succeeded', true],
  ['Failed', true],
])('a pod that is %s has ended: %s', (phase, is) => {
  expect(isTerminated(pod('a', { status: { phase } }))).toBe(is);
});

test.each([
  ['is ready', 'True', true, false],
  ['is silent', 'Unknown', false, false],
  ['is silent and was said to be switched off', 'Unknown', true, true],
] as const)('a node that %s', (_, is, tainted, out) => {
  const taints = tainted ? [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] : [];
  expect(isOutOfService(node('n1', is, { taints }))).toBe(out);
});

describe('of the ended pods beyond the threshold', () => {
  test('the oldest go first', () => {
    const pods = [ended('young', 30), ended('old', 10), ended('middle', 20)];
    expect(choosePodsBeyond(pods, 1).map(({ metadata }) => metadata.name)).toEqual(['old', 'middle']);
  });

  test('the evicted go before them, and names decide between equals', () => {
    const pods = [ended('b', 1), ended('a', 1), ended('evicted', 50, { reason: 'Evicted' })];
    expect(choosePodsBeyond([...pods, ended('newest', 59)], 1).map(({ metadata }) => metadata.name)).toEqual([
      'evicted',
      'a',
      'b',
    ]);
  });

  test('none goes where there are no more, or any number may be', () => {
    const pods = [ended('a', 1), ended('b', 2)];
    expect([choosePodsBeyond(pods, 2), choosePodsBeyond(pods, 0)]).toEqual([[], []]);
  });
});
