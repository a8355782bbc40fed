/** What is wrong with a field of an API object, in Kubernetes's words. */

/** Why a field is refused, without the `FieldValue` that starts the reason of a Status cause. */
export type FieldErrorType =
  | 'Required'
  | 'Invalid'
  | 'TypeInvalid'
  | 'Duplicate'
  | 'NotSupported'
  | 'NotFound'
  | 'Forbidden'
  | 'TooLong'
  | 'TooMany';

/** One refused field. `field` is its path: `spec.containers[0].ports[1].name`, `metadata.annotations[a/b]`. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** The refused value; absent where Kubernetes shows none. */
  readonly value?: unknown;
  readonly detail: string;
}

const phrases: Readonly<Record<FieldErrorType, string>> = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  TypeInvalid: 'Invalid value',
  Duplicate: 'Duplicate value',
  NotSupported: 'Unsupported value',
  NotFound: 'Not found',
  Forbidden: 'Forbidden',
  TooLong: 'Too long',
  TooMany: 'Too many',
};

/** Refuses a field that must be given. */
export function required(field: string, detail = ''): FieldError {
  return { type: 'Required', field, detail };
}

/** Refuses a value that breaks a rule. */
export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}

/** Refuses a value that is there already. */
export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'Duplicate', field, value, detail: '' };
}

/** Refuses a value outside a list; the list is told in the order given. */
export function notSupported(field: string, value: unknown, allowed: readonly string[]): FieldError {
  const detail = allowed.length === 0 ? '' : `supported values: ${allowed.map((text) => quoted(text)).join(', ')}`;
  return { type: 'NotSupported', field, value, detail };
}

/** Refuses a name that refers to nothing. */
export function notFound(field: string, value: unknown): FieldError {
  return { type: 'NotFound', field, value, detail: '' };
}

/** Refuses a value that could be valid elsewhere, or at another time. */
export function forbidden(field: string, detail: string): FieldError {
  return { type: 'Forbidden', field, detail };
}

/** Refuses a value with too many bytes. */
export function tooLong(field: string, mostBytes: number): FieldError {
  return { type: 'TooLong', field, detail: `must have at most ${mostBytes} bytes` };
}

/** Refuses a list with too many items. */
export function tooMany(field: string, count: number, most: number): FieldError {
  return { type: 'TooMany', field, value: count, detail: `must have at most ${most} items` };
}

/** The reason a cause in a Status has: `FieldValueRequired`. */
export function causeReason(error: FieldError): string {
  return `FieldValue${error.type}`;
}

/** Says what is wrong, without saying where. */
export function errorBody(error: FieldError): string {
  const shown = 'value' in error ? `${phrases[error.type]}: ${shownValue(error.value)}` : phrases[error.type];
  return error.detail === '' ? shown : `${shown}: ${error.detail}`;
}

/** Says where and what: `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export function formatFieldError(error: FieldError): string {
  return `${error.field === '' ? '<nil>' : error.field}: ${errorBody(error)}`;
}

/** Says all that is wrong, each only once, in brackets where it is more than one. */
export function formatFieldErrors(errors: readonly FieldError[]): string {
  const lines = [...new Set(errors.map(formatFieldError))];
  return lines.length === 1 ? String(lines[0]) : `[${lines.join(', ')}]`;
}

/** A value that Kubernetes shows in a form of its own. */
interface Verbatim {
  readonly shownAs: string;
}

/** Makes a value that is shown exactly so in a message, for what Go prints by its type: `map[string]string(nil)`. */
export function verbatim(text: string): Verbatim {
  return { shownAs: text };
}

/** Shows a value as Kubernetes v1.30 does: plain where it is simple, in Go's syntax where it is not. */
function shownValue(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === undefined || value === null) return '"null"';
  if (typeof value !== 'object') return String(value);
  if ('shownAs' in value) return String(value.shownAs);
  if (Array.isArray(value)) return goList(value);
  return Object.values(value).every((item) => typeof item === 'string') ? goMap(value) : JSON.stringify(value);
}

function goList(values: readonly unknown[]): string {
  if (!values.every((value) => typeof value === 'string')) return JSON.stringify(values);
  return `[]string{${values.map(quoted).join(', ')}}`;
}

/** Go writes a map with its keys in order. */
function goMap(map: object): string {
  const entries = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]string{${entries.map(([key, value]) => `${quoted(key)}:${quoted(value)}`).join(', ')}}`;
}

/** Writes a text as Go's `%q` does. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\u00([0-9a-f]{2})|\u007f/g, (whole, hex) =>
    hex ? `\\x${hex}` : whole && '\\x7f',
  );
}
