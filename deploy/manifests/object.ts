/** One API object of a manifest: found in lists, named, and of a kind that is served. */

import { withMeta } from '../../protocol/meta.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { apiVersionOf, findKind, groupResource, type ResourceKind, resourceKinds } from '../../protocol/resources.ts';
import { nearest } from '../../protocol/spelling.ts';
import type { ManifestProblem, Place } from './problem.ts';
import type { Located } from './yaml-text.ts';

/** An API object as someone wrote it; one without a namespace is in `default`. */
export interface Manifest {
  readonly object: KubernetesObject;
  readonly kind: ResourceKind;
  /** The kind as group-resource. */
  readonly resource: string;
  readonly place: Place;
  /** Finds a field by its path, or the innermost field on the way to it. */
  readonly locate: (field: string) => Place;
}

type Fields = Readonly<Record<string, unknown>>;

/** Takes a list of objects apart: `kind: List`, or the list of a kind, whose items need not tell their kind. */
export function flattenList(located: Located): Located[] {
  const { value } = located;
  if (!isFields(value) || typeof value.kind !== 'string' || !Array.isArray(value.items)) return [located];
  const itemKind = value.kind.endsWith('List') ? value.kind.slice(0, -'List'.length) : undefined;
  if (itemKind === undefined || (itemKind !== '' && findKind(String(value.apiVersion), itemKind) === undefined)) {
    return [located];
  }
  const given = itemKind === '' ? {} : { apiVersion: value.apiVersion, kind: itemKind };
  return value.items.flatMap((item, i) =>
    flattenList({
      value: isFields(item) ? { ...given, ...item } : item,
      place: located.locate(`items[${i}]`),
      locate: (field) => located.locate(`items[${i}].${field}`),
    }),
  );
}

/** Reads one object, or tells all that keeps it from being one. */
export function readObject({ value, place, locate }: Located): { manifests: Manifest[]; problems: ManifestProblem[] } {
  if (!isFields(value)) {
    const what = `an object is a map, not ${kindOfValue(value)}`;
    const problem = { ...place, object: '', field: '', what, fix: 'write its apiVersion, kind and metadata' };
    return { manifests: [], problems: [problem] };
  }
  const kind = findKind(textOf(value.apiVersion), textOf(value.kind));
  const complaints = [...kindComplaints(value), ...nameComplaints(value)];
  if (kind === undefined || complaints.length > 0) {
    const object = shortName(value);
    return {
      manifests: [],
      problems: complaints.map(({ field, at = field, ...words }) => ({ ...locate(at), object, field, ...words })),
    };
  }
  const given = value as unknown as KubernetesObject;
  const isPlaced = !kind.namespaced || Boolean(given.metadata.namespace);
  const object = isPlaced ? given : withMeta(given, { namespace: 'default' });
  return { manifests: [{ object, kind, resource: groupResource(kind), place, locate }], problems: [] };
}

interface Complaint {
  field: string;
  /** Where to point, when not at the field. */
  at?: string;
  what: string;
  fix: string;
}

function kindComplaints(value: Fields): Complaint[] {
  const { apiVersion, kind } = value;
  const complaints: Complaint[] = [];
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    const known = resourceKinds.find((one) => one.kind === kind);
    const line = known === undefined ? 'apiVersion: v1' : `apiVersion: ${apiVersionOf(known)}`;
    complaints.push(missing(value, 'apiVersion', line));
  }
  if (typeof kind !== 'string' || kind === '') complaints.push(missing(value, 'kind', 'kind: Pod'));
  if (complaints.length > 0 || findKind(textOf(apiVersion), textOf(kind)) !== undefined) return complaints;
  const what = `no matches for kind "${kind}" in version "${apiVersion}"`;
  return [{ ...nearestKind(textOf(apiVersion), textOf(kind)), what }];
}

/** Says that a field of the top is not set: `apiVersion not set`, as kubectl does. */
function missing(value: Fields, field: string, line: string): Complaint {
  const given = value[field];
  if (given !== undefined && given !== null && given !== '') {
    return { field, what: `must be a text, not ${kindOfValue(given)}`, fix: `write it as in "${line}"` };
  }
  const others = Object.keys(value).filter((key) => !['apiVersion', 'kind', 'metadata', 'spec'].includes(key));
  const close = field in value ? undefined : nearest(field, others);
  return {
    field,
    ...(close !== undefined && { at: close }),
    what: `${field} not set`,
    fix: close === undefined ? `add a line such as "${line}"` : `write "${field}" instead of "${close}"`,
  };
}

function nearestKind(apiVersion: string, kind: string): { field: string; fix: string } {
  const named = resourceKinds.find((one) => one.kind === kind);
  if (named !== undefined) return { field: 'apiVersion', fix: `write "apiVersion: ${apiVersionOf(named)}"` };
  const close = nearest(
    kind,
    resourceKinds.map((one) => one.kind),
  );
  const meant = resourceKinds.find((one) => one.kind === close);
  if (meant === undefined) return { field: 'kind', fix: 'take it out: this API server does not serve such a kind' };
  const version = apiVersionOf(meant);
  return {
    field: 'kind',
    fix: version === apiVersion ? `do you mean "${close}"?` : `do you mean "${close}" of "apiVersion: ${version}"?`,
  };
}

function nameComplaints({ metadata }: Fields): Complaint[] {
  if (!isFields(metadata)) {
    if (metadata === undefined || metadata === null) return [nameless];
    return [{ field: 'metadata', what: `must be a map, not ${kindOfValue(metadata)}`, fix: nameless.fix }];
  }
  const { name, generateName } = metadata;
  if (typeof name === 'string' && name !== '') return [];
  if (name !== undefined && name !== null && name !== '') {
    const what = `must be a text, not ${kindOfValue(name)}`;
    return [{ field: 'metadata.name', what, fix: `quote it: name: '${name}'` }];
  }
  if (!generateName) return [nameless];
  const what = `from ${generateName}: cannot use generate name with apply`;
  return [{ field: 'metadata.generateName', what, fix: 'give it a metadata.name instead' }];
}

const nameless: Complaint = {
  field: 'metadata.name',
  what: 'Required value: name or generateName is required',
  fix: 'give it a name under "metadata:"',
};

/** Names an object that may lack anything. */
function shortName({ kind, metadata }: Fields): string {
  const name = isFields(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
  if (typeof kind !== 'string' || kind === '') return name;
  return name === '' ? kind : `${kind} "${name}"`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function kindOfValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return (
    { object: 'a map', string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as string] ??
    'this'
  );
}
