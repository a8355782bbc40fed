/** Which pods an owner owns, takes over and lets go. */

import { expect, test } from 'vitest';
import type { ObjectMeta } from '../../../../protocol/objects.ts';
import { selectorFromLabels } from '../../../../protocol/selectors.ts';
import { controller, ownedBy, pod } from '../testing/objects.ts';
import { adopt, claimPods, release } from './claims.ts';

const rc = controller(1);
const other = controller(1, { meta: { name: 'other', uid: 'other' } });
const selector = selectorFromLabels({ app: 'web' });
const match = { labels: { app: 'web' } };
const stray = { labels: { app: 'db' } };
const deleted = { deletionTimestamp: '2026-01-01T00:01:00Z' };

/** What becomes of one pod. */
function claim(meta: Partial<ObjectMeta>, owner = rc): string {
  const claims = claimPods(owner, selector, [pod('a', { meta })]);
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
  expect(claim(meta as Partial<ObjectMeta>)).toBe(verdict);
});

test('an owner that is being deleted neither takes nor gives', () => {
  const ending = controller(1, { meta: deleted });
  expect(claim({ ...ownedBy(rc), ...match }, ending)).toBe('owned');
  expect(claim({ ...ownedBy(rc), ...stray }, ending)).toBe('none of its business');
  expect(claim(match, ending)).toBe('none of its business');
});

test('a pod is taken over by a reference, and only if it is this very pod', () => {
  expect(adopt(rc, pod('a')).body).toEqual({
    resource: 'pods',
    namespace: 'default',
    name: 'a',
    patchType: 'strategic',
    patch: { metadata: { ...ownedBy(rc), uid: 'a' } },
  });
});

test('a pod is let go by taking away this one reference', () => {
  expect(release(rc, pod('a', { meta: ownedBy(rc) })).body).toMatchObject({
    patch: { metadata: { ownerReferences: [{ $patch: 'delete', uid: 'rc' }], uid: 'a' } },
  });
});
