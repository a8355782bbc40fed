/** What a CustomResourceDefinition adds to the API, as documents tell it. */

import type { KubernetesObject } from '../../protocol/objects.ts';
import type { Subresource } from '../../protocol/served-verbs.ts';
import type { JsonSchema } from '../openapi/json-schema.ts';
import type { ServedResource } from './served-resource.ts';
import { storageVersionHash } from './served-resource.ts';

/** What is read of a definition. */
interface Definition {
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly versions: readonly DefinedVersion[];
  };
  readonly status?: { readonly acceptedNames?: Names; readonly conditions?: readonly Condition[] };
}
interface DefinedVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema?: { readonly openAPIV3Schema?: JsonSchema };
  readonly subresources?: { readonly status?: object; readonly scale?: object };
}
interface Names {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}
interface Condition {
  readonly type: string;
  readonly status: string;
}

// In the order in which apiextensions-apiserver tells them.
const verbs: readonly string[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
/** While a definition is deleted, its objects can only go. */
const lastVerbs: readonly string[] = ['delete', 'deletecollection', 'get', 'list', 'watch'];
const partVerbs: readonly string[] = ['get', 'patch', 'update'];

/** Gives the resources a definition serves, one for each served version; none before it is established. */
export function customResources(object: KubernetesObject): readonly ServedResource[] {
  const definition = object as KubernetesObject & Definition;
  const names = definition.status?.acceptedNames;
  if (names === undefined || !holds(definition, 'Established')) return [];
  return definition.spec.versions
    .filter(({ served }) => served)
    .map((version) => resourceOf(definition, names, version));
}

function holds({ status }: Definition, type: string): boolean {
  return status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}

function resourceOf(definition: Definition, names: Names, version: DefinedVersion): ServedResource {
  const { group, scope, versions } = definition.spec;
  const stored = versions.find(({ storage }) => storage)?.name ?? version.name;
  const parts = partsOf(group, names.kind, version);
  return {
    resource: names.plural,
    group,
    version: version.name,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    subresources: parts.map(({ name }) => name),
    verbs: holds(definition, 'Terminating') ? lastVerbs : verbs,
    parts,
    storageVersionHash: storageVersionHash(`${group}/${stored}/${names.kind}`),
    custom: { schema: version.schema?.openAPIV3Schema },
  };
}

function partsOf(group: string, kind: string, { name: version, subresources }: DefinedVersion): readonly Subresource[] {
  const common = { verbs: partVerbs, connects: false };
  return [
    ...(subresources?.status !== undefined ? [{ name: 'status', group, version, kind, ...common }] : []),
    ...(subresources?.scale !== undefined
      ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', ...common }]
      : []),
  ];
}
