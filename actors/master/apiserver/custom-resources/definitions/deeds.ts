/** What is to be done about a definition next: given what all of them are, one deed. Every API server comes to the same. */

import type { CustomResourceDefinition } from '../../../../../protocol/custom/definition.ts';
import { cleanupFinalizer, conditionOf, isTrue } from '../../../../../protocol/custom/definition.ts';
import { withoutFinalizer } from '../../../../../protocol/meta.ts';
import { approvalCondition } from './approval.ts';
import { withCondition } from './conditions.ts';
import { named } from './naming.ts';

/** A deed. */
export type Deed =
  | { readonly do: 'nothing' }
  /** Writes the definition, unless it has changed meanwhile. */
  | { readonly do: 'write'; readonly crd: CustomResourceDefinition }
  /** Takes the last hold off: with no other, the definition is gone. */
  | { readonly do: 'release'; readonly crd: CustomResourceDefinition }
  /** Deletes the objects, then counts what is left. */
  | { readonly do: 'empty' };

const nothing: Deed = { do: 'nothing' };

/** Decides. `isEmpty`: no object was left, when it was last counted. */
export function nextDeed(
  crd: CustomResourceDefinition,
  all: Iterable<CustomResourceDefinition>,
  isEmpty: boolean,
  nowMs: number,
): Deed {
  const isHeld = crd.metadata.finalizers?.includes(cleanupFinalizer) === true;
  if (crd.metadata.deletionTimestamp !== undefined) return isHeld ? endingDeed(crd, isEmpty, nowMs) : nothing;
  const renamed = named(crd, all, nowMs);
  if (renamed !== undefined) return { do: 'write', crd: renamed };
  if (isTrue(crd, 'NamesAccepted') && !isTrue(crd, 'Established')) return { do: 'write', crd: established(crd, nowMs) };
  const approval = approvalCondition(crd);
  return approval === undefined ? nothing : { do: 'write', crd: withCondition(crd, approval, nowMs) };
}

function established(crd: CustomResourceDefinition, nowMs: number): CustomResourceDefinition {
  const said = {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  };
  return withCondition(crd, said, nowMs);
}

/** First it says so, then the objects go, then the definition. */
function endingDeed(crd: CustomResourceDefinition, isEmpty: boolean, nowMs: number): Deed {
  const { reason } = conditionOf(crd, 'Terminating') ?? {};
  if (reason === undefined || !isUnderWay.has(reason)) {
    return { do: 'write', crd: terminating(crd, 'True', 'InstanceDeletionInProgress', inProgress, nowMs) };
  }
  if (!isTrue(crd, 'Established')) {
    return release(terminating(crd, 'False', 'NeverEstablished', 'resource was never established', nowMs));
  }
  if (!isEmpty) return { do: 'empty' };
  return release(terminating(crd, 'False', 'InstanceDeletionCompleted', 'removed all instances', nowMs));
}

/** What has kept a deletion of objects from its end, for now. */
export type Trouble = 'InstanceDeletionFailed' | 'InstanceDeletionCheck';

const isUnderWay: ReadonlySet<string> = new Set([
  'InstanceDeletionInProgress',
  'InstanceDeletionFailed',
  'InstanceDeletionCheck',
]);
const inProgress = 'CustomResource deletion is in progress';

function terminating(
  crd: CustomResourceDefinition,
  status: string,
  reason: string,
  message: string,
  nowMs: number,
): CustomResourceDefinition {
  return withCondition(crd, { type: 'Terminating', status, reason, message }, nowMs);
}

function release(crd: CustomResourceDefinition): Deed {
  return { do: 'release', crd: withoutFinalizer(crd, cleanupFinalizer) };
}

const troubles: Readonly<Record<Trouble, string>> = {
  InstanceDeletionFailed: 'could not issue all deletes',
  InstanceDeletionCheck: 'could not confirm zero CustomResources remaining',
};

/** Says that objects could not be deleted, or are still there after a while. */
export function troubled(
  crd: CustomResourceDefinition,
  trouble: Trouble,
  problem: string,
  nowMs: number,
): CustomResourceDefinition {
  return terminating(crd, 'True', trouble, `${troubles[trouble]}: ${problem}`, nowMs);
}
