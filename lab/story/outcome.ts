/** How a run of a story ended. */

import type { Measured } from './play/meter.ts';

/** What became of one expectation. */
export interface Verdict {
  /** In plain words, the story's own where it has some. */
  readonly expected: string;
  readonly holds: boolean;
  readonly seen: string;
  /** ms since the start when it was true, or given up. */
  readonly atMs: number;
}

/** What stopped a story before its end. */
export interface Stop {
  readonly atMs: number;
  readonly what: string;
}

/** How requests fared, of one flow in one phase. */
export interface TrafficRow {
  readonly name: string;
  /** `all` where there was no fault. */
  readonly phase: 'before' | 'fault' | 'after' | 'all';
  /** Seconds of the run the phase took. */
  readonly seconds: number;
  readonly measured: Measured;
}

/** How a run ended. */
export interface Outcome {
  readonly passed: boolean;
  readonly seed: number | string;
  readonly fingerprint: string;
  /** ms the run took in virtual time. */
  readonly virtualMs: number;
  /** Messages exchanged. */
  readonly messages: number;
  readonly verdicts: readonly Verdict[];
  readonly stop: Stop | undefined;
  readonly traffic: readonly TrafficRow[];
  /** The command that plays the same run again. */
  readonly replay: string;
}
