/** One run: a seed, a cluster of etcd and its clients, faults, healing, progress, and the verdict. */

import { RunFailure } from '../../engine/host/failure.ts';
import { Breakage } from './breakage.ts';
import { driftMaxPpm, type FaultName, type Planned, planFaults } from './fault-plan.ts';
import { judge, type Records } from './judge.ts';
import { demandProgress } from './progress.ts';
import { MemberWatch } from './watchers.ts';
import { type Cast, memoryOf, setUp, type World } from './world.ts';

/** What a run is asked for. */
export interface RunOptions extends Cast {
  /** The kinds of faults it may draw; all unless told. */
  readonly faults?: readonly FaultName[];
}

/** What came of a run. */
export interface Outcome {
  readonly seed: number;
  /** In words; empty where the run is right. */
  readonly violations: readonly string[];
  readonly plan: readonly Planned[];
  readonly calls: number;
  /** Calls of which nobody knows whether they were done. */
  readonly unknown: number;
  /** The store's last revision. */
  readonly revision: number;
  /** How often two members' stores could be compared at one applied index. */
  readonly compared: number;
  readonly fingerprint: string;
}

/** How often members' stores are compared, in ms of virtual time. */
const compareEveryMs = 250;

/** Runs one seed. */
export function run(options: RunOptions): Outcome {
  const plan = planFaults(options, options.faults);
  const world = setUp(options);
  const watch = new MemberWatch(world);
  const violations: string[] = [];
  let records: Records = { ...recordsOf(world), calls: [] };
  let revision = 0;
  try {
    const progress = play(world, plan, watch);
    revision = progress.revision;
    violations.push(...progress.missing);
    records = recordsOf(world);
    records = { ...records, calls: [...records.calls, ...progress.calls] };
    if (progress.missing.length === 0) records = { ...records, toldUntil: progress.revision };
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    violations.push(error.message);
    records = recordsOf(world);
  }
  violations.push(...watch.raft.broken.map(({ words }) => words), ...watch.states.broken);
  violations.push(...judge(records));
  const unknown = records.calls.filter(({ answered }) => answered === undefined).length;
  const { compared } = watch.states;
  const fingerprint = world.engine.fingerprint();
  return {
    seed: options.seed,
    violations,
    plan,
    calls: records.calls.length,
    unknown,
    revision,
    compared,
    fingerprint,
  };
}

function play(world: World, plan: readonly Planned[], watch: MemberWatch): ReturnType<typeof demandProgress> {
  const { engine, epochMs, healMs } = world;
  const breakage = new Breakage(world);
  const moments: { atMs: number; act: () => void }[] = plan.flatMap(({ atMs, untilMs, fault }) => {
    let end = () => {};
    return [
      {
        atMs,
        act: () => {
          end = breakage.begin(fault);
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
