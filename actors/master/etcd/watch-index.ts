/** Finds who watches a key: the key space cut where a watched range begins or ends, each piece with its watchers. */

/**
 * Watchers by what they watch. Plain data.
 *
 * `bounds` are sorted; piece i is [bounds[i], bounds[i + 1]), the last one without end, and `pieces[i]` names those
 * who watch all of it, in the order they came. So a key's watchers are one binary search away.
 */
export interface WatchIndex {
  readonly single: Map<string, string[]>;
  readonly bounds: string[];
  readonly pieces: string[][];
}

/** Makes an index without watchers. */
export function emptyWatchIndex(): WatchIndex {
  return { single: new Map(), bounds: [], pieces: [] };
}

/** Adds a watcher of [key, rangeEnd), or of the key alone where the end is empty, or of all from it where it is `'\0'`. */
export function addWatcher(index: WatchIndex, id: string, key: string, rangeEnd: string): void {
  if (rangeEnd === '') {
    const others = index.single.get(key);
    if (others === undefined) index.single.set(key, [id]);
    else others.push(id);
    return;
  }
  const first = cutAt(index, key);
  const end = rangeEnd === '\0' ? index.bounds.length : cutAt(index, rangeEnd);
  for (let i = first; i < end; i++) index.pieces[i]!.push(id);
}

/** Takes a watcher out, by what it was added with. */
export function removeWatcher(index: WatchIndex, id: string, key: string, rangeEnd: string): void {
  if (rangeEnd === '') {
    const others = index.single.get(key);
    if (others === undefined) return;
    drop(others, id);
    if (others.length === 0) index.single.delete(key);
    return;
  }
  const first = pieceOf(index, key);
  const end = rangeEnd === '\0' ? index.bounds.length : pieceOf(index, rangeEnd);
  for (let i = Math.max(first, 0); i < end; i++) drop(index.pieces[i]!, id);
  if (rangeEnd !== '\0') joinAt(index, end);
  joinAt(index, first);
}

/** The watchers of ranges that hold a key, in the order they came. */
export function rangeWatchers(index: WatchIndex, key: string): readonly string[] {
  const at = pieceOf(index, key);
  return at < 0 ? none : index.pieces[at]!;
}

/** The watchers of this key alone. */
export function keyWatchers(index: WatchIndex, key: string): readonly string[] {
  return index.single.get(key) ?? none;
}

const none: readonly string[] = Object.freeze([]);

/** Makes a piece begin at a bound, and gives its place. */
function cutAt(index: WatchIndex, bound: string): number {
  const at = pieceOf(index, bound);
  if (at >= 0 && index.bounds[at] === bound) return at;
  index.bounds.splice(at + 1, 0, bound);
  index.pieces.splice(at + 1, 0, at < 0 ? [] : [...index.pieces[at]!]);
  return at + 1;
}

/** Joins a piece to the one before it where the same watch both. */
function joinAt(index: WatchIndex, at: number): void {
  const piece = index.pieces[at];
  if (piece === undefined) return;
  const before = at === 0 ? none : index.pieces[at - 1]!;
  if (piece.length !== before.length || piece.some((id, i) => id !== before[i])) return;
  index.bounds.splice(at, 1);
  index.pieces.splice(at, 1);
}

/** The place of the piece that holds a key; -1 before the first. */
function pieceOf(index: WatchIndex, key: string): number {
  const { bounds } = index;
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bounds[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function drop(ids: string[], id: string): void {
  const at = ids.indexOf(id);
  if (at >= 0) ids.splice(at, 1);
}
