/** One `troupe up` from its first line to its last: starts everything, waits to be told to end, ends everything. */

import { mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { join, resolve } from 'node:path';
import { HostFaults } from '../../deploy/faults/host-faults.ts';
import { localHost, localRoster } from '../../deploy/faults/roster.ts';
import { ClockKeeper } from '../../deploy/live/clock-keeper.ts';
import { serveControl } from '../../deploy/live/control.ts';
import { DataFolder } from '../../deploy/live/data-folder.ts';
import { LiveCluster, membersOf } from '../../deploy/live/live-cluster.ts';
import { RunFile, runFolder } from '../../deploy/live/run-file.ts';
import type { Manifest } from '../../deploy/manifests.ts';
import { makeCredentials } from '../../gateway/live/credentials.ts';
import { Front } from '../../gateway/live/front.ts';
import { writeKubeconfig } from '../../gateway/live/kubeconfig.ts';
import type { StoryCluster } from '../../lab/story/format.ts';
import { version } from '../version.ts';
import type { ClusterOptions } from './asked-cluster.ts';
import { frontOptionsOf } from './front-options.ts';
import { type ClusterToStart, clusterToStart } from './kept-cluster.ts';
import { reachOf } from './reach.ts';
import {
  aborted,
  applyAll,
  checkDisks,
  count,
  openDoor,
  sayHowToUse,
  syncMs,
  type Voice,
  waitForNodes,
} from './start-up.ts';

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
  /** The address that the API server listens on; loopback unless told. */
  readonly listen?: string | undefined;
  /** Waits until all nodes are Ready. */
  readonly waits: boolean;
}

/** What kubectl calls it. */
const contextName = 'troupe';
/** ms of virtual time that a start takes, and one more node: it is made up for, so that nobody waits for it. */
const startMs = 10_000;
const startOfNodeMs = 50;

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
    const { listen, shown, reachedBy } = reachOf(this.#options.listen);
    const { state, folder } = this.#takePlace();
    const cluster = clusterToStart(this.#options, folder, version());
    this.#introduce(cluster);
    const disks = folder && new Map(membersOf(cluster.spec).map((address, i) => [address, folder.etcd(i)] as const));
    if (disks !== undefined) checkDisks(disks.values(), disks.size, this.#voice);
    const { epochMs, behindMs } = this.#begin(cluster, folder);
    const credentials = await makeCredentials(Date.now(), {
      reachedBy,
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
    const server = await openDoor(front, port, listen, shown);
    this.#ends.push(() => front.close());
    const kubeconfig = this.#kubeconfigPath();
    const { authority, admin } = credentials;
    writeKubeconfig(kubeconfig, { name: contextName, server, authority: authority.certificate, user: admin });
    for (const file of [state, folder?.lock]) file?.update({ server, kubeconfig });
    keeper?.start();
    const running = live.start(behindMs);
    await this.#serveControl(state.state.control, cluster, live);
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

  /** When the cluster's clock begins: with real time after the start is made up for, and never earlier than it was. */
  #begin(
    { spec }: ClusterToStart,
    folder: DataFolder<StoryCluster> | undefined,
  ): { epochMs: number; behindMs: number } {
    const now = Date.now();
    const epochMs = Math.max(now - startMs - startOfNodeMs * spec.nodes.length, folder?.clock() ?? 0);
    return { epochMs, behindMs: Math.max(0, now - epochMs) };
  }

  #kubeconfigPath(): string {
    const { kubeconfig, dataDir } = this.#options;
    if (kubeconfig !== undefined) return resolve(kubeconfig);
    return join(dataDir === undefined ? runFolder() : resolve(dataDir), 'kubeconfig');
  }

  async #serveControl(path: string, { spec, seed }: ClusterToStart, { engine, cluster }: LiveCluster): Promise<void> {
    const { speed } = this.#options;
    const faults = new HostFaults({
      engine,
      speed,
      host: localHost,
      roster: () => localRoster(spec, cluster.nodes),
      say: (line) => this.#voice.say(`fault ${line}`),
    });
    this.#ends.push(() => faults.stop());
    const server: Server = await serveControl(path, {
      answer: (request) => faults.answer(request),
      status: () => ({
        nodes: spec.nodes.length,
        readyNodes: this.#readyNodes,
        isReady: this.#isReady,
        speed,
        virtualNow: engine.now(),
        seed,
        version: version(),
      }),
    });
    this.#ends.push(() => {
      server.close();
      rmSync(path, { force: true });
    });
  }

  /** Comes up: waits for the nodes, applies what is to be applied, and says how to use it. */
  async #become(front: Front, live: LiveCluster, server: string, kubeconfig: string): Promise<void> {
    const { waits, manifests, dataDir } = this.#options;
    const { apiserver, spec } = live.cluster;
    const names = spec.nodes.map(({ name }) => name);
    const to = { link: front.link, apiserver, names };
    const onReady = (ready: number) => {
      this.#readyNodes = ready;
    };
    if (waits) await waitForNodes(to, this.#voice, this.#signal, onReady);
    if (this.#signal.aborted) return;
    await applyAll(to, manifests, this.#voice);
    this.#isReady = true;
    const ending =
      dataDir === undefined ? 'Ctrl-C ends it.' : 'Ctrl-C ends it; with the same --data-dir it is there again.';
    sayHowToUse(server, kubeconfig, ending, this.#voice);
    this.#voice.ready();
  }
}
