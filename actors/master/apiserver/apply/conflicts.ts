/** Telling an applier whose fields it would change, in Kubernetes's words. */

import { quoted } from '../../../../protocol/field-errors.ts';
import type { Status, StatusCause } from '../../../../protocol/objects.ts';
import type { FieldSet } from './field-set.ts';
import { difference, isEmptySet, pathsOf } from './field-set.ts';
import { showPath } from './path-element.ts';

/** What an apply would change of others' fields, by the id of the manager. */
export type Conflicts = ReadonlyMap<string, FieldSet>;

/** Leaves out the conflicts about some fields. */
export function withoutConflicts(conflicts: Conflicts, fields: FieldSet): Conflicts {
  const left = new Map<string, FieldSet>();
  for (const [id, set] of conflicts) {
    const rest = difference(set, fields);
    if (!isEmptySet(rest)) left.set(id, rest);
  }
  return left;
}

/** Makes the Status of an apply that conflicts: 409, with a cause for each field (`NewApplyConflict`). */
export function conflictStatus(conflicts: Conflicts): Status {
  const managers = [...conflicts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, set]) => toldConflict(id, set));
  const causes = managers.flatMap(({ causes: own }) => own);
  const message = `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: `;
  const [first] = causes;
  const detail =
    causes.length === 1
      ? `${first?.message}: ${first?.field}`
      : managers.map(({ name, causes: own }) => listed(name, own)).join('\n');
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: message + detail,
    reason: 'Conflict',
    details: { causes },
    code: 409,
  };
}

function toldConflict(id: string, set: FieldSet): { name: string; causes: StatusCause[] } {
  const name = nameOf(id);
  const causes = pathsOf(set).map((path) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${name}`,
    field: showPath(path),
  }));
  return { name, causes };
}

function listed(name: string, causes: readonly StatusCause[]): string {
  return [`conflicts with ${name}:`, ...causes.map(({ field }) => `- ${field}`)].join('\n');
}

/** `"kubectl" with subresource "status" using apps/v1`; who applies does so in any version. */
function nameOf(id: string): string {
  const { manager = '', operation, apiVersion, subresource } = JSON.parse(id) as Record<string, string>;
  const through = subresource === undefined ? '' : ` with subresource ${quoted(subresource)}`;
  return `${quoted(manager)}${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
