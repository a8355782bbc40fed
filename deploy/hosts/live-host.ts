/** One host of a cluster, alive: its part of the actors, the wire to those of other hosts, and the fence around both. */

import type { NatsLink } from '../../engine/nats/connection.ts';
import type { Loss } from '../../engine/nats/losses.ts';
import { NatsWire } from '../../engine/nats/wire.ts';
import { hostAddress } from '../../protocol/subjects.ts';
import { HostFaults } from '../faults/host-faults.ts';
import { type ServedFaults, serveFaults } from '../faults/over-nats.ts';
import { hostsIn, rosterIn } from '../faults/roster.ts';
import { LiveCluster, type LiveOptions } from '../live/live-cluster.ts';
import { type ClusterPart, Places } from '../part.ts';
import { HostRecorder } from '../trace/hosts/host-recorder.ts';
import { HostAgent } from './agent.ts';
import { type ClusterDocument, nodesOfHost } from './document.ts';
import type { Traffic } from './health.ts';
import type { Membership } from './membership.ts';

/** What a live host is made of. */
export interface LiveHostOptions extends Pick<LiveOptions, 'disks' | 'fsyncMs' | 'record' | 'version' | 'warn'> {
  /** Told what happens, in words. */
  readonly say: (line: string) => void;
  readonly link: NatsLink;
  /** Joined, and kept from `begin` on. */
  readonly membership: Membership;
}

/** Messages, requests and streams that an actor may number in one life of its host; there is room for 2 million such lives. */
const numbersOfLife = 2 ** 32;
/** ms that an engine may be behind the clock before what comes from other hosts has to wait. */
const behindMaxMs = 2_000;

/** A host between joining and leaving. */
export class LiveHost {
  readonly live: LiveCluster;
  readonly wire: NatsWire;
  readonly part: ClusterPart;
  readonly faults: HostFaults;
  /** Answers whoever asks over NATS how this host is. */
  readonly agent: HostAgent;
  readonly #recorder: HostRecorder;
  readonly #standing: ServedFaults;
  /** Comes with a HostsError when another has this host's part. */
  readonly #lost: AbortSignal;
  readonly #zones = new Map<string, string>();
  /** The processes of the other hosts, as they were seen last. */
  readonly #processes = new Map<string, string>();
  #hold: { release(): void } | undefined;

  /**
   * Keeps the host's part from now on and sets everything up; little happens before `start`.
   *
   * @throws HostsError where the part is not surely the host's own
   */
  static async begin(options: LiveHostOptions): Promise<LiveHost> {
    const { membership, warn } = options;
    let host: LiveHost | undefined;
    // Before the first actor says anything: nothing leaves a host whose part is not sure.
    const lost = new AbortController();
    await membership.keep({
      unsure: (why) => warn(`cut off from the other hosts: ${why}`),
      sure: (gapMs) => {
        warn(`joined to the other hosts again, after ${(gapMs / 1000).toFixed(1)} s`);
        if (host !== undefined) void host.#standing.catchUp();
      },
      lost: (error) => lost.abort(error),
      changed: (document) => {
        if (host !== undefined) host.#hear(document);
      },
    });
    host = new LiveHost(options, lost.signal);
    return host;
  }

  private constructor({ link, membership, say, warn, ...options }: LiveHostOptions, lost: AbortSignal) {
    this.#lost = lost;
    const { host, cluster, document, entry, nodes } = membership;
    this.part = { host, masters: entry.roles, nodes };
    const places = new Places(cluster, this.part);
    const isHere = (address: string) => places.isHere(address);
    const machineOf = (address: string) => places.machineOf(address);
    this.wire = new NatsWire({
      link,
      inbox: hostAddress(cluster, host, 'wire'),
      own: places.subjects(),
      isHere,
      machineOf,
      fence: { isOpen: () => membership.isSurelyValid() },
      arrive: (envelopes) => this.live.engine.arrive(envelopes),
      refuse: (envelope) => this.live.engine.refuse(envelope),
      onPressure: (isHigh) => this.#press(isHigh),
      onLoss: (loss) => warn(wordsOf(loss)),
      isBehind: () => this.live.engine.lagMs() > behindMaxMs,
    });
    const now = Date.now();
    // Every start is a run of its own: one that drew what an earlier one drew would give two objects one uid.
    const seed = `${document.seed}/${host}/${entry.starts}`;
    this.live = new LiveCluster({
      ...options,
      warn,
      spec: { ...document.frame, nodes },
      seed,
      epochMs: now,
      speed: 1,
      boots: entry.starts,
      share: {
        part: this.part,
        uplink: this.wire,
        // By what NATS counts, not by a clock: that of a machine may go back, and another may take its actors over.
        numbersFrom: membership.joinedAtRevision * numbersOfLife,
      },
    });
    this.#hear(document);
    this.faults = new HostFaults({
      engine: this.live.engine,
      host,
      roster: () => rosterIn(membership.document),
      say: (line) => say(`fault ${line}`),
    });
    const connection = link.nats;
    this.#standing = serveFaults(connection, cluster, this.faults, async () => hostsIn(membership.document));
    this.#recorder = new HostRecorder(this.live.engine, connection, {
      cluster,
      host,
      version: options.version,
      code: document.code.fingerprint,
      seed,
      epochMs: now,
      warn,
    });
    const traffic = () => trafficOf(this.wire);
    this.agent = new HostAgent({ connection, membership, engine: this.live.engine, traffic, warn });
  }

  /**
   * Lets it run until `stop`; the promise fails as the run does, or with what the host lost its part by.
   *
   * @throws HostsError
   */
  async start(): Promise<void> {
    const lost = new Promise<never>((_, reject) => {
      const end = () => reject(this.#lost.reason);
      if (this.#lost.aborted) end();
      else this.#lost.addEventListener('abort', end, { once: true });
    });
    this.#recorder.listen();
    this.agent.start();
    // What is in force on the others is in force here too, before anything is said.
    await this.#standing.catchUp();
    await Promise.race([this.live.start(), lost]);
  }

  /** Stops it between two events; gives when its disks have what they were told. Its part is still its own. */
  async stop(): Promise<void> {
    this.agent.stop();
    this.#standing.stop();
    this.faults.stop();
    await this.live.stop();
    // After the actors' last words.
    await this.#recorder.close();
    this.wire.close();
  }

  /** Hears that hosts came, went, or got more. */
  #hear({ frame, hosts }: ClusterDocument): void {
    for (const [name, entry] of Object.entries(hosts)) {
      if (name === this.part.host) continue;
      // A zone is cut off on all hosts: they know where all machines stand.
      for (const range of entry.nodes) this.#placeRange(range);
      const process = entry.leftAt === undefined ? entry.id : 'left';
      const before = this.#processes.get(name);
      this.#processes.set(name, process);
      if (before === undefined || before === process) continue;
      // Its process has ended, and with it all connections: nobody has to wait until it has been silent for long.
      const places = new Places(frame.name, { host: name, masters: entry.roles, nodes: nodesOfHost(entry) });
      this.live.engine.reset(places.owners());
    }
  }

  #placeRange({ prefix, first, count, zones }: ClusterDocument['hosts'][string]['nodes'][number]): void {
    if (zones === undefined) return;
    for (let i = 0; i < count; i++) {
      const machine = `${prefix}${first + i}`;
      const zone = zones[i % zones.length];
      if (zone === undefined || this.#zones.get(machine) === zone) continue;
      this.#zones.set(machine, zone);
      this.live.engine.place(machine, { zone });
    }
  }

  /** Lets the engine wait while the server takes no more. */
  #press(isHigh: boolean): void {
    this.#hold?.release();
    this.#hold = isHigh ? this.live.engine.holdAt(this.live.engine.now()) : undefined;
  }
}

function wordsOf({ reason, count, example }: Loss): string {
  return `${count} message${count === 1 ? '' : 's'} lost between hosts (${reason}): ${example}`;
}

function trafficOf({ statistics }: NatsWire): Traffic {
  const { sent, received, dropped } = statistics;
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return { in: received.envelopes, out: sent.envelopes, dropped: lost };
}
