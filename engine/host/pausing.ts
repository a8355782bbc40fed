/** A process that is paused: nothing of it runs until its time is over. */

import { Envelope } from '../bus/envelope.ts';
import type { Host } from './host.ts';
import type { Seat } from './seat.ts';
import type { Due } from './timer.ts';

/** Puts off what comes to a process that is paused until it goes on, in its order; false for any other. */
export function putOff({ queue, nowUs }: Host, what: Envelope | Due, seat: Seat): boolean {
  const untilUs = seat.life?.root.pausedUntilUs ?? 0;
  if (untilUs <= nowUs) return false;
  const handle = queue.push(untilUs, seat, ++seat.count, what, seat);
  if (!(what instanceof Envelope) && what.handle !== undefined) what.handle = handle;
  return true;
}
