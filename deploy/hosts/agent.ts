/**
 * A host's own services, asked over NATS in JSON, so that anybody with the `nats` tool can:
 *
 *   nats request c.host.a.health ''                              how it is
 *   nats request c.host.a.actors '{"pattern":"c.node.n1.>"}'     who lives there, a page of them
 *   nats request c.host.a.clock ''                               its clock
 *
 * They answer also while the host's lease is not valid: that is when one wants to ask.
 */

import type { Msg, NatsConnection, Subscription } from 'nats';
import type { Engine } from '../../engine/engine.ts';
import { hostAddress } from '../../protocol/subjects.ts';
import { type ActorQuery, listActors } from './actor-list.ts';
import { tellTime } from './clock-offset.ts';
import { ClockWatch } from './clock-watch.ts';
import { type HostHealth, healthOf, sampleEveryMs, type Traffic, Usage } from './health.ts';
import type { Membership } from './membership.ts';

/** What a host can be asked for; its wire leaves these subjects alone. */
export const hostServices = ['health', 'actors', 'clock'] as const;

/** What an agent needs of its host. */
export interface AgentOptions {
  readonly connection: NatsConnection;
  readonly membership: Membership;
  readonly engine: Pick<Engine, 'actors' | 'glance' | 'population' | 'lagMs'>;
  /** Envelopes to and from other hosts until now. */
  readonly traffic: () => Traffic;
  readonly warn: (line: string) => void;
}

/** A host's services, from `start` to `stop`. */
export class HostAgent {
  readonly clocks: ClockWatch;
  readonly #options: AgentOptions;
  readonly #usage: Usage;
  #subscriptions: Subscription[] = [];
  #timer: NodeJS.Timeout | undefined;
  #roundTripMs = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { membership, connection, warn } = options;
    const { cluster, host } = membership;
    this.#usage = new Usage(options.traffic);
    this.clocks = new ClockWatch(connection, {
      cluster,
      host,
      hosts: () => Object.keys(membership.document.hosts).filter((name) => !hasLeft(membership, name)),
      warn,
    });
  }

  start(): void {
    this.#serve('health', () => this.health());
    this.#serve('actors', (asked) => listActors(this.#options.engine, queryOf(asked)));
    this.#serve('clock', (_, receivedAt) => tellTime(receivedAt));
    this.#timer = setInterval(() => this.#sample(), sampleEveryMs);
    this.#timer.unref();
    this.#sample();
    this.clocks.start();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clocks.stop();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
  }

  /** How the host is. */
  health(): HostHealth {
    const { connection, membership, engine, traffic } = this.#options;
    const vitals = { actors: engine.population(), lagMs: engine.lagMs(), traffic: traffic() };
    const nats = { server: connection.getServer(), roundTripMs: this.#roundTripMs };
    return healthOf(membership, vitals, this.#usage.rates, nats, this.clocks.offsets);
  }

  #serve(what: (typeof hostServices)[number], answer: (asked: string, receivedAt: number) => unknown): void {
    const { connection, membership } = this.#options;
    const callback = (error: Error | null, message: Msg) => {
      const receivedAt = Date.now();
      if (error !== null || message.reply === undefined || message.reply === '') return;
      message.respond(JSON.stringify(answered(() => answer(message.string(), receivedAt))));
    };
    const subject = hostAddress(membership.cluster, membership.host, what);
    this.#subscriptions.push(connection.subscribe(subject, { callback }));
  }

  #sample(): void {
    this.#usage.sample();
    this.#options.connection.rtt().then(
      (ms) => {
        this.#roundTripMs = ms;
      },
      () => {}, // Not connected: the last one stays.
    );
  }
}

function hasLeft({ document }: Membership, name: string): boolean {
  return document.hosts[name]?.leftAt !== undefined;
}

function answered(answer: () => unknown): unknown {
  try {
    return answer();
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function queryOf(text: string): ActorQuery {
  if (text.trim() === '') return {};
  const { pattern, after, limit } = JSON.parse(text) as Record<string, unknown>;
  return {
    ...(typeof pattern === 'string' && { pattern }),
    ...(typeof after === 'string' && { after }),
    ...(typeof limit === 'number' && limit > 0 && { limit }),
  };
}
