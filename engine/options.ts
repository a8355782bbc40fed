/** What a run is made of, and what it is unless told otherwise. */

import type { ActorDefinition } from '../protocol/actor.ts';
import { defaultLatency, type LatencyModel } from './bus/latency.ts';
import type { Uplink } from './bus/uplink.ts';
import type { HostSettings, StoredDisk } from './host/host.ts';
import type { PuppetHandler } from './puppet.ts';
import type { Recorder } from './recorder.ts';
import type { ChartMaker } from './stepper/chart.ts';
import { compiledChart } from './stepper/compiled-chart.ts';
import type { WallOptions } from './time/wall-clock.ts';

/** What a run is made of. */
export interface EngineOptions {
  /** A seed is a run: the same one gives the same messages at the same times. */
  seed: number | string;
  /** Every kind of actor that may be spawned. */
  definitions: readonly ActorDefinition[];
  /** How statecharts are stepped: by compiled tables unless told. */
  charts?: ChartMaker;
  /** ms since the Unix epoch at which the run begins; 2026-01-01T00:00:00Z unless told. */
  epochMs?: number;
  latency?: Partial<LatencyModel>;
  /** Freezes all that is sent, to find who changes what is shared; for tests. */
  freeze?: boolean;
  /** Keeps the fingerprint; true unless told. */
  fingerprint?: boolean;
  recorder?: Recorder;
  /** Runs along the wall clock, between `start` and `halt`; in virtual time without it. */
  wall?: WallOptions;
  /** Whether an exception in an actor stops the run (unless told otherwise), or crashes that process and is told in `failures`. */
  onFailure?: 'stop' | 'crash';
  /** Events at one instant before the run counts as going round in a circle; 2,000,000 unless told. */
  eventsPerInstantMax?: number;
  /** What lies on an actor's disk at the beginning; a folder keeps what is synced. Empty and simulated unless told. */
  disks?: (address: string) => StoredDisk | undefined;
  /** How often every machine had been booted before, in earlier runs on the same disks; 0 unless told. */
  boots?: number;
  /** The way to the actors of other hosts; none unless told. */
  uplink?: Uplink;
  /**
   * Messages, requests and streams are numbered after it; 0 unless told. A host that other hosts remember gives each of
   * its processes a higher one: an answer to an earlier process must find no one.
   */
  numbersFrom?: number;
  /** Plays, as puppets, all that nothing else does: kinds without definition, addresses where nothing lives. See `stage`. */
  understudy?: PuppetHandler;
}

const defaultEpochMs = Date.UTC(2026, 0, 1);

/** Decides what the options leave open; what understudies play is the engine's to say. */
export function settle(options: EngineOptions): Omit<HostSettings, 'standIn' | 'stray'> {
  return {
    seed: options.seed,
    definitions: options.definitions,
    charts: options.charts ?? compiledChart,
    epochMs: options.epochMs ?? defaultEpochMs,
    latency: { ...defaultLatency, ...options.latency },
    isFreezing: options.freeze ?? false,
    isPrinting: options.fingerprint ?? true,
    onFailure: options.onFailure ?? 'stop',
    disks: options.disks,
    boots: options.boots ?? 0,
    uplink: options.uplink,
    numbersFrom: options.numbersFrom ?? 0,
    eventsPerInstantMax: options.eventsPerInstantMax ?? 2_000_000,
  };
}
