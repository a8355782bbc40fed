/** Values as Go writes them: as JSON, and in the formats of its messages. */

import { quoted } from '../../../../protocol/field-errors.ts';

const escaped = /[<>&\u2028\u2029]/g;

/** Writes JSON as Go's `json.Marshal`: the keys of maps in order, and what HTML gives a meaning escaped. */
export function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{${fields
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => `${goJson(name)}:${goJson(inner)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value).replace(escaped, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Shows a value as Go's `%v`: `5`, `true`, `map[a:1]`, `[1 2]`. */
export function goPlain(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goPlain).join(' ')}]`;
  return typeof value === 'object'
    ? `map[${inOrder(value as object)
        .map(([name, inner]) => `${name}:${goPlain(inner)}`)
        .join(' ')}]`
    : String(value);
}

/** Shows a value as Go's `%#v`: `5`, `"text"`, `map[string]interface {}{"a":1}`. */
export function goSyntax(value: unknown): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `${goType(value)}{${value.map(goSyntax).join(', ')}}`;
  const fields = inOrder(value as object).map(([name, inner]) => `${quoted(name)}:${goSyntax(inner)}`);
  return `${goType(value)}{${fields.join(', ')}}`;
}

/** Names the type that Go reads a JSON value as: its `%T`. */
export function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'object':
      return 'map[string]interface {}';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    default:
      return 'string';
  }
}

function inOrder(map: object): [string, unknown][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
