/** What the conditions of a Deployment say of its rollout, and when. */

import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../../../protocol/objects.ts';
import { fromRfc3339, toRfc3339 } from '../../../../protocol/time.ts';
import { deployment, epoch, replicaSet } from '../testing/objects.ts';
import { type Condition, conditionAt, renewed, withCondition } from './conditions.ts';
import { judgeProgress, noteCreated, noteFound, notePausing, noteRefused, untilDeadlineMs } from './progress.ts';
import { makeStatus, type Rollout } from './status.ts';

const startMs = fromRfc3339(epoch);
const say = (reason: string, status: 'True' | 'False' | 'Unknown' = 'True', atMs = startMs) =>
  conditionAt(atMs, 'Progressing', status, reason, '');
const never = { progressDeadlineSeconds: 2_147_483_647 };

/** A rollout of a Deployment of 4 that had these counts before; the new ReplicaSet has so many pods, so many available. */
function rollout(before: object, [pods, available]: [number, number], given: object = {}): Rollout {
  const status = { replicas: pods, readyReplicas: available, availableReplicas: available, ...given };
  return { deployment: deployment(4, { status: before }), fresh: replicaSet('web-x', 4, { status }), old: [] };
}

/** What is said of it so many seconds after its last condition. */
function judge(one: Rollout, condition: Condition | undefined, seconds: number) {
  const nowMs = startMs + seconds * 1000;
  const status = makeStatus(one, condition === undefined ? [] : [condition], nowMs);
  const conditions = judgeProgress(one, status, nowMs);
  return conditions.find(({ type }) => type === 'Progressing');
}

describe('a rollout', () => {
  test.each([
    [
      'progresses by new pods',
      rollout({ updatedReplicas: 1 }, [2, 0]),
      say('NewReplicaSetCreated'),
      'ReplicaSetUpdated',
    ],
    [
      'progresses by ready pods',
      rollout({ replicas: 4, updatedReplicas: 4 }, [4, 1]),
      say('ReplicaSetUpdated'),
      'ReplicaSetUpdated',
    ],
    [
      'progresses by fewer old ones',
      rollout({ replicas: 6, updatedReplicas: 4 }, [4, 0]),
      say('ReplicaSetUpdated'),
      'ReplicaSetUpdated',
    ],
    [
      'stands still',
      rollout({ replicas: 2, updatedReplicas: 2 }, [2, 0]),
      say('NewReplicaSetCreated'),
      'NewReplicaSetCreated',
    ],
    [
      'is through',
      rollout({ replicas: 4, updatedReplicas: 4 }, [4, 4]),
      say('ReplicaSetUpdated'),
      'NewReplicaSetAvailable',
    ],
    [
      'stays through when a pod fails',
      rollout({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 }, [4, 3]),
      say('NewReplicaSetAvailable'),
      'NewReplicaSetAvailable',
    ],
    [
      'stays through when the pod is ready again',
      rollout({ replicas: 4, updatedReplicas: 4, availableReplicas: 3 }, [4, 4]),
      say('NewReplicaSetAvailable'),
      'NewReplicaSetAvailable',
    ],
  ] as const)('%s', (_, one, condition, reason) => {
    expect(judge(one, condition, 10)?.reason).toBe(reason);
  });

  test.each([
    [600, 'ReplicaSetUpdated', 'True'],
    [601, 'ProgressDeadlineExceeded', 'False'],
  ] as const)('that stood still for %i s', (seconds, reason, status) => {
    const still = rollout({ replicas: 4, updatedReplicas: 4 }, [4, 0]);
    expect(judge(still, say('ReplicaSetUpdated'), seconds)).toMatchObject({ reason, status });
  });

  test('is given the whole deadline again by each progress, though its condition says the same', () => {
    const one = rollout({ replicas: 4, updatedReplicas: 4 }, [4, 1]);
    expect(judge(one, say('ReplicaSetUpdated'), 500)).toMatchObject({
      lastUpdateTime: toRfc3339(startMs + 500_000),
      lastTransitionTime: epoch,
    });
  });

  test('that had timed out may be through yet', () => {
    const late = say('ProgressDeadlineExceeded', 'False');
    expect(judge(rollout({ replicas: 4, updatedReplicas: 4 }, [4, 4]), late, 9000)).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: 'ReplicaSet "web-x" has successfully progressed.',
    });
  });

  test('without a deadline says nothing of its progress', () => {
    const { fresh, old } = rollout({}, [4, 4]);
    expect(
      judge({ deployment: deployment(4, { spec: never }), fresh, old }, say('ReplicaSetUpdated'), 1),
    ).toBeUndefined();
  });

  test('tells why pods cannot be made, and no more once they can', () => {
    const conditions = [
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota', lastTransitionTime: epoch },
    ];
    const failing = rollout({}, [0, 0], { conditions });
    const said = judgeProgress(failing, makeStatus(failing, [], startMs), startMs);
    expect(said).toContainEqual({ ...conditions[0], lastUpdateTime: epoch });
    const well = rollout({}, [1, 0]);
    expect(judgeProgress(well, makeStatus(well, said, startMs), startMs).map(({ type }) => type)).not.toContain(
      'ReplicaFailure',
    );
  });
});

describe('a rollout is judged again by the clock', () => {
  const again = (given: { spec?: object }, condition: Condition, seconds: number, counts: object = {}) =>
    untilDeadlineMs(
      deployment(4, given as Partial<Deployment>),
      { ...counts, observedGeneration: 1, conditions: [condition] },
      startMs + seconds * 1000,
    );

  test.each([
    ['after the deadline, and one second', {}, say('ReplicaSetUpdated'), 100, 501_000],
    ['also when it goes on after a pause', {}, say('DeploymentResumed', 'Unknown'), 100, 501_000],
    ['soon when it is due', {}, say('ReplicaSetUpdated'), 700, 1000],
    ['not when it is through', {}, say('NewReplicaSetAvailable'), 100, undefined],
    ['not when it was given up', {}, say('ProgressDeadlineExceeded', 'False'), 100, undefined],
    ['not without a deadline', { spec: never }, say('ReplicaSetUpdated'), 100, undefined],
  ] as const)('%s', (_, given, condition, seconds, ms) => {
    expect(again(given, condition, seconds)).toBe(ms);
  });
});

describe('it is noted', () => {
  const paused = deployment(4, { spec: { paused: true } });
  const reasons = (conditions: readonly Condition[]) =>
    conditions.map(({ status, reason, message }) => `${status} ${reason}: ${message}`);

  test.each([
    ['that it is paused', paused, say('ReplicaSetUpdated'), ['Unknown DeploymentPaused: Deployment is paused']],
    [
      'that it goes on',
      deployment(4),
      say('DeploymentPaused', 'Unknown'),
      ['Unknown DeploymentResumed: Deployment is resumed'],
    ],
    ['once', paused, say('DeploymentPaused', 'Unknown'), ['Unknown DeploymentPaused: ']],
    [
      'not over a rollout that came to a halt',
      paused,
      say('ProgressDeadlineExceeded', 'False'),
      ['False ProgressDeadlineExceeded: '],
    ],
  ] as const)('%s', (_, one, condition, said) => {
    expect(reasons(notePausing(one, [condition], startMs))).toEqual(said);
  });

  test('which ReplicaSet was made, found, or could not be made', () => {
    const one = rollout({}, [0, 0]);
    expect(reasons(noteCreated(one, [], startMs))).toEqual([
      'True NewReplicaSetCreated: Created new replica set "web-x"',
    ]);
    expect(reasons(noteFound(one, [], startMs))).toEqual(['True FoundNewReplicaSet: Found new replica set "web-x"']);
    expect(noteFound(one, [say('NewReplicaSetAvailable')], startMs)).toHaveLength(1);
    expect(reasons(noteRefused(one.deployment, [], 'why', startMs))).toEqual(['False ReplicaSetCreateError: why']);
  });
});

describe('conditions', () => {
  const later = startMs + 60_000;

  test('that say the same stay as they are; dated anew, only the status keeps its time', () => {
    const before = [say('ReplicaSetUpdated')];
    expect(withCondition(before, say('ReplicaSetUpdated', 'True', later))).toBe(before);
    expect(renewed(before, say('ReplicaSetUpdated', 'True', later))).toMatchObject([
      { lastUpdateTime: toRfc3339(later), lastTransitionTime: epoch },
    ]);
  });

  test('of another status begin now, and come last', () => {
    const other = conditionAt(startMs, 'Available', 'True', 'MinimumReplicasAvailable', '');
    const next = withCondition([say('ReplicaSetUpdated'), other], say('ProgressDeadlineExceeded', 'False', later));
    expect(next[0]).toBe(other);
    expect(next[1]?.lastTransitionTime).toBe(toRfc3339(later));
  });
});

describe('the status', () => {
  const set = (size: number, status: object) => replicaSet('web-y', size, { status });

  test('counts the pods of all ReplicaSets; what is missing by what they are to have', () => {
    const counts = { replicas: 3, readyReplicas: 3, availableReplicas: 2 };
    const fresh = set(2, { replicas: 2, readyReplicas: 1 });
    expect(makeStatus({ deployment: deployment(4), fresh, old: [set(3, counts)] }, [], startMs)).toMatchObject({
      observedGeneration: 1,
      replicas: 5,
      updatedReplicas: 2,
      readyReplicas: 4,
      availableReplicas: 2,
      unavailableReplicas: 3,
    });
  });

  test('leaves zeros out, and keeps how often names collided', () => {
    const one = { deployment: deployment(0, { status: { collisionCount: 1 } }), fresh: undefined, old: [] };
    const { conditions: _, ...status } = makeStatus(one, [], startMs);
    expect(status).toEqual({ observedGeneration: 1, collisionCount: 1 });
  });

  test.each([
    [3, 'True', 'MinimumReplicasAvailable'],
    [2, 'False', 'MinimumReplicasUnavailable'],
  ])('with %i of 4 available, where 1 may be missing', (availableReplicas, status, reason) => {
    const one = { deployment: deployment(4), fresh: set(4, { availableReplicas }), old: [] };
    expect(makeStatus(one, [], startMs).conditions).toMatchObject([{ type: 'Available', status, reason }]);
  });
});
