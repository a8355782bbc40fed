/** Field management through the scale subresource: its one field is `spec.replicas` of the workload (apimachinery's `ScaleHandler`). */

import { schemaOf } from '../../../../protocol/schema/schema.ts';
import type { FieldPath } from './field-set.ts';
import { difference, hasPath, noFields, setOfPaths, union } from './field-set.ts';
import type { Managers, Managing } from './managers.ts';
import { idOf, managingFields, withoutIdle } from './managers.ts';
import { fieldElement } from './path-element.ts';
import type { Scope } from './scope.ts';

const apiVersion = 'autoscaling/v1';

/** The scope of writes of a Scale. */
export const scaleScope: Scope = {
  apiVersion,
  kind: 'Scale',
  subresource: 'scale',
  schema: schemaOf(apiVersion, 'Scale'),
  reset: noFields,
  statusReset: noFields,
  schemaIn: (version) => schemaOf(version, 'Scale'),
  convert: (object, from, to) => (from === to ? object : undefined),
};

/** Where built-in workloads, and a Scale itself, have their replica count. */
export const replicasPath: FieldPath = ['spec', 'replicas'].map(fieldElement);

const replicas = setOfPaths([replicasPath]);

/** Gives those who manage the replica count of a workload, as managers of its Scale. */
export function scaleManagers(managers: Managers, path: FieldPath): Managers {
  const view = new Map<string, Managing>();
  for (const managing of managers.values()) if (hasPath(managing.fields, path)) view.set(...inScale(managing));
  return view;
}

function inScale(managing: Managing): [id: string, managing: Managing] {
  const shown: Managing = { ...managing, apiVersion, fields: replicas, entry: undefined };
  return [idOf(shown), shown];
}

/**
 * Gives the managers of a workload after its Scale was written: the replica count is with those who have it now.
 *
 * Whoever got it through the Scale has an entry without a time, as in Kubernetes.
 */
export function workloadManagers(managers: Managers, scale: Managers, scope: Scope, path: FieldPath): Managers {
  const count = setOfPaths([path]);
  const after = new Map<string, Managing>();
  const isNew = new Map(scale);
  for (const [id, managing] of managers) {
    const [shownId] = inScale(managing);
    const keeps = !hasPath(managing.fields, path) || isNew.delete(shownId);
    after.set(id, keeps ? managing : managingFields(managing, difference(managing.fields, count)));
  }
  for (const managing of isNew.values()) {
    if (!hasPath(managing.fields, replicasPath)) continue;
    const own: Managing = {
      ...managing,
      apiVersion: scope.apiVersion,
      time: undefined,
      fields: count,
      entry: undefined,
    };
    const known = after.get(idOf(own));
    after.set(idOf(own), known === undefined ? own : managingFields(known, union(known.fields, count)));
  }
  return withoutIdle(after);
}
