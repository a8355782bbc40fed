/** Asks whether something answers: one request a second through the real data path, while somebody wants to know. */

import type { Cluster } from '../../../deploy/cluster.ts';
import { outsideMachine } from '../../../deploy/cluster.ts';
import type { Puppet } from '../../../engine/puppet.ts';
import type { TrafficAnswered, TrafficAsk, TrafficInput } from '../../../protocol/messages/traffic.ts';
import { clientAddress, masterGroup } from '../../../protocol/subjects.ts';

/** The last answer of a target. */
export interface ProbeAnswer {
  /** ms since the epoch when it was asked. */
  askedAt: number;
  ok: boolean;
  /** Why not, in a word. */
  why: string;
}

interface Probe {
  askedAt: number;
  request: number;
  last?: ProbeAnswer;
}

const everyMs = 1000;

/** Probes targets. */
export class Probes {
  private readonly cluster: Cluster;
  private readonly probes = new Map<string, Probe>();
  private puppet: Puppet | undefined;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Gives the last answer of a target, not older than `sinceMs`; asks (again) where it is time to. */
  look(target: string, sinceMs: number): ProbeAnswer | undefined {
    const now = this.cluster.engine.now();
    const probe = this.probes.get(target) ?? { askedAt: Number.NEGATIVE_INFINITY, request: 0 };
    this.probes.set(target, probe);
    const isDue = now >= probe.askedAt + everyMs && probe.request === 0;
    if (isDue) {
      probe.askedAt = now;
      probe.request = this.player.ask<TrafficAsk>(
        this.address('probe'),
        'traffic.ask',
        { target },
        { deadlineMs: 10_000 },
      );
    }
    return probe.last !== undefined && probe.last.askedAt >= sinceMs ? probe.last : undefined;
  }

  /** The one who asks, and the generator that sends: there from when they are first needed. */
  private get player(): Puppet {
    if (this.puppet !== undefined) return this.puppet;
    const { engine, spec, nodes } = this.cluster;
    const input: TrafficInput = {
      name: 'probe',
      target: '-',
      ratePerSecond: 0,
      nodes: nodes.map(({ name, address }) => ({ name, address })),
      dns: masterGroup(spec.name, 'dns'),
      startAt: engine.now(),
    };
    engine.spawn(this.address('probe'), 'traffic', input, { machine: outsideMachine });
    this.puppet = engine.puppet(this.address('prober'), (message) => this.take(message), { machine: outsideMachine });
    this.puppet.keeps = false;
    return this.puppet;
  }

  private take(message: { type: string; body: unknown; request: number }): void {
    const probe = [...this.probes.values()].find(({ request }) => request === message.request);
    if (probe === undefined) return;
    const { askedAt } = probe;
    probe.request = 0;
    if (message.type !== 'traffic.answered') probe.last = { askedAt, ok: false, why: 'timeout' };
    else {
      const { ok, failure, status } = message.body as TrafficAnswered['body'];
      probe.last = { askedAt, ok, why: failure === 'http-error' ? `status ${status}` : (failure ?? '') };
    }
  }

  private address(name: string): string {
    return clientAddress(this.cluster.spec.name, name);
  }
}
