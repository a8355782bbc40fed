/** The rules of printer columns, and of the paths by which they find what they show. */

import type { PrinterColumn } from '../../../../../protocol/custom/definition.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid, required } from '../../../../../protocol/field-errors.ts';

const types = ['boolean', 'date', 'integer', 'number', 'string'];
const formats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** Names what is wrong with a column. */
export function columnErrors({ name, type, format, jsonPath }: PrinterColumn, path: string): FieldError[] {
  const errors = name ? [] : [required(`${path}.name`)];
  const allowed = `must be one of ${types.join(',')}`;
  if (!type) errors.push(required(`${path}.type`, allowed));
  else if (!types.includes(type)) errors.push(invalid(`${path}.type`, type, allowed));
  if (format && !formats.includes(format)) {
    errors.push(invalid(`${path}.format`, format, `must be one of ${formats.join(',')}`));
  }
  if (!jsonPath) errors.push(required(`${path}.JSONPath`));
  else errors.push(...simplePathErrors(jsonPath, `${path}.JSONPath`));
  return errors;
}

/** Refuses a path that does not begin as one. */
export function simplePathErrors(given: string, path: string): FieldError[] {
  return given.startsWith('.') ? [] : [invalid(path, given, 'must be a simple json path starting with .')];
}
