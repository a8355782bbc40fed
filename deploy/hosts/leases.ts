/** The leases of all hosts as they are in NATS: who lives. */

import { type Buckets, escapeKey } from './buckets.ts';
import type { ClusterDocument, Process } from './document.ts';
import { natsTrouble } from './nats-trouble.ts';

/** ms that a renewal may wait for its confirmation before another one is tried. */
const confirmMs = 2_000;
/** ms in which what was read beside one's own fresh lease is believed. */
const freshMs = 1_000;
/** How often is looked again when NATS answers with what is old. */
const looksMax = 20;

/** Reads and writes the leases of a cluster. */
export class Leases {
  readonly #buckets: Buckets;

  constructor(buckets: Buckets) {
    this.#buckets = buckets;
  }

  /** ms that a lease lives when it is not renewed. */
  get maxAgeMs(): number {
    return this.#buckets.leaseMaxAgeMs;
  }

  /** Writes a lease anew; gives its revision when NATS has confirmed it. @throws HostsError */
  async renew(host: string, process: Process, atMs: number): Promise<number> {
    const { leases, connection, cluster } = this.#buckets;
    const { id, machine, pid } = process;
    try {
      return await leases.put(keyOf(host, id), JSON.stringify({ host, machine, pid, at: atMs }), {
        timeout: confirmMs,
      });
    } catch (error) {
      throw natsTrouble(error, connection, `renewing the lease of host ${host} of cluster ${cluster}`);
    }
  }

  /** Removes a lease: what it stands for can be had at once. @throws HostsError */
  async remove(host: string, id: string): Promise<void> {
    const { leases, connection } = this.#buckets;
    try {
      await leases.purge(keyOf(host, id));
    } catch (error) {
      throw natsTrouble(error, connection, `giving up the lease of host ${host}`);
    }
  }

  /** The revision of a lease, new with each renewal; undefined where there is none. @throws HostsError */
  async revisionOf(host: string, id: string): Promise<number | undefined> {
    const { leases, connection } = this.#buckets;
    try {
      const entry = await leases.get(keyOf(host, id));
      return entry === null || entry.operation !== 'PUT' ? undefined : entry.revision;
    } catch (error) {
      throw natsTrouble(error, connection, `reading the lease of host ${host}`);
    }
  }

  /** The hosts whose lease is there, one's own left out. @throws HostsError */
  async living({ hosts }: ClusterDocument): Promise<Set<string>> {
    const found = await Promise.all(
      Object.entries(hosts).map(async ([host, { id }]) =>
        (await this.revisionOf(host, id)) === undefined ? undefined : host,
      ),
    );
    return new Set(found.filter((host) => host !== undefined));
  }

  /**
   * As `living`, for somebody who is about to take what is not alive: also true when NATS has just lost a server. Who
   * answers must know the lease that one has just written oneself, so what it knows of others is no older than that; and
   * there must have been leases for as long as one lives, else that there is none says nothing.
   */
  async surelyLiving(document: ClusterDocument, host: string, process: Process): Promise<Set<string>> {
    for (let looks = 0; looks < looksMax; looks++) {
      const began = performance.now();
      const revision = await this.renew(host, process, Date.now());
      const living = await this.living(document);
      const [seen, createdAt] = await this.#own(host, process.id);
      const youngMs = this.maxAgeMs - (createdAt - this.#buckets.leasesSince);
      if (youngMs > 0) await pause(youngMs);
      else if (seen !== undefined && seen >= revision && performance.now() - began < freshMs) return living;
    }
    throw natsTrouble(
      Object.assign(new Error('reads are old'), { name: 'TimeoutError' }),
      this.#buckets.connection,
      'looking which hosts live',
    );
  }

  /** The revision of one's own lease as it is read, and when it was written on the server's clock. */
  async #own(host: string, id: string): Promise<[number | undefined, number]> {
    const entry = await this.#buckets.leases.get(keyOf(host, id));
    return entry === null ? [undefined, 0] : [entry.revision, entry.created.getTime()];
  }
}

function keyOf(host: string, id: string): string {
  return `${escapeKey(host)}.${id}`;
}

/** Waits for so many ms. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
