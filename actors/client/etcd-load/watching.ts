/** A watch kept over everything that breaks it: listed, opened, resumed after the last revision it was told. */

import type { Message } from '../../../protocol/message.ts';
import type {
  EtcdRefused,
  KeyChanged,
  KeyWatch,
  KvRanged,
  WatchCompacted,
  WatchCreated,
  WatchProgress,
  WatchProgressed,
} from '../../../protocol/messages/etcd.ts';
import type { RequestExpired, StreamBroken } from '../../../protocol/messages/host.ts';
import { ask, learnKey, takeAnswer, takeExpiry } from './calls.ts';
import type { Me } from './memory.ts';

/** Reads the range, to watch from there on. */
export function list(self: Me): void {
  const { key, rangeEnd } = self.memory.watch;
  ask(self, 'list', { type: 'kv.range', body: { key, rangeEnd } });
}

/** Takes what came of a list. */
export function takeList(self: Me, event: KvRanged | EtcdRefused | RequestExpired): void {
  if (event.type === 'request.expired') {
    takeExpiry(self, event);
    return;
  }
  takeAnswer(self, event as Message);
  if (event.type !== 'kv.ranged') return;
  const { watch } = self.memory;
  const { revision } = event.body;
  self.memory.next = revision + 1;
  watch.facts.push({ fact: 'listed', atMs: self.now(), revision });
}

/** Opens the watch at any member, from the first revision it was not told of. */
export function openWatch(self: Me): void {
  const { memory } = self;
  const { members } = memory.input;
  const { key, rangeEnd, facts } = memory.watch;
  const member = members[Math.floor(self.random() * members.length)]!;
  const body = { key, rangeEnd, startRevision: memory.next, progressNotify: true, prevKv: self.random() < 0.5 };
  memory.stream = self.open<KeyWatch>(member, 'key.watch', body, member);
  facts.push({ fact: 'opened', atMs: self.now(), member, startRevision: memory.next });
}

/** Gives up a watch that says nothing. */
export function closeWatch(self: Me): void {
  const { memory } = self;
  self.close(memory.stream);
  memory.stream = 0;
  memory.watch.facts.push({ fact: 'broken', atMs: self.now(), reason: 'out of patience' });
}

/** Takes that the watch stands. */
export function takeCreated(self: Me, { body }: WatchCreated): void {
  self.memory.watch.facts.push({ fact: 'created', atMs: self.now(), revision: body.revision });
}

/** Takes the changes of one revision. */
export function takeChange(self: Me, { body }: KeyChanged): void {
  const { memory } = self;
  const { revision, events } = body;
  memory.watch.facts.push({ fact: 'changed', atMs: self.now(), revision, events });
  memory.next = revision + 1;
  memory.newest = Math.max(memory.newest, revision);
  for (const { type, kv } of events) {
    if (type === 'put') learnKey(memory, kv);
    else if ((memory.known.get(kv.key) ?? 0) < revision) memory.known.set(kv.key, 0);
  }
}

/** Takes that all until a revision has been told: it need not be told again. */
export function takeProgress(self: Me, { body }: WatchProgressed): void {
  const { memory } = self;
  memory.watch.facts.push({ fact: 'progressed', atMs: self.now(), revision: body.revision });
  memory.next = Math.max(memory.next, body.revision + 1);
}

/** Takes that what it has not been told is compacted away. */
export function takeCompacted(self: Me, { body }: WatchCompacted): void {
  const { memory } = self;
  memory.stream = 0;
  memory.watch.facts.push({ fact: 'compacted', atMs: self.now(), compactRevision: body.compactRevision });
}

/** Takes that the watch has ended. */
export function takeBreak(self: Me, { body }: StreamBroken): void {
  const { memory } = self;
  memory.stream = 0;
  memory.watch.facts.push({ fact: 'broken', atMs: self.now(), reason: body.reason });
}

/** Asks an open watch to tell its progress. */
export function askProgress(self: Me): void {
  const { stream, watch } = self.memory;
  const opened = watch.facts.findLast((one) => one.fact === 'opened');
  if (stream === 0 || opened === undefined) return;
  self.send<WatchProgress>(opened.member, 'watch.progress', { stream });
}
