/** How long a pod may stay on a node with these taints. */

import { expect, test } from 'vitest';
import type { Taint, Toleration } from '../../../../protocol/objects.ts';
import { node, pod } from '../testing/objects.ts';
import { evictingTaints, stayOf } from './tolerations.ts';

const unreachable: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
const drained: Taint = { key: 'example.com/drained', value: 'yes', effect: 'NoExecute' };
const tolerates = (key: string, tolerationSeconds?: number): Toleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
});

test.each([
  ['no taint', [], [], 'forever'],
  ['a taint it does not tolerate', [unreachable], [], 0],
  ['a taint it tolerates for a time', [unreachable], [tolerates(unreachable.key, 300)], 300_000],
  ['a taint it tolerates', [unreachable], [tolerates(unreachable.key)], 'forever'],
  ['a taint it tolerates for a negative time', [unreachable], [tolerates(unreachable.key, -5)], 0],
  ['two taints, one of them not tolerated', [unreachable, drained], [tolerates(unreachable.key, 300)], 0],
  [
    'two taints, tolerated for different times',
    [unreachable, drained],
    [tolerates(unreachable.key, 300), tolerates(drained.key, 20)],
    20_000,
  ],
  [
    'two taints, one tolerated for ever',
    [unreachable, drained],
    [tolerates(unreachable.key), tolerates(drained.key, 20)],
    20_000,
  ],
  ['anything, as it tolerates all', [unreachable, drained], [{ operator: 'Exists' }], 'forever'],
  [
    'a taint that it tolerates with another value',
    [drained],
    [{ key: drained.key, operator: 'Equal', value: 'no' }],
    0,
  ],
])('a pod with %s', (_, taints, tolerations, stay) => {
  expect(stayOf(pod('a', { spec: { tolerations } }), taints)).toBe(stay);
});

test('only NoExecute evicts', () => {
  const taints: Taint[] = [
    unreachable,
    { ...drained, effect: 'NoSchedule' },
    { ...drained, effect: 'PreferNoSchedule' },
  ];
  expect(evictingTaints(node('n1', 'True', { taints }))).toEqual([unreachable]);
});
