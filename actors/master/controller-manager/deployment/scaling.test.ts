/** What becomes of the ReplicaSets when the number of replicas changes in the midst of a rollout. */

import { describe, expect, test } from 'vitest';
import type { ReplicaSet } from '../../../../protocol/objects.ts';
import { deployment, epoch, replicaSet } from '../testing/objects.ts';
import { isScaled, scaleAll, sizeAnnotations } from './scaling.ts';

/** A ReplicaSet that was last sized when so many were wanted, at most so many. */
function sized(name: string, size: number, [desired, max]: [number, number], given: object = {}): ReplicaSet {
  const annotations = {
    'deployment.kubernetes.io/desired-replicas': String(desired),
    'deployment.kubernetes.io/max-replicas': String(max),
  };
  return replicaSet(name, size, { meta: { annotations }, ...given });
}

const surge = (maxSurge: number) => ({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge } } });
const told = (resizes: ReturnType<typeof scaleAll>) => resizes.map(({ set, to }) => [set.metadata.name, to]);

test('a ReplicaSet remembers what was asked for', () => {
  expect(sizeAnnotations(deployment(4, { spec: surge(1) }))).toEqual({
    'deployment.kubernetes.io/desired-replicas': '4',
    'deployment.kubernetes.io/max-replicas': '5',
  });
});

describe('somebody has changed the number', () => {
  test.each([
    ['where a ReplicaSet remembers another', [sized('a', 3, [3, 4])], true],
    ['not where all remember this one', [sized('a', 3, [5, 6])], false],
    ['not where only an empty one remembers another', [sized('a', 0, [3, 4]), sized('b', 5, [5, 6])], false],
    ['not where none remembers any', [replicaSet('a', 3)], false],
  ])('%s', (_, sets, is) => {
    expect(isScaled(deployment(5), sets)).toBe(is);
  });
});

describe('scaling', () => {
  test.each([
    ['the only one that has pods takes all', sized('new', 3, [3, 4]), [sized('old', 0, [3, 4])], [['new', 10]]],
    ['even if it is an old one', sized('new', 0, [3, 4]), [sized('old', 3, [3, 4])], [['old', 10]]],
    ['the new one takes all where none has pods', sized('new', 0, [0, 0]), [sized('old', 0, [0, 0])], [['new', 10]]],
    [
      'the newest takes all where there is no new one',
      undefined,
      [sized('a', 0, [0, 0]), sized('b', 0, [0, 0])],
      [['b', 10]],
    ],
    ['one that is as large already stays so', sized('new', 10, [3, 4]), [], []],
  ] as const)('%s', (_, fresh, old, to) => {
    expect(told(scaleAll(deployment(10), fresh, old))).toEqual(to);
  });

  test('each of several gets its share, the largest what rounding leaves', () => {
    // 8 + 5 of at most 13 pods, and now at most 18: 11.08 and 6.92.
    const [fresh, old] = [sized('new', 5, [10, 13]), sized('old', 8, [10, 13])];
    expect(told(scaleAll(deployment(15, { spec: surge(3) }), fresh, [old]))).toEqual([
      ['old', 11],
      ['new', 7],
    ]);
  });

  test('each of several gives its share', () => {
    const [fresh, old] = [sized('new', 5, [10, 13]), sized('old', 8, [10, 13])];
    expect(told(scaleAll(deployment(5, { spec: surge(3) }), fresh, [old]))).toEqual([
      ['old', 5],
      ['new', 3],
    ]);
  });

  test('of two that are equally large the newer grows first, the older shrinks first', () => {
    const later = { creationTimestamp: '2026-01-01T00:05:00Z' };
    const old = sized('old', 5, [10, 10]);
    const fresh = replicaSet('new', 5, { meta: { ...old.metadata, ...later, name: 'new', uid: 'new' } });
    expect(old.metadata.creationTimestamp).toBe(epoch);
    expect(told(scaleAll(deployment(11, { spec: surge(0) }), fresh, [old]))[0]?.[0]).toBe('new');
    expect(told(scaleAll(deployment(9, { spec: surge(0) }), fresh, [old]))[0]?.[0]).toBe('old');
  });

  test('to nothing takes all from all', () => {
    const sets = [sized('old', 8, [10, 13])];
    expect(told(scaleAll(deployment(0), sized('new', 5, [10, 13]), sets))).toEqual([
      ['old', 0],
      ['new', 0],
    ]);
  });

  test('one that keeps its size is told the new number, or the rollout would never go on', () => {
    const sets = [sized('old', 1, [11, 11])];
    const resizes = scaleAll(deployment(12, { spec: surge(0) }), sized('new', 10, [11, 11]), sets);
    expect(told(resizes)).toEqual([
      ['new', 11],
      ['old', 1],
    ]);
  });

  test('what is left of old ones goes when the new one is whole and available', () => {
    const fresh = sized('new', 10, [10, 13], { status: { availableReplicas: 10 } });
    expect(told(scaleAll(deployment(10), fresh, [sized('old', 2, [10, 13])]))).toEqual([['old', 0]]);
  });

  test('of one that recreates deals nothing to several', () => {
    const recreating = deployment(10, { spec: { strategy: { type: 'Recreate' } } });
    expect(scaleAll(recreating, sized('new', 1, [3, 3]), [sized('old', 2, [3, 3])])).toEqual([]);
  });
});
