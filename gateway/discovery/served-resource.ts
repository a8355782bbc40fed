/** What the API serves, as its documents tell it: one resource in one version, with all its names and verbs. */

import { createHash } from 'node:crypto';
import type { ResourceKind } from '../../protocol/resources.ts';
import { apiVersionOf } from '../../protocol/resources.ts';
import type { Subresource } from '../../protocol/served-verbs.ts';
import { subresourcesOf, verbsOf } from '../../protocol/served-verbs.ts';
import type { JsonSchema } from '../openapi/json-schema.ts';

/** One resource in one version. */
export interface ServedResource extends ResourceKind {
  readonly listKind: string;
  readonly verbs: readonly string[];
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

/** Kubernetes keeps these in their beta version to this day, whatever is asked for. */
const storedAsBeta: ReadonlySet<string> = new Set(['apiextensions.k8s.io/v1 CustomResourceDefinition']);

/** Says of a kind what documents tell of it; of one that users defined, its definition has said it already. */
export function servedResource(kind: ResourceKind | ServedResource): ServedResource {
  if ('parts' in kind) return kind;
  return {
    ...kind,
    listKind: kind.listKind ?? `${kind.kind}List`,
    verbs: verbsOf(kind),
    parts: subresourcesOf(kind),
    storageVersionHash: kind.verbs === undefined ? storageVersionHash(storedForm(kind)) : undefined,
  };
}

/** Names what objects are stored as: `group/version/Kind`. */
function storedForm(kind: ResourceKind): string {
  const apiVersion = kind.storedAs ?? apiVersionOf(kind);
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  const isBeta = storedAsBeta.has(`${apiVersion} ${kind.kind}`);
  return `${groupVersion}${isBeta ? 'beta1' : ''}/${kind.kind}`;
}

/** Hashes `group/version/Kind` as apiserver's `discovery.StorageVersionHash` does: the first 8 bytes of SHA-256 in base 64. */
export function storageVersionHash(groupVersionKind: string): string {
  return createHash('sha256').update(groupVersionKind).digest().subarray(0, 8).toString('base64');
}
