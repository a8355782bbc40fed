/** In what the resources differ when they are deleted and stored (the `rest` stores of pkg/registry). */

import type { ResourceKind } from '../../../protocol/resources.ts';
import { groupResource } from '../../../protocol/resources.ts';

/** DELETE answers with the object it deleted, not with a Status. */
const shownWhenDeleted = new Set([
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'resourcequotas',
  'serviceaccounts',
  'services',
]);

/** Tells whether a deletion answers with the object. */
export function showsDeleted(kind: ResourceKind): boolean {
  return shownWhenDeleted.has(groupResource(kind));
}

/** Tells whether objects of this kind vanish by themselves (`--event-ttl`). */
export function hasTtl(kind: ResourceKind): boolean {
  return isEvent(kind);
}

/** A plain DELETE leaves their dependents behind, as it did before there was a garbage collector. */
const orphaning = new Set(['replicationcontrollers', 'jobs.batch']);

/** Tells whether a deletion that names no policy orphans the dependents; kubectl always names one. */
export function orphansByDefault(kind: ResourceKind): boolean {
  return orphaning.has(groupResource(kind));
}

/** Tells whether the garbage collector looks after this kind, so that deletion may leave it finalizers to work by. */
export function isCollected(kind: ResourceKind): boolean {
  return !isEvent(kind);
}

function isEvent({ kind, group }: ResourceKind): boolean {
  return kind === 'Event' && (group === '' || group === 'events.k8s.io');
}
