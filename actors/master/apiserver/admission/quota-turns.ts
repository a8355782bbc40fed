/** Taking turns: what is charged to the quotas of one namespace is written one after the other, as all of it writes them. */

import type { Memory } from '../memory.ts';

/** Who writes, and who waits, by the numbers of their requests. */
export interface QuotaTurn {
  holder: number;
  readonly waiting: number[];
}

type Turns = Pick<Memory, 'quotaTurns'>;

/** Tells whether a request has its turn; asks for it otherwise. */
export function hasTurn({ quotaTurns }: Turns, namespace: string, request: number): boolean {
  const turn = quotaTurns.get(namespace);
  if (turn === undefined) {
    quotaTurns.set(namespace, { holder: request, waiting: [] });
    return true;
  }
  if (turn.holder === request) return true;
  if (!turn.waiting.includes(request)) turn.waiting.push(request);
  return false;
}

/** Ends the part of a request in its namespace's turns; gives the request whose turn it is now. */
export function endTurn({ quotaTurns }: Turns, namespace: string, request: number): number | undefined {
  const turn = quotaTurns.get(namespace);
  if (turn === undefined) return undefined;
  if (turn.holder !== request) {
    const place = turn.waiting.indexOf(request);
    if (place >= 0) turn.waiting.splice(place, 1);
    return undefined;
  }
  const next = turn.waiting.shift();
  if (next === undefined) quotaTurns.delete(namespace);
  else turn.holder = next;
  return next;
}
