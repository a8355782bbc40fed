/** What controllers ask of a pod's state. */

import { expect, test } from 'vitest';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import { pod, ready } from '../testing/objects.ts';
import { isActive, isAvailable, isEnded, isReady } from './pod-state.ts';

const nowMs = fromRfc3339('2026-01-01T00:01:00Z');

test.each([
  ['says so', pod('a'), true],
  ['says it is not', pod('a', { status: { conditions: [ready(false)] } }), false],
  ['says nothing', pod('a', { status: { conditions: [] } }), false],
  ['has no status', { ...pod('a'), status: undefined } as unknown as ReturnType<typeof pod>, false],
])('a pod that %s', (_, one, is) => {
  expect(isReady(one)).toBe(is);
});

test.each([
  ['at once, where it need not last', '2026-01-01T00:01:00Z', 0, true],
  ['not before it has lasted', '2026-01-01T00:00:30Z', 30, false],
  ['after it has lasted', '2026-01-01T00:00:29Z', 30, true],
])('a ready pod is available %s', (_, since, minReadySeconds, is) => {
  expect(isAvailable(pod('a', { status: { conditions: [ready(true, since)] } }), minReadySeconds, nowMs)).toBe(is);
});

test.each([
  ['Pending', false, true],
  ['Running', false, true],
  ['Unknown', false, true],
  ['Succeeded', true, false],
  ['Failed', true, false],
])('a pod that is %s: ended %s, active %s', (phase, ended, active) => {
  const one = pod('a', { status: { phase } });
  expect([isEnded(one), isActive(one)]).toEqual([ended, active]);
});

test('a pod that is being deleted is not active', () => {
  expect(isActive(pod('a', { meta: { deletionTimestamp: '2026-01-01T00:01:00Z' } }))).toBe(false);
});
