/** What a kind's table is made of: columns, each with the cell it shows of an object. */

import { since } from './age.ts';
import { type Fields, fieldsOf, textOf } from './fields.ts';

/** Tells clients of a column (`meta.k8s.io` `TableColumnDefinition`). */
export interface ColumnDefinition {
  readonly name: string;
  /** An OpenAPI type; cells need not keep to it, as the real server's do not. */
  readonly type: string;
  /** `name` marks the column that names the object. */
  readonly format: string;
  readonly description: string;
  /** Above 0 it is shown where there is room: by `-o wide`. */
  readonly priority: number;
}

/** What stands in a table at one place. */
export type Cell = string | number | boolean | null;

/** Says that an object has run to its end (`TableRowCondition`). */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/** How objects of one kind are shown. */
export interface KindTable {
  readonly columns: readonly ColumnDefinition[];
  /** Gives the cells of an object, as many as there are columns; `nowMs` is what ages are counted to. */
  readonly cells: (object: unknown, nowMs: number) => Cell[];
  readonly conditions?: (object: unknown) => readonly RowCondition[] | undefined;
  /** Orders the objects of a list, where it is not to stay as it is. */
  readonly order?: (a: unknown, b: unknown) => number;
}

/** An object, taken apart once for all its cells. */
export interface Parts {
  readonly object: Fields;
  readonly metadata: Fields;
  readonly spec: Fields;
  readonly status: Fields;
  readonly nowMs: number;
}

/** A column, and how its cell comes of an object's parts. */
export interface Column<P = Parts> {
  readonly definition: ColumnDefinition;
  readonly cell: (parts: P) => Cell;
}

/** Takes an object apart. */
export function partsOf(object: unknown, nowMs: number): Parts {
  const fields = fieldsOf(object);
  return {
    object: fields,
    metadata: fieldsOf(fields.metadata),
    spec: fieldsOf(fields.spec),
    status: fieldsOf(fields.status),
    nowMs,
  };
}

/** Makes the table of a kind. */
export function kindTable(columns: readonly Column[]): KindTable {
  return kindTableOf(partsOf, columns);
}

/** Makes the table of a kind whose columns show what was found out once of each object. */
export function kindTableOf<P>(
  prepare: (object: unknown, nowMs: number) => P,
  columns: readonly Column<P>[],
): KindTable {
  return {
    columns: columns.map(({ definition }) => definition),
    cells: (object, nowMs) => {
      const parts = prepare(object, nowMs);
      return columns.map(({ cell }) => cell(parts));
    },
  };
}

/** A column of texts. */
export function text<P = Parts>(name: string, description: string, cell: (parts: P) => Cell, format = ''): Column<P> {
  return { definition: { name, type: 'string', format, description, priority: 0 }, cell };
}

/** A column of whole numbers. */
export function integer<P = Parts>(name: string, description: string, cell: (parts: P) => Cell): Column<P> {
  return { definition: { name, type: 'integer', format: '', description, priority: 0 }, cell };
}

/** A column of yes and no. */
export function boolean<P = Parts>(name: string, description: string, cell: (parts: P) => Cell): Column<P> {
  return { definition: { name, type: 'boolean', format: '', description, priority: 0 }, cell };
}

/** Makes a column one of those that are shown by `-o wide` alone. */
export function wide<P>({ definition, cell }: Column<P>): Column<P> {
  return { definition: { ...definition, priority: 1 }, cell };
}

/** The object's name, marked as such. */
export const name: Column<Parts> = text(
  'Name',
  'The name, unique among objects of its kind and namespace.',
  nameOf,
  'name',
);

/** How long ago the object was made. */
export const age: Column<Parts> = text('Age', 'The time since the object was created.', ageOf);

/** The cell of `name`. */
export function nameOf({ metadata }: Parts): string {
  return textOf(metadata.name);
}

function ageOf({ metadata, nowMs }: Parts): string {
  return since(metadata.creationTimestamp, nowMs);
}
