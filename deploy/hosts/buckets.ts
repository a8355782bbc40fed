/**
 * Where a cluster's document and its hosts' leases are kept: two JetStream buckets.
 *
 *   troupe-<cluster>-placement   the key `cluster`: the document, and its last versions
 *   troupe-<cluster>-leases      a key for each process of a host, gone when it is not renewed
 *
 * Both are read from their streams' leaders, not from whichever server is near: what was just written is seen.
 */

import { JetStreamApiError } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from 'nats';
import {
  again,
  type BucketSettings,
  managerOf,
  type OpenBucket,
  openBucket,
  triesMax,
  unlessNotFound,
} from './bucket.ts';
import { HostsError } from './hosts-error.ts';
import { natsTrouble } from './nats-trouble.ts';

/** The document's key. */
export const documentKey = 'cluster';
/** ms that a lease lives when it is not renewed. */
export const leaseMaxAgeMs = 10_000;
/** How many versions of the document are kept, for people: nats kv history. */
const versionsKept = 16;
/** Bytes set aside: where there is no room for them it shows at once, and streams with bounds of their own cannot take it. */
const [placementBytes, leasesBytes] = [16 * 1024 * 1024, 1024 * 1024];
/** JetStream has no leader. */
const unavailable = 10008;

/** The two buckets of a cluster. */
export interface Buckets {
  readonly connection: NatsConnection;
  readonly cluster: string;
  readonly placement: KV;
  readonly leases: KV;
  /** ms; as the bucket has it. */
  readonly leaseMaxAgeMs: number;
  /** ms since the Unix epoch on the server's clock: from then on there were leases. */
  readonly leasesSince: number;
  /** In how many copies NATS keeps the document. */
  readonly replicas: number;
}

/** How buckets are opened. */
export interface OpenOptions {
  readonly isFounding: boolean;
  readonly isHost?: boolean;
  readonly leaseMaxAgeMs?: number;
}

/** The name of a cluster's bucket. */
export function bucketName(cluster: string, what: 'placement' | 'leases' | 'keys'): string {
  return `troupe-${escapeKey(cluster)}-${what}`;
}

/** Makes any name a token of bucket names and of keys: other bytes than letters, digits and `-` become `_` and two digits. */
export function escapeKey(name: string): string {
  if (name === '') return '_';
  return name.replace(/[^A-Za-z0-9-]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `_${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

/** Gives the name that `escapeKey` made a token of. */
export function unescapeKey(token: string): string {
  return token === '_' ? '' : decodeURIComponent(token.replaceAll('_', '%'));
}

/** The clusters that these NATS servers know of, sorted. @throws HostsError where NATS does not tell */
export async function clustersOn(connection: NatsConnection): Promise<string[]> {
  try {
    const manager = await managerOf(connection);
    const found: string[] = [];
    for await (const name of manager.streams.names()) {
      const [, token] = /^KV_troupe-(.*)-placement$/.exec(name) ?? [];
      if (token !== undefined) found.push(unescapeKey(token));
    }
    return found.sort();
  } catch (error) {
    throw natsTrouble(error, connection, 'looking for clusters');
  }
}

/**
 * Opens the buckets of a cluster; makes them when it is to be founded. A host sees to it that they are kept in as many
 * copies as there are servers for; others only look.
 *
 * @throws HostsError where there is no such cluster, or NATS does not keep anything
 */
export async function openBuckets(connection: NatsConnection, cluster: string, options: OpenOptions): Promise<Buckets> {
  for (let tries = 1; ; tries++) {
    try {
      return await open(connection, cluster, options);
    } catch (error) {
      const mayPass = connection.info?.cluster !== undefined && isElecting(error) && tries < triesMax;
      if (!mayPass) throw natsTrouble(error, connection, `opening what it keeps of cluster ${cluster}`);
      await again();
    }
  }
}

/** Servers that have just been started are JetStream only when they have elected a leader. */
function isElecting(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === unavailable;
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'JetStreamNotEnabled');
}

async function open(connection: NatsConnection, cluster: string, options: OpenOptions): Promise<Buckets> {
  const manager = await managerOf(connection);
  const bucketOf = (bucket: string, makes: boolean, settings: BucketSettings) =>
    openBucket(manager, connection, bucket, { makes, spreads: options.isHost === true, settings });
  const placement = await bucketOf(bucketName(cluster, 'placement'), options.isFounding, {
    history: versionsKept,
    max_bytes: placementBytes,
    description: `Troupe's cluster ${cluster}: which host has what`,
  });
  if (placement === undefined) throw noCluster(connection, cluster);
  // A lease bucket that is gone is made again, since nobody can join without one.
  const leases = await bucketOf(bucketName(cluster, 'leases'), true, {
    history: 1,
    max_bytes: leasesBytes,
    ttl: options.leaseMaxAgeMs ?? leaseMaxAgeMs,
    description: `Troupe's cluster ${cluster}: which hosts live`,
  });
  const { info } = leases as OpenBucket;
  return {
    connection,
    cluster,
    placement: placement.kv,
    leases: (leases as OpenBucket).kv,
    leaseMaxAgeMs: info.config.max_age / 1e6,
    leasesSince: Date.parse(String(info.created)),
    replicas: placement.info.config.num_replicas,
  };
}

/** Forgets a cluster: its keys, all leases, and its document at last. */
export async function removeBuckets(connection: NatsConnection, cluster: string): Promise<void> {
  try {
    const manager = await managerOf(connection);
    for (const what of ['keys', 'leases', 'placement'] as const) {
      await manager.streams.delete(`KV_${bucketName(cluster, what)}`).catch(unlessNotFound);
    }
  } catch (error) {
    throw natsTrouble(error, connection, `removing what it keeps of cluster ${cluster}`);
  }
}

/** There is no such cluster. */
export function noCluster(connection: NatsConnection, cluster: string): HostsError {
  return new HostsError(
    'no-cluster',
    `NATS at ${connection.getServer()}`,
    `knows no cluster ${cluster}`,
    'start it first: troupe up --nats URL; or name the one you mean by --cluster NAME',
  );
}
