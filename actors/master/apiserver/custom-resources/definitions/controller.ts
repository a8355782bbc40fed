/**
 * The controllers of CustomResourceDefinitions, as a region of the API server's chart: names, serving, and the end.
 *
 * Every API server does the same. Each write holds only if the definition is still what was looked at, so of several
 * that try one does it; what a write has changed is looked at when the watch on etcd tells of it.
 */

import type { AnyEvent, Self } from '../../../../../protocol/actor.ts';
import type { CustomResourceDefinition } from '../../../../../protocol/custom/definition.ts';
import { conditionOf, definitions, isTrue } from '../../../../../protocol/custom/definition.ts';
import type { ObjectDeleteCollection } from '../../../../../protocol/messages/api.ts';
import type { KvOp } from '../../../../../protocol/messages/etcd.ts';
import { prefixEnd } from '../../../../../protocol/messages/etcd.ts';
import { schedule } from '../../clock.ts';
import { callEtcd } from '../../etcd-link.ts';
import type { Memory } from '../../memory.ts';
import { cacheOf } from '../../memory.ts';
import { collectionPrefix } from '../../storage-keys.ts';
import { toStored } from '../../stored-object.ts';
import type { Entry } from '../../watch/watch-cache.ts';
import { findEntry } from '../../watch/watch-cache.ts';
import type { Trouble } from './deeds.ts';
import { nextDeed, troubled } from './deeds.ts';

type Server = Self<Memory>;

/** Notes the calls about definitions. */
export const definitionsNote = 'definitions';

/** ms between two looks whether the objects are gone, also where another server sees to it; and until it is said that they are not. */
const pollMs = 5_000;
const patienceMs = 60_000;

/** Queues a definition to be looked at. */
export function makeDue(self: Server, name: string): void {
  const { due } = self.memory.definitions;
  const isFirst = due.size === 0;
  due.add(name);
  if (isFirst) self.raise({ type: 'definitions.due' });
}

/** Forgets what was known of the end of a definition that is gone. */
export function forgetEnd({ definitions: work }: Memory, name: string): void {
  work.emptyingSince.delete(name);
  work.empty.delete(name);
}

/** Does the next deed there is to do; tells when there is none. */
export function workOnDefinitions(self: Server): void {
  const { definitions: work } = self.memory;
  if (work.stage === 'emptied') {
    count(self, work.current);
    return;
  }
  if (work.trouble !== undefined && tellTrouble(self, work.current)) return;
  // A step that was not answered is taken again.
  if (work.stage !== 'none') work.due.add(work.current);
  work.stage = 'none';
  for (const name of work.due) {
    work.current = name;
    if (begin(self, name)) return;
    work.due.delete(name);
  }
  work.current = '';
  self.raise({ type: 'definitions.settled' });
}

/** Begins what is to be done about one; false where nothing is (now). */
function begin(self: Server, name: string): boolean {
  const { memory } = self;
  const entry = findEntry(cacheOf(memory, definitions), '', name);
  if (entry === undefined) return false;
  const crd = entry.object as CustomResourceDefinition;
  const deed = nextDeed(crd, definitionsIn(memory), memory.definitions.empty.has(name), self.now());
  switch (deed.do) {
    case 'nothing':
      return false;
    case 'write':
      if (isTrue(deed.crd, 'Terminating')) memory.definitions.emptyingSince.set(name, self.monotonic());
      write(self, entry, deed.crd);
      return true;
    case 'release':
      release(self, entry, deed.crd);
      return true;
    case 'empty':
      return empty(self, name);
  }
}

function definitionsIn(memory: Memory): readonly CustomResourceDefinition[] {
  return [...cacheOf(memory, definitions).entries.values()].map(({ object }) => object as CustomResourceDefinition);
}

function write(self: Server, { key, revision }: Entry, crd: CustomResourceDefinition): void {
  commit(self, key, revision, { op: 'put', key, value: toStored(crd) });
}

function release(self: Server, { key, revision }: Entry, crd: CustomResourceDefinition): void {
  const isFree = (crd.metadata.finalizers ?? []).length === 0;
  commit(self, key, revision, isFree ? { op: 'delete', key } : { op: 'put', key, value: toStored(crd) });
}

function commit(self: Server, key: string, revision: number, op: KvOp): void {
  const { definitions: work } = self.memory;
  // Done or refused, it is another one then, and is looked at when that is heard of; which may be before the answer.
  work.due.delete(work.current);
  work.stage = 'writing';
  const compare = [{ key, target: 'mod' as const, op: '=' as const, value: revision }];
  callEtcd(self, { type: 'kv.txn', body: { compare, success: [op], failure: [] } }, definitionsNote);
}

/** Deletes the objects by way of this server's own door; what another server has begun is left to it for a while. */
function empty(self: Server, name: string): boolean {
  const { definitions: work } = self.memory;
  if (!work.emptyingSince.has(name)) {
    work.emptyingSince.set(name, self.monotonic());
    lookAgain(self, name);
    return false;
  }
  work.stage = 'emptying';
  const options = { note: definitionsNote };
  self.request<ObjectDeleteCollection>(self.address, 'object.delete-collection', { resource: name }, options);
  return true;
}

/** Counts past all caches: what any server has written by now is seen. */
function count(self: Server, name: string): void {
  const key = collectionPrefix(name, '');
  self.memory.definitions.stage = 'counting';
  callEtcd(self, { type: 'kv.range', body: { key, rangeEnd: prefixEnd(key), countOnly: true } }, definitionsNote);
}

function lookAgain(self: Server, name: string): void {
  schedule(self, `define ${name}`, self.monotonic() + pollMs);
}

/** Takes in what came of the last step. */
export function takeDefinitionAnswer(self: Server, event: AnyEvent): void {
  const { definitions: work } = self.memory;
  const { current: name, stage } = work;
  work.stage = 'none';
  if (stage === 'emptying') {
    if (event.type === 'request.succeeded') work.stage = 'emptied';
    else putOff(self, name, 'InstanceDeletionFailed', event.body.status?.message ?? '');
  } else if (stage === 'counting' && event.type === 'kv.ranged') {
    if (event.body.count === 0) work.empty.add(name);
    else waitForObjects(self, name);
  }
}

function waitForObjects(self: Server, name: string): void {
  const sinceMs = self.memory.definitions.emptyingSince.get(name) ?? self.monotonic();
  const isLong = self.monotonic() - sinceMs >= patienceMs;
  if (isLong) putOff(self, name, 'InstanceDeletionCheck', 'timed out waiting for the condition');
  else leaveForNow(self, name);
}

function leaveForNow(self: Server, name: string): void {
  self.memory.definitions.due.delete(name);
  lookAgain(self, name);
}

/** Tries again later, and says so next. */
function putOff(self: Server, name: string, reason: Trouble, problem: string): void {
  leaveForNow(self, name);
  self.memory.definitions.trouble = { reason, problem };
}

/** Says in the definition why it is still there; false where it says so already. */
function tellTrouble(self: Server, name: string): boolean {
  const { definitions: work } = self.memory;
  const { trouble } = work;
  work.trouble = undefined;
  const entry = findEntry(cacheOf(self.memory, definitions), '', name);
  if (entry === undefined || trouble === undefined) return false;
  const crd = entry.object as CustomResourceDefinition;
  const told = troubled(crd, trouble.reason, trouble.problem, self.now());
  if (conditionOf(told, 'Terminating')?.message === conditionOf(crd, 'Terminating')?.message) return false;
  write(self, entry, told);
  return true;
}
