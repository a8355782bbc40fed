/** What becomes of an object by what became of its owners. */

import { expect, test } from 'vitest';
import type { KubernetesObject, ObjectMeta } from '../../../../protocol/objects.ts';
import { type OwnerState, verdictOn } from './verdict.ts';

const states: Record<string, OwnerState> = { s: 'solid', a: 'absent', w: 'waiting' };
const alone = { hasAny: false, isOneWaiting: false };

/** An object whose owners are called by their uids; the first letter says how each is found. */
function judge(owners: string[], dependents = alone, meta: Partial<ObjectMeta> = {}) {
  const ownerReferences = owners.map((uid) => ({ apiVersion: 'v1', kind: 'ReplicationController', name: uid, uid }));
  const metadata = { name: 'it', ...meta, ownerReferences };
  const object: KubernetesObject = { apiVersion: 'v1', kind: 'Pod', metadata };
  return verdictOn(
    object,
    owners.map((uid) => states[uid[0] ?? ''] ?? 'solid'),
    dependents,
  );
}

const gone = { do: 'delete', policy: 'Background', unblocks: false };

test.each([
  ['its only owner is there', ['s1'], { do: 'keep' }],
  ['both owners are there', ['s1', 's2'], { do: 'keep' }],
  ['its only owner is gone', ['a1'], gone],
  ['both owners are gone', ['a1', 'a2'], gone],
  ['one owner is gone and another is there', ['a1', 's1'], { do: 'detach', owners: ['a1'] }],
  ['one owner waits for it and another is there', ['w1', 's1'], { do: 'detach', owners: ['w1'] }],
  ['one owner waits, one is gone, one is there', ['w1', 's1', 'a1'], { do: 'detach', owners: ['a1', 'w1'] }],
  ['its owner waits for it', ['w1'], gone],
  ['one owner waits for it and another is gone', ['w1', 'a1'], gone],
] as const)('when %s', (_, owners, verdict) => {
  expect(judge([...owners])).toEqual(verdict);
});

test('an object waited for that has dependents itself waits for them in the same way', () => {
  const verdict = judge(['w1'], { hasAny: true, isOneWaiting: false });
  expect(verdict).toEqual({ do: 'delete', policy: 'Foreground', unblocks: false });
});

test('a circle of objects that wait for each other is broken', () => {
  const verdict = judge(['w1'], { hasAny: true, isOneWaiting: true });
  expect(verdict).toEqual({ do: 'delete', policy: 'Foreground', unblocks: true });
});

test.each([
  ['orphan', 'Orphan'],
  ['foregroundDeletion', 'Foreground'],
  ['example.com/other', 'Background'],
] as const)('the finalizer %s makes its deletion %s', (finalizer, policy) => {
  expect(judge(['a1'], alone, { finalizers: [finalizer] })).toMatchObject({ policy });
});
