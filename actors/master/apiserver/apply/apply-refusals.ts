/** Why an apply is refused before it is looked at who owns what, in Kubernetes's words. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, required } from '../../../../protocol/field-errors.ts';
import type { ObjectPatch } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { configProblem } from './applied-config.ts';
import { isMap } from './form.ts';
import { goType } from './go-json.ts';
import { managerErrors } from './manager-name.ts';
import type { Scope } from './scope.ts';

/** Refuses options that do not go together with the form of a patch (`ValidatePatchOptions`). */
export function optionsRefusal({ patchType, fieldManager = '', force }: ObjectPatch['body']): Status | undefined {
  const errors: FieldError[] = [];
  if (patchType !== 'apply') {
    if (force !== undefined) errors.push(forbidden('force', 'may not be specified for non-apply patch'));
  } else if (fieldManager === '') {
    errors.push(required('fieldManager', 'is required for apply patch'));
  }
  errors.push(...managerErrors(fieldManager, 'fieldManager'));
  return errors.length === 0 ? undefined : failure.invalid('PatchOptions.meta.k8s.io', '', errors);
}

/** Refuses what is no configuration of the kind at all; `given` is the patch as it came. */
export function configRefusal(scope: Scope, given: unknown): Status | undefined {
  if (!isMap(given)) return failure.badRequest(notAMap(given));
  const config = given as unknown as KubernetesObject;
  const { apiVersion = '', kind = '' } = config;
  if (apiVersion !== scope.apiVersion || kind !== scope.kind) {
    return failure.badRequest(`invalid object type: ${shownType(apiVersion, kind)}`);
  }
  if (Array.isArray(config.metadata?.managedFields)) return failure.badRequest('metadata.managedFields must be nil');
  const problem = configProblem(config, scope.schema);
  return problem === undefined
    ? undefined
    : unnamed(`failed to create typed patch object (${shownObject(config)}): ${problem}`);
}

function notAMap(given: unknown): string {
  const found = Array.isArray(given) ? 'array' : goType(given).replace('float64', 'number');
  const problem = `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
  return `error decoding YAML: error unmarshaling JSON: while decoding JSON: ${problem}`;
}

/** Refuses an object that the merged fields do not make. */
export function conversionRefusal(config: KubernetesObject, problem: string): Status {
  const type = shownType(config.apiVersion, config.kind);
  return unnamed(
    `failed to convert new object (${shownObject(config)}) to proper version: unable to convert unstructured object to ${type}: ${problem}`,
  );
}

/** Refuses a configuration that gave some fields more than once. */
export function duplicatesRefusal(paths: readonly string[]): Status {
  const lines = paths.map((path) => `  key "${path.slice(path.lastIndexOf('.') + 1)}" already set in map`);
  return failure.badRequest(
    ['error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:', ...lines].join('\n'),
  );
}

/** Kubernetes gives an error that it has no name for as it is: 500, without a reason. */
function unnamed(message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
}

function shownObject({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}; ${shownType(apiVersion, kind)}`;
}

/** As Go's `GroupVersionKind` prints itself. */
function shownType(apiVersion: string, kind: string): string {
  const groupVersion = apiVersion === '' || apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return `${groupVersion === '' ? '/' : groupVersion}, Kind=${kind}`;
}
