/** Who manages which fields of an object: `metadata.managedFields`, read and written. */

import { fromRfc3339, isRfc3339 } from '../../../../protocol/time.ts';
import type { FieldSet } from './field-set.ts';
import { inOrder, isEmptySet, readFieldSet, union } from './field-set.ts';
import { PathElementError } from './path-element.ts';

/** One entry of `metadata.managedFields`, as the API has it. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: unknown;
  readonly subresource?: string;
}

/** Who acts on fields: one program, by one operation, through one subresource. */
export interface Actor {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

/** What one of them manages. */
export interface Managing extends Actor {
  readonly time: string | undefined;
  readonly fields: FieldSet;
  /** The entry this was read from, while it still says the same. */
  readonly entry: ManagedFieldsEntry | undefined;
}

/** All who manage fields of an object, by what tells them apart. */
export type Managers = ReadonlyMap<string, Managing>;

/** Nobody. */
export const nobody: Managers = new Map();

/** What tells managers apart: who applies does so in any version, who updates is another in each (`BuildManagerIdentifier`). */
export function idOf({ manager, operation, apiVersion, subresource }: Actor): string {
  // Written by hand: every write asks for it.
  const parts = manager === '' ? '' : `"manager":${JSON.stringify(manager)},`;
  const version = operation === 'Update' ? `,"apiVersion":${JSON.stringify(apiVersion)}` : '';
  const through = subresource === '' ? '' : `,"subresource":${JSON.stringify(subresource)}`;
  return `{${parts}"operation":"${operation}"${version}${through}}`;
}

const read = new WeakMap<readonly unknown[], Managers>();

/** Reads the managers of an object; undefined where they are not written as they must be. */
export function readManagers(entries: readonly unknown[] | undefined): Managers | undefined {
  if (entries === undefined || entries.length === 0) return nobody;
  const known = read.get(entries);
  if (known !== undefined) return known;
  const managers = new Map<string, Managing>();
  for (const entry of entries) {
    const managing = readEntry((entry ?? {}) as ManagedFieldsEntry);
    if (managing === undefined) return undefined;
    managers.set(idOf(managing), managing);
  }
  read.set(entries, managers);
  return managers;
}

function readEntry(entry: ManagedFieldsEntry): Managing | undefined {
  const { manager = '', operation, apiVersion, time, fieldsType, fieldsV1, subresource = '' } = entry;
  if ((operation !== 'Apply' && operation !== 'Update') || !apiVersion || fieldsType !== 'FieldsV1') return undefined;
  try {
    const fields = readFieldSet(fieldsV1);
    const at = time !== undefined && isRfc3339(time) ? time : undefined;
    return { manager, operation, apiVersion, subresource, time: at, fields, entry };
  } catch (error) {
    if (error instanceof PathElementError) return undefined;
    throw error;
  }
}

/** Tells whether a client wants all managers forgotten: it gives an empty list, or one empty entry. */
export function isReset(entries: unknown): boolean {
  if (!Array.isArray(entries)) return false;
  return entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? { null: 0 }).length === 0);
}

/** Writes the managers as the API has them; undefined for none. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].sort(byOperationAndTime).map(writeEntry);
}

function writeEntry(managing: Managing): ManagedFieldsEntry {
  const { manager, operation, apiVersion, time, fields, subresource, entry } = managing;
  if (entry !== undefined) return entry;
  const written: Record<string, unknown> = manager === '' ? {} : { manager };
  written.operation = operation;
  written.apiVersion = apiVersion;
  if (time !== undefined) written.time = time;
  written.fieldsType = 'FieldsV1';
  written.fieldsV1 = inOrder(fields);
  if (subresource !== '') written.subresource = subresource;
  return written;
}

/** As `sortEncodedManagedFields`. */
function byOperationAndTime(a: Managing, b: Managing): number {
  return (
    compare(a.operation, b.operation) ||
    secondsOf(a) - secondsOf(b) ||
    compare(a.manager, b.manager) ||
    compare(a.apiVersion, b.apiVersion) ||
    compare(a.subresource, b.subresource)
  );
}

function secondsOf({ time }: Managing): number {
  return time === undefined ? 0 : Math.floor(fromRfc3339(time) / 1000);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Makes what somebody manages with other fields; the same where they are the same. */
export function managingFields(managing: Managing, fields: FieldSet): Managing {
  return fields === managing.fields ? managing : { ...managing, fields, entry: undefined };
}

/** As field management's `DefaultMaxUpdateManagers`. */
const mostUpdaters = 10;

/** Lays the oldest updates together where there are too many, by version, under the name of `ancient-changes`. */
export function capUpdaters(managers: Managers): Managers {
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update');
  let surplus = updaters.length - mostUpdaters;
  if (surplus <= 0) return managers;
  updaters.sort(([a, one], [b, other]) => secondsOf(one) - secondsOf(other) || compare(a, b));
  const capped = new Map(managers);
  const firstOf = new Map<string, string>();
  for (const [id, managing] of updaters) {
    if (surplus <= 0) break;
    const { apiVersion } = managing;
    const first = firstOf.get(apiVersion);
    if (first === undefined) {
      firstOf.set(apiVersion, id);
      continue;
    }
    const ancient = { manager: 'ancient-changes', operation: 'Update', apiVersion, subresource: '' } as const;
    const bucket = idOf(ancient);
    const { fields } = (capped.get(bucket) ?? capped.get(first)) as Managing;
    if (!capped.has(bucket)) capped.delete(first);
    capped.delete(id);
    // The time of the youngest of them.
    capped.set(bucket, { ...ancient, time: managing.time, fields: union(managing.fields, fields), entry: undefined });
    surplus--;
  }
  return capped;
}

/** Leaves out those who manage nothing any more. */
export function withoutIdle(managers: ReadonlyMap<string, Managing>): Managers {
  return new Map([...managers].filter(([, { fields }]) => !isEmptySet(fields)));
}
