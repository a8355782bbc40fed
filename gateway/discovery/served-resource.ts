/** What the API serves, as its documents tell it: one resource in one version, with all its names and verbs. */

import { createHash } from 'node:crypto';
import type { ResourceKind } from '../../protocol/resources.ts';
import { apiVersionOf, groupResource } from '../../protocol/resources.ts';
import type { ServedVerb, Subresource } from '../../protocol/served-verbs.ts';
import { isStored, subresourcesOf, verbsOf } from '../../protocol/served-verbs.ts';
import type { JsonSchema } from '../openapi/json-schema.ts';

/** One resource in one version. */
export interface ServedResource extends ResourceKind {
  readonly listKind: string;
  readonly verbs: readonly ServedVerb[];
  readonly parts: readonly Subresource[];
  /** Tells clients whether objects are still stored in the form they saw; undefined for what is not stored. */
  readonly storageVersionHash: string | undefined;
  /** Of a kind that users defined: where its schema comes from. */
  readonly custom?: CustomSchema;
}

/** The schema of a kind that users defined; absent where the definition has none, or has one of the old, loose sort. */
export interface CustomSchema {
  readonly schema: JsonSchema | undefined;
}

/** The kinds that are stored in another group, version or both than they are asked for: `group/version/Kind` by apiVersion and kind. */
const storedAs: ReadonlyMap<string, string> = new Map([
  ['events.k8s.io/v1 Event', '/v1/Event'],
  ['autoscaling/v1 HorizontalPodAutoscaler', 'autoscaling/v2/HorizontalPodAutoscaler'],
  ['apiextensions.k8s.io/v1 CustomResourceDefinition', 'apiextensions.k8s.io/v1beta1/CustomResourceDefinition'],
]);

/** Says of a kind what documents tell of it; of one that users defined, its definition has said it already. */
export function servedResource(kind: ResourceKind | ServedResource): ServedResource {
  if ('listKind' in kind) return kind;
  const name = groupResource(kind);
  const stored = storedAs.get(`${apiVersionOf(kind)} ${kind.kind}`) ?? `${kind.group}/${kind.version}/${kind.kind}`;
  return {
    ...kind,
    listKind: `${kind.kind}List`,
    verbs: verbsOf(name),
    parts: subresourcesOf(kind),
    storageVersionHash: isStored(name) ? storageVersionHash(stored) : undefined,
  };
}

/** Hashes `group/version/Kind` as apiserver's `discovery.StorageVersionHash` does: the first 8 bytes of SHA-256 in base 64. */
export function storageVersionHash(groupVersionKind: string): string {
  return createHash('sha256').update(groupVersionKind).digest().subarray(0, 8).toString('base64');
}
