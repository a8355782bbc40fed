/** The answers of recent writes, so that a request that comes twice acts once. */

import type { Message } from '../../../protocol/message.ts';
import type { ObjectConnected, RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';

/** An answer as it was given. */
export type GivenAnswer =
  | Pick<RequestSucceeded, 'type' | 'body'>
  | Pick<RequestRefused, 'type' | 'body'>
  | Pick<ObjectConnected, 'type' | 'body'>;

/** What tells a request from all others. */
type Asked = Pick<Message, 'from' | 'request'>;

/** What is known of a write: its answer, or that it is still in flight. */
export interface Begun {
  answer: GivenAnswer | undefined;
}

/** By asker and number of the request. */
type AnswersByAsker = Map<string, Map<number, Begun>>;

/** The writes of two spans of time; what is older than both is forgotten. */
export interface RecentAnswers {
  newer: AnswersByAsker;
  older: AnswersByAsker;
  /** How many the newer span holds. */
  count: number;
  /** When the newer span began, in ms. */
  sinceMs: number;
}

/** A span is longer than a request lives (client-go's 30 s here). */
const spanMs = 60_000;
/** Bounds what is kept when very many write at once. */
const mostPerSpan = 8_192;

/** Makes an empty memory. */
export function makeRecentAnswers(): RecentAnswers {
  return { newer: new Map(), older: new Map(), count: 0, sinceMs: 0 };
}

/** Finds what is known of a write; undefined where it has not come before. */
export function findBegun(recent: RecentAnswers, { from, request }: Asked): Begun | undefined {
  if (request === 0) return undefined;
  const known = recent.newer.get(from)?.get(request);
  return known !== undefined || recent.older.size === 0 ? known : recent.older.get(from)?.get(request);
}

/** Notes that a write has begun, and forgets what is old. Its answer belongs in what this gives. */
export function noteBegun(recent: RecentAnswers, { from, request }: Asked, nowMs: number): Begun | undefined {
  if (request === 0) return undefined;
  if (nowMs - recent.sinceMs >= spanMs || recent.count >= mostPerSpan) {
    recent.older = recent.newer;
    recent.newer = new Map();
    recent.count = 0;
    recent.sinceMs = nowMs;
  }
  const begun: Begun = { answer: undefined };
  const own = recent.newer.get(from);
  if (own === undefined) recent.newer.set(from, new Map([[request, begun]]));
  else own.set(request, begun);
  recent.count++;
  return begun;
}
