/** Which pods go first when there are too many. */

import { expect, test } from 'vitest';
import type { Pod } from '../../../../protocol/objects.ts';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import { pod, ready } from '../testing/objects.ts';
import { choosePodsToDelete } from './deletion-order.ts';

const nowMs = fromRfc3339('2026-01-01T01:00:00Z');
const cost = (value: string) => ({
  meta: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': value } },
});
const restarts = (restartCount: number) => ({
  status: { containerStatuses: [{ name: 'server', restartCount, image: '', imageID: '', ready: true }] },
});
const on = (name: string, nodeName: string) => pod(name, { spec: { nodeName } });

/** The one that goes first of two. */
function first(a: Pod, b: Pod, related: readonly Pod[] = []): string | undefined {
  const forth = choosePodsToDelete([a, b], related, 1, nowMs)[0]?.metadata.name;
  const back = choosePodsToDelete([b, a], related, 1, nowMs)[0]?.metadata.name;
  return forth === back ? forth : undefined;
}

test.each([
  ['one without a node', pod('x', { spec: { nodeName: '' } }), pod('y')],
  ['one that is pending', pod('x', { status: { phase: 'Pending' } }), pod('y', { status: { phase: 'Unknown' } })],
  ['one in an unknown phase', pod('x', { status: { phase: 'Unknown' } }), pod('y')],
  ['one that is not ready', pod('x', { status: { conditions: [ready(false)] } }), pod('y')],
  ['one that costs less', pod('x', cost('-5')), pod('y', cost('3'))],
  ['one that costs less than nothing said', pod('x', cost('-1')), pod('y')],
  [
    'one that became ready later',
    pod('x', { status: { conditions: [ready(true, '2026-01-01T00:59:00Z')] } }),
    pod('y', { status: { conditions: [ready(true, '2026-01-01T00:01:00Z')] } }),
  ],
  ['one that restarted more often', pod('x', restarts(3)), pod('y', restarts(1))],
  [
    'one that was created later',
    pod('x', { meta: { creationTimestamp: '2026-01-01T00:59:00Z' } }),
    pod('y', { meta: { creationTimestamp: '2026-01-01T00:00:00Z' } }),
  ],
])('%s goes first', (_, x, y) => {
  expect(first(x, y)).toBe('x');
});

test.each([
  [
    'a node counts for more than a phase',
    pod('x', { spec: { nodeName: '' } }),
    pod('y', { status: { phase: 'Pending' } }),
  ],
  [
    'a phase for more than being ready',
    pod('x', { status: { phase: 'Pending' } }),
    pod('y', { status: { conditions: [ready(false)] } }),
  ],
  ['being ready for more than the cost', pod('x', { status: { conditions: [ready(false)] } }), pod('y', cost('-9'))],
  ['the cost for more than neighbours', pod('x', cost('-1')), on('y', 'crowded')],
])('%s', (_, x, y) => {
  expect(first(x, y, [on('1', 'crowded'), on('2', 'crowded')])).toBe('x');
});

test('one that shares its node with more of the same owner goes first', () => {
  const related = [on('1', 'crowded'), on('2', 'crowded'), on('3', 'n1')];
  expect(first(on('x', 'crowded'), on('y', 'n1'), related)).toBe('x');
});

test('neighbours that have ended, or are going, do not count', () => {
  const gone = pod('1', { spec: { nodeName: 'crowded' }, status: { phase: 'Failed' } });
  const going = pod('2', { spec: { nodeName: 'crowded' }, meta: { deletionTimestamp: '2026-01-01T00:01:00Z' } });
  const newer = pod('y', { meta: { creationTimestamp: '2026-01-01T00:59:00Z' } });
  expect(first(on('x', 'crowded'), newer, [gone, going])).toBe('y');
});

test('pods of about the same age, by powers of two, are chosen by uid: not always the youngest', () => {
  // 20 and 30 minutes are in one class, that from 2^50 to 2^51 ns.
  const at = (name: string, minute: number) =>
    pod(name, { meta: { creationTimestamp: `2026-01-01T00:${minute}:00Z` } });
  expect(first(at('a', 30), at('b', 40))).toBe('a');
});

test('a cost that is none counts as nothing', () => {
  const newer = pod('x', { meta: { creationTimestamp: '2026-01-01T00:59:00Z' } });
  for (const wrong of ['cheap', '01', '+1', '1.5', '99999999999'])
    expect(first(newer, pod('y', cost(wrong)))).toBe('x');
});

test('as many go as were asked for; all of them in any order', () => {
  const pods = [on('a', 'n1'), on('b', ''), on('c', 'n1')];
  expect(choosePodsToDelete(pods, [], 3, nowMs)).toEqual(pods);
  expect(choosePodsToDelete(pods, [], 2, nowMs)).toHaveLength(2);
});
