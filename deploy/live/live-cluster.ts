/** A cluster that runs along the wall clock: supervised, recorded where it is asked for, kept where it has a folder. */

import { closedUplink, type Uplink } from '../../engine/bus/uplink.ts';
import { DiskFolder } from '../../engine/disk/folder.ts';
import { Engine } from '../../engine/engine.ts';
import { RunFailure } from '../../engine/host/failure.ts';
import type { StoredDisk } from '../../engine/host/host.ts';
import type { TimeSource } from '../../engine/time/wall-clock.ts';
import { hostAddress, masterAddress } from '../../protocol/subjects.ts';
import { definitions } from '../cast.ts';
import { Cluster } from '../cluster.ts';
import type { ClusterSpec } from '../cluster-spec.ts';
import { type ClusterPart, masterMachine, Places } from '../part.ts';
import { type RecordedRun, RunRecord } from './run-record.ts';
import { type OnCrash, supervise } from './supervisor.ts';

/** A host's share of a cluster. */
export interface Share {
  readonly part: ClusterPart;
  readonly uplink: Uplink;
  /** Higher than all that an earlier process of this host numbered. */
  readonly numbersFrom: number;
}

/** What a live cluster is made of. */
export interface LiveOptions {
  readonly spec: ClusterSpec;
  readonly seed: number | string;
  readonly epochMs: number;
  readonly speed: number | 'max';
  /** How often the machines had been booted before, in earlier runs on the same disks. */
  readonly boots?: number;
  /** What lies on the disk of an actor. */
  readonly disks?: ReadonlyMap<string, StoredDisk>;
  /** ms that a sync of the members of etcd takes. */
  readonly fsyncMs?: number;
  /** The file that the run is recorded in. */
  readonly record?: string;
  readonly version: string;
  /** Where real time comes from; the process's own unless told. */
  readonly time?: TimeSource;
  /** Where several hosts have the cluster together: what of it runs here, and the way to the rest. */
  readonly share?: Share;
  /** Told what goes wrong, in words for people. */
  readonly warn: (message: string) => void;
}

/** ms of real time between two marks of a record. */
const markEveryMs = 10_000;
/** ms of real time that an input may wait to be written. */
const flushEveryMs = 200;

/** Sets a run up: the cluster and what watches over it. The same for one that is live and one that is played again. */
function setUp(engine: Engine, spec: ClusterSpec, part: ClusterPart | undefined, onCrash?: OnCrash): Cluster {
  supervise(engine, hostAddress(spec.name, part?.host ?? 'local', 'supervisor'), onCrash);
  const cluster = new Cluster(engine, spec, part);
  cluster.start();
  return cluster;
}

/** The addresses of the members of etcd. */
export function membersOf({ name, controlPlane }: ClusterSpec): string[] {
  return Array.from({ length: controlPlane.etcd }, (_, i) => masterAddress(name, 'etcd', i));
}

/** A cluster on its way from `start` to `stop`. */
export class LiveCluster {
  readonly engine: Engine;
  readonly cluster: Cluster;
  readonly #record: RunRecord | undefined;
  readonly #timers: NodeJS.Timeout[] = [];

  /** Sets the cluster up; nothing happens before `start`. */
  constructor(options: LiveOptions) {
    const { spec, seed, epochMs, speed, boots = 0, disks, time, share, warn } = options;
    this.engine = new Engine({
      seed,
      definitions,
      epochMs,
      boots,
      onFailure: 'crash',
      fingerprint: options.record !== undefined,
      wall: { speed, onLag: (behindMs) => warn(lagOf(behindMs)), ...(time !== undefined && { time }) },
      ...(disks !== undefined && { disks: (address: string) => disks.get(address) }),
      ...(share !== undefined && { uplink: share.uplink, numbersFrom: share.numbersFrom }),
    });
    // Before anything runs: what lies on the disks now is where the run begins.
    if (options.record !== undefined) this.#record = beginRecord(options.record, options);
    let told = 0;
    const tellFailures = () => {
      for (const failure of this.engine.failures.slice(told)) warn(new RunFailure(failure).message);
      told = this.engine.failures.length;
    };
    this.cluster = setUp(this.engine, spec, share?.part, (address, how, inMs) => {
      tellFailures();
      warn(`${address} ${how}; it is started again in ${inMs / 1000} s`);
    });
    if (this.#record !== undefined) this.engine.record(this.#record.recorder);
    // The run counts on syncs that take as long as the real ones: else it would wait for each of them.
    const { fsyncMs } = options;
    if (fsyncMs === undefined) return;
    for (let i = 0; i < spec.controlPlane.etcd; i++) this.engine.setDisk(masterMachine(i), { fsyncMs });
  }

  /** Lets it run, `behindMs` at once; the promise ends with `stop`, or fails as the run does. */
  start(behindMs = 0): Promise<void> {
    const record = this.#record;
    if (record !== undefined) {
      this.#every(flushEveryMs, () => record.flush());
      this.#every(markEveryMs, () => record.mark(this.engine.mark()));
    }
    return this.engine.start(behindMs);
  }

  /** Stops it between two events; gives when all its disks have what they were told. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.engine.halt();
    this.#record?.mark(this.engine.mark());
    this.#record?.close();
    await this.engine.closeDisks();
  }

  #every(ms: number, task: () => void): void {
    this.#timers.push(setInterval(task, ms));
  }
}

function beginRecord(path: string, options: LiveOptions): RunRecord {
  const { seed, epochMs, spec, boots = 0, version, disks, share } = options;
  const contents = [...(disks ?? [])].map(([address, disk]) => [address, contentsOf(disk)] as const);
  return new RunRecord(path, {
    version,
    seed,
    epochMs,
    cluster: spec,
    boots,
    disks: new Map(contents),
    ...(share !== undefined && { part: share.part, numbersFrom: share.numbersFrom }),
  });
}

function contentsOf(disk: StoredDisk): ReadonlyMap<string, readonly unknown[]> {
  return disk instanceof DiskFolder ? disk.contents() : disk;
}

function lagOf(behindMs: number): string {
  return `the run cannot keep up: it is ${(behindMs / 1000).toFixed(1)} s behind the clock`;
}

/** What a recorded run was when it was played again. */
export interface Rerun {
  readonly inputs: number;
  readonly marks: number;
  readonly fingerprint: string;
  /** ms of virtual time. */
  readonly lastedMs: number;
}

/** Plays a recorded run again, in virtual time. @throws RunParted where it is another one */
export function rerun({ header, entries }: RecordedRun): Rerun {
  const { seed, epochMs, cluster, boots, disks, part, numbersFrom = 0 } = header;
  const engine = new Engine({
    seed,
    definitions,
    epochMs,
    boots,
    onFailure: 'crash',
    disks: (address) => disks.get(address),
    ...(part !== undefined && { uplink: closedUplink(new Places(cluster.name, part)), numbersFrom }),
  });
  setUp(engine, cluster, part);
  const { inputs, marks } = engine.replay(entries);
  return { inputs, marks, fingerprint: engine.fingerprint(), lastedMs: engine.now() - epochMs };
}
