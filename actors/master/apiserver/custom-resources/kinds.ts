/** The kinds that come and go: what the API server serves because a CustomResourceDefinition says so. */

import type { CustomResourceDefinition } from '../../../../protocol/custom/definition.ts';
import { deprecationOf, isServing, isTrue, storageVersion } from '../../../../protocol/custom/definition.ts';
import { kindOfVersion, servedKinds } from '../../../../protocol/custom/served-kinds.ts';
import type { StructuralSchema } from '../../../../protocol/custom/structural-schema.ts';
import type { Status } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { findResource } from '../../../../protocol/resources.ts';
import { failure } from '../../../../protocol/status.ts';

/** One custom resource, as its definition is now. */
export interface CustomKind {
  readonly crd: CustomResourceDefinition;
  /** The resource, as group-resource: the name of its definition. */
  readonly resource: string;
  /** The revision of the definition. */
  readonly revision: number;
  /** The kinds that can be asked for, of the version to prefer first. */
  readonly served: readonly ResourceKind[];
  /** The kind objects are stored as, served or not. */
  readonly stored: ResourceKind;
}

/** The custom resources that are served, by group-resource. */
export type CustomKinds = Map<string, CustomKind>;

/** Makes what a definition serves; undefined where it does not serve (yet). What Kubernetes itself serves stays its own. */
export function makeCustomKind(crd: CustomResourceDefinition, revision: number): CustomKind | undefined {
  const resource = crd.metadata.name;
  if (!isServing(crd) || findResource(resource) !== undefined) return undefined;
  const stored = crd.spec.versions.find(({ storage }) => storage);
  if (stored === undefined) return undefined;
  return { crd, resource, revision, served: servedKinds(crd), stored: kindOfVersion(crd, stored) };
}

/** Finds the kind of a version; of none told, the one objects are stored as, or else the one to prefer. */
export function findVersion({ served, crd }: CustomKind, version: string | undefined): ResourceKind | undefined {
  const wanted = version ?? storageVersion(crd);
  return served.find((kind) => kind.version === wanted) ?? (version === undefined ? served[0] : undefined);
}

/** The schema of an object by what stands in its `apiVersion`; undefined where its version has none, or is none any more. */
export function schemaFor({ crd }: CustomKind, apiVersion: string): StructuralSchema | undefined {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return crd.spec.versions.find(({ name }) => name === version)?.schema?.openAPIV3Schema;
}

/** What who asks for a version is warned of. */
export function deprecations({ crd }: CustomKind, version: string): readonly string[] {
  const warning = deprecationOf(crd, version);
  return warning === undefined ? [] : [warning];
}

/** Nothing new comes to be of a resource whose definition is going. */
export function terminatingRefusal({ crd, resource }: Pick<CustomKind, 'crd' | 'resource'>): Status | undefined {
  if (!isTrue(crd, 'Terminating')) return undefined;
  const refusal = failure.methodNotAllowed(resource, 'create');
  return { ...refusal, message: 'create not allowed while custom resource definition is terminating' };
}
