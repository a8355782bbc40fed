/** The first step of a definition's end: it is marked, and held until its objects are gone. */

import type { CustomResourceDefinition } from '../../../../../protocol/custom/definition.ts';
import { cleanupFinalizer } from '../../../../../protocol/custom/definition.ts';
import { withFinalizer, withMeta } from '../../../../../protocol/meta.ts';
import { toRfc3339 } from '../../../../../protocol/time.ts';
import { withCondition } from './conditions.ts';

/** Marks a definition for its end. */
export function markDefinition(crd: CustomResourceDefinition, nowMs: number): CustomResourceDefinition {
  const marked = withFinalizer(withMeta(crd, { deletionTimestamp: toRfc3339(nowMs) }), cleanupFinalizer);
  const said = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  return withCondition(marked, said, nowMs);
}
