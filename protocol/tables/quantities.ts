/** Quantities in a cell. */

import { addQuantities, canonicalQuantity, formatQuantity, isQuantity, parseQuantity } from '../quantity.ts';
import { fieldsOf, isGiven } from './fields.ts';

/** Writes an amount that stands in every object of its kind: `0` where it was left out. */
export function amount(value: unknown): string {
  return isQuantity(value) ? canonicalQuantity(value) : '0';
}

/** Writes an amount that may be left out, and then is `<nil>`, as Go writes it. */
export function optionalAmount(value: unknown): string {
  return isGiven(value) ? amount(value) : '<nil>';
}

/** Writes the amount of one resource of a list. */
export function amountOf(resources: unknown, resource: string): string {
  const amounts = fieldsOf(resources);
  return Object.hasOwn(amounts, resource) ? amount(amounts[resource]) : '0';
}

/** Writes what amounts come to together. */
export function sumOf(values: readonly unknown[]): string {
  const amounts = values.filter(isQuantity).map(parseQuantity);
  const [first, ...others] = amounts;
  return first === undefined ? '0' : formatQuantity(others.reduce(addQuantities, first));
}
