/** A statechart's timer, kept by name: arming it again replaces what it was armed for. */

import type { AnyEvent } from '../../protocol/actor.ts';
import type { Life } from './life.ts';

/** Anything else than a message that waits in the event queue. */
export interface Due {
  fire(): void;
  /** Its place in the event queue, where it keeps it. */
  handle?: number;
}

/** One named timer of an actor. */
export class Timer implements Due {
  readonly life: Life;
  readonly name: string;
  event: AnyEvent;
  /** Its place in the event queue; -1 while it is not armed. */
  handle = -1;

  constructor(life: Life, name: string) {
    this.life = life;
    this.name = name;
  }

  /**
   * Waits so long, as its machine measures it at the rate its clock has now.
   *
   * Never shorter: one who waits until something is due finds it due, or has at least another µs to wait.
   */
  arm(delayMs: number, event: AnyEvent): void {
    this.disarm();
    if (!(delayMs >= 0)) {
      throw new RangeError(`the timer "${this.name}" cannot wait ${delayMs} ms: give a number of ms from 0 on`);
    }
    this.event = event;
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const { host, seat } = this.life;
    const engineMs = seat.machine === undefined ? delayMs : seat.machine.engineMs(delayMs);
    this.armAt(host.nowUs + Math.ceil(engineMs * 1000));
  }

  armAt(dueUs: number): void {
    const { host, seat } = this.life;
    this.handle = host.queue.push(dueUs, seat, ++seat.count, this, seat);
  }

  disarm(): void {
    if (this.handle < 0) return;
    this.life.host.queue.cancel(this.handle);
    this.handle = -1;
  }

  fire(): void {
    this.handle = -1;
    this.life.host.fireTimer(this);
  }
}
