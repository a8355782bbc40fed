/** Sends traffic and measures how it fares before a fault, until all is whole again, and after. */

import type { Cluster } from '../../../deploy/cluster.ts';
import { outsideMachine } from '../../../deploy/cluster.ts';
import type { Puppet } from '../../../engine/puppet.ts';
import { quantileMs } from '../../../protocol/latency-buckets.ts';
import type {
  FailureKind,
  TrafficInput,
  TrafficNode,
  TrafficNodesChanged,
  TrafficReport,
  TrafficReported,
  TrafficSecond,
} from '../../../protocol/messages/traffic.ts';
import { clientAddress, masterGroup } from '../../../protocol/subjects.ts';
import type { Phase, TrafficPlan } from '../format.ts';
import { msOf, perSecond } from '../words.ts';
import type { Turns } from './turns.ts';

/** How requests fared. */
export interface Measured {
  ok: number;
  failed: number;
  failures: Partial<Record<FailureKind, number>>;
  /** The first and the last second in which any were sent, in ms since the epoch. */
  span?: { from: number; to: number };
  latency: Record<number, number>;
}

/** As `TrafficInput.timeoutMs`, unless told. */
const defaultTimeoutMs = 1000;

/** Runs the generators of a story. */
export class Meter {
  private readonly cluster: Cluster;
  private readonly puppet: Puppet;
  private readonly started = new Map<string, TrafficPlan>();
  private reports = new Map<string, TrafficReported['body']>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.puppet = cluster.engine.puppet(this.address('meter'), undefined, { machine: outsideMachine });
  }

  /** Names of all traffic that was started. */
  get names(): string[] {
    return [...this.started.keys()];
  }

  /** Starts a flow of requests; `startMs` is when the story began. */
  start(plan: TrafficPlan, startMs: number): void {
    const { engine, spec } = this.cluster;
    const input: TrafficInput = {
      name: plan.name,
      target: plan.to,
      ratePerSecond: perSecond(plan.rate),
      nodes: this.nodes,
      dns: masterGroup(spec.name, 'dns'),
      startAt: engine.now(),
      ...(plan.timeout !== undefined && { timeoutMs: msOf(plan.timeout) }),
      ...(plan.clients !== undefined && { clients: plan.clients }),
      ...(plan.node !== undefined && { node: plan.node }),
      ...(plan.until !== undefined && { endAt: startMs + msOf(plan.until) }),
    };
    this.started.set(plan.name, plan);
    engine.spawn(this.address(plan.name), 'traffic', input, { machine: outsideMachine });
  }

  /** Tells the generators of nodes that joined. */
  tellNodes(): void {
    for (const name of this.started.keys()) {
      this.puppet.send<TrafficNodesChanged>(this.address(name), 'traffic.nodes-changed', { nodes: this.nodes });
    }
  }

  /** Reads what all generators have measured until now. */
  read(): void {
    const { engine } = this.cluster;
    for (const name of this.started.keys()) {
      const request = this.puppet.ask<TrafficReport>(this.address(name), 'traffic.report', undefined);
      engine.runUntil(() => this.puppet.received.length > 0, { withinMs: 10_000 });
      const answer = this.puppet.take().find((message) => message.request === request);
      if (answer?.type === 'traffic.reported') this.reports.set(name, (answer as TrafficReported).body);
    }
  }

  /** How requests fared, as last read: all, or those of one flow and of one phase. */
  measured(of: string | undefined, phase: Phase | undefined, turns: Turns): Measured {
    const sum: Measured = { ok: 0, failed: 0, failures: {}, latency: {} };
    for (const [name, { seconds }] of this.reports) {
      if (of !== undefined && of !== name) continue;
      for (const second of seconds) {
        if (phase === undefined || phaseOf(second.at, turns, this.timeoutOf(name)) === phase) add(sum, second);
      }
    }
    return sum;
  }

  private timeoutOf(name: string): number {
    const given = this.started.get(name)?.timeout;
    return given === undefined ? defaultTimeoutMs : msOf(given);
  }

  private get nodes(): TrafficNode[] {
    return this.cluster.nodes.map(({ name, address }) => ({ name, address }));
  }

  private address(name: string): string {
    return clientAddress(this.cluster.spec.name, name);
  }
}

/**
 * Tells the phase a second lies in: the one the fault happens in is the fault's, the one it heals in too, and so is one
 * whose requests may have been under way (for `timeoutMs` at most) when it happened.
 */
export function phaseOf(second: number, { faultAt, healedAt }: Turns, timeoutMs: number): Phase {
  if (faultAt === undefined || second + 1000 + timeoutMs <= faultAt) return 'before';
  return healedAt !== undefined && second >= healedAt ? 'after' : 'fault';
}

/** How many seconds requests were sent for, the first and the last counted. */
export function secondsOf({ span }: Measured): number {
  return span === undefined ? 0 : (span.to - span.from) / 1000 + 1;
}

/** Share of requests answered well, from 0 to 1; NaN where there were none. */
export function successOf({ ok, failed }: Measured): number {
  return ok / (ok + failed);
}

/** The latency in ms that a share of the good answers did not exceed. */
export function latencyOf({ latency }: Measured, share: number): number {
  return quantileMs(latency, share);
}

function add(sum: Measured, second: TrafficSecond): void {
  const { from, to } = sum.span ?? { from: second.at, to: second.at };
  sum.span = { from: Math.min(from, second.at), to: Math.max(to, second.at) };
  sum.ok += second.ok;
  sum.failed += second.failed;
  for (const [kind, count] of Object.entries(second.failures)) {
    sum.failures[kind as FailureKind] = (sum.failures[kind as FailureKind] ?? 0) + count;
  }
  for (const [bucket, count] of Object.entries(second.latency)) {
    sum.latency[Number(bucket)] = (sum.latency[Number(bucket)] ?? 0) + count;
  }
}
