/** The kinds that a CustomResourceDefinition brings, one for each version it serves: what discovery tells of them. */

import type { ResourceKind } from '../resources.ts';
import type { CustomResourceDefinition, DefinitionVersion } from './definition.ts';
import { isServing, servedVersions } from './definition.ts';

/** Gives the kinds that are served, of the version to prefer first; none before the names are accepted. */
export function servedKinds(crd: CustomResourceDefinition): readonly ResourceKind[] {
  return isServing(crd) ? servedVersions(crd).map((version) => kindOfVersion(crd, version)) : [];
}

/** Makes the kind of one version, under the names that were accepted. */
export function kindOfVersion(crd: CustomResourceDefinition, version: DefinitionVersion): ResourceKind {
  const { spec, status } = crd;
  const names = status?.acceptedNames ?? spec.names;
  const kind = names.kind || spec.names.kind;
  return {
    resource: names.plural || spec.names.plural,
    group: spec.group,
    version: version.name,
    kind,
    singular: names.singular || kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    namespaced: spec.scope === 'Namespaced',
    subresources: subresourcesOf(version),
    categories: names.categories ?? [],
    listKind: names.listKind || `${kind}List`,
  };
}

function subresourcesOf({ subresources }: DefinitionVersion): readonly string[] {
  const { status, scale } = subresources ?? {};
  return [...(status === undefined ? [] : ['status']), ...(scale === undefined ? [] : ['scale'])];
}
