/** The table of a custom resource: the columns that its definition asks for. */

import { since, timeOf } from './age.ts';
import { age, type Cell, type Column, type ColumnDefinition, type KindTable, kindTable, name } from './column.ts';
import { isGiven } from './fields.ts';
import { JsonPathError, parseJsonPath } from './json-path.ts';
import { findByPath } from './json-path-walk.ts';

/** A column, as it stands in `additionalPrinterColumns` of a version of a CustomResourceDefinition. */
export interface CustomColumn {
  readonly name: string;
  /** `string`, `integer`, `number`, `boolean` or `date`. */
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

/** What a definition that asks for no columns gets. */
const defaultColumn: Column = { definition: { ...age.definition, type: 'date' }, cell: age.cell };

const made = new WeakMap<readonly CustomColumn[], KindTable>();

/**
 * Makes the table of a custom resource: its name, then the columns asked for, or its age where none are.
 *
 * A path that cannot be read takes its column away and all that follow, as in the real server; the API refuses most of them.
 */
export function customTable(columns: readonly CustomColumn[]): KindTable {
  if (columns.length === 0) return withoutColumns;
  let table = made.get(columns);
  if (table === undefined) {
    table = kindTable([name, ...readable(columns)]);
    made.set(columns, table);
  }
  return table;
}

const withoutColumns = kindTable([name, defaultColumn]);

function readable(columns: readonly CustomColumn[]): Column[] {
  const read: Column[] = [];
  try {
    for (const column of columns) read.push(columnOf(column));
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
  }
  return read;
}

function columnOf(column: CustomColumn): Column {
  const path = parseJsonPath(column.jsonPath);
  return {
    definition: definitionOf(column),
    cell: ({ object, nowMs }) => {
      try {
        // Of several values the first is shown.
        const [value] = findByPath(path, object);
        return cellOf(column.type, value, nowMs);
      } catch (error) {
        if (error instanceof JsonPathError) return null;
        throw error;
      }
    },
  };
}

function definitionOf({ name: title, type, jsonPath, format, description, priority }: CustomColumn): ColumnDefinition {
  return {
    name: title,
    type,
    format: format ?? '',
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority ?? 0,
  };
}

/** Makes a cell of a value; null where the value is not of the column's type, which shows as nothing. */
function cellOf(type: string, value: unknown, nowMs: number): Cell {
  if (value === undefined) return null;
  switch (type) {
    case 'string':
      return textCell(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? dateCell(value, nowMs) : null;
    default:
      return null;
  }
}

function dateCell(value: string, nowMs: number): string {
  if (value === '' || value === 'null') return '<unknown>';
  return timeOf(value) === undefined ? '<invalid>' : since(value, nowMs);
}

/** A column of texts shows anything: objects and lists as JSON. */
function textCell(value: unknown): string {
  if (!isGiven(value)) return '<no value>';
  if (typeof value === 'number') return goNumber(value);
  return typeof value === 'object' ? goJson(value) : String(value);
}

/** Writes a number as Go does, whose exponents begin at a ten-thousandth and have two digits at least. */
function goNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/-(\d)$/, '-0$1');
}

/** Writes JSON as Go does: fields sorted, and what means something in HTML written by its number. */
function goJson(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => (isObject(inner) ? sorted(inner) : inner));
  return text.replaceAll(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
