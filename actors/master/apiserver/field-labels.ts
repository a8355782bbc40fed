/** The fields each kind can be selected by, and how each is read. */

import type { FieldTerm } from '../../../protocol/field-selectors.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import type { ResourceKind } from '../../../protocol/resources.ts';
import { findResource, groupResource } from '../../../protocol/resources.ts';

type Reader = (object: KubernetesObject) => string;
type Readers = ReadonlyMap<string, Reader>;

/** Reads a field by its path; the empty text where there is none. */
function at(path: string, absent = ''): [string, Reader] {
  const steps = path.split('.');
  const read: Reader = (object) => {
    let value: unknown = object;
    for (const step of steps) {
      if (typeof value !== 'object' || value === null) return absent;
      value = (value as Record<string, unknown>)[step];
    }
    return value === undefined || value === null ? absent : String(value);
  };
  return [path, read];
}

const name = at('metadata.name');
const namespace = at('metadata.namespace');
const named: Readers = new Map([name, namespace]);

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const reportingController = at('reportingComponent')[1];
const sourceComponent = at('source.component')[1];

/** As `AddFieldLabelConversionsFor...` of pkg/apis/core/v1; a kind not named here can be selected by name and namespace. */
const readersByResource: Readonly<Record<string, Readers>> = {
  pods: new Map([
    name,
    namespace,
    at('spec.nodeName'),
    at('spec.restartPolicy'),
    at('spec.schedulerName'),
    at('spec.serviceAccountName'),
    at('spec.hostNetwork', 'false'),
    at('status.phase'),
    at('status.podIP'),
    at('status.nominatedNodeName'),
  ]),
  nodes: new Map([name, at('spec.unschedulable', 'false')]),
  namespaces: new Map([name, at('status.phase')]),
  secrets: new Map([name, namespace, at('type')]),
  services: new Map([name, namespace, at('spec.clusterIP'), at('spec.type')]),
  replicationcontrollers: new Map([name, namespace, at('status.replicas', '0')]),
  'jobs.batch': new Map([name, namespace, at('status.successful', '0')]),
  events: new Map<string, Reader>([
    name,
    namespace,
    ...involved.map((field) => at(`involvedObject.${field}`)),
    at('reason'),
    at('type'),
    at('reportingComponent'),
    ['source', (object) => sourceComponent(object) || reportingController(object)],
  ]),
};

/** Kinds without a table of their own are refused in other words. */
function readersOf(kind: ResourceKind): Readers | undefined {
  return readersByResource[groupResource(kind)];
}

/** Says why a kind cannot be selected by a field; undefined where it can. */
export function fieldRefusal(kind: ResourceKind, field: string): string | undefined {
  const readers = readersOf(kind);
  const isCustom = readers === undefined && findResource(groupResource(kind)) === undefined;
  if (isCustom && (field !== 'metadata.namespace' || kind.namespaced) && named.has(field)) return undefined;
  if (isCustom) return `field label not supported: ${field}`;
  if ((readers ?? named).has(field)) return undefined;
  return readers === undefined
    ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
    : unsupportedField(field);
}

/** Says that a kind knows the fields it can be selected by, and this is none of them. */
export function unsupportedField(field: string): string {
  return `field label not supported: ${field}`;
}

/** Tells whether an object's fields are as the terms ask. */
export function hasFields(kind: ResourceKind, terms: readonly FieldTerm[], object: KubernetesObject): boolean {
  const readers = readersOf(kind) ?? named;
  for (const { field, op, value } of terms) {
    const is = readers.get(field)?.(object) === value;
    if (is !== (op === '=')) return false;
  }
  return true;
}
