/** Laying an applied configuration over an object (structured-merge-diff's `Merge`): nothing is taken away by it. */

import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import { byElement } from './changes.ts';
import { asList, asMap, elementOf, formOf, innerNode, isEmptyMap } from './form.ts';

/** Merges a configuration into an object of a shape; shares what it does not touch, and gives the object itself where nothing changes. */
export function mergeApplied(live: object, applied: object, node: SchemaNode | undefined): object {
  return mergeMaps(live, applied, node) as object;
}

function merge(live: unknown, applied: unknown, node: SchemaNode | undefined): unknown {
  if (applied === undefined || applied === live) return live;
  if (live === undefined) return applied;
  const form = formOf(applied, node);
  if (form === 'leaf') return formOf(live, node) !== 'leaf' && applied === null ? live : applied;
  return form === 'map' ? mergeMaps(live, applied, node) : mergeLists(live, applied, node as SchemaNode);
}

function mergeMaps(live: unknown, applied: unknown, node: SchemaNode | undefined): unknown {
  const [old, given] = [asMap(live), asMap(applied)];
  // Of two empty ones, or none and null, the last word counts.
  if (isEmptyMap(given)) return isEmptyMap(old) ? applied : live;
  let merged: Record<string, unknown> | undefined;
  for (const name in given) {
    const value = merge(old[name], given[name], innerNode(node, name));
    if (value === old[name]) continue;
    merged ??= { ...old };
    merged[name] = value;
  }
  return merged ?? live;
}

function mergeLists(live: unknown, applied: unknown, node: SchemaNode): unknown {
  const [old, given] = [asList(live), asList(applied)];
  if (given.length === 0) return old.length === 0 ? applied : live;
  const [were, are] = [byElement(old, node), byElement(given, node)];
  if (were === undefined || are === undefined) return applied;
  const merged: unknown[] = [];
  for (const { element, item } of inMergedOrder(old, given, were, are, node)) {
    const twins = were.get(element) ?? [];
    const [own] = are.get(element) ?? [];
    if (own === undefined) merged.push(item);
    // Twins are not merged with: the applied item stands in for them all.
    else merged.push(merge(twins.length > 1 ? undefined : twins[0], own, node.items));
  }
  const isSame = merged.length === old.length && merged.every((item, i) => item === old[i]);
  return isSame ? live : merged;
}

interface Placed {
  readonly element: string;
  readonly item: unknown;
}

/**
 * Orders the items of a merged list: what both have as it is applied, and what only one has where it stands among its neighbours.
 *
 * Both lists are walked at once. An item that both have is taken when it is next in the applied order of such items.
 */
function inMergedOrder(
  old: readonly unknown[],
  given: readonly unknown[],
  were: ReadonlyMap<string, unknown>,
  are: ReadonlyMap<string, unknown>,
  node: SchemaNode,
): Placed[] {
  const [left, right] = [placed(old, node), placed(given, node)];
  const shared = right.map(({ element }) => element).filter((element) => were.has(element));
  const order: Placed[] = [];
  const taken = new Set<string>();
  let [l, r, s] = [0, 0, 0];
  while (l < left.length || r < right.length) {
    const [one, other] = [left[l], right[r]];
    if (one !== undefined && !are.has(one.element)) {
      order.push(one);
      l++;
    } else if (one !== undefined && other !== undefined && isPassed(one.element, other.element, shared[s])) {
      l++;
    } else {
      if (one !== undefined && (one.element === other?.element || taken.has(one.element))) l++;
      if (other === undefined) continue;
      order.push(other);
      taken.add(other.element);
      if (other.element === shared[s]) s++;
      r++;
    }
  }
  return order;
}

/** An item that both have, but not the next of those: it comes later, where the applied list has it. */
function isPassed(element: string, applied: string, nextShared: string | undefined): boolean {
  return element !== applied && nextShared !== undefined && element !== nextShared;
}

function placed(list: readonly unknown[], node: SchemaNode): Placed[] {
  return list.map((item) => ({ element: String(elementOf(item, node)), item }));
}
