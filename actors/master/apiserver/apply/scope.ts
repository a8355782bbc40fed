/** What field management must know of the kind, and of the way in, that a write is about. */

import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { apiVersionOf, findKind, groupResource } from '../../../../protocol/resources.ts';
import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import { schemaOf } from '../../../../protocol/schema/schema.ts';
import { formOf, showObject } from '../conversion/form.ts';
import type { FieldSet } from './field-set.ts';
import { noFields, setOfPaths } from './field-set.ts';
import { fieldElement } from './path-element.ts';

/** The kind in the version of the request, and the subresource. */
export interface Scope {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Undefined for a kind without one: then maps are owned by field and lists whole. */
  readonly schema: SchemaNode | undefined;
  /** What the way in cannot change, and so gives nobody. */
  readonly reset: FieldSet;
  /** What stands aside as the status when the object itself is written. */
  readonly statusReset: FieldSet;
  /** The shape in another version of the kind; undefined for none. */
  schemaIn(apiVersion: string): SchemaNode | undefined;
  /** Makes of an object in one version the same in another; undefined where there is no such: what is managed in it is forgotten. */
  convert(object: object, from: string, to: string): object | undefined;
}

/** Gives the scope of a write. The shapes and the conversion are those of the built-in kind unless told. */
export function scopeOf(
  kind: ResourceKind,
  subresource: string,
  custom: Partial<Pick<Scope, 'schema' | 'schemaIn' | 'convert'>> = {},
): Scope {
  const apiVersion = apiVersionOf(kind);
  return {
    apiVersion,
    kind: kind.kind,
    subresource,
    schema: schemaOf(apiVersion, kind.kind),
    reset: resetFields(kind, subresource),
    statusReset: resetFields(kind, ''),
    schemaIn: (version) => schemaOf(version, kind.kind),
    convert: (object, from, to) => convertBuiltIn(kind.kind, object, from, to),
    ...custom,
  };
}

function convertBuiltIn(kindName: string, object: object, from: string, to: string): object | undefined {
  if (from === to) return object;
  const [source, target] = [findKind(from, kindName), findKind(to, kindName)];
  if (source === undefined || target === undefined) return undefined;
  const stored = source.storedAs === undefined ? object : formOf(source).store(object as KubernetesObject);
  return target.storedAs === undefined ? stored : showObject(target, stored as KubernetesObject);
}

const fieldSet = (...paths: string[]): FieldSet =>
  setOfPaths(paths.map((path) => path.split('.').map((name) => fieldElement(name))));

const spec = fieldSet('spec');
const status = fieldSet('status');

/** Where a subresource is more than the rest of the object, or less (`GetResetFields` of the strategies in pkg/registry). */
const special: Readonly<Record<string, FieldSet>> = {
  'certificatesigningrequests.certificates.k8s.io/approval': fieldSet('spec', 'status.certificate'),
  'certificatesigningrequests.certificates.k8s.io/status': fieldSet('spec', 'status.conditions'),
  'customresourcedefinitions.apiextensions.k8s.io/status': fieldSet('metadata', 'spec'),
  'deployments.apps/status': fieldSet('spec', 'metadata.labels'),
  'namespaces/finalize': status,
  'pods/status': fieldSet('spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'),
  'volumeattachments.storage.k8s.io/status': fieldSet('metadata', 'spec'),
};

function resetFields(kind: ResourceKind, subresource: string): FieldSet {
  const known = special[`${groupResource(kind)}/${subresource}`];
  if (known !== undefined) return known;
  if (subresource === 'status') return spec;
  return subresource === '' && kind.subresources.includes('status') ? status : noFields;
}
