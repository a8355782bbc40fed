/** One `troupe up` from its first line to its last: starts everything, waits to be told to end, ends everything. */

import { mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { join, resolve } from 'node:path';
import { ClockKeeper } from '../../deploy/live/clock-keeper.ts';
import { serveStatus } from '../../deploy/live/control.ts';
import { DataFolder } from '../../deploy/live/data-folder.ts';
import { LiveCluster, membersOf } from '../../deploy/live/live-cluster.ts';
import { RunFile, runFolder } from '../../deploy/live/run-file.ts';
import type { Manifest } from '../../deploy/manifests.ts';
import type { DiskFolder } from '../../engine/disk/folder.ts';
import { ApplyError, applyObject } from '../../gateway/live/applying.ts';
import { makeCredentials } from '../../gateway/live/credentials.ts';
import { Front } from '../../gateway/live/front.ts';
import { writeKubeconfig } from '../../gateway/live/kubeconfig.ts';
import { nodesReady } from '../../gateway/live/readiness.ts';
import type { StoryCluster } from '../../lab/story/format.ts';
import { InputError } from '../../lab/story/input-error.ts';
import { version } from '../version.ts';
import type { ClusterOptions } from './asked-cluster.ts';
import { frontOptionsOf } from './front-options.ts';
import { type ClusterToStart, clusterToStart } from './kept-cluster.ts';

/** All that `troupe up` was told, read. */
export interface UpOptions extends ClusterOptions {
  readonly speed: number | 'max';
  readonly seed?: string | undefined;
  readonly port: number;
  readonly dataDir?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly record?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly auditLog?: string | undefined;
  readonly auditPolicy?: string | undefined;
  readonly manifests: readonly Manifest[];
  /** Waits until all nodes are Ready. */
  readonly waits: boolean;
}

/** Where a session says what it does: a line each. */
export interface Voice {
  /** What is under way, or done. */
  say(line: string): void;
  warn(line: string): void;
  /** Called once when the cluster is ready. */
  ready(): void;
}

/** What kubectl calls it. */
const contextName = 'troupe';
/** ms of virtual time that a start takes, and one more node: it is made up for, so that nobody waits for it. */
const startMs = 10_000;
const startOfNodeMs = 50;
/** ms between which a measured sync is believed: a disk without a cache, and one that was busy just then. */
const [leastSyncMs, mostSyncMs] = [1, 25];
/** ms of real time between two lines on how many nodes are ready. */
const tellEveryMs = 500;

/** A session; `run` is called once. */
export class Session {
  readonly #options: UpOptions;
  readonly #voice: Voice;
  readonly #signal: AbortSignal;
  /** What is to be ended, in the order in which it began. */
  readonly #ends: (() => void | Promise<void>)[] = [];
  #readyNodes = 0;
  #isReady = false;

  /** `signal` ends the session, whatever it is doing. */
  constructor(options: UpOptions, voice: Voice, signal: AbortSignal) {
    this.#options = options;
    this.#voice = voice;
    this.#signal = signal;
  }

  /** Runs until the signal, or until the run fails. @throws InputError, UsageError, DataError, RunFailure, LivelockError */
  async run(): Promise<void> {
    try {
      await this.#run();
    } finally {
      for (const end of this.#ends.reverse()) await end();
    }
  }

  async #run(): Promise<void> {
    const { speed, record, port } = this.#options;
    const { state, folder } = this.#takePlace();
    const cluster = clusterToStart(this.#options, folder, version());
    this.#introduce(cluster);
    const disks = folder === undefined ? undefined : this.#openDisks(folder, cluster);
    const { epochMs, behindMs } = this.#begin(cluster, folder);
    const credentials = await makeCredentials(Date.now(), {
      serviceIP: '10.96.0.1',
      ...(folder !== undefined && { store: folder }),
    });
    const live = new LiveCluster({
      // Whoever launches a cluster wants `kubectl top`; experiments do without.
      spec: { ...cluster.spec, metricsServer: true },
      seed: cluster.seed,
      epochMs,
      speed,
      boots: cluster.starts,
      version: version(),
      warn: (message) => this.#voice.warn(message),
      ...(folder !== undefined && disks !== undefined && { disks, fsyncMs: syncMs(folder) }),
      ...(record !== undefined && { record }),
    });
    const keeper = folder && new ClockKeeper(live.engine, folder, speed);
    this.#ends.push(async () => {
      await live.stop();
      keeper?.stop();
    });
    const { close: closeLog, ...frontOptions } = frontOptionsOf(this.#options);
    if (closeLog !== undefined) this.#ends.push(closeLog);
    const front = new Front(live.cluster, credentials, frontOptions);
    const server = await this.#listen(front, port);
    this.#ends.push(() => front.close());
    const kubeconfig = this.#kubeconfigPath();
    const { authority, admin } = credentials;
    writeKubeconfig(kubeconfig, { name: contextName, server, authority: authority.certificate, user: admin });
    for (const file of [state, folder?.lock]) file?.update({ server, kubeconfig });
    keeper?.start();
    const running = live.start(behindMs);
    await this.#serveStatus(state.state.control, cluster, live);
    await Promise.race([running, this.#become(front, live, server, kubeconfig)]);
    await Promise.race([running, aborted(this.#signal)]);
    this.#voice.say('');
    this.#voice.say('ending: requests are let out, and what is written is made durable');
  }

  /** Takes the data for this process, and says where it is to be found. */
  #takePlace(): { state: RunFile; folder: DataFolder<StoryCluster> | undefined } {
    const runs = runFolder();
    mkdirSync(runs, { recursive: true, mode: 0o700 });
    const dataDir = this.#options.dataDir === undefined ? undefined : resolve(this.#options.dataDir);
    const control = join(runs, `${process.pid}.sock`);
    const said = { since: Date.now(), server: '', control, ...(dataDir !== undefined && { dataDir }) };
    const folder = dataDir === undefined ? undefined : new DataFolder<StoryCluster>(dataDir, said);
    if (folder !== undefined) this.#ends.push(() => folder.lock.release());
    const state = RunFile.take(join(runs, `${process.pid}.json`), said);
    this.#ends.push(() => state.release());
    return { state, folder };
  }

  #introduce({ spec, seed, starts, differences }: ClusterToStart): void {
    const { nodes, controlPlane } = spec;
    const { speed, dataDir } = this.#options;
    const parts = [
      `seed ${seed}`,
      count(nodes.length, 'node'),
      `etcd ${controlPlane.etcd}, kube-apiserver ${controlPlane.apiserver}`,
      `speed ${speed}`,
      ...(dataDir === undefined ? [] : [`data in ${dataDir}${starts > 0 ? `, start ${starts + 1}` : ''}`]),
    ];
    this.#voice.say(`troupe up  ${parts.join('  ')}`);
    for (const difference of differences) this.#voice.warn(difference);
  }

  /** Opens the members' disks. @throws InputError where so many are damaged that etcd cannot serve */
  #openDisks(folder: DataFolder<StoryCluster>, { spec }: ClusterToStart): Map<string, DiskFolder> {
    const disks = new Map(membersOf(spec).map((address, i) => [address, folder.etcd(i)] as const));
    const damaged = [...disks.values()].map((disk) => disk.damaged()).filter((found) => found.length > 0);
    const mistakes = damaged.map(([first]) => ({
      file: first?.path ?? '',
      what: `is damaged: record ${first?.place} of "${first?.file}" has decayed`,
      fix: 'restore the folder from a copy',
    }));
    if (damaged.length * 2 >= disks.size && damaged.length > 0) throw new InputError(mistakes);
    for (const { file, what } of mistakes) this.#voice.warn(`${file} ${what}; that member of etcd will not serve`);
    return disks;
  }

  /** When the cluster's clock begins: with real time after the start is made up for, and never earlier than it was. */
  #begin(
    { spec }: ClusterToStart,
    folder: DataFolder<StoryCluster> | undefined,
  ): { epochMs: number; behindMs: number } {
    const now = Date.now();
    const epochMs = Math.max(now - startMs - startOfNodeMs * spec.nodes.length, folder?.clock() ?? 0);
    return { epochMs, behindMs: Math.max(0, now - epochMs) };
  }

  async #listen(front: Front, port: number): Promise<string> {
    try {
      return await front.open(port);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const what = code === 'EADDRINUSE' ? 'is in use by another process' : `cannot be listened on: ${message}`;
      throw new InputError([{ file: `port ${port}`, what, fix: 'name another one, or --port 0 for any that is free' }]);
    }
  }

  #kubeconfigPath(): string {
    const { kubeconfig, dataDir } = this.#options;
    if (kubeconfig !== undefined) return resolve(kubeconfig);
    return join(dataDir === undefined ? runFolder() : resolve(dataDir), 'kubeconfig');
  }

  async #serveStatus(path: string, { spec, seed }: ClusterToStart, { engine }: LiveCluster): Promise<void> {
    const server: Server = await serveStatus(path, () => ({
      nodes: spec.nodes.length,
      readyNodes: this.#readyNodes,
      isReady: this.#isReady,
      speed: this.#options.speed,
      virtualNow: engine.now(),
      seed,
      version: version(),
    }));
    this.#ends.push(() => {
      server.close();
      rmSync(path, { force: true });
    });
  }

  /** Comes up: waits for the nodes, applies what is to be applied, and says how to use it. */
  async #become(front: Front, live: LiveCluster, server: string, kubeconfig: string): Promise<void> {
    const { waits, manifests, dataDir } = this.#options;
    if (waits) await this.#waitForNodes(front, live);
    if (this.#signal.aborted) return;
    for (const { object, kind } of manifests) await this.#apply(front, live, object, kind);
    this.#isReady = true;
    const { say } = this.#voice;
    say('');
    say(`The API server is at ${server}. To use it:`);
    say('');
    say(`  export KUBECONFIG=${kubeconfig}`);
    say('  kubectl get nodes');
    say('');
    say(dataDir === undefined ? 'Ctrl-C ends it.' : `Ctrl-C ends it; with the same --data-dir it is there again.`);
    this.#voice.ready();
  }

  async #waitForNodes(front: Front, { cluster }: LiveCluster): Promise<void> {
    const names = cluster.spec.nodes.map(({ name }) => name);
    const began = performance.now();
    const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
    let toldAt = Number.NEGATIVE_INFINITY;
    const onProgress = (ready: number) => {
      this.#readyNodes = ready;
      const isLast = ready === names.length;
      if (!isLast && performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      this.#voice.say(`nodes ready ${ready}/${names.length}${isLast ? `  after ${seconds()}` : ''}`);
    };
    await nodesReady(front.link, cluster.apiserver, names, { onProgress, signal: this.#signal });
  }

  async #apply(
    front: Front,
    { cluster }: LiveCluster,
    object: Manifest['object'],
    kind: Manifest['kind'],
  ): Promise<void> {
    const name = `${kind.singular}${kind.group === '' ? '' : `.${kind.group}`}/${object.metadata.name}`;
    try {
      this.#voice.say(`${name} ${await applyObject(front.link, cluster.apiserver, object, kind)}`);
    } catch (error) {
      if (!(error instanceof ApplyError)) throw error;
      this.#voice.warn(`${name} was refused: ${error.message}`);
    }
  }
}

/** ms that the run counts on for a sync: tenths of one, as the next start is to find about the same. */
function syncMs(folder: DataFolder<StoryCluster>): number {
  return Math.min(Math.max(Math.ceil(folder.measureSync() * 10) / 10, leastSyncMs), mostSyncMs);
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
