/** The machines that processes run on: where they stand, what their clocks say, how fast their disks are. */

/** Where a machine stands; decides how far messages travel. */
export interface Site {
  zone: string;
  rack: string;
}

/** How a machine's disk behaves. */
export interface DiskSettings {
  /** ms from `sync` to durable. */
  fsyncMs: number;
  /** While set, every sync fails with these words. */
  failure?: string | undefined;
  /** A power loss leaves some of what was appended and not synced, and the next record half written. */
  tearsWrites?: boolean;
}

/** How a disk behaves unless set otherwise. */
export const soundDisk: Readonly<DiskSettings> = { fsyncMs: 1, failure: undefined };

/** How far a machine's clock is from the engine's. */
export interface ClockFault {
  /** ms ahead (behind, when negative) that the wall clock is set to be; what it measures is not touched. */
  offsetMs: number;
  /** Parts per million it runs fast (slow, when negative), from now on: timers and all it measures with it. */
  driftPpm: number;
}

/** One computer: it fails as a whole, and its processes are near each other. */
export class Machine {
  readonly name: string;
  zone = '';
  rack = '';
  isUp = true;
  /** Counts its boots. */
  boots: number;
  readonly disk: DiskSettings = { ...soundDisk };
  /** What the wall clock was set ahead by, without what drifts have added. */
  private setAheadMs = 0;
  private driftPpm = 0;
  private driftFromMs = 0;
  /** What drifts had added until the present one began. */
  private gainedMs = 0;
  /** When it was booted, as its own oscillator counts: the engine's time and what drifts had added. */
  private bootedMs = 0;

  /** `boots` is how often it had been booted before this run. */
  constructor(name: string, nowMs: number, boots = 0) {
    this.name = name;
    this.boots = boots;
    this.boot(nowMs);
  }

  /** Begins to measure anew, as a computer does that is switched on; the wall clock goes on by its battery. */
  boot(nowMs: number): void {
    this.boots += 1;
    this.bootedMs = nowMs + this.gained(nowMs);
  }

  /** Sets its clock off; what an earlier drift has added by now stays. @throws RangeError when time would stand still. */
  skew(fault: Partial<ClockFault>, nowMs: number): void {
    const { offsetMs, driftPpm = this.driftPpm } = fault;
    if (!(driftPpm > -1e6)) throw new RangeError(`a clock cannot drift by ${driftPpm} ppm: give more than -1000000`);
    this.gainedMs = this.gained(nowMs);
    this.driftFromMs = nowMs;
    this.driftPpm = driftPpm;
    if (offsetMs !== undefined) this.setAheadMs = offsetMs - this.gainedMs;
  }

  /** What its wall clock says when the engine's says `nowMs`. */
  clock(nowMs: number): number {
    return nowMs + this.gained(nowMs) + this.setAheadMs;
  }

  /** ms it has measured since it booted when the engine's clock says `nowMs`. */
  monotonic(nowMs: number): number {
    return nowMs + this.gained(nowMs) - this.bootedMs;
  }

  /** ms on the engine's clock that it takes for what it measures as so many. */
  engineMs(measuredMs: number): number {
    return this.driftPpm === 0 ? measuredMs : measuredMs / (1 + this.driftPpm / 1e6);
  }

  private gained(nowMs: number): number {
    return this.driftPpm === 0 ? this.gainedMs : this.gainedMs + ((nowMs - this.driftFromMs) * this.driftPpm) / 1e6;
  }
}
