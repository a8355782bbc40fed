/** Objects that kubectl applied by itself before it had the server do it: its annotation is heeded, and kept up to date. */

import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { validateAnnotations } from '../kinds/metadata.ts';
import { changesBetween } from './changes.ts';
import type { FieldSet } from './field-set.ts';
import { difference, union } from './field-set.ts';
import { isMap } from './form.ts';
import { fieldsGiven } from './given-fields.ts';
import { goJson } from './go-json.ts';
import type { Scope } from './scope.ts';

/** Where `kubectl apply` notes what it applied. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whose applies heed the annotation: kubectl's own name as it applies by the server. */
export const kubectl = 'kubectl';

/**
 * Gives the fields that kubectl applied last by itself and that still are so: these are its own to change.
 *
 * Undefined where it is not known to have applied any.
 */
export function fieldsLastApplied(scope: Scope, live: KubernetesObject): FieldSet | undefined {
  const config = readConfig(live.metadata?.annotations?.[lastApplied]);
  if (config === undefined || config.apiVersion !== scope.apiVersion) return undefined;
  const { added, modified, removed } = changesBetween(config, live, scope.schema);
  return difference(fieldsGiven(config, scope.schema), union(added, union(modified, removed)));
}

function readConfig(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (!text) return undefined;
  try {
    const config: unknown = JSON.parse(text);
    return isMap(config) ? config : undefined;
  } catch {
    return undefined;
  }
}

/** Notes what kubectl has had the server apply, where the object has the annotation; one that grows too long goes. */
export function withLastApplied(object: KubernetesObject, config: KubernetesObject): KubernetesObject {
  const { annotations } = object.metadata;
  if (!annotations?.[lastApplied]) return object;
  const { [lastApplied]: _, ...given } = config.metadata?.annotations ?? {};
  const bare = { ...config, metadata: { ...config.metadata, annotations: given } };
  const noted = { ...annotations, [lastApplied]: `${goJson(bare)}\n` };
  const { [lastApplied]: __, ...rest } = annotations;
  const isTooLong = validateAnnotations(noted, '').some(({ type }) => type === 'TooLong');
  return { ...object, metadata: { ...object.metadata, annotations: isTooLong ? rest : noted } };
}
