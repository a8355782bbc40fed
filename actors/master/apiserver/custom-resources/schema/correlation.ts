/** Which item of a list an item was before. */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { isFields } from './fields.ts';
import { keyOf } from './repetitions.ts';

/** Gives what finds the item that an item was before; undefined where only a list that is a map could tell. */
export function correlation(
  schema: StructuralSchema,
  old: readonly unknown[],
): ((item: unknown) => unknown) | undefined {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || keys === undefined) return undefined;
  const textOf = (item: unknown) => JSON.stringify(isFields(item) ? keyOf(item, keys) : null);
  const known = new Map(old.map((item) => [textOf(item), item]));
  return (item) => known.get(textOf(item));
}
