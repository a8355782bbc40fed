/** kubectl's table: columns as wide as their widest cell, parted by three blanks. */

import type { KubernetesObject } from '../../../protocol/objects.ts';
import type { Cell, KindTable } from '../../../protocol/tables/column.ts';

/** How a table is looked at. */
export interface View {
  /** ms since the Unix epoch that ages are counted to. */
  readonly nowMs: number;
  /** As `-o wide`. */
  readonly wide?: boolean;
  /** As `--all-namespaces`: the namespace comes first. */
  readonly allNamespaces?: boolean;
}

/** A table's cells; the first row is the header. */
export type Rows = readonly (readonly string[])[];

/** Fills in the table of objects, in the order given. */
export function fillTable(
  { columns, cells }: KindTable,
  objects: readonly KubernetesObject[],
  { nowMs, wide = false, allNamespaces = false }: View,
): Rows {
  const isShown = (_: unknown, column: number) => wide || columns[column]?.priority === 0;
  const row = (namespace: string, shown: string[]) => (allNamespaces ? [namespace, ...shown] : shown);
  return [
    row(
      'NAMESPACE',
      columns.filter(isShown).map(({ name }) => name.toUpperCase()),
    ),
    ...objects.map((object) => row(object.metadata.namespace ?? '', cells(object, nowMs).filter(isShown).map(printed))),
  ];
}

/** A text ends at its first line break, as in kubectl's printer; what is null shows as nothing. */
function printed(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const end = cell.search(/[\f\n\r]/);
  return end < 0 ? cell : `${cell.slice(0, end)}...`;
}

/** What parts two columns, and the least a column takes together with it (kubectl's tabwriter: 6, 4, 3). */
const padding = 3;
const leastWidth = 6;

/** Lays out a table as lines; the last column is not padded. */
export function layOut(rows: Rows): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(leastWidth, ...rows.map((row) => lengthOf(row[column] ?? '') + padding)),
  );
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - lengthOf(cell)))).join(''),
  );
}

/** Counts characters, not UTF-16 units. */
function lengthOf(text: string): number {
  return [...text].length;
}
