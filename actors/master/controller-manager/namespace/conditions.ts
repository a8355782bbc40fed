/** What a namespace that ends says of its end. */

import type { Namespace } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { type Remains, tellFinalizers, tellResources } from './remains.ts';

/** A condition of a namespace. */
export type NamespaceCondition = NonNullable<NonNullable<Namespace['status']>['conditions']>[number];

/** A reason and a message. */
type Word = readonly [reason: string, message: string];

/** The conditions in their order, and what each says when all is well. */
const allIsWell: readonly (readonly [type: string, ...Word])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
];

/** Gives the namespace with the conditions it should have; undefined where it has them. */
export function withConditions(namespace: Namespace, remains: Remains, nowMs: number): Namespace | undefined {
  const troubles = troublesOf(remains);
  const conditions = [...(namespace.status?.conditions ?? [])];
  let isChanged = false;
  for (const [type, ...well] of allIsWell) {
    const trouble = troubles[type];
    const [reason, message] = trouble ?? well;
    const status = trouble === undefined ? 'False' : 'True';
    const place = conditions.findIndex((condition) => condition.type === type);
    const known = conditions[place];
    if (known?.status === status && known.reason === reason && known.message === message) continue;
    const since = known?.status === status ? known.lastTransitionTime : undefined;
    const condition: NamespaceCondition = {
      type,
      status,
      lastTransitionTime: since ?? toRfc3339(nowMs),
      reason,
      message,
    };
    if (known === undefined) conditions.push(condition);
    else conditions[place] = condition;
    isChanged = true;
  }
  return isChanged ? { ...namespace, status: { ...namespace.status, conditions } } : undefined;
}

function troublesOf(remains: Remains): Readonly<Record<string, Word>> {
  const troubles: Record<string, Word> = {};
  const { errors, byResource, byFinalizer } = remains;
  if (errors.length > 0) {
    const message = `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`;
    troubles.NamespaceDeletionContentFailure = ['ContentDeletionFailed', message];
  }
  if (byResource.size > 0) {
    const message = `Some resources are remaining: ${tellResources(remains)}`;
    troubles.NamespaceContentRemaining = ['SomeResourcesRemain', message];
  }
  if (byFinalizer.size > 0) {
    const message = `Some content in the namespace has finalizers remaining: ${tellFinalizers(remains)}`;
    troubles.NamespaceFinalizersRemaining = ['SomeFinalizersRemain', message];
  }
  return troubles;
}
