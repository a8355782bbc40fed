/** One run: a seed, a cluster of etcd and its clients, faults, healing, progress, and the verdict. */

import { RunFailure } from '../../engine/host/failure.ts';
import { Breakage } from './breakage.ts';
import { driftMaxPpm, type FaultName, type Planned, planFaults } from './fault-plan.ts';
import { judge, type Records } from './judge.ts';
import { demandProgress, type Progress } from './progress.ts';
import { MemberWatch } from './watchers.ts';
import { type Cast, memoryOf, setUp, type World } from './world.ts';

/** What a run is asked for. */
export interface RunOptions extends Cast {
  /** The kinds of faults it may draw; all unless told. */
  readonly faults?: readonly FaultName[];
}

/** What is told of a run in any case. */
interface Run {
  readonly plan: readonly Planned[];
  /** The store's last revision. */
  readonly revision: number;
  /** How often two members' stores could be compared at one applied index. */
  readonly compared: number;
  readonly fingerprint: string;
}

/** What came of a run. */
export interface Outcome extends Run {
  readonly seed: number;
  /** In words; empty where the run is right. */
  readonly violations: readonly string[];
  readonly calls: number;
  /** Calls of which nobody knows whether they were done. */
  readonly unknown: number;
}

/** How often members' stores are compared, in ms of virtual time. */
const compareEveryMs = 250;

/** A run as it was, before it is judged. */
export interface Recording extends Run {
  readonly records: Records;
  /** What was seen to be wrong while it ran, in words. */
  readonly seen: readonly string[];
}

/** Runs one seed, and judges it. */
export function run(options: RunOptions): Outcome {
  const { records, seen, ...rest } = record(options);
  const { calls } = records;
  const unknown = calls.filter(({ answered }) => answered === undefined).length;
  return { seed: options.seed, violations: [...seen, ...judge(records)], calls: calls.length, unknown, ...rest };
}

/** Runs one seed. */
export function record(options: RunOptions): Recording {
  const plan = planFaults(options, options.faults);
  const world = setUp(options);
  const watch = new MemberWatch(world);
  const seen: string[] = [];
  let probes: Partial<Progress> = {};
  try {
    probes = play(world, plan, watch);
    seen.push(...(probes.missing ?? []));
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    seen.push(error.message);
  }
  seen.push(...watch.raft.broken.map(({ words }) => words), ...watch.states.broken);
  const { calls = [], revision = 0, missing } = probes;
  const told = missing?.length === 0 ? { toldUntil: revision } : {};
  const records = { ...recordsOf(world), ...told };
  return {
    records: { ...records, calls: [...records.calls, ...calls] },
    seen,
    plan,
    revision,
    compared: watch.states.compared,
    fingerprint: world.engine.fingerprint(),
  };
}

function play(world: World, plan: readonly Planned[], watch: MemberWatch): Progress {
  const { engine, epochMs, healMs } = world;
  const breakage = new Breakage(world);
  const moments: { atMs: number; act: () => void }[] = plan.flatMap(({ atMs, untilMs, fault }) => {
    let end = () => {};
    return [
      {
        atMs,
        act: () => {
          end = breakage.begin(fault, epochMs + untilMs);
        },
      },
      { atMs: untilMs, act: () => end() },
    ];
  });
  for (let atMs = compareEveryMs; atMs < healMs - epochMs; atMs += compareEveryMs) {
    moments.push({ atMs, act: () => watch.compareStates() });
  }
  moments.sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, act } of moments) {
    engine.runUntil(epochMs + atMs);
    act();
  }
  engine.runUntil(healMs);
  breakage.healAll();
  const progress = demandProgress(world);
  watch.finish();
  return progress;
}

function recordsOf(world: World): Records {
  const memories = world.clients.map((client) => memoryOf(world, client));
  return {
    calls: memories.flatMap(({ calls }) => calls),
    watches: memories.map(({ watch }) => watch),
    epochMs: world.epochMs,
    fastest: driftMaxPpm / 1e6,
  };
}
