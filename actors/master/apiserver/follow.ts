/** Following etcd: one watch over all keys feeds every cache, so all of them are at one revision. */

import type { AnyEvent, Self } from '../../../protocol/actor.ts';
import { definitions } from '../../../protocol/custom/definition.ts';
import type { KeyChanged, KeyEvent, KeyValue, KeyWatch, KvRange } from '../../../protocol/messages/etcd.ts';
import { addressPrefix, portPrefix } from './allocation/service-claims.ts';
import { cacheFor, takeAllDefinitions, takeDefinition } from './custom-resources/following.ts';
import { callEtcd, memberOf } from './etcd-link.ts';
import { concernsMasters, mastersPrefix, reconcileMasters } from './masters.ts';
import type { Listing, Memory } from './memory.ts';
import { resumeAwaiting } from './requests.ts';
import { resourceOfKey } from './storage-keys.ts';
import { fromStored } from './stored-object.ts';
import { dispatch } from './watch/dispatch.ts';
import { endAllWatches } from './watch/serve-watch.ts';
import type { Entry } from './watch/watch-cache.ts';
import { dropObject, fillCache, putObject } from './watch/watch-cache.ts';

type Server = Self<Memory>;

/** Notes the calls that fill the caches, and the watch on etcd. */
export const followNote = 'follow';

/**
 * Everything in etcd: every revision changes some key, so a watch over all of them tells every revision,
 * and what the caches know of is one number.
 */
const firstKey = '\u0001';
const allKeys = '\0';
const keysPerPage = 10_000;

/** Begins to read all that there is. */
export function beginListing(self: Server): void {
  self.memory.listing = { revision: 0, pages: [] };
  askPage(self, firstKey);
}

function askPage(self: Server, key: string): void {
  const revision = self.memory.listing?.revision ?? 0;
  const body: KvRange['body'] = { key, rangeEnd: allKeys, limit: keysPerPage, ...(revision > 0 && { revision }) };
  callEtcd(self, { type: 'kv.range', body }, followNote);
}

/** Takes in a page; asks for the next, or fills the caches with them all and gives up every watch of before. */
export function takePage(self: Server, event: AnyEvent): void {
  const { memory } = self;
  const { kvs, more, revision } = event.body;
  const { listing } = memory;
  if (listing === undefined) return;
  listing.revision ||= revision;
  listing.pages.push(kvs);
  const last = kvs.at(-1)?.key;
  if (more && last !== undefined) {
    askPage(self, `${last}\u0000`);
    return;
  }
  memory.listing = undefined;
  fillCaches(self, listing);
}

function fillCaches(self: Server, { pages, revision }: Listing): void {
  const { memory } = self;
  const entries = new Map<string, Entry[]>();
  memory.allocated.clear();
  memory.masters.clear();
  memory.written.clear();
  for (const kvs of pages) {
    for (const kv of kvs) {
      const resource = resourceOfKey(kv.key);
      if (resource === undefined) noteOther(memory, 'put', kv);
      else if (!entries.get(resource)?.push(entryOf(kv))) entries.set(resource, [entryOf(kv)]);
    }
  }
  endAllWatches(self, 'relisted');
  memory.revision = revision;
  for (const resource of entries.keys()) cacheFor(memory, resource);
  for (const [resource, cache] of memory.caches) fillCache(cache, entries.get(resource) ?? [], revision);
  takeAllDefinitions(self);
  resumeAwaiting(self);
}

function entryOf(kv: KeyValue): Entry {
  return { key: kv.key, object: fromStored(kv), revision: kv.modRevision };
}

/** Takes in a key that is no object: what a Service holds, or that an API server is there. */
function noteOther({ allocated, masters }: Memory, type: KeyEvent['type'], { key, value }: KeyValue): void {
  if (key.startsWith(addressPrefix) || key.startsWith(portPrefix)) {
    if (type === 'put') allocated.set(key, String(value));
    else allocated.delete(key);
  } else if (key.startsWith(mastersPrefix)) {
    if (type === 'put') masters.add(key.slice(mastersPrefix.length));
    else masters.delete(key.slice(mastersPrefix.length));
  }
}

/** Opens the watch on etcd from the last revision known. */
export function openKeyWatch(self: Server): void {
  const { memory } = self;
  const body = { key: firstKey, rangeEnd: allKeys, startRevision: memory.revision + 1 };
  // What is left of a watch before this one must not be heard any more.
  if (memory.keyStream !== 0) self.close(memory.keyStream);
  memory.keyStream = self.open<KeyWatch>(memberOf(memory), 'key.watch', body, followNote);
}

/** Takes in one revision: caches first, then everybody who watches, then who waited for it. */
export function takeChange(self: Server, event: { body: KeyChanged['body'] }): void {
  const { memory } = self;
  const { revision, events } = event.body;
  if (revision <= memory.revision) return;
  memory.revision = revision;
  let isOfMasters = false;
  for (const change of events) {
    const { key } = change.kv;
    const resource = resourceOfKey(key);
    if (resource !== undefined) takeObject(self, resource, change, revision);
    else noteOther(memory, change.type, change.kv);
    if (concernsMasters(key)) isOfMasters = true;
  }
  if (isOfMasters) reconcileMasters(self);
  memory.written.delete(revision);
  resumeAwaiting(self);
}

function takeObject(self: Server, resource: string, { type, kv }: KeyEvent, revision: number): void {
  const { memory } = self;
  const cache = cacheFor(memory, resource);
  const change =
    type === 'put'
      ? putObject(cache, kv.key, objectOf(memory, kv), revision, self.monotonic())
      : dropObject(cache, kv.key, revision, self.monotonic());
  if (change === undefined) return;
  dispatch(self, cache.watchers, change);
  if (resource === definitions) takeDefinition(self, change);
}

function objectOf(memory: Memory, kv: KeyValue) {
  const written = memory.written.get(kv.modRevision);
  return written?.key === kv.key ? written.object : fromStored(kv);
}
