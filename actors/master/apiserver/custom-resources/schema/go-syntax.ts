/** How messages about custom resources show what has no plain form: as Go writes values whose type it does not know (`%#v`). */

import { quoted, verbatim } from '../../../../../protocol/field-errors.ts';
import { isFields } from './fields.ts';

/** Gives what an error is to show of a value. */
export function shown(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? verbatim(goSyntax(value)) : value;
}

function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isFields(value)) return String(value);
  const fields = Object.keys(value).sort();
  return `map[string]interface {}{${fields.map((name) => `${quoted(name)}:${goSyntax(value[name])}`).join(', ')}}`;
}
