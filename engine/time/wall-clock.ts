/** Runs along the wall clock: the same run as in virtual time, only that its events wait for their hour. */

import type { Host } from '../host/host.ts';

/** Where real time comes from; tests give their own. */
export interface TimeSource {
  /** ms, never going back. */
  now(): number;
  /** Calls once after so many ms, and gives what calls it off. */
  wait(ms: number, call: () => void): () => void;
  /** Calls once as soon as everybody else had a turn, and gives what calls it off. */
  yield(call: () => void): () => void;
}

/** How fast a run goes along the wall clock. */
export interface WallOptions {
  /** Virtual ms per real ms, or `max`: as fast as it goes; 1 unless told. */
  speed?: number | 'max';
  time?: TimeSource;
  /** Told by how many real ms the run is behind the clock, now and then while it cannot keep up. */
  onLag?: (behindMs: number) => void;
}

/** The process's own time. */
const processTime: TimeSource = {
  now: () => performance.now(),
  wait: (ms, call) => {
    const timeout = setTimeout(call, ms);
    return () => clearTimeout(timeout);
  },
  yield: (call) => {
    const immediate = setImmediate(call);
    return () => clearImmediate(immediate);
  },
};

/** ms of real time that the run may take at once before it lets the rest of the process (sockets, users) have its turn. */
const sliceMs = 20;
/** As `sliceMs`, for a run that is never done, and for one that only makes way for something from outside. */
const shortSliceMs = 5;
/** ms of real time to wait at most: a timeout may not be longer than 24 days, and `now()` should not stand still. */
const restMs = 1000;
/**
 * ms of real time that an event may be taken before it is due. A timeout waits a ms or two, a message travels a quarter
 * of one: who waited for each hop of a conversation would make it many times slower, or burn a core.
 */
const leadMs = 2;
/** ms of real time that the run may be behind before it is said, and between two times that it is. */
const lagMinMs = 1000;
const lagSaidMs = 10_000;

/**
 * Paces a host. An event's time is when it was due, however late (or a little early) it is taken: a run that cannot keep
 * up lags, but stays the same run; what comes from outside comes at the run's own time.
 */
export class WallClock {
  private readonly host: Host;
  private readonly speed: number;
  private readonly time: TimeSource;
  private readonly onLag: ((behindMs: number) => void) | undefined;
  /** What the real and the virtual clock (µs) said when the run was started. */
  private startedAt = 0;
  private startedUs = 0;
  private callOff: (() => void) | undefined;
  /** The next turn comes as soon as it can. */
  private isHurried = false;
  /** The last turn ended before all was taken that was due. */
  private isBehind = false;
  /** It has been with the clock since it was started. */
  private hasCaughtUp = false;
  private lagSaidAt = Number.NEGATIVE_INFINITY;
  private ended: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(host: Host, options: WallOptions) {
    this.host = host;
    this.speed = options.speed === 'max' ? Number.POSITIVE_INFINITY : (options.speed ?? 1);
    this.time = options.time ?? processTime;
    this.onLag = options.onLag;
    if (!(this.speed > 0)) throw new RangeError(`a run cannot go ${this.speed} times as fast as the clock`);
    host.pace = this;
  }

  get isRunning(): boolean {
    return this.ended !== undefined;
  }

  /** `behindMs`: of the run's time, that it has to make up for first, as fast as it can. */
  start(behindMs = 0): Promise<void> {
    if (this.ended !== undefined) throw new Error('the run is going already');
    this.startedAt = this.time.now();
    this.startedUs = this.host.nowUs + Math.round(behindMs * 1000);
    this.hasCaughtUp = behindMs <= 0;
    return new Promise((resolve, reject) => {
      this.ended = { resolve, reject };
      this.hurry();
    });
  }

  halt(): void {
    this.callOff?.();
    this.callOff = undefined;
    this.isHurried = false;
    this.ended?.resolve();
    this.ended = undefined;
  }

  /** Takes what is due by now, before something comes from outside; a run that is behind has its own turns for that. */
  catchUp(): void {
    if (this.ended === undefined || this.host.loop.isBusy || this.isBehind || this.speed === Number.POSITIVE_INFINITY)
      return;
    try {
      this.take(this.time.now(), shortSliceMs);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** Looks again soon, since something came from outside that may be due before the rest. */
  hurry(): void {
    if (this.ended === undefined || this.host.loop.isBusy || this.isHurried) return;
    this.callOff?.();
    this.isHurried = true;
    this.callOff = this.time.yield(() => this.turn());
  }

  /** ms of real time that what is to happen next is overdue. */
  lagMs(): number {
    if (this.ended === undefined || this.speed === Number.POSITIVE_INFINITY) return 0;
    return Math.max(0, this.dueUs(this.time.now()) - this.host.queue.nextTime()) / 1000 / this.speed;
  }

  /** Takes what is due at a real time, as far as it can be taken in one slice. */
  private take(begun: number, slice: number): void {
    const { host } = this;
    const { loop, queue } = host;
    const dueUs = this.dueUs(begun);
    const takenUs = dueUs + leadMs * 1000 * this.speed;
    this.isBehind = true;
    for (let next = queue.nextTime(); next <= takenUs; next = queue.nextTime()) {
      for (let i = 0; i < 64 && next <= takenUs && next < host.heldUs; i++) {
        if (!loop.next()) break;
        next = queue.nextTime();
      }
      if (next >= host.heldUs || next === Number.POSITIVE_INFINITY) break;
      if (this.time.now() - begun >= slice) return;
    }
    this.isBehind = false;
    const reachedUs = Math.min(dueUs, host.heldUs - 1);
    if (reachedUs !== Number.POSITIVE_INFINITY) loop.runTo(reachedUs);
    if (host.nowUs >= dueUs) this.hasCaughtUp = true;
  }

  private turn(): void {
    this.callOff = undefined;
    this.isHurried = false;
    const begun = this.time.now();
    try {
      this.take(begun, this.speed === Number.POSITIVE_INFINITY ? shortSliceMs : sliceMs);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.ended === undefined) return;
    this.tellLag(begun);
    if (this.isBehind) this.hurry();
    else if (!this.isHurried) this.rest();
  }

  /** Waits until something is due; a real disk that holds the run up says itself when it goes on. */
  private rest(): void {
    const { heldUs, queue } = this.host;
    const nextUs = queue.nextTime();
    const waitMs = nextUs >= heldUs ? restMs : (nextUs - this.dueUs(this.time.now())) / 1000 / this.speed - leadMs;
    this.callOff = this.time.wait(Math.min(Math.max(Math.ceil(waitMs), 1), restMs), () => this.turn());
  }

  private tellLag(now: number): void {
    if (this.onLag === undefined || !this.hasCaughtUp || now - this.lagSaidAt < lagSaidMs) return;
    if (this.speed === Number.POSITIVE_INFINITY) return;
    const behindMs = (this.dueUs(now) - this.host.nowUs) / 1000 / this.speed;
    if (behindMs < lagMinMs) return;
    this.lagSaidAt = now;
    this.onLag(behindMs);
  }

  /** µs; what the run's clock should say at a real time. */
  private dueUs(now: number): number {
    if (this.speed === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    return this.startedUs + Math.floor((now - this.startedAt) * 1000 * this.speed);
  }

  private fail(error: unknown): void {
    this.callOff?.();
    this.callOff = undefined;
    this.ended?.reject(error);
    this.ended = undefined;
  }
}
