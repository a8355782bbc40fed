/** What a table shows of an object, for tests. */

import type { Cell } from '../column.ts';
import { tableOfKind } from '../tables.ts';

/** When the tests take place. */
export const nowMs = Date.UTC(2024, 4, 1, 12);

/** Ninety seconds before. */
export const created = '2024-05-01T11:58:30Z';

/** Metadata of an object made ninety seconds ago. */
export function meta(name: string, rest: object = {}): object {
  return { name, creationTimestamp: created, ...rest };
}

/** The cells of an object, by the names of their columns; those that are shown by `-o wide` alone have theirs in brackets. */
export function shown(groupKind: string, object: object): Record<string, Cell> {
  const [kind = '', ...group] = groupKind.split('.');
  const { columns, cells } = tableOfKind({ kind, group: group.join('.') });
  const values = cells(object, nowMs);
  return Object.fromEntries(
    columns.map(({ name, priority }, i) => [priority === 0 ? name : `(${name})`, values[i] ?? null]),
  );
}

/** The cell of one column. */
export function cell(groupKind: string, column: string, object: object): Cell | undefined {
  return shown(groupKind, object)[column];
}
