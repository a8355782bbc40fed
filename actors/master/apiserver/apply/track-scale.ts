/** Noting who manages a workload's replica count when its Scale is written. */

import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { scalePaths } from '../custom-resources/scale.ts';
import type { World } from '../memory.ts';
import type { Pending } from '../pending.ts';
import type { Scale } from '../verbs/scale.ts';
import { componentName } from './component-name.ts';
import type { FieldPath } from './field-set.ts';
import type { Managers } from './managers.ts';
import { nobody, readManagers, writeManagers } from './managers.ts';
import { fieldElement } from './path-element.ts';
import { replicasPath, scaleManagers, scaleScope, workloadManagers } from './scale-managers.ts';
import type { Scope } from './scope.ts';
import { managerOf, managersOf, scopeFor, withManagers } from './tracking.ts';
import { managersAfterUpdate, managersBefore } from './updating.ts';

/** Gives the Scale of a workload with those who manage it. */
export function trackedScale(world: World, pending: Pending, existing: KubernetesObject, scale: Scale): Scale {
  const managers = managersBeforeWrite(world, pending, existing);
  const managedFields = managers && writeManagers(scaleManagers(managers, countPath(pending)));
  return managedFields === undefined ? scale : withMeta(scale, { managedFields });
}

/** Undefined where the write is not tracked. */
function managersBeforeWrite(world: World, pending: Pending, existing: KubernetesObject): Managers | undefined {
  if (managerOf(pending) === undefined && existing.metadata.managedFields === undefined) return undefined;
  return managersOf(existing) ?? managersBefore(workloadScope(pending), existing, toRfc3339(world.now()));
}

/** Where the workload has its replica count; a custom resource says so in its definition. */
function countPath({ custom, kind }: Pending): FieldPath {
  const path = custom && scalePaths(custom, kind.version)?.specReplicasPath;
  return path === undefined ? replicasPath : path.split('.').filter(Boolean).map(fieldElement);
}

function workloadScope(pending: Pending): Scope {
  return scopeFor({ ...pending, subresource: '' });
}

/**
 * Notes who manages a workload after its Scale has become `wanted`; an apply has noted that in the Scale.
 *
 * The workload itself where nothing is tracked.
 */
export function trackScaled(
  world: World,
  pending: Pending,
  workload: KubernetesObject,
  existing: KubernetesObject,
  current: Scale,
  wanted: Scale,
): KubernetesObject {
  const before = managersBeforeWrite(world, pending, existing);
  if (before === undefined) return workload;
  const scale = isApply(pending)
    ? (readManagers(wanted.metadata.managedFields) ?? nobody)
    : managersAfterUpdate(
        scaleScope,
        readManagers(current.metadata.managedFields) ?? nobody,
        managerOf(pending) ?? componentName(pending.question.from),
        current,
        wanted,
        toRfc3339(world.now()),
      );
  const after = workloadManagers(before, scale, workloadScope(pending), countPath(pending));
  return withManagers(workload, after, existing.metadata.managedFields);
}

function isApply({ question }: Pending): boolean {
  return (question.body as { patchType?: string }).patchType === 'apply';
}
