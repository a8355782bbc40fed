/** Several hosts of one cluster in virtual time, joined by a network in memory: what NATS is to live ones. */

import type { Uplink } from '../../engine/bus/uplink.ts';
import { Engine } from '../../engine/engine.ts';
import type { OutsideInput } from '../../engine/inputs/deed.ts';
import type { Travelling } from '../../protocol/message.ts';
import { matchesSubject } from '../../protocol/subjects.ts';
import { definitions } from '../cast.ts';
import { Cluster } from '../cluster.ts';
import type { ClusterSpec } from '../cluster-spec.ts';
import { type ClusterPart, Places } from '../part.ts';

/** ms between two deliveries of the network. */
const stepMs = 1;

/** One host. */
export class JoinedHost {
  readonly name: string;
  readonly engine: Engine;
  readonly cluster: Cluster;
  readonly places: Places;
  readonly sent: Travelling[] = [];
  /** The groups that its actors serve. */
  readonly groups = new Set<string>();
  readonly inputs: OutsideInput[] = [];
  /** A host that is cut off sends and hears nothing. */
  isCut = false;
  isDead = false;

  constructor(spec: ClusterSpec, part: ClusterPart, starts: number, epochMs: number) {
    this.name = part.host;
    this.places = new Places(spec.name, part);
    const uplink: Uplink = {
      isHere: (address) => this.places.isHere(address),
      machineOf: (address) => this.places.machineOf(address),
      send: (envelope) => this.sent.push(envelope),
      subscribe: (subject) => this.groups.add(subject),
      unsubscribe: (subject) => this.groups.delete(subject),
    };
    const seed = `${part.host}/${starts}`;
    const boots = starts;
    const numbersFrom = starts * 1e9;
    this.engine = new Engine({ seed, definitions, uplink, boots, numbersFrom, epochMs, freeze: true });
    this.engine.record({ input: (input) => this.inputs.push(input) });
    this.cluster = new Cluster(this.engine, spec, part);
    this.cluster.start();
  }

  hears(subject: string): boolean {
    return this.places.subjects().some((pattern) => matchesSubject(pattern, subject));
  }
}

/** All hosts, and what joins them. */
export class JoinedHosts {
  readonly spec: ClusterSpec;
  readonly hosts: JoinedHost[] = [];
  #turn = 0;
  #starts = 0;

  constructor(spec: ClusterSpec) {
    this.spec = spec;
  }

  /** Starts a host, at the time of the others. */
  start(part: ClusterPart): JoinedHost {
    const now = this.hosts.find(({ isDead }) => !isDead)?.engine.now();
    const host = new JoinedHost(this.spec, part, this.#starts++, now ?? Date.UTC(2026, 0, 1));
    this.hosts.push(host);
    return host;
  }

  /** Lets all hosts run for so many ms. */
  runFor(ms: number): void {
    for (let passed = 0; passed < ms; passed += stepMs) {
      for (const host of this.hosts) if (!host.isDead) host.engine.runFor(stepMs);
      for (const host of this.hosts) this.#carry(host);
    }
  }

  /** Lets them run until a condition holds, which is asked every second. @throws Error after so many ms */
  runUntil(isSo: () => boolean, withinMs: number): void {
    for (let passed = 0; !isSo(); passed += 1000) {
      if (passed > withinMs) throw new Error(`it has not come to be within ${withinMs} ms`);
      this.runFor(1000);
    }
  }

  #carry(host: JoinedHost): void {
    const frames = new Map<JoinedHost, Travelling[]>();
    for (const envelope of host.sent.splice(0)) {
      if (host.isCut) continue;
      const to = this.#receiverOf(envelope.to);
      if (to === undefined) {
        if (envelope.to.split('.').length === 3) host.engine.refuse(envelope);
      } else if (!to.isCut) frames.set(to, [...(frames.get(to) ?? []), structuredClone({ ...envelope })]);
    }
    for (const [to, envelopes] of frames) to.engine.arrive(envelopes);
  }

  #receiverOf(subject: string): JoinedHost | undefined {
    const living = this.hosts.filter(({ isDead }) => !isDead);
    const members = living.filter(({ groups }) => groups.has(subject));
    if (members.length > 0) return members[this.#turn++ % members.length];
    return living.find((host) => host.hears(subject));
  }
}
