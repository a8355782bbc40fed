/** How a host is, as it says itself. */

import type { MeasuredOffset } from './clock-watch.ts';
import type { Membership } from './membership.ts';

/** What a host tells when it is asked for its health. Times are in ms, moments in ms since the Unix epoch on its clock. */
export interface HostHealth {
  readonly cluster: string;
  readonly host: string;
  readonly version: string;
  /** Of its code. */
  readonly fingerprint: string;
  readonly pid: number;
  /** Its machine's name. */
  readonly machine: string;
  readonly now: number;
  readonly joinedAt: number;
  readonly uptimeMs: number;
  /** Cores that the process used, since it was sampled before. */
  readonly cpuCores: number;
  readonly rssBytes: number;
  readonly actors: number;
  /** Envelopes to and from other hosts. */
  readonly messages: {
    readonly in: number;
    readonly out: number;
    readonly inPerSecond: number;
    readonly outPerSecond: number;
    readonly dropped: number;
  };
  /** How far the actors are behind the clock. */
  readonly lagMs: number;
  readonly lease: { readonly isValid: boolean; readonly ageMs: number };
  readonly nats: { readonly server: string; readonly roundTripMs: number };
  /** The other hosts' clocks beside this one's. */
  readonly clocks: Readonly<Record<string, MeasuredOffset>>;
}

/** Envelopes to and from other hosts until now. */
export interface Traffic {
  readonly in: number;
  readonly out: number;
  readonly dropped: number;
}

/** ms between two samples of what is told by the second. */
export const sampleEveryMs = 2_000;

/** Keeps what the process used and carried, to tell it by the second. */
export class Usage {
  readonly #traffic: () => Traffic;
  #last: { atMs: number; cpuUs: number; traffic: Traffic };
  #rates = { cpuCores: 0, inPerSecond: 0, outPerSecond: 0 };

  constructor(traffic: () => Traffic) {
    this.#traffic = traffic;
    this.#last = this.#look();
  }

  /** Closes a span and begins the next one. */
  sample(): void {
    const [before, now] = [this.#last, this.#look()];
    const seconds = (now.atMs - before.atMs) / 1000;
    if (seconds <= 0) return;
    this.#last = now;
    this.#rates = {
      cpuCores: (now.cpuUs - before.cpuUs) / 1e6 / seconds,
      inPerSecond: (now.traffic.in - before.traffic.in) / seconds,
      outPerSecond: (now.traffic.out - before.traffic.out) / seconds,
    };
  }

  get rates(): { readonly cpuCores: number; readonly inPerSecond: number; readonly outPerSecond: number } {
    return this.#rates;
  }

  #look(): { atMs: number; cpuUs: number; traffic: Traffic } {
    const { user, system } = process.cpuUsage();
    return { atMs: performance.now(), cpuUs: user + system, traffic: this.#traffic() };
  }
}

/** What of a host's health only its engine and its wire know. */
export interface Vitals {
  readonly actors: number;
  readonly lagMs: number;
  readonly traffic: Traffic;
}

/** Puts a host's health together. */
export function healthOf(
  membership: Membership,
  vitals: Vitals,
  rates: Usage['rates'],
  nats: HostHealth['nats'],
  clocks: ReadonlyMap<string, MeasuredOffset>,
): HostHealth {
  const { cluster, host, entry, lease, document } = membership;
  const { version, fingerprint } = document.code;
  const { cpuCores, inPerSecond, outPerSecond } = rates;
  return {
    cluster,
    host,
    version,
    fingerprint,
    pid: entry.pid,
    machine: entry.machine,
    now: Date.now(),
    joinedAt: entry.joinedAt,
    uptimeMs: Math.round(process.uptime() * 1000),
    cpuCores,
    rssBytes: process.memoryUsage.rss(),
    actors: vitals.actors,
    messages: { ...vitals.traffic, inPerSecond, outPerSecond },
    lagMs: vitals.lagMs,
    lease: { isValid: lease.isSurelyValid(), ageMs: lease.ageMs },
    nats,
    clocks: Object.fromEntries(clocks),
  };
}
