/** The scale of a custom resource, found in it by the paths its definition gives. */

import type { ScalePaths } from '../../../../protocol/custom/definition.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid } from '../../../../protocol/field-errors.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import type { CustomKind } from './kinds.ts';
import { at, withAt } from './schema/fields.ts';

/** What a Scale says, taken from an object. */
export interface FoundScale {
  /** Undefined where the object does not say. */
  readonly specReplicas: number | undefined;
  readonly statusReplicas: number;
  readonly selector: string;
}

/** Gives the paths of a version; undefined for one without a scale. */
export function scalePaths({ crd }: CustomKind, version: string): ScalePaths | undefined {
  return crd.spec.versions.find(({ name }) => name === version)?.subresources?.scale;
}

/** Reads the scale of an object, or says why that cannot be. */
export function readScale(object: KubernetesObject, paths: ScalePaths): FoundScale | Status {
  const found = {
    spec: at(object, stepsOf(paths.specReplicasPath)),
    status: at(object, stepsOf(paths.statusReplicasPath)),
    selector: paths.labelSelectorPath ? at(object, stepsOf(paths.labelSelectorPath)) : undefined,
  };
  const problem =
    numberProblem(found.spec, paths.specReplicasPath) ??
    numberProblem(found.status, paths.statusReplicasPath) ??
    textProblem(found.selector, paths.labelSelectorPath ?? '');
  if (problem !== undefined) return failure.internalError(problem);
  return {
    specReplicas: found.spec as number | undefined,
    statusReplicas: (found.status as number | undefined) ?? 0,
    selector: (found.selector as string | undefined) ?? '',
  };
}

/** Makes the object with another number of replicas wanted. */
export function withReplicas(object: KubernetesObject, paths: ScalePaths, replicas: number): KubernetesObject {
  return withAt(object, stepsOf(paths.specReplicasPath), replicas) as unknown as KubernetesObject;
}

/** Says that an object does not tell how many replicas it wants. */
export function noReplicas({ specReplicasPath }: ScalePaths): Status {
  return failure.internalError(`the spec replicas field "${specReplicasPath}" does not exist`);
}

/** Names what is wrong with the number of replicas wanted. */
export function specScaleErrors(object: KubernetesObject, paths: ScalePaths | undefined): FieldError[] {
  return paths === undefined ? [] : countErrors(at(object, stepsOf(paths.specReplicasPath)), paths.specReplicasPath);
}

/** Names what is wrong with the number of replicas there are, and with what selects them. */
export function statusScaleErrors(object: KubernetesObject, paths: ScalePaths | undefined): FieldError[] {
  if (paths === undefined) return [];
  const { statusReplicasPath, labelSelectorPath } = paths;
  const errors = countErrors(at(object, stepsOf(statusReplicasPath)), statusReplicasPath);
  if (labelSelectorPath === undefined) return errors;
  const problem = textProblem(at(object, stepsOf(labelSelectorPath)), labelSelectorPath);
  return problem === undefined ? errors : [...errors, invalid(labelSelectorPath, '', problem)];
}

const mostReplicas = 2 ** 31 - 1;

function countErrors(value: unknown, path: string): FieldError[] {
  const problem = numberProblem(value, path);
  if (problem !== undefined) return [invalid(path, 0, problem)];
  const count = (value as number | undefined) ?? 0;
  if (count < 0) return [invalid(path, count, 'should be a non-negative integer')];
  return count <= mostReplicas ? [] : [invalid(path, count, `should be less than or equal to ${mostReplicas}`)];
}

function stepsOf(path: string): readonly string[] {
  return (path.startsWith('.') ? path.slice(1) : path).split('.');
}

function numberProblem(value: unknown, path: string): string | undefined {
  return value === undefined || Number.isInteger(value) ? undefined : accessProblem(value, path, 'int64');
}

function textProblem(value: unknown, path: string): string | undefined {
  return value === undefined || typeof value === 'string' ? undefined : accessProblem(value, path, 'string');
}

/** As apimachinery words it where a path leads to a value of another type. */
function accessProblem(value: unknown, path: string, wanted: string): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '<nil>');
  return `${path} accessor error: ${text} is of the type ${goTypeOf(value)}, expected ${wanted}`;
}

function goTypeOf(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
