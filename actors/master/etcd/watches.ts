/** Watches: who is told what, from which revision on; all changes of a revision at once, none missed, none twice. */

import type { StreamKey } from '../../../protocol/actor.ts';
import type { KeyEvent, KeyValue, KeyWatch } from '../../../protocol/messages/etcd.ts';
import { isWithin } from './requests.ts';
import { type Change, firstChange, isAlive, type Mvcc, versionAt } from './store/mvcc.ts';
import {
  addWatcher,
  emptyWatchIndex,
  keyWatchers,
  rangeWatchers,
  removeWatcher,
  type WatchIndex,
} from './watch-index.ts';

/** One open watch. */
export interface Watcher extends StreamKey {
  readonly id: string;
  readonly key: string;
  readonly rangeEnd: string;
  readonly prevKv: boolean;
  readonly progressNotify: boolean;
  /** The first revision it has not been told of. */
  next: number;
  /** Told of no change since the last progress notification went round. */
  isQuiet: boolean;
  /** Asked for its progress while it was behind. */
  wantsProgress: boolean;
}

/** All open watches: those that have been told everything (`synced`), and those that still read the past. */
export interface Watches {
  readonly watchers: Map<string, Watcher>;
  readonly synced: WatchIndex;
  readonly behind: Set<string>;
}

/** What a watcher is to be told: the changes of one revision. */
export interface Telling {
  readonly watcher: Watcher;
  readonly revision: number;
  readonly events: KeyEvent[];
}

/** How many revisions a watcher that is behind is told at once. As etcd's `watchBatchMaxRevs`. */
export const replayBatch = 1_000;

/** Makes a store of watches without any. */
export function emptyWatches(): Watches {
  return { watchers: new Map(), synced: emptyWatchIndex(), behind: new Set() };
}

/** Names a watch by its stream. */
export function watchId(stream: StreamKey): string {
  return `${stream.from}/${stream.stream}`;
}

/** Opens a watch; it is behind where it begins at or before the store's revision. */
export function openWatch(watches: Watches, mvcc: Mvcc, stream: StreamKey, body: KeyWatch['body']): Watcher {
  const watcher: Watcher = {
    from: stream.from,
    stream: stream.stream,
    id: watchId(stream),
    key: body.key === '' ? '\0' : body.key,
    rangeEnd: body.rangeEnd ?? '',
    prevKv: body.prevKv === true,
    progressNotify: body.progressNotify === true,
    next: body.startRevision > 0 ? body.startRevision : mvcc.revision + 1,
    isQuiet: true,
    wantsProgress: false,
  };
  watches.watchers.set(watcher.id, watcher);
  if (watcher.next <= mvcc.revision) watches.behind.add(watcher.id);
  else addWatcher(watches.synced, watcher.id, watcher.key, watcher.rangeEnd);
  return watcher;
}

/** Lets watches read the past where the store has gone past them at once: it was replaced by a snapshot. */
export function fallBehind(watches: Watches, mvcc: Mvcc): void {
  for (const { id, key, rangeEnd, next } of watches.watchers.values()) {
    if (next > mvcc.revision || watches.behind.has(id)) continue;
    removeWatcher(watches.synced, id, key, rangeEnd);
    watches.behind.add(id);
  }
}

/** Forgets a watch; nothing happens where it is not open. */
export function closeWatch(watches: Watches, id: string): void {
  const watcher = watches.watchers.get(id);
  if (watcher === undefined) return;
  watches.watchers.delete(id);
  if (!watches.behind.delete(id)) removeWatcher(watches.synced, id, watcher.key, watcher.rangeEnd);
}

/** Who is to be told of the changes of one new revision. Looks only at those who watch the changed keys. */
export function notify(watches: Watches, revision: number, changes: readonly Change[]): Telling[] {
  const tellings: Telling[] = [];
  const byWatcher = changes.length > 1 ? new Map<string, Telling>() : undefined;
  for (const { kv, prev } of changes) {
    const ranges = rangeWatchers(watches.synced, kv.key);
    const singles = keyWatchers(watches.synced, kv.key);
    if (ranges.length + singles.length === 0) continue;
    const plain = eventOf(kv, undefined);
    const full = prev === undefined ? plain : eventOf(kv, prev);
    for (const ids of [ranges, singles]) {
      for (const id of ids) {
        const watcher = watches.watchers.get(id)!;
        if (revision >= watcher.next) add(tellings, byWatcher, watcher, revision, watcher.prevKv ? full : plain);
      }
    }
  }
  for (const { watcher } of tellings) {
    watcher.next = revision + 1;
    watcher.isQuiet = false;
  }
  return tellings;
}

function add(
  tellings: Telling[],
  byWatcher: Map<string, Telling> | undefined,
  watcher: Watcher,
  revision: number,
  event: KeyEvent,
): void {
  const started = byWatcher?.get(watcher.id);
  if (started !== undefined) {
    started.events.push(event);
    return;
  }
  const telling = { watcher, revision, events: [event] };
  tellings.push(telling);
  byWatcher?.set(watcher.id, telling);
}

/** What a watcher that is behind is told next: at most `replayBatch` revisions. It may have caught up then. */
export function replay(watches: Watches, mvcc: Mvcc, watcher: Watcher): Telling[] {
  const tellings: Telling[] = [];
  const { changes } = mvcc;
  let at = firstChange(mvcc, watcher.next);
  for (let last: Telling | undefined; at < changes.length; at++) {
    const kv = changes[at]!;
    if (!isWithin(kv.key, watcher.key, watcher.rangeEnd)) continue;
    const event = eventOf(kv, watcher.prevKv ? before(mvcc, kv) : undefined);
    if (last?.revision === kv.modRevision) last.events.push(event);
    else if (tellings.length === replayBatch) break;
    else {
      last = { watcher, revision: kv.modRevision, events: [event] };
      tellings.push(last);
    }
  }
  watcher.next = at < changes.length ? changes[at]!.modRevision : mvcc.revision + 1;
  if (tellings.length > 0) watcher.isQuiet = false;
  if (at >= changes.length) {
    watches.behind.delete(watcher.id);
    addWatcher(watches.synced, watcher.id, watcher.key, watcher.rangeEnd);
  }
  return tellings;
}

/** Tells whether what a watcher waits for is compacted away. */
export function isCompacted(mvcc: Mvcc, watcher: Watcher): boolean {
  return watcher.next < mvcc.compactRevision;
}

/** Tells whether a watcher knows everything up to the store's revision: then, and only then, it may be told so. */
export function mayTellProgress(watches: Watches, mvcc: Mvcc, watcher: Watcher): boolean {
  return !watches.behind.has(watcher.id) && watcher.next <= mvcc.revision + 1;
}

/** Those due for a notification of their progress: who wants it and was told of no change since the last round. */
export function dueForProgress(watches: Watches, mvcc: Mvcc): Watcher[] {
  const due: Watcher[] = [];
  for (const watcher of watches.watchers.values()) {
    if (!watcher.progressNotify) continue;
    if (watcher.isQuiet && mayTellProgress(watches, mvcc, watcher)) due.push(watcher);
    watcher.isQuiet = true;
  }
  return due;
}

/** What the key held before a change; undefined where that is compacted, or there was nothing. */
function before(mvcc: Mvcc, kv: KeyValue): KeyValue | undefined {
  const revision = kv.modRevision - 1;
  const history = revision < mvcc.compactRevision ? undefined : mvcc.histories.get(kv.key);
  return history === undefined ? undefined : versionAt(history, revision);
}

function eventOf(kv: KeyValue, prevKv: KeyValue | undefined): KeyEvent {
  const type = isAlive(kv) ? 'put' : 'delete';
  return prevKv === undefined ? { type, kv } : { type, kv, prevKv };
}
