/** A sorted index of keys: an array in chunks, found by binary search, so that no insert moves more than one chunk. */

/** What the index holds: anything that bears its key. Keys are ordered by UTF-16 code units, as `prefixEnd` counts. */
export interface Keyed {
  readonly key: string;
}

/** The keys in order; no chunk is empty. Plain data. */
export interface KeyIndex<T extends Keyed> {
  readonly chunks: T[][];
}

/** Entries a chunk holds before it is split; a whole chunk is moved by one insert at worst. */
const chunkSize = 256;

/** Makes an empty index. */
export function emptyIndex<T extends Keyed>(): KeyIndex<T> {
  return { chunks: [] };
}

/** Adds an entry whose key is not yet there. */
export function insert<T extends Keyed>(index: KeyIndex<T>, entry: T): void {
  const { chunks } = index;
  if (chunks.length === 0) {
    chunks.push([entry]);
    return;
  }
  const at = chunkOf(chunks, entry.key);
  const chunk = chunks[at]!;
  const place = lowerBound(chunk, entry.key);
  if (chunk.length < chunkSize) {
    chunk.splice(place, 0, entry);
  } else if (place === chunk.length) {
    insertBehind(chunks, at, entry);
  } else {
    const half = chunk.splice(chunkSize / 2);
    chunks.splice(at + 1, 0, half);
    if (place <= chunk.length) chunk.splice(place, 0, entry);
    else half.splice(place - chunk.length, 0, entry);
  }
}

/** Takes an entry out; nothing happens where the key is not there. */
export function remove<T extends Keyed>(index: KeyIndex<T>, key: string): void {
  const { chunks } = index;
  if (chunks.length === 0) return;
  const at = chunkOf(chunks, key);
  const chunk = chunks[at]!;
  const place = lowerBound(chunk, key);
  if (chunk[place]?.key !== key) return;
  chunk.splice(place, 1);
  if (chunk.length === 0) chunks.splice(at, 1);
  else if (chunk.length < chunkSize / 4) mergeAt(chunks, at);
}

/**
 * Visits the entries of [key, end) in order, where end `'\0'` means to the last; a visitor that gives false ends it.
 */
export function scan<T extends Keyed>(
  index: KeyIndex<T>,
  key: string,
  end: string,
  visit: (entry: T) => boolean,
): void {
  const { chunks } = index;
  if (chunks.length === 0) return;
  let at = chunkOf(chunks, key);
  let place = lowerBound(chunks[at]!, key);
  for (; at < chunks.length; at++, place = 0) {
    const chunk = chunks[at]!;
    const whole = end === '\0' || chunk[chunk.length - 1]!.key < end;
    const stop = whole ? chunk.length : lowerBound(chunk, end);
    for (; place < stop; place++) if (!visit(chunk[place]!)) return;
    if (!whole) return;
  }
}

/** Keys that come in order fill chunk after chunk, instead of leaving each half empty. */
function insertBehind<T extends Keyed>(chunks: T[][], at: number, entry: T): void {
  const next = chunks[at + 1];
  if (next !== undefined && next.length < chunkSize) next.unshift(entry);
  else chunks.splice(at + 1, 0, [entry]);
}

function mergeAt<T extends Keyed>(chunks: T[][], at: number): void {
  const left = at > 0 ? at - 1 : at;
  const [a, b] = [chunks[left]!, chunks[left + 1]];
  if (b === undefined || a.length + b.length > chunkSize / 2) return;
  a.push(...b);
  chunks.splice(left + 1, 1);
}

/** The last chunk that begins at or before the key; the first where none does. */
function chunkOf<T extends Keyed>(chunks: T[][], key: string): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (chunks[middle]![0]!.key <= key) low = middle;
    else high = middle - 1;
  }
  return low;
}

function lowerBound<T extends Keyed>(chunk: T[], key: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (chunk[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
