/**
 * Field management: who owns which field of an object, told of every write and asked by every apply.
 *
 * This folder is server-side apply (kubernetes.io/docs/reference/using-api/server-side-apply) and structured-merge-diff, on
 * plain JSON: `changes` compares, `merge` and `removal` make the applied object, `updating` and `applying` move ownership,
 * `managers` reads and writes `metadata.managedFields`; sets of fields are kept as they are stored (`field-set`).
 *
 * **Whose writes are tracked.** Kubernetes tracks every write. Here the cluster's own components write nearly all objects, and
 * no one asks who did: they name no field manager and are not to pay. An object is tracked from the first write that names
 * one, as every client outside does (the gateway fills in the program of its User-Agent). What the object held before then
 * belongs to `before-first-apply`, as in Kubernetes for objects older than tracking. From then on all writes are
 * tracked, those of components under the names of their programs. A write that names none, of an object that is not
 * tracked, costs the check at the top of `trackUpdate`.
 */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { WriteOptions } from '../../../../protocol/messages/api.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { showObject } from '../conversion/form.ts';
import { applyFacts } from '../custom-resources/apply-facts.ts';
import type { World } from '../memory.ts';
import type { Pending } from '../pending.ts';
import { componentName } from './component-name.ts';
import type { ManagedFieldsEntry, Managers } from './managers.ts';
import { isReset, nobody, readManagers, writeManagers } from './managers.ts';
import type { Scope } from './scope.ts';
import { scopeOf } from './scope.ts';
import { managersAfterUpdate, managersBefore } from './updating.ts';

/** Notes who manages the fields of a new object, before admission completes it: nobody owns what the system adds. */
export function trackCreation(world: World, pending: Pending, given: KubernetesObject): KubernetesObject {
  const manager = managerOf(pending);
  if (manager === undefined && given.metadata.managedFields === undefined) return given;
  const managers = readManagers(given.metadata.managedFields) ?? nobody;
  const name = manager ?? componentName(pending.question.from);
  const shown = shownIn(pending, given);
  const after = managersAfterUpdate(scopeFor(pending), managers, name, {}, shown, toRfc3339(world.now()));
  return withManagers(given, after, undefined);
}

/**
 * Notes who manages what after an update, before the kind's rules look at it. The object itself where nothing is tracked.
 *
 * `isForgotten`: the client wants all managers forgotten, which reading the object has hidden.
 */
export function trackUpdate(
  world: World,
  pending: Pending,
  wanted: KubernetesObject,
  existing: KubernetesObject,
  isForgotten: boolean,
): KubernetesObject {
  const manager = managerOf(pending);
  const old = existing.metadata.managedFields;
  if (manager === undefined && old === undefined && wanted.metadata.managedFields === undefined) return wanted;
  if (pending.subresource === '' && (isForgotten || isReset(wanted.metadata.managedFields))) {
    return withManagers(wanted, nobody, old);
  }
  const scope = scopeFor(pending);
  const time = toRfc3339(world.now());
  const [was, is] = [shownIn(pending, existing), shownIn(pending, wanted)];
  const before = managersGiven(pending, wanted, existing) ?? managersBefore(scope, was, time);
  const name = manager ?? componentName(pending.question.from);
  return withManagers(wanted, managersAfterUpdate(scope, before, name, was, is, time), old);
}

/** Gives a stored object in the form in which the asker speaks of it. */
function shownIn({ form }: Pending, object: KubernetesObject): KubernetesObject {
  return form === undefined ? object : showObject(form, object);
}

/** The managers a client gives with the object count, where it gives any that can be read; through a subresource never. */
function managersGiven(
  { subresource }: Pending,
  wanted: KubernetesObject,
  existing: KubernetesObject,
): Managers | undefined {
  const given = subresource === '' ? readManagers(wanted.metadata.managedFields) : undefined;
  if (given !== undefined && given.size > 0) return given;
  return managersOf(existing);
}

/** Reads who manages an object; undefined where nobody is known to. */
export function managersOf(object: KubernetesObject): Managers | undefined {
  const managers = readManagers(object.metadata.managedFields);
  return managers === undefined || managers.size === 0 ? undefined : managers;
}

/** Writes who manages an object; `old` is kept where it says the same. */
export function withManagers(
  object: KubernetesObject,
  managers: Managers,
  old: readonly unknown[] | undefined,
): KubernetesObject {
  const written = writeManagers(managers);
  const isSame = written?.length === old?.length && (written ?? []).every((entry, i) => entry === old?.[i]);
  const managedFields = isSame ? (old as unknown[] | undefined) : written;
  return object.metadata.managedFields === managedFields ? object : withMeta(object, { managedFields });
}

/** Gives who a request says manages the fields it writes. */
export function managerOf({ question }: Pending): string | undefined {
  return (question.body as WriteOptions).fieldManager;
}

/** Gives the scope of a request. */
export function scopeFor({ kind, form, custom, subresource }: Pending): Scope {
  return scopeOf(form ?? kind, subresource, custom === undefined ? undefined : applyFacts(custom, kind));
}

/**
 * Gives an object its old times of management where nothing else has changed, so that it need not be written
 * (apiserver's `IgnoreManagedFieldsTimestampsTransformer`).
 */
export function keepTimes(object: KubernetesObject, existing: KubernetesObject): KubernetesObject {
  const [now, then] = [object.metadata.managedFields, existing.metadata.managedFields];
  if (now === then || now === undefined || then === undefined || now.length !== then.length) return object;
  if (!now.every((entry, i) => deepEqual(withoutTime(entry), withoutTime(then[i])))) return object;
  const kept = withMeta(object, { managedFields: then });
  return deepEqual(kept, existing) ? kept : object;
}

function withoutTime(entry: unknown): unknown {
  const { time: _, ...rest } = entry as ManagedFieldsEntry;
  return rest;
}
