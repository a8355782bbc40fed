/** An apply: the manager states all it wants of an object, and owns just that (field management's `Apply`). */

import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { changesBetween, withoutFields } from './changes.ts';
import type { Conflicts } from './conflicts.ts';
import type { FieldSet } from './field-set.ts';
import { difference, intersection, isEmptySet, noFields, recursiveDifference, union } from './field-set.ts';
import { fieldsGiven } from './given-fields.ts';
import type { Actor, Managers, Managing } from './managers.ts';
import { idOf } from './managers.ts';
import { mergeApplied } from './merge.ts';
import { reconciled } from './reconciled.ts';
import { withNamedFields, withoutItems } from './removal.ts';
import type { Scope } from './scope.ts';
import { conflictsOf, tracked, withoutChanged } from './updating.ts';

/** What an apply comes to. */
export type Applied =
  | { readonly object: KubernetesObject; readonly managers: Managers; readonly conflicts?: undefined }
  | { readonly conflicts: Conflicts };

/** What is applied, and by whom. */
export interface Application {
  readonly manager: string;
  readonly config: object;
  /** Takes over what others manage. */
  readonly force: boolean;
  /** RFC 3339. */
  readonly time: string;
}

/** Applies a configuration to an object, or tells whose fields it would change. */
export function applyTo(scope: Scope, live: object, before: Managers, application: Application): Applied {
  const { manager, config, force, time } = application;
  const { apiVersion, subresource, schema } = scope;
  const actor: Actor = { manager, operation: 'Apply', apiVersion, subresource };
  const id = idOf(actor);
  const known = reconciled(scope, before);
  const last = known.get(id);
  const fields = recursiveDifference(fieldsGiven(config, schema), scope.reset);
  const own: Managing = { ...actor, time: last?.time, fields, entry: undefined };
  const managers = new Map(known).set(id, own);
  const merged = mergeApplied(live, config, schema);
  const object = last === undefined ? merged : withoutWithdrawn(scope, merged, managers, last.fields);
  const changes = withoutFields(changesBetween(live, object, schema), scope.reset);
  const conflicts = force ? new Map<string, FieldSet>() : conflictsOf(scope, managers, changes, id);
  if (conflicts.size > 0) return { conflicts };
  const after = new Map(withoutChanged(scope, managers, changes, id));
  // An apply that changes nothing leaves its time; a new manager of nothing new has none.
  const at = object === live ? last?.time : time;
  const kept = after.get(id);
  if (kept !== undefined) setOwn(after, id, { ...kept, time: at, fields: tracked(kept.fields) });
  return { object: object as KubernetesObject, managers: after };
}

function setOwn(managers: Map<string, Managing>, id: string, own: Managing): void {
  if (isEmptySet(own.fields)) managers.delete(id);
  else managers.set(id, own);
}

/**
 * Takes away what the manager applied the last time and does not any more, unless somebody else manages it too.
 *
 * Of a map or list it goes whole only if nobody has anything in it.
 */
function withoutWithdrawn(scope: Scope, merged: object, managers: Managers, last: FieldSet): object {
  const { schema } = scope;
  if (isEmptySet(last)) return merged;
  const whole = (set: FieldSet) => withNamedFields(set, schema);
  const given = whole(fieldsGiven(merged, schema));
  const bare = whole(fieldsGiven(withoutItems(merged, whole(last), schema), schema));
  const managed = whole(allManaged(scope, managers));
  // What went along though others manage it comes back...
  const owned = withoutItems(merged, difference(given, union(bare, managed)), schema);
  // ...and so does what the manager did not have.
  const gone = difference(given, whole(fieldsGiven(owned, schema)));
  return withoutItems(merged, intersection(gone, whole(last)), schema);
}

function allManaged(scope: Scope, managers: Managers): FieldSet {
  let all = noFields;
  for (const { apiVersion, fields } of managers.values()) if (scope.hasVersion(apiVersion)) all = union(all, fields);
  return all;
}
