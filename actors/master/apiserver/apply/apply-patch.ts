/** Server-side apply to one object: from the configuration to the object and its managers, or to the refusal. */

import { copyWith } from '../../../../protocol/copy.ts';
import type { ObjectPatch } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, ObjectMeta, Status } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import type { World } from '../memory.ts';
import type { Pending } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import { configRefusal } from './apply-refusals.ts';
import type { Application, Applied } from './applying.ts';
import { applyTo } from './applying.ts';
import { conflictStatus, withoutConflicts } from './conflicts.ts';
import { isMap } from './form.ts';
import { fieldsLastApplied, kubectl, withLastApplied } from './last-applied.ts';
import type { Managers } from './managers.ts';
import { nobody } from './managers.ts';
import type { Scope } from './scope.ts';
import { managersOf, withManagers } from './tracking.ts';
import { managersBefore } from './updating.ts';

/** An object that is not there yet. */
const nothing = {} as KubernetesObject;
const noMetadata = {} as ObjectMeta;

/**
 * Applies the configuration of a request to an object, or to nothing, and notes who manages it then.
 *
 * The object is as merged: not yet read as one of its kind, without defaults.
 */
export function applied(
  world: World,
  pending: Pending,
  scope: Scope,
  existing: KubernetesObject | undefined,
): KubernetesObject | Status {
  const { patch, fieldManager = '', force = false } = pending.question.body as ObjectPatch['body'];
  const refusal = configRefusal(scope, patch);
  if (refusal !== undefined) return refusal;
  const config = patch as KubernetesObject;
  const time = toRfc3339(world.now());
  const live = existing ?? nothing;
  const managers = existing === undefined ? nobody : (managersOf(existing) ?? managersBefore(scope, existing, time));
  const result = applyAs(scope, live, managers, { manager: fieldManager, config, force, time });
  if (isRefusal(result)) return result;
  const object = isMap(result.object.metadata) ? result.object : copyWith(result.object, { metadata: noMetadata });
  const noted = fieldManager === kubectl ? withLastApplied(object, config) : object;
  return withManagers(noted, result.managers, existing?.metadata.managedFields);
}

/** kubectl may change what it applied by itself before; other conflicts refuse the apply. */
function applyAs(
  scope: Scope,
  live: KubernetesObject,
  managers: Managers,
  application: Application,
): Extract<Applied, { conflicts?: undefined }> | Status {
  const result = applyTo(scope, live, managers, application);
  if (result.conflicts === undefined) return result;
  const own = application.manager === kubectl ? fieldsLastApplied(scope, live) : undefined;
  const conflicts = own === undefined ? result.conflicts : withoutConflicts(result.conflicts, own);
  if (conflicts.size > 0) return conflictStatus(conflicts);
  return applyAs(scope, live, managers, { ...application, force: true });
}
