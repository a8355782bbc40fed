/** Runs along the wall clock: the same run as in virtual time, only that its events wait for their hour. */

import type { Host } from '../host/host.ts';

/** Where real time comes from; tests give their own. */
export interface TimeSource {
  /** ms, never going back. */
  now(): number;
  /** Calls once after so many ms, and gives what calls it off. */
  wait(ms: number, call: () => void): () => void;
}

/** How fast a run goes along the wall clock. */
export interface WallOptions {
  /** Virtual ms per real ms; 1 unless told. */
  speed?: number;
  time?: TimeSource;
}

/** The process's own time. */
const processTime: TimeSource = {
  now: () => performance.now(),
  wait: (ms, call) => {
    const timeout = setTimeout(call, ms);
    return () => clearTimeout(timeout);
  },
};

/** ms of real time that the run may take at once before it lets the rest of the process (sockets, users) have its turn. */
const sliceMs = 20;
/** ms of real time to wait at most: a timeout may not be longer than 24 days, and `now()` should not stand still. */
const restMs = 1000;

/**
 * Paces a host. An event's time is when it was due, however late it is taken: a run that cannot keep up lags, but
 * stays the same run; what comes from outside comes at the run's own time.
 */
export class WallClock {
  private readonly host: Host;
  private readonly speed: number;
  private readonly time: TimeSource;
  /** What the real and the virtual clock (µs) said when the run was started. */
  private startedAt = 0;
  private startedUs = 0;
  private callOff: (() => void) | undefined;
  private ended: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(host: Host, options: WallOptions) {
    this.host = host;
    this.speed = options.speed ?? 1;
    this.time = options.time ?? processTime;
    if (!(this.speed > 0)) throw new RangeError(`a run cannot go ${this.speed} times as fast as the clock`);
    host.pace = this;
  }

  start(): Promise<void> {
    if (this.ended !== undefined) throw new Error('the run is going already');
    this.startedAt = this.time.now();
    this.startedUs = this.host.nowUs;
    return new Promise((resolve, reject) => {
      this.ended = { resolve, reject };
      this.plan(0);
    });
  }

  halt(): void {
    this.callOff?.();
    this.callOff = undefined;
    this.ended?.resolve();
    this.ended = undefined;
  }

  /** Takes what is due by now, as far as it can be taken in one slice. */
  catchUp(): void {
    if (this.ended === undefined || this.host.loop.isBusy) return;
    const { loop, queue } = this.host;
    const begun = this.time.now();
    const dueUs = this.startedUs + Math.floor((begun - this.startedAt) * 1000 * this.speed);
    while (queue.nextTime() <= dueUs) {
      for (let i = 0; i < 64 && queue.nextTime() <= dueUs; i++) loop.next();
      if (this.time.now() - begun >= sliceMs) return;
    }
    loop.runTo(dueUs);
  }

  /** Looks again soon, since something came from outside that may be due before the rest. */
  hurry(): void {
    if (this.ended !== undefined && !this.host.loop.isBusy) this.plan(0);
  }

  private plan(ms: number): void {
    this.callOff?.();
    this.callOff = this.time.wait(ms, () => this.turn());
  }

  private turn(): void {
    this.callOff = undefined;
    try {
      this.catchUp();
    } catch (error) {
      this.ended?.reject(error);
      this.ended = undefined;
      return;
    }
    if (this.ended === undefined) return;
    const elapsedUs = (this.time.now() - this.startedAt) * 1000 * this.speed;
    const nextMs = (this.host.queue.nextTime() - this.startedUs - elapsedUs) / 1000 / this.speed;
    this.plan(Math.min(Math.max(Math.ceil(nextMs), 0), restMs));
  }
}
