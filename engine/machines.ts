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
}

/** How far a machine's clock is from the engine's. */
export interface ClockFault {
  /** ms ahead (behind, when negative). */
  offsetMs: number;
  /** Parts per million it runs fast (slow, when negative), from now on. */
  driftPpm: number;
}

/** One computer: it fails as a whole, and its processes are near each other. */
export class Machine {
  readonly name: string;
  zone = '';
  rack = '';
  isUp = true;
  readonly disk: DiskSettings = { fsyncMs: 1 };
  private offsetMs = 0;
  private driftPpm = 0;
  private driftFromMs = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Sets its clock off; what an earlier drift has added by now stays. */
  skew(fault: Partial<ClockFault>, nowMs: number): void {
    const offsetMs = fault.offsetMs ?? this.clock(nowMs) - nowMs;
    this.offsetMs = offsetMs;
    this.driftPpm = fault.driftPpm ?? this.driftPpm;
    this.driftFromMs = nowMs;
  }

  /** What its clock says when the engine's says `nowMs`. */
  clock(nowMs: number): number {
    if (this.driftPpm === 0) return nowMs + this.offsetMs;
    return nowMs + this.offsetMs + ((nowMs - this.driftFromMs) * this.driftPpm) / 1e6;
  }
}
