/** A binary heap kept in a plain array; what comes first is told by a function given at every call. */

/** Tells whether one entry comes before another. */
export type IsBefore<Entry> = (a: Entry, b: Entry) => boolean;

/** Puts an entry in. */
export function pushHeap<Entry>(entries: Entry[], entry: Entry, isBefore: IsBefore<Entry>): void {
  let at = entries.push(entry) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = entries[above] as Entry;
    if (!isBefore(entry, parent)) break;
    entries[at] = parent;
    at = above;
  }
  entries[at] = entry;
}

/** Takes the first entry out; undefined from an empty heap. */
export function popHeap<Entry>(entries: Entry[], isBefore: IsBefore<Entry>): Entry | undefined {
  const first = entries[0];
  const last = entries.pop();
  if (last === undefined || entries.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= entries.length) break;
    const right = left + 1;
    const isRight = right < entries.length && isBefore(entries[right] as Entry, entries[left] as Entry);
    const below = isRight ? right : left;
    const child = entries[below] as Entry;
    if (!isBefore(child, last)) break;
    entries[at] = child;
    at = below;
  }
  entries[at] = last;
  return first;
}
