/** The functions of what may have no value (cel-go's `OptionalTypes`); `or` and `orValue` are the evaluator's own. */

import { EvaluationError } from '../evaluation-error.ts';
import type { Value } from '../value.ts';
import { Bytes, Duration, Fields, List, Optional, Timestamp, Uint } from '../value.ts';
import type { Overload } from './overload.ts';
import { free, member } from './overload.ts';

function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === 0n || value === '') return true;
  if (value instanceof List || value instanceof Fields) return value.size === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Bytes) return value.octets.length === 0;
  return (value instanceof Duration || value instanceof Timestamp) && value.nanos === 0n;
}

function unwrapped(optional: Value | undefined): Value {
  const { value } = optional as Optional;
  if (value === undefined) throw new EvaluationError('optional.none() dereference');
  return value;
}

/** The functions of optionals. */
export const optionals: readonly Overload[] = [
  free('optional.of', 'A', 'optional(A)', ([value]) => new Optional(value)),
  free('optional.ofNonZeroValue', 'A', 'optional(A)', ([value]) => {
    return new Optional(isZero(value as Value) ? undefined : value);
  }),
  free('optional.none', '', 'optional(A)', () => new Optional(undefined)),
  member('hasValue', 'optional(A)', 'bool', ([optional]) => (optional as Optional).value !== undefined),
  member('value', 'optional(A)', 'A', ([optional]) => unwrapped(optional)),
  member('or', 'optional(A), optional(A)', 'optional(A)', ([one, other]) => {
    return (one as Optional).value === undefined ? (other as Optional) : (one as Optional);
  }),
  member('orValue', 'optional(A), A', 'A', ([one, other]) => (one as Optional).value ?? (other as Value)),
];
