/** How far a rolling update may go, and which step comes next. */

import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../../../protocol/objects.ts';
import { deployment, replicaSet } from '../testing/objects.ts';
import { fencepostsOf, growNew, newSize, shrinkOld } from './rolling.ts';

type Limit = number | string;

function rolling(replicas: number, maxSurge: Limit, maxUnavailable: Limit): Deployment {
  return deployment(replicas, {
    spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } },
  });
}

/** A ReplicaSet that asks for so many pods, so many of which are available. */
const set = (name: string, size: number, available = size) =>
  replicaSet(name, size, { status: { availableReplicas: available } });

describe('fenceposts', () => {
  test.each([
    [10, '25%', '25%', { surge: 3, unavailable: 2 }],
    [1, '25%', '25%', { surge: 1, unavailable: 0 }],
    [4, 1, 2, { surge: 1, unavailable: 2 }],
    // Rounding down is not to stop everything.
    [3, '0%', '25%', { surge: 0, unavailable: 1 }],
    [3, 0, 5, { surge: 0, unavailable: 3 }],
    [0, '25%', '25%', { surge: 0, unavailable: 0 }],
  ] as const)('of %i with surge %s and unavailable %s', (replicas, surge, unavailable, posts) => {
    expect(fencepostsOf(rolling(replicas, surge, unavailable))).toEqual(posts);
  });

  test('of one that recreates leave no room', () => {
    expect(fencepostsOf(deployment(3, { spec: { strategy: { type: 'Recreate' } } }))).toEqual({
      surge: 0,
      unavailable: 0,
    });
  });
});

describe('the new ReplicaSet', () => {
  test.each([
    ['grows by the surge beside a full old one', rolling(10, 3, 2), [10, 0], 3],
    ['grows as the old one shrinks', rolling(10, 3, 2), [8, 3], 5],
    ['has all at once where there is no other', rolling(10, 3, 2), [0, 0], 10],
    ['waits while there is no room', rolling(10, 3, 2), [10, 3], undefined],
    ['never grows beyond what is wanted', rolling(4, 4, 0), [3, 3], 4],
    ['shrinks where it is larger than wanted', rolling(2, 1, 0), [0, 5], 2],
    ['is left alone when it is whole', rolling(4, 1, 1), [0, 4], undefined],
  ])('%s', (_, wanted, [before = 0, size = 0], to) => {
    const fresh = set('new', size);
    expect(growNew(wanted, [set('old', before), fresh], fresh)?.to).toBe(to);
  });

  test('of one that recreates begins whole', () => {
    expect(newSize(deployment(4, { spec: { strategy: { type: 'Recreate' } } }), [], 0)).toBe(4);
  });
});

describe('old ReplicaSets', () => {
  const shrunk = (wanted: Deployment, fresh: [number, number], ...old: [number, number][]) => {
    const sets = old.map(([size, available], i) => set(`old-${i}`, size, available));
    return shrinkOld(wanted, set('new', ...fresh), sets).map(({ set: { metadata }, to }) => [metadata.name, to]);
  };

  test.each([
    ['shrink by what may be unavailable', rolling(10, 3, 2), [3, 0], [[10, 10]], [['old-0', 8]]],
    ['shrink as new pods become available', rolling(10, 3, 2), [5, 3], [[8, 8]], [['old-0', 5]]],
    ['wait for new pods', rolling(10, 3, 2), [5, 0], [[8, 8]], []],
    ['never shrink where nothing may be unavailable', rolling(3, 1, 0), [1, 0], [[3, 3]], []],
    [
      'lose pods that are not available first',
      rolling(10, 3, 2),
      [3, 0],
      [
        [2, 0],
        [8, 8],
      ],
      [['old-0', 0]],
    ],
    [
      'shrink the oldest first',
      rolling(10, 3, 2),
      [3, 3],
      [
        [4, 4],
        [6, 6],
      ],
      [
        ['old-0', 0],
        ['old-1', 5],
      ],
    ],
    ['are empty in the end', rolling(4, 1, 1), [4, 4], [[1, 1]], [['old-0', 0]]],
    ['that are empty are left alone', rolling(4, 1, 1), [4, 4], [[0, 0]], []],
  ] as [string, Deployment, [number, number], [number, number][], [string, number][]][])(
    '%s',
    (_, wanted, fresh, old, to) => {
      expect(shrunk(wanted, fresh, ...old)).toEqual(to);
    },
  );
});
