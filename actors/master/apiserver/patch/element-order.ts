/** In which order the items of a merged list stand: as the patch says, with the server's own items where they were. */

type List = readonly unknown[];

/**
 * Orders a merged list. What `order` names stands as it says; the rest stands as in `original`,
 * before the first named item that it was before (apimachinery's `normalizeElementOrder`).
 */
export function mergeOrder(merged: List, order: List, original: List, key: string | undefined): List {
  const idOf = (item: unknown) => (key === undefined ? item : (item as Record<string, unknown>)[key]);
  const wanted = placesOf(order, idOf);
  const before = placesOf(original, idOf);
  const named = merged.filter((item) => wanted.has(idOf(item))).sort((a, b) => byPlace(wanted, idOf(a), idOf(b)));
  const others = merged.filter((item) => !wanted.has(idOf(item))).sort((a, b) => byPlace(before, idOf(a), idOf(b)));
  return weave(others, named, (other, item) => byPlace(before, idOf(other), idOf(item)) < 0);
}

function placesOf(list: List, idOf: (item: unknown) => unknown): Map<unknown, number> {
  return new Map(list.map((item, place) => [idOf(item), place]));
}

/** What has no place compares as equal, so it keeps to its neighbours. */
function byPlace(places: Map<unknown, number>, a: unknown, b: unknown): number {
  const [left, right] = [places.get(a), places.get(b)];
  return left === undefined || right === undefined ? 0 : left - right;
}

function weave(others: List, named: List, isBefore: (other: unknown, item: unknown) => boolean): List {
  const woven: unknown[] = [];
  let next = 0;
  for (const item of named) {
    while (next < others.length && isBefore(others[next], item)) woven.push(others[next++]);
    woven.push(item);
  }
  return [...woven, ...others.slice(next)];
}
