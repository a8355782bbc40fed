/**
 * What a controller has done and its cache does not show yet (client-go's UIDTrackingControllerExpectations).
 *
 * Until it is seen, or five minutes have passed, the cache is not to be acted on: the same pods would be made twice.
 */

/** What is expected for one key: so many creations, and the deletions of these objects. */
interface Expected {
  creations: number;
  deletions: Set<string>;
  sinceMs: number;
}

/** Expectations by key. */
export type Expectations = Map<string, Expected>;

/** As `ExpectationsTimeout`. */
const timeoutMs = 300_000;

/** Expects creations, in place of whatever was expected. */
export function expectCreations(all: Expectations, key: string, count: number, nowMs: number): void {
  all.set(key, { creations: count, deletions: new Set(), sinceMs: nowMs });
}

/** Expects the deletions of these objects, in place of whatever was expected. */
export function expectDeletions(all: Expectations, key: string, objects: readonly string[], nowMs: number): void {
  all.set(key, { creations: 0, deletions: new Set(objects), sinceMs: nowMs });
}

/** Notes that a creation was seen, or will not be. */
export function noteCreation(all: Expectations, key: string, count = 1): void {
  const expected = all.get(key);
  if (expected !== undefined) expected.creations -= count;
}

/** Notes that the deletion of an object was seen, or will not be. */
export function noteDeletion(all: Expectations, key: string, object: string): void {
  all.get(key)?.deletions.delete(object);
}

/** Tells whether the cache can be acted on. */
export function areMet(all: Expectations, key: string, nowMs: number): boolean {
  const expected = all.get(key);
  if (expected === undefined) return true;
  if (expected.creations <= 0 && expected.deletions.size === 0) return true;
  return nowMs - expected.sinceMs > timeoutMs;
}
