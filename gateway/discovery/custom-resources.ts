/** What a CustomResourceDefinition adds to the API, as documents tell it. */

import type { CustomResourceDefinition, DefinitionVersion } from '../../protocol/custom/definition.ts';
import { isEstablished, isTrue, storageVersion } from '../../protocol/custom/definition.ts';
import { kindOfVersion } from '../../protocol/custom/served-kinds.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import type { ResourceKind } from '../../protocol/resources.ts';
import type { Subresource } from '../../protocol/served-verbs.ts';
import type { JsonSchema } from '../openapi/json-schema.ts';
import type { ServedResource } from './served-resource.ts';
import { storageVersionHash } from './served-resource.ts';

// In the order in which apiextensions-apiserver tells them.
const verbs: readonly string[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
/** While a definition is deleted, its objects can only go. */
const lastVerbs: readonly string[] = ['delete', 'deletecollection', 'get', 'list', 'watch'];
const partVerbs: readonly string[] = ['get', 'patch', 'update'];

/** Gives the resources a definition serves, one for each served version; none before it is established. */
export function customResources(object: KubernetesObject): readonly ServedResource[] {
  const crd = object as CustomResourceDefinition;
  if (!isEstablished(crd)) return [];
  return crd.spec.versions.filter(({ served }) => served).map((version) => resourceOf(crd, version));
}

function resourceOf(crd: CustomResourceDefinition, version: DefinitionVersion): ServedResource {
  const kind = kindOfVersion(crd, version);
  return {
    ...kind,
    listKind: kind.listKind ?? `${kind.kind}List`,
    verbs: isTrue(crd, 'Terminating') ? lastVerbs : verbs,
    parts: kind.subresources.map((name) => partOf(kind, name)),
    storageVersionHash: storageVersionHash(`${kind.group}/${storageVersion(crd)}/${kind.kind}`),
    custom: { schema: version.schema?.openAPIV3Schema as JsonSchema | undefined },
  };
}

function partOf({ group, version, kind }: ResourceKind, name: string): Subresource {
  const common = { name, verbs: partVerbs, connects: false };
  return name === 'scale'
    ? { ...common, group: 'autoscaling', version: 'v1', kind: 'Scale' }
    : { ...common, group, version, kind };
}
