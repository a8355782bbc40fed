/** Reads the fields of a record that came from outside, and refuses what is not right by the name of its field. */

import { nearest } from '../../protocol/spelling.ts';
import { FaultError } from './command.ts';

/** A field's form: what a right value is, in words, and what tells one. */
export interface Form {
  readonly is: (value: unknown) => boolean;
  readonly words: string;
  readonly isNeeded?: boolean;
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

/** The forms that fields have. */
export const forms = {
  text: { is: isText, words: 'a text' },
  flag: { is: (value) => typeof value === 'boolean', words: 'true or false' },
  ms: { is: (value) => isNumber(value) && (value as number) >= 0, words: 'a number of ms, 0 or more' },
  lastingMs: { is: (value) => isNumber(value) && (value as number) > 0, words: 'a number of ms, more than 0' },
  shift: { is: isNumber, words: 'a number, negative for behind' },
  ppm: {
    is: (value) => isNumber(value) && (value as number) > -1e6,
    words: 'a number of parts per million, more than -1000000',
  },
  count: { is: (value) => Number.isSafeInteger(value) && (value as number) >= 0, words: 'a whole number, 0 or more' },
  share: {
    is: (value) => isNumber(value) && (value as number) >= 0 && (value as number) <= 1,
    words: 'a number from 0 to 1',
  },
  pair: {
    is: (value) => Array.isArray(value) && value.length === 2 && value.every(isText),
    words: 'a list of two places',
  },
} as const satisfies Record<string, Form>;

/** Makes a form one that must be there. */
export function needed(form: Form): Form {
  return { ...form, isNeeded: true };
}

/** Holds a record to its fields; `path` says where it stands. @throws FaultError */
export function checkFields(path: string, record: unknown, fields: Readonly<Record<string, Form>>): void {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    throw new FaultError(path, 'is no record', `give an object with ${listed(fields)}`);
  }
  for (const [name, value] of Object.entries(record)) {
    const form = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const field = `${path}.${name}`;
    if (form === undefined) throw unknown(field, name, fields);
    if (!form.is(value)) throw new FaultError(field, `is ${JSON.stringify(value)}`, `give ${form.words}`);
  }
  for (const [name, { isNeeded, words }] of Object.entries(fields)) {
    if (isNeeded === true && !Object.hasOwn(record, name)) {
      throw new FaultError(`${path}.${name}`, 'is not told', `give ${words}`);
    }
  }
}

function unknown(field: string, name: string, fields: Readonly<Record<string, Form>>): FaultError {
  const close = nearest(name, Object.keys(fields));
  const fix = close === undefined ? `the fields are ${listed(fields)}` : `did you mean "${close}"?`;
  return new FaultError(field, 'there is no such field', fix);
}

function listed(fields: Readonly<Record<string, Form>>): string {
  return Object.keys(fields).join(', ');
}
