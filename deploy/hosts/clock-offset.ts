/** How far the clocks of two machines are apart, measured over NATS as NTP does. */

import type { NatsConnection } from 'nats';

/** A clock compared with one's own. */
export interface ClockOffset {
  /** ms by which the other clock is ahead. */
  readonly offsetMs: number;
  /** The true one is not further from it than this, in ms. */
  readonly uncertaintyMs: number;
  /** ms that the best of the questions took to be answered. */
  readonly roundTripMs: number;
}

/** What the other side says: its clock when the question came, and when the answer left (ms since the Unix epoch). */
export interface ClockAnswer {
  readonly receivedAt: number;
  readonly sentAt: number;
}

/**
 * ms from which on a difference is told. etcd warns of one above 1 s between its members (its peers' probing in
 * rafthttp): this is half of it. Kubernetes's own leader election does not mind a difference, only clocks of different
 * speed; but what one machine stamps another one reads: token and certificate validity, ages, the order of events.
 */
export const clockOffsetMaxMs = 500;

/** A clock is read in whole ms, on both sides. */
const readingMs = 1;
/** Questions, of which the one that was answered fastest counts: whatever delays an answer makes it worse. */
const questions = 5;
const patienceMs = 2_000;

/** The four readings of one exchange: one's own clock, the other's twice, one's own, and what passed on one's own. */
export interface Exchange extends ClockAnswer {
  readonly askedAt: number;
  /** ms from asking to hearing, by a clock that nobody sets. */
  readonly tookMs: number;
}

/** The offset that an exchange shows (RFC 5905, §8): the way there counts as long as the way back, unless it is not. */
export function offsetOf({ askedAt, tookMs, receivedAt, sentAt }: Exchange): ClockOffset {
  const roundTripMs = Math.max(0, tookMs - (sentAt - receivedAt));
  const offsetMs = (receivedAt - askedAt + (sentAt - (askedAt + tookMs))) / 2;
  return { offsetMs, uncertaintyMs: roundTripMs / 2 + readingMs, roundTripMs };
}

/** Answers a question for the time. */
export function tellTime(receivedAt: number): ClockAnswer {
  return { receivedAt, sentAt: Date.now() };
}

/** Compares a clock with one's own; undefined where nobody answers. */
export async function measureClock(connection: NatsConnection, subject: string): Promise<ClockOffset | undefined> {
  let best: ClockOffset | undefined;
  for (let i = 0; i < questions; i++) {
    const offset = await exchange(connection, subject);
    if (offset === undefined) return best;
    if (best === undefined || offset.uncertaintyMs < best.uncertaintyMs) best = offset;
  }
  return best;
}

async function exchange(connection: NatsConnection, subject: string): Promise<ClockOffset | undefined> {
  try {
    const [askedAt, began] = [Date.now(), performance.now()];
    const answer = (await connection.request(subject, '', { timeout: patienceMs })).json<ClockAnswer>();
    if (!Number.isFinite(answer.receivedAt) || !Number.isFinite(answer.sentAt)) return undefined;
    return offsetOf({ ...answer, askedAt, tookMs: performance.now() - began });
  } catch {
    return undefined;
  }
}

/** Writes an offset as people read it: `+0.3±1.2ms`. */
export function describeOffset({ offsetMs, uncertaintyMs }: Pick<ClockOffset, 'offsetMs' | 'uncertaintyMs'>): string {
  const sign = offsetMs < 0 ? '-' : '+';
  return `${sign}${inMs(Math.abs(offsetMs))}±${inMs(uncertaintyMs)}ms`;
}

function inMs(ms: number): string {
  return ms < 100 ? ms.toFixed(1) : String(Math.round(ms));
}
