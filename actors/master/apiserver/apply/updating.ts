/** A write that names no fields: who wrote owns what the write changed (field management's `Update`). */

import type { ChangesIn } from './changes.ts';
import { changesBetween, changesByVersion, writtenFields } from './changes.ts';
import type { FieldSet } from './field-set.ts';
import { difference, intersection, isEmptySet, noFields, recursiveDifference, setOfPaths, union } from './field-set.ts';
import type { Actor, Managers, Managing } from './managers.ts';
import { capUpdaters, idOf, managingFields, withoutIdle } from './managers.ts';
import { fieldElement } from './path-element.ts';
import { reconciled } from './reconciled.ts';
import type { Scope } from './scope.ts';

/** Who manages fields of objects from before anybody was tracked. */
export const beforeFirstApply = 'before-first-apply';

/** Fields that the system alone keeps, and that nobody ever manages (field management's `stripSet`). */
const untracked = setOfPaths([
  [fieldElement('apiVersion')],
  [fieldElement('kind')],
  [fieldElement('metadata')],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => [fieldElement('metadata'), fieldElement(name)]),
]);

/** Leaves out what nobody manages. */
export function tracked(fields: FieldSet): FieldSet {
  return difference(fields, untracked);
}

/** Tells who manages what after somebody has made `after` of `before`. */
export function managersAfterUpdate(
  scope: Scope,
  managers: Managers,
  manager: string,
  before: object,
  after: object,
  time: string,
): Managers {
  const changes = changesByVersion(scope, before, after);
  const actor: Actor = {
    manager,
    operation: 'Update',
    apiVersion: scope.apiVersion,
    subresource: scope.subresource,
  };
  const own = tracked(writtenIn(changes, scope.apiVersion));
  const left = new Map(withoutChanged(reconciled(scope, managers), changes, ''));
  if (isEmptySet(own)) return capUpdaters(left);
  const id = idOf(actor);
  const fields = union(own, left.get(id)?.fields ?? noFields);
  left.set(id, { ...actor, time, fields, entry: undefined });
  return capUpdaters(left);
}

/** Takes what changed, and what is gone, from all managers but one; those who manage nothing any more are left out. */
export function withoutChanged(managers: Managers, changesIn: ChangesIn, except: string): Managers {
  const left = new Map<string, Managing>();
  for (const [id, managing] of managers) {
    const changes = changesIn(managing.apiVersion);
    if (id === except) left.set(id, managing);
    if (id === except || changes === undefined) continue;
    const kept = difference(difference(managing.fields, writtenFields(changes)), changes.removed);
    left.set(id, managingFields(managing, kept));
  }
  return withoutIdle(left);
}

function writtenIn(changesIn: ChangesIn, apiVersion: string): FieldSet {
  const changes = changesIn(apiVersion);
  return changes === undefined ? noFields : writtenFields(changes);
}

/** Tells what of others' fields a write changes, by manager. */
export function conflictsOf(managers: Managers, changes: ChangesIn, except: string): Map<string, FieldSet> {
  const conflicts = new Map<string, FieldSet>();
  for (const [id, { apiVersion, fields }] of managers) {
    const shared = intersection(fields, writtenIn(changes, apiVersion));
    if (id !== except && !isEmptySet(shared)) conflicts.set(id, shared);
  }
  return conflicts;
}

/** Tells who manages an object that was there before anybody was tracked: what it holds belongs to `before-first-apply`. */
export function managersBefore(scope: Scope, existing: object, time: string): Managers {
  const all = tracked(writtenFields(changesBetween({}, existing, scope.schema)));
  const held = { manager: beforeFirstApply, operation: 'Update', apiVersion: scope.apiVersion, time } as const;
  const main = { ...held, subresource: '', entry: undefined, fields: recursiveDifference(all, scope.statusReset) };
  const status = { ...held, subresource: 'status', entry: undefined, fields: difference(all, main.fields) };
  return withoutIdle(
    new Map([
      [idOf(main), main],
      [idOf(status), status],
    ]),
  );
}
