/** One condition of a label selector: checked when made, then asked of labels. */

import type { FieldError } from './field-errors.ts';
import { formatFieldErrors, invalid } from './field-errors.ts';
import { labelValue, qualifiedName } from './names.ts';

/** What a requirement asks of a label; `=` and `==` mean the same and are written as they were. */
export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition on one label. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  /** Sorted, each once. */
  readonly values: readonly string[];
}

/** A selector that cannot be read; the message is Kubernetes's own. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** Makes one checked requirement. @throws SelectorError as apimachinery's `labels.NewRequirement`. */
export function makeRequirement(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
  const errors = [...keyErrors(key, 'key'), ...countErrors(operator, values), ...valueErrors(key, values)];
  if (errors.length > 0) throw new SelectorError(formatFieldErrors(errors));
  return { key, operator, values: [...new Set(values)].sort() };
}

/** Tells what is wrong with a label's key. */
export function keyErrors(key: string, field: string): FieldError[] {
  const wrong = qualifiedName(key);
  return wrong.length === 0 ? [] : [invalid(field, key, wrong.join('; '))];
}

function valueErrors(key: string, values: readonly string[]): FieldError[] {
  return values.flatMap((value, i) => {
    const wrong = labelValue(value);
    return wrong.length === 0 ? [] : [invalid(`values[${i}][${key}]`, value, wrong.join('; '))];
  });
}

function countErrors(operator: SelectorOperator, values: readonly string[]): FieldError[] {
  const refuse = (detail: string) => [invalid('values', values, detail)];
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length > 0 ? [] : refuse("for 'in', 'notin' operators, values set can't be empty");
    case 'exists':
    case '!':
      return values.length === 0 ? [] : refuse('values set must be empty for exists and does not exist');
    case 'gt':
    case 'lt':
      if (values.length !== 1) return refuse("for 'Gt', 'Lt' operators, exactly one value is required");
      return isInteger(values[0])
        ? []
        : [invalid('values[0]', values[0], "for 'Gt', 'Lt' operators, the value must be an integer")];
    default:
      return values.length === 1 ? [] : refuse('exact-match compatibility requires one single value');
  }
}

/** Tells whether a label's value, undefined where there is no such label, meets a requirement. */
export function meets(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '!=':
    case 'notin':
      return value === undefined || !requirement.values.includes(value);
    case 'gt':
      return isInteger(value) && BigInt(value) > BigInt(requirement.values[0] ?? 0);
    case 'lt':
      return isInteger(value) && BigInt(value) < BigInt(requirement.values[0] ?? 0);
    default:
      return value !== undefined && requirement.values.includes(value);
  }
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^-?[0-9]+$/.test(text);
}
