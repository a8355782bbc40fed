/** Requests: numbered, tried again within their deadline, answered once or expired. */

import type { RequestOptions } from '../../protocol/actor.ts';
import type { Message } from '../../protocol/message.ts';
import type { RequestExpired } from '../../protocol/messages/host.ts';
import type { Life } from '../host/life.ts';
import type { Due } from '../host/timer.ts';
import { ANSWER, ASK, Envelope, OPEN, SEND, told } from './envelope.ts';
import { dropServed } from './stream-serving.ts';

/** As client-go's request timeout in this protocol. */
const defaultDeadlineMs = 30_000;
const defaultRetryMs = 5_000;

/** The word of the other host: nothing lives there. */
export const refused = 'request.bounced';

/** A request that waits for its answer. */
export class Pending implements Due {
  readonly life: Life;
  readonly number: number;
  readonly to: string;
  readonly type: string;
  readonly body: unknown;
  readonly note: unknown;
  readonly deadlineUs: number;
  readonly retryUs: number;
  retriesLeft: number;
  /** The id of its first try, so that its expiry has a cause. */
  readonly seq: number;
  /** Its place in the event queue: the next try, or the deadline. */
  handle = -1;

  constructor(life: Life, sent: Envelope, note: unknown, deadlineUs: number, retryUs: number, retriesLeft: number) {
    this.life = life;
    this.number = sent.request;
    this.to = sent.to;
    this.type = sent.type;
    this.body = sent.body;
    this.seq = sent.seq;
    this.note = note;
    this.deadlineUs = deadlineUs;
    this.retryUs = retryUs;
    this.retriesLeft = retriesLeft;
  }

  arm(): void {
    const retryAt = this.retriesLeft > 0 ? this.life.host.nowUs + this.retryUs : Number.POSITIVE_INFINITY;
    this.armAt(Math.min(retryAt, this.deadlineUs));
  }

  armAt(dueUs: number): void {
    const { host, seat } = this.life;
    this.handle = host.queue.push(dueUs, seat, ++seat.count, this, seat);
  }

  disarm(): void {
    if (this.handle >= 0) this.life.host.queue.cancel(this.handle);
    this.handle = -1;
  }

  fire(): void {
    this.handle = -1;
    const { life } = this;
    if (life.host.nowUs >= this.deadlineUs) {
      expire(this, 'deadline');
      return;
    }
    this.retriesLeft--;
    life.host.setCause(life.address, this.seq);
    life.host.bus.send(life, this.to, this.type, this.body, ASK, this.number, 0, 0);
    this.arm();
  }
}

/** Sends a request and remembers it. */
export function ask(life: Life, to: string, type: string, body: unknown, options: RequestOptions | undefined): number {
  const number = ++life.seat.numbers;
  const { host } = life;
  const deadlineUs = host.nowUs + Math.round((options?.deadlineMs ?? defaultDeadlineMs) * 1000);
  const retryUs = Math.round((options?.retryMs ?? defaultRetryMs) * 1000);
  const sent = host.bus.send(life, to, type, body, ASK, number, 0, 0);
  const pending = new Pending(life, sent, options?.note, deadlineUs, retryUs, options?.retries ?? 0);
  life.pending ??= new Map();
  life.pending.set(number, pending);
  pending.arm();
  return number;
}

/** Forgets a request. */
export function forget(life: Life, number: number): void {
  const pending = life.pending?.get(number);
  if (pending === undefined) return;
  pending.disarm();
  life.pending?.delete(number);
}

/** Answers a question, or tells its sender when it was none. */
export function reply(life: Life, question: Message, type: string, body: unknown): void {
  // A question that has been saved and put back may be any plain object; then its number alone tells.
  const role = (question as Partial<Envelope>).role ?? (question.request > 0 ? ASK : SEND);
  if (role === ASK) life.host.bus.send(life, question.from, type, body, ANSWER, question.request, 0, 0);
  else life.host.bus.send(life, question.from, type, body, SEND, 0, 0, 0);
}

/** Hands a question on as it is: it keeps its id, so whoever answers it answers the first asker. */
export function passOn(life: Life, question: Message, to: string): void {
  const role = (question as Partial<Envelope>).role ?? (question.request > 0 ? ASK : question.stream > 0 ? OPEN : SEND);
  if (role === OPEN) dropServed(life, question);
  const passed = new Envelope(
    question.type,
    question.body,
    question.from,
    to,
    question.seq,
    question.causeFrom,
    question.causeSeq,
    life.host.nowMs,
    question.request,
    question.stream,
    0,
    role,
  );
  life.host.bus.post(life.seat, passed);
}

/** Finds the request that an answer is for and ends it; false when nobody waits for this answer any more. */
export function takeAnswer(life: Life, answer: Envelope): boolean {
  const pending = life.pending?.get(answer.request);
  if (pending === undefined) return false;
  forget(life, answer.request);
  answer.note = pending.note;
  return true;
}

/** Hears that nothing lives where a request went. */
export function hearRefusal(life: Life, notice: Envelope): void {
  const pending = life.pending?.get(notice.request);
  if (pending !== undefined) expire(pending, 'refused');
}

/** Refuses what a life has asked of those that are gone. */
export function resetRequests(life: Life, isGone: (address: string) => boolean): void {
  for (const pending of [...(life.pending?.values() ?? [])]) if (isGone(pending.to)) expire(pending, 'refused');
}

function expire(pending: Pending, reason: 'deadline' | 'refused'): void {
  const { life, number, to, type, note, seq } = pending;
  forget(life, number);
  const body: RequestExpired['body'] = { to, type, reason };
  life.host.enqueueLocal(
    told({
      type: 'request.expired',
      body,
      from: to,
      to: life.address,
      causeFrom: life.address,
      causeSeq: seq,
      atMs: life.host.nowMs,
      request: number,
      note,
    }),
    life.seat,
  );
}
