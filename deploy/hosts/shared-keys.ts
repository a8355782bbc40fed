/**
 * The keys that all doors of a cluster have: its certificate authority's, and the one that service account tokens are signed
 * with. Kept in a bucket of its own, so that only control hosts need the permission to read it.
 */

import type { KV } from '@nats-io/kv';
import type { NatsConnection } from 'nats';
import { managerOf, type OpenBucket, openBucket } from './bucket.ts';
import { bucketName } from './buckets.ts';
import { natsTrouble } from './nats-trouble.ts';

const bucketBytes = 1024 * 1024;
/** The authority, and the key of service accounts; written as one, so that they fit each other. */
const entry = 'pki';

/** The keys by the names of kubeadm's files (`ca.crt`, `ca.key`, `sa.key`); PEM. */
export type KeyFiles = Readonly<Record<string, string>>;

/** Reads the cluster's keys; undefined while it has none. @throws HostsError */
export async function readKeys(connection: NatsConnection, cluster: string): Promise<KeyFiles | undefined> {
  try {
    const found = await (await bucketOf(connection, cluster)).get(entry);
    return found === null || found.operation !== 'PUT' ? undefined : found.json<KeyFiles>();
  } catch (error) {
    throw natsTrouble(error, connection, `reading the keys of cluster ${cluster}`);
  }
}

/** Keeps keys as the cluster's; gives those that it has, which are another host's where that was faster. @throws HostsError */
export async function shareKeys(connection: NatsConnection, cluster: string, keys: KeyFiles): Promise<KeyFiles> {
  try {
    await (await bucketOf(connection, cluster)).create(entry, JSON.stringify(keys));
    return keys;
  } catch (error) {
    const theirs = await readKeys(connection, cluster);
    if (theirs !== undefined) return theirs;
    throw natsTrouble(error, connection, `keeping the keys of cluster ${cluster}`);
  }
}

/** The name of the bucket. */
export function keysBucket(cluster: string): string {
  return bucketName(cluster, 'keys');
}

async function bucketOf(connection: NatsConnection, cluster: string): Promise<KV> {
  const settings = {
    history: 1,
    max_bytes: bucketBytes,
    description: `Troupe's cluster ${cluster}: the keys of its doors`,
  };
  const open = { makes: true, spreads: true, settings };
  const bucket = await openBucket(await managerOf(connection), connection, keysBucket(cluster), open);
  return (bucket as OpenBucket).kv;
}
