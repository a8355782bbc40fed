/** One host of a cluster from its first line to its last: joins, runs its part, and leaves when it is told to. */

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { outsideMachine } from '../../deploy/cluster.ts';
import type { NodeGroup } from '../../deploy/cluster-spec.ts';
import { codeOf } from '../../deploy/hosts/code.ts';
import { describeNodes, describeRoles, type Founding } from '../../deploy/hosts/document.ts';
import { HostFolder } from '../../deploy/hosts/host-folder.ts';
import { HostsError } from '../../deploy/hosts/hosts-error.ts';
import { LiveHost } from '../../deploy/hosts/live-host.ts';
import { Membership } from '../../deploy/hosts/membership.ts';
import type { parseRoles } from '../../deploy/hosts/role-claims.ts';
import { serveControl } from '../../deploy/live/control.ts';
import { RunFile, runFolder } from '../../deploy/live/run-file.ts';
import type { Manifest } from '../../deploy/manifests.ts';
import { inboxOf } from '../../deploy/nats/permissions.ts';
import type { DiskFolder } from '../../engine/disk/folder.ts';
import { connectNats, type NatsLink } from '../../engine/nats/connection.ts';
import type { NatsOptions } from '../../engine/nats/credentials.ts';
import { ClusterLink } from '../../gateway/cluster-link.ts';
import { masterAddress } from '../../protocol/subjects.ts';
import { type FrontFiles, frontOptionsOf } from '../live/front-options.ts';
import {
  aborted,
  applyAll,
  checkDisks,
  count,
  sayHowToUse,
  syncMs,
  type Voice,
  waitForNodes,
} from '../live/start-up.ts';
import { version } from '../version.ts';
import { type OpenDoor, openHostDoor } from './door.ts';

/** All that a host was told, read. */
export interface HostOptions extends FrontFiles {
  readonly nats: NatsOptions;
  readonly cluster: string;
  readonly host: string;
  /** The cluster to found, where it is not there yet. */
  readonly founding?: Founding | undefined;
  readonly roles: ReturnType<typeof parseRoles>;
  readonly nodes: readonly NodeGroup[];
  readonly takeOver: readonly string[];
  /** Gives everything back at the end. */
  readonly releases: boolean;
  readonly port: number;
  /** The address that the door listens on; loopback unless told. */
  readonly listen?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly record?: string | undefined;
  readonly manifests: readonly Manifest[];
  /** Waits until its nodes are Ready. */
  readonly waits: boolean;
}

/** A session of one host; `run` is called once. */
export class HostSession {
  readonly #options: HostOptions;
  readonly #voice: Voice;
  readonly #signal: AbortSignal;
  /** What is to be ended, in the order in which it began. */
  readonly #ends: (() => void | Promise<void>)[] = [];
  #readyNodes = 0;
  #isReady = false;
  /** What it had is another's: there is nothing to leave. */
  #isLost = false;
  #isEnding = false;

  /** `signal` ends the session, whatever it is doing. */
  constructor(options: HostOptions, voice: Voice, signal: AbortSignal) {
    this.#options = options;
    this.#voice = voice;
    this.#signal = signal;
  }

  /** Runs until the signal, or until the run fails. @throws HostsError, NatsProblem, InputError, DataError, RunFailure */
  async run(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      // Told to end before it was there.
      if (!this.#signal.aborted || error !== this.#signal.reason) throw error;
    } finally {
      this.#isEnding = true;
      for (const end of this.#ends.reverse()) await end();
    }
  }

  async #run(): Promise<void> {
    const { say, warn } = this.#voice;
    const link = await this.#connect();
    const { state, folder } = this.#takePlace();
    const membership = await this.#join(link, folder);
    const disks = await this.#openDisks(membership, folder);
    const host = await LiveHost.begin({
      link,
      membership,
      version: version(),
      say,
      warn,
      ...(disks.size > 0 && folder !== undefined && { disks, fsyncMs: syncMs(folder) }),
      ...(this.#options.record !== undefined && { record: this.#options.record }),
    });
    this.#ends.push(() => host.stop());
    const door = await this.#openDoor(link, host, state, folder);
    const running = host.start().catch((error) => {
      this.#isLost = error instanceof HostsError && error.code === 'lost';
      throw error;
    });
    await this.#serveControl(state, membership, host);
    await Promise.race([running, this.#become(host, door)]);
    await Promise.race([running, aborted(this.#signal)]);
    say('');
    say('ending: what is written is made durable, and the other hosts are told');
  }

  async #connect(): Promise<NatsLink> {
    const { say, warn } = this.#voice;
    const link = await connectNats({
      ...this.#options.nats,
      inboxPrefix: inboxOf(this.#options.host),
      noEcho: true,
      signal: this.#signal,
      onEvent: ({ what, text }) => {
        if (what === 'connected' || what === 'reconnected') say(text);
        // At its end this side closes it.
        else if (what !== 'closed' || !this.#isEnding) warn(text);
      },
    });
    this.#ends.push(() => link.close());
    return link;
  }

  /** Takes the data for this process, and says where it is to be found. */
  #takePlace(): { state: RunFile; folder: HostFolder | undefined } {
    const { cluster, host, roles, dataDir } = this.#options;
    const runs = runFolder();
    mkdirSync(runs, { recursive: true, mode: 0o700 });
    const path = resolve(dataDir ?? join(runs, 'hosts', cluster, host));
    // One that comes back has what it had, whatever it asks for.
    const isKept = existsSync(path) || roles.some((role) => role === 'control-plane' || role.component === 'etcd');
    const control = join(runs, `${process.pid}.sock`);
    const said = { since: Date.now(), server: '', control, ...(isKept && { dataDir: path }) };
    const folder =
      dataDir !== undefined || isKept ? new HostFolder(path, { cluster, host }, version(), said) : undefined;
    if (folder !== undefined) this.#ends.push(() => folder.lock.release());
    const state = RunFile.take(join(runs, `${process.pid}.json`), said);
    this.#ends.push(() => state.release());
    return { state, folder };
  }

  async #join(link: NatsLink, folder: HostFolder | undefined): Promise<Membership> {
    const { cluster, host, founding, roles, nodes, takeOver, releases } = this.#options;
    const membership = await Membership.join(link.nats, {
      cluster,
      host,
      code: codeOf(version()),
      asked: { roles, nodes, takeOver, data: folder?.memberData() ?? {} },
      ...(founding !== undefined && { founding }),
    });
    this.#ends.push(async () => {
      if (this.#isLost) return;
      await membership.leave({ release: releases }).catch((error) => this.#voice.warn((error as Error).message));
    });
    const { entry, document } = membership;
    const parts = [
      `cluster ${cluster}`,
      `host ${host}`,
      describeRoles(entry.roles) || 'no replica of the control plane',
      entry.nodes.length === 0 ? 'no nodes' : describeNodes(entry.nodes),
      ...(folder === undefined ? [] : [`data in ${folder.path}`]),
      ...(entry.starts > 1 ? [`start ${entry.starts}`] : []),
    ];
    this.#voice.say(`joined  ${parts.join('  ')}`);
    const others = Object.keys(document.hosts).filter((name) => name !== host);
    if (others.length > 0) this.#voice.say(`with ${count(others.length, 'other host')}: ${others.join(', ')}`);
    return membership;
  }

  /** Opens the disks of this host's members of etcd; from then on they are nowhere without these data. */
  async #openDisks(membership: Membership, folder: HostFolder | undefined): Promise<Map<string, DiskFolder>> {
    const disks = new Map<string, DiskFolder>();
    const members = membership.entry.roles.etcd ?? [];
    if (folder === undefined) return disks;
    for (const member of members) {
      disks.set(masterAddress(membership.cluster, 'etcd', member), folder.disk(member));
      await membership.startMember(member, folder.idOf(member));
    }
    checkDisks(disks.values(), membership.document.frame.controlPlane.etcd, this.#voice);
    return disks;
  }

  /** Opens the door, where this host has an API server. */
  async #openDoor(link: NatsLink, { live, part }: LiveHost, state: RunFile, folder: HostFolder | undefined) {
    if ((part.masters.apiserver ?? []).length === 0) return undefined;
    const { port, listen } = this.#options;
    const { close, ...front } = frontOptionsOf(this.#options);
    if (close !== undefined) this.#ends.push(close);
    const kubeconfig = this.#kubeconfigPath(folder);
    const door = await openHostDoor(link, live.cluster, { port, listen, kubeconfig, front });
    this.#ends.push(() => door.front.close());
    for (const file of [state, folder?.lock]) file?.update({ server: door.server, kubeconfig });
    return { ...door, kubeconfig };
  }

  #kubeconfigPath(folder: HostFolder | undefined): string {
    const { kubeconfig } = this.#options;
    if (kubeconfig !== undefined) return resolve(kubeconfig);
    return join(folder?.path ?? runFolder(), 'kubeconfig');
  }

  async #serveControl({ state }: RunFile, { document, nodes }: Membership, { live }: LiveHost): Promise<void> {
    const status = () => ({
      nodes: nodes.length,
      readyNodes: this.#readyNodes,
      isReady: this.#isReady,
      speed: 1,
      virtualNow: live.engine.now(),
      seed: document.seed,
      version: version(),
    });
    const answer = () => ({ error: 'this is one of several hosts: name the NATS servers, as in --nats URL' });
    const server = await serveControl(state.control, { status, answer });
    this.#ends.push(() => {
      server.close();
      rmSync(state.control, { force: true });
    });
  }

  /** Comes up: waits for its nodes, applies what is to be applied, and says how to use it. */
  async #become({ live, part }: LiveHost, door: (OpenDoor & { kubeconfig: string }) | undefined): Promise<void> {
    const { waits, manifests } = this.#options;
    const { cluster, engine } = live;
    const link = door?.front.link ?? new ClusterLink(engine, cluster.hostActor('gateway'), outsideMachine);
    const to = { link, apiserver: cluster.apiserver, names: part.nodes.map(({ name }) => name) };
    const onReady = (ready: number) => {
      this.#readyNodes = ready;
    };
    if (waits && to.names.length > 0) await waitForNodes(to, this.#voice, this.#signal, onReady);
    if (this.#signal.aborted) return;
    await applyAll(to, manifests, this.#voice);
    this.#isReady = true;
    const ending = this.#options.releases
      ? 'Ctrl-C ends it, and gives back what it has.'
      : 'Ctrl-C ends it; started again under the same name it has what it had.';
    if (door === undefined) this.#voice.say(ending);
    else sayHowToUse(door.server, door.kubeconfig, ending, this.#voice);
    this.#voice.ready();
  }
}
