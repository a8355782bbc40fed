/** kubectl's table: columns as wide as their widest cell, parted by three blanks. */

import type { KubernetesObject } from '../../../protocol/objects.ts';

/** One column of the table of a kind. */
export interface Column<T> {
  /** As the API server names it; the table shows it in capitals. */
  readonly name: string;
  /** Shown only by `-o wide`. */
  readonly isWide?: boolean;
  readonly cell: (object: T, nowMs: number) => string;
}

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
export function fillTable<T extends KubernetesObject>(
  columns: readonly Column<T>[],
  objects: readonly T[],
  { nowMs, wide = false, allNamespaces = false }: View,
): Rows {
  const shown = columns.filter((column) => wide || column.isWide !== true);
  const all = allNamespaces ? [namespaceColumn, ...shown] : shown;
  return [
    all.map((column) => column.name.toUpperCase()),
    ...objects.map((object) => all.map((column) => oneLine(column.cell(object, nowMs)))),
  ];
}

const namespaceColumn: Column<KubernetesObject> = {
  name: 'Namespace',
  cell: ({ metadata }) => metadata.namespace ?? '',
};

/** A cell ends at its first line break, as in kubectl's printer. */
function oneLine(cell: string): string {
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
