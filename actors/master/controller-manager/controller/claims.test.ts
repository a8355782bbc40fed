/** Which objects an owner owns, takes over and lets go; how it asks first whether it is itself still there. */

import { describe, expect, test } from 'vitest';
import type { ObjectMeta } from '../../../../protocol/objects.ts';
import { selectorFromLabels } from '../../../../protocol/selectors.ts';
import { failure } from '../../../../protocol/status.ts';
import { controller, ownedBy, pod } from '../testing/objects.ts';
import { adoptCall, claim, claimingCalls, claimingErrors, releaseCall } from './claims.ts';

const rc = controller(1);
const other = controller(1, { meta: { name: 'other', uid: 'other' } });
const selector = selectorFromLabels({ app: 'web' });
const match = { labels: { app: 'web' } };
const stray = { labels: { app: 'db' } };
const deleted = { deletionTimestamp: '2026-01-01T00:01:00Z' };

/** What becomes of one pod. */
function verdictOn(meta: Partial<ObjectMeta>, owner = rc): string {
  const claims = claim(owner, selector, [pod('a', { meta })]);
  return (['owned', 'adopt', 'release'] as const).find((what) => claims[what].length > 0) ?? 'none of its business';
}

test.each([
  ['its own and matches', { ...ownedBy(rc), ...match }, 'owned'],
  ['its own, matches and is being deleted', { ...ownedBy(rc), ...match, ...deleted }, 'owned'],
  ['its own and matches no more', { ...ownedBy(rc), ...stray }, 'release'],
  ['nobody’s and matches', match, 'adopt'],
  ['nobody’s, matches and is being deleted', { ...match, ...deleted }, 'none of its business'],
  ['nobody’s and does not match', stray, 'none of its business'],
  ['another’s and matches', { ...ownedBy(other), ...match }, 'none of its business'],
  [
    'of one that had its name before',
    { ...ownedBy({ ...rc, metadata: { ...rc.metadata, uid: 'old' } }), ...match },
    'none of its business',
  ],
  ['owned, but not controlled, by another', { ...ownedBy(other, { controller: false }), ...match }, 'adopt'],
] as const)('a pod that is %s', (_, meta, verdict) => {
  expect(verdictOn(meta as Partial<ObjectMeta>)).toBe(verdict);
});

test('an owner that is being deleted neither takes nor gives', () => {
  const ending = controller(1, { meta: deleted });
  expect(verdictOn({ ...ownedBy(rc), ...match }, ending)).toBe('owned');
  expect(verdictOn({ ...ownedBy(rc), ...stray }, ending)).toBe('none of its business');
  expect(verdictOn(match, ending)).toBe('none of its business');
});

test('a pod is taken over by a reference, and only if it is this very pod', () => {
  expect(adoptCall('pods', rc, pod('a')).body).toEqual({
    resource: 'pods',
    namespace: 'default',
    name: 'a',
    patchType: 'strategic',
    patch: { metadata: { ...ownedBy(rc), uid: 'a' } },
  });
});

test('a pod is let go by taking away this one reference', () => {
  expect(releaseCall('pods', rc, pod('a', { meta: ownedBy(rc) })).body).toMatchObject({
    patch: { metadata: { ownerReferences: [{ $patch: 'delete', uid: 'rc' }], uid: 'a' } },
  });
});

describe('before it adopts', () => {
  const claims = { owned: [], adopt: [pod('a')], release: [pod('b')] };
  const errorsBy = (...answers: Parameters<typeof claimingErrors>[2]) =>
    claimingErrors(rc, claims, answers).map(({ message }) => message);
  const released = { object: pod('b') };

  test('an owner asks anew whether it is still there; what only lets go need not', () => {
    const typesOf = (one: typeof claims) =>
      claimingCalls('pods', 'replicationcontrollers', rc, one).map(({ type }) => type);
    expect(typesOf(claims)).toEqual(['object.get', 'object.patch']);
    expect(typesOf({ ...claims, adopt: [] })).toEqual(['object.patch']);
  });

  test.each([
    ['is there', { object: rc }, []],
    [
      'is being deleted',
      { object: controller(1, { meta: deleted }) },
      ["can't adopt Pod default/a (a): default/web has just been deleted at 2026-01-01T00:01:00Z"],
    ],
    [
      'is another by now',
      { object: controller(1, { meta: { uid: 'later' } }) },
      [
        "can't adopt Pod default/a (a): can't recheck DeletionTimestamp: original ReplicationController default/web is gone: got uid later, wanted rc",
      ],
    ],
    [
      'cannot be read',
      { refusal: failure.notFound('replicationcontrollers', 'web') },
      ['can\'t adopt Pod default/a (a): can\'t recheck DeletionTimestamp: replicationcontrollers "web" not found'],
    ],
  ] as const)('an owner that %s', (_, answer, errors) => {
    expect(errorsBy(answer, released)).toEqual(errors);
  });

  test('what is gone, or is another by now, counts as let go', () => {
    expect(errorsBy({ object: rc }, { refusal: failure.notFound('pods', 'b') })).toEqual([]);
    expect(errorsBy({ object: rc }, { refusal: failure.conflict('pods', 'b', 'changed') })).toHaveLength(1);
  });
});
