/** A process that is paused: nothing of it runs until its time is over. */

import { Envelope } from '../bus/envelope.ts';
import type { Host } from './host.ts';
import type { Life } from './life.ts';
import type { Seat } from './seat.ts';
import type { Due } from './timer.ts';

/** What waits for a paused process, in the order in which it came: to whom, and its place in the event queue. */
export type PutOff = Map<Envelope | Due, { readonly seat: Seat; readonly handle: number }>;

/** Puts off what comes to a process that is paused until it goes on, in its order; false for any other. */
export function putOff({ queue, nowUs }: Host, what: Envelope | Due, seat: Seat): boolean {
  const root = seat.life?.root;
  if (root === undefined) return false;
  if (root.pausedUntilUs <= nowUs) {
    root.putOff = undefined;
    return false;
  }
  const handle = queue.push(root.pausedUntilUs, seat, ++seat.count, what, seat);
  if (!(what instanceof Envelope) && what.handle !== undefined) what.handle = handle;
  root.putOff ??= new Map();
  root.putOff.delete(what);
  root.putOff.set(what, { seat, handle });
  return true;
}

/**
 * Lets a pause end at another time (µs), now too: what was put off is due then, in its order, and before what comes later;
 * what nothing kept waiting stays where it is.
 */
export function endPauseAt({ queue }: Host, root: Life, untilUs: number): void {
  root.pausedUntilUs = untilUs;
  const waiting = root.putOff ?? new Map();
  root.putOff = new Map();
  for (const [what, { seat, handle }] of waiting) {
    const isKept = !(what instanceof Envelope) && what.handle !== undefined;
    // A timer that was disarmed meanwhile, or armed anew, waits no more at its old place.
    if (isKept && what.handle !== handle) continue;
    queue.cancel(handle);
    const next = queue.push(untilUs, seat, ++seat.count, what, seat);
    root.putOff.set(what, { seat, handle: next });
    if (isKept) what.handle = next;
  }
}
