/** Wakes at a time of a run that goes along the wall clock: the run does not pass that time before what is to be done is done. */

import type { Engine } from '../../engine/engine.ts';
import type { TimeSource } from '../../engine/time/wall-clock.ts';

/** Real time, as faults need it. */
export type RealTime = Pick<TimeSource, 'now' | 'wait'>;

/** The process's own time; what waits keeps no process alive. */
export const processTime: RealTime = {
  now: () => performance.now(),
  wait: (ms, call) => {
    const timeout = setTimeout(call, ms);
    timeout.unref();
    return () => clearTimeout(timeout);
  },
};

/** ms of real time between two looks at a run that goes as fast as it can, and at most between any two. */
const lookEveryMs = 5;
const lookAtLeastEveryMs = 3_600_000;
/** ms; a run that is held stands a µs before the time it may not reach, and its clock's last digits are rounded. */
const roundingMs = 0.003;

/**
 * Calls at a time (ms since the Unix epoch, of the run), and gives what calls it off.
 *
 * The run is held there: what is done then is an input at that very time, also when this process was stopped meanwhile and
 * makes up for what it has missed.
 */
export function alarmAt(
  engine: Engine,
  speed: number | 'max',
  time: RealTime,
  atMs: number,
  call: () => void,
): () => void {
  const hold = engine.holdAt(atMs);
  let callOff = () => {};
  const end = () => {
    callOff();
    hold.release();
  };
  const look = () => {
    try {
      engine.catchUp();
      const leftMs = atMs - engine.now();
      if (leftMs <= roundingMs) {
        call();
        hold.release();
      } else callOff = time.wait(waitMs(leftMs, speed), look);
    } catch {
      // The run has failed, and says so itself: nothing is left to be ended.
      hold.release();
    }
  };
  callOff = time.wait(waitMs(atMs - engine.now(), speed), look);
  return end;
}

function waitMs(leftMs: number, speed: number | 'max'): number {
  if (speed === 'max') return lookEveryMs;
  return Math.min(Math.max(Math.ceil(leftMs / speed), 1), lookAtLeastEveryMs);
}
