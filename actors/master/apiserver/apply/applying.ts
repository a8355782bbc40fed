/** An apply: the manager states all it wants of an object, and owns just that (field management's `Apply`). */

import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import { changesByVersion } from './changes.ts';
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
  const object = last === undefined ? merged : withoutWithdrawn(scope, merged, managers, last);
  const changes = changesByVersion(scope, live, object);
  const conflicts = force ? new Map<string, FieldSet>() : conflictsOf(managers, changes, id);
  if (conflicts.size > 0) return { conflicts };
  const after = new Map(withoutChanged(managers, changes, id));
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
 * A map or list goes whole only if nobody has anything in it. All is done in the version of the last time.
 */
function withoutWithdrawn(scope: Scope, merged: object, managers: Managers, last: Managing): object {
  const { apiVersion: version } = last;
  const before = scope.convert(merged, scope.apiVersion, version);
  if (before === undefined || isEmptySet(last.fields)) return merged;
  const schema = schemaAt(scope, version);
  const withdrawn = withNamedFields(last.fields, schema);
  const owned = withManaged(scope, before, withoutItems(before, withdrawn, schema), version, managers);
  // What the manager did not have comes back too.
  const gone = difference(allFields(before, schema), allFields(owned, schema));
  const after = withoutItems(before, intersection(gone, withdrawn), schema);
  return after === before ? merged : (scope.convert(after, version, scope.apiVersion) ?? merged);
}

/** Puts back what went along though somebody manages it, in each version in which anybody does. */
function withManaged(scope: Scope, before: object, bare: object, version: string, managers: Managers): object {
  const managed = managedByVersion(managers);
  const others = [...managed.keys()].filter((one) => one !== version);
  let left = bare;
  for (const other of [version, ...others]) {
    const [whole, less] = [scope.convert(before, version, other), scope.convert(left, version, other)];
    if (whole === undefined || less === undefined) continue;
    const schema = schemaAt(scope, other);
    const kept = union(allFields(less, schema), withNamedFields(managed.get(other) ?? noFields, schema));
    const back = withoutItems(whole, difference(allFields(whole, schema), kept), schema);
    left = scope.convert(back, other, version) ?? left;
  }
  return left;
}

function managedByVersion(managers: Managers): Map<string, FieldSet> {
  const managed = new Map<string, FieldSet>();
  for (const { apiVersion, fields } of managers.values()) {
    managed.set(apiVersion, union(managed.get(apiVersion) ?? noFields, fields));
  }
  return managed;
}

function schemaAt(scope: Scope, version: string): SchemaNode | undefined {
  return version === scope.apiVersion ? scope.schema : scope.schemaIn(version);
}

function allFields(object: object, schema: SchemaNode | undefined): FieldSet {
  return withNamedFields(fieldsGiven(object, schema), schema);
}
