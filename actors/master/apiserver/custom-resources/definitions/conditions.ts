/** The conditions of a CustomResourceDefinition, set as apiextensions sets them. */

import { copyWith } from '../../../../../protocol/copy.ts';
import type { CustomResourceDefinition, DefinitionCondition } from '../../../../../protocol/custom/definition.ts';
import { toRfc3339 } from '../../../../../protocol/time.ts';

/** What a condition says. */
export type Said = Omit<DefinitionCondition, 'lastTransitionTime'>;

/** Makes the definition with a condition; its time moves on when its status does. */
export function withCondition(crd: CustomResourceDefinition, said: Said, nowMs: number): CustomResourceDefinition {
  const conditions = [...(crd.status?.conditions ?? [])];
  const place = conditions.findIndex(({ type }) => type === said.type);
  const known = conditions[place];
  const isKept = known?.status === said.status && known.lastTransitionTime !== undefined;
  const condition = conditionOf(said, isKept ? (known.lastTransitionTime ?? '') : toRfc3339(nowMs));
  if (place < 0) conditions.push(condition);
  else conditions[place] = condition;
  return copyWith(crd, { status: copyWith(crd.status ?? {}, { conditions }) });
}

function conditionOf({ type, status, reason, message }: Said, lastTransitionTime: string): DefinitionCondition {
  return { type, status, lastTransitionTime, reason: reason ?? '', message: message ?? '' };
}
