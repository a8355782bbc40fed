/** One call after another: sent to any member, and remembered with what became of it. */

import type { Message } from '../../../protocol/message.ts';
import type { KeyValue } from '../../../protocol/messages/etcd.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import { type Answered, type Asked, leavesOpen } from './history.ts';
import type { EtcdLoadMemory, Me } from './memory.ts';
import { chooseCall } from './mix.ts';

/** What a call's answer brings back. */
export interface CallNote {
  readonly what: 'call' | 'list';
  /** Its place among the client's calls. */
  readonly at: number;
}

/** Begins the next call. */
export function call(self: Me): void {
  ask(self, 'call', chooseCall(self));
}

/** Sends a call to any member, and writes it down as one of unknown outcome. */
export function ask(self: Me, what: CallNote['what'], asked: Asked): void {
  const { input, calls } = self.memory;
  const member = input.members[Math.floor(self.random() * input.members.length)]!;
  const note: CallNote = { what, at: calls.length };
  calls.push({
    client: input.name,
    member,
    asked,
    startMs: self.now(),
    endMs: Number.POSITIVE_INFINITY,
    answered: undefined,
  });
  self.request<Message>(member, asked.type, asked.body, { deadlineMs: input.timeoutMs, note });
}

/** Takes what a member has answered. */
export function takeAnswer(self: Me, event: Message): void {
  const made = self.memory.calls[(event.note as CallNote).at]!;
  const answered = { type: event.type, body: event.body } as Answered;
  if (leavesOpen(answered)) return;
  made.endMs = self.now();
  made.answered = answered;
  learn(self.memory, made.asked, answered);
}

/**
 * Takes that no answer came: the call stays one of unknown outcome. Even where the connection was refused: a message
 * that a fault has doubled may have been heard before its copy found nobody.
 */
export function takeExpiry(self: Me, { note }: RequestExpired): void {
  const { asked } = self.memory.calls[(note as CallNote).at]!;
  if (asked.type === 'lease.keep-alive') self.memory.lease = 0;
}

function learn(memory: EtcdLoadMemory, asked: Asked, { type, body }: Answered): void {
  if (type === 'kv.committed') {
    for (const result of body.results) {
      if (result.op === 'put') learnKey(memory, result.kv);
      else if (result.op === 'range') for (const kv of result.kvs) learnKey(memory, kv);
    }
  } else if (type === 'kv.ranged') for (const kv of body.kvs) learnKey(memory, kv);
  else if (type === 'lease.granted') memory.lease = body.id;
  else if (type === 'lease.described' && body.ttlSeconds < 0) memory.lease = 0;
  else if (type === 'lease.revoked') memory.lease = 0;
  else if (type === 'etcd.refused' && body.code === 'LeaseNotFound') memory.lease = 0;
  if ('revision' in body && type !== 'kv.compacted') memory.newest = Math.max(memory.newest, body.revision);
  if (asked.type !== 'kv.range' || type !== 'kv.ranged' || asked.body.rangeEnd !== undefined) return;
  if (body.kvs.length === 0 && asked.body.revision === undefined) memory.known.set(asked.body.key, 0);
}

/** Remembers a key's mod revision, unless a newer one is known. */
export function learnKey({ known }: EtcdLoadMemory, { key, modRevision }: KeyValue): void {
  if (modRevision > (known.get(key) ?? 0)) known.set(key, modRevision);
}
