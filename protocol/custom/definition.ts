/** CustomResourceDefinitions: what one says, and what its status tells of it. */

import type * as apiextensions from 'kubernetes-types/apiextensions/v1.js';
import type { KubernetesObject } from '../objects.ts';
import type { StructuralSchema } from './structural-schema.ts';
import { byVersionPriority } from './version-priority.ts';

/** The group-resource of CustomResourceDefinitions. */
export const definitions = 'customresourcedefinitions.apiextensions.k8s.io';

/** A version of a custom resource, with its own schema. */
export interface DefinitionVersion
  extends Omit<apiextensions.CustomResourceDefinitionVersion, 'schema' | 'additionalPrinterColumns'> {
  schema?: { openAPIV3Schema?: StructuralSchema };
  additionalPrinterColumns?: readonly PrinterColumn[];
}

/** A column of what kubectl prints. */
export type PrinterColumn = apiextensions.CustomResourceColumnDefinition;
/** The names of a custom resource. */
export type DefinitionNames = apiextensions.CustomResourceDefinitionNames;
/** A condition of a CustomResourceDefinition. */
export type DefinitionCondition = apiextensions.CustomResourceDefinitionCondition;
/** Where the scale of a custom resource is found in it. */
export type ScalePaths = apiextensions.CustomResourceSubresourceScale;

/** The object that makes a custom resource be served. */
export interface CustomResourceDefinition extends KubernetesObject {
  spec: Omit<apiextensions.CustomResourceDefinitionSpec, 'versions'> & { versions: readonly DefinitionVersion[] };
  status?: apiextensions.CustomResourceDefinitionStatus;
}

/** By which the API server sees to it that a definition goes only after its objects. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** Finds a condition of a definition. */
export function conditionOf({ status }: CustomResourceDefinition, type: string): DefinitionCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Tells whether a condition of a definition is there and true. */
export function isTrue(crd: CustomResourceDefinition, type: string): boolean {
  return conditionOf(crd, type)?.status === 'True';
}

/** Tells whether the API server serves the resource: its names are its own, or once were. */
export function isServing(crd: CustomResourceDefinition): boolean {
  return isTrue(crd, 'Established') || isTrue(crd, 'NamesAccepted');
}

/** Tells whether discovery tells of the resource, as it does once it is established. */
export function isEstablished(crd: CustomResourceDefinition): boolean {
  return isTrue(crd, 'Established');
}

/** The version objects are stored in. */
export function storageVersion({ spec }: CustomResourceDefinition): string {
  return spec.versions.find(({ storage }) => storage)?.name ?? '';
}

/** The versions that are served, the one to prefer first. */
export function servedVersions({ spec }: CustomResourceDefinition): readonly DefinitionVersion[] {
  return spec.versions.filter(({ served }) => served).sort((a, b) => byVersionPriority(a.name, b.name));
}

/** The schema of a version; undefined where it has none. */
export function schemaOfVersion({ spec }: CustomResourceDefinition, version: string): StructuralSchema | undefined {
  return spec.versions.find(({ name }) => name === version)?.schema?.openAPIV3Schema;
}

/** What a client that asks for a deprecated version is warned of (the `Warning` header); undefined for any other version. */
export function deprecationOf(crd: CustomResourceDefinition, version: string): string | undefined {
  const { group, versions, names } = crd.spec;
  const one = versions.find(({ name }) => name === version);
  if (one?.deprecated !== true) return undefined;
  if (one.deprecationWarning !== undefined) return one.deprecationWarning;
  const better = servedVersions(crd).find(
    (other) => other.deprecated !== true && byVersionPriority(other.name, version) < 0,
  );
  const told = `${group}/${version} ${names.kind} is deprecated`;
  return better === undefined ? told : `${told}; use ${group}/${better.name} ${names.kind}`;
}
