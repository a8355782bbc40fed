/** Answers that have of each object only its metadata: `meta.k8s.io` `PartialObjectMetadata` and its list. */

import type { KubernetesList } from '../../protocol/messages/api.ts';
import type { KubernetesObject, ListMeta, ObjectMeta } from '../../protocol/objects.ts';
import type { ResourceKind } from '../../protocol/resources.ts';
import { failure } from '../../protocol/status.ts';
import { Refused } from '../refused.ts';

/** An object's metadata, alone. */
export interface PartialObjectMetadata {
  readonly kind: 'PartialObjectMetadata';
  readonly apiVersion: string;
  readonly metadata: ObjectMeta;
}

/** The metadata of objects. */
export interface PartialObjectMetadataList {
  readonly kind: 'PartialObjectMetadataList';
  readonly apiVersion: string;
  readonly metadata: ListMeta;
  readonly items: readonly PartialObjectMetadata[];
}

/** Tells a list from an object: it has items, and no name. An object of a custom kind may have items as well. */
export function isList(answer: KubernetesObject | KubernetesList): answer is KubernetesList {
  return Array.isArray((answer as KubernetesList).items) && (answer as KubernetesObject).metadata?.name === undefined;
}

/** Gives an object's metadata in a version of `meta.k8s.io`. */
export function partialOf({ metadata }: KubernetesObject, version: string): PartialObjectMetadata {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata };
}

/** Gives an object's metadata. @throws Refused 406 where a list was asked for */
export function asPartialObjectMetadata(
  answer: KubernetesObject | KubernetesList,
  kind: NamedKind,
  version: string,
): PartialObjectMetadata {
  if (!isList(answer)) return partialOf(answer, version);
  const found = `a list (${goType(kind)}List)`;
  throw new Refused(failure.notAcceptable(`you requested PartialObjectMetadata, but the requested object is ${found}`));
}

/** Gives the metadata of a list's items. @throws Refused 406 where no list was asked for */
export function asPartialObjectMetadataList(
  answer: KubernetesObject | KubernetesList,
  kind: NamedKind,
  version: string,
): PartialObjectMetadataList {
  if (isList(answer)) {
    const items = answer.items.map((item) => partialOf(item, version));
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${version}`,
      metadata: answer.metadata,
      items,
    };
  }
  const found = `not a list (${goType(kind)})`;
  throw new Refused(
    failure.notAcceptable(`you requested PartialObjectMetadataList, but the requested object is ${found}`),
  );
}

/** What a refusal calls a kind by. */
export type NamedKind = Pick<ResourceKind, 'group' | 'kind'> & { readonly isCustom?: boolean };

/** The type of a kind in the real server's program, which stands in these refusals: `*core.Pod`, `*rbac.Role`. */
function goType({ group, kind, isCustom = false }: NamedKind): string {
  if (isCustom) return '*unstructured.Unstructured';
  const [word = ''] = group.split('.');
  return `*${word === '' || word === 'events' ? 'core' : word}.${kind}`;
}
