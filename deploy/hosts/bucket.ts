/** One JetStream bucket: opened, or made in as many copies as there are servers for. */

import { JetStreamApiError, type JetStreamManager, jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from 'nats';

/** ms that NATS is given to answer. */
const timeoutMs = 5_000;
/** Copies, where there are servers enough. */
const replicasWanted = 3;
/** JetStream has fewer servers than copies are asked for: "no suitable peers", and "replicas > 1 not supported" by one alone. */
const [tooFewPeers, aloneServer] = [10005, 10074];
const notFound = 10059;
/** How often servers that may just have been started are asked. */
export const triesMax = 4;
/** ms between two times. */
const againMs = 1_000;

/** A bucket that is open. */
export interface OpenBucket {
  readonly kv: KV;
  readonly info: StreamInfo;
}

/** What a bucket is made with. */
export type BucketSettings = NonNullable<Parameters<Kvm['create']>[1]>;

/**
 * Opens a bucket; makes it where that is asked for, and else gives undefined where there is none. One that `spreads` is kept in
 * as many copies as there are servers for.
 *
 * @throws JetStreamApiError, and what the connection says
 */
export async function openBucket(
  manager: JetStreamManager,
  connection: NatsConnection,
  bucket: string,
  { makes, spreads, settings }: { makes: boolean; spreads: boolean; settings: BucketSettings },
): Promise<OpenBucket | undefined> {
  const kvm = new Kvm(connection);
  const find = () => manager.streams.info(`KV_${bucket}`).catch(unlessNotFound);
  let info = await find();
  if (info === undefined) {
    if (!makes) return undefined;
    await make(kvm, bucket, settings);
    info = await find();
  }
  if (info === undefined) throw new Error(`the bucket ${bucket} is gone again`);
  if (spreads) info = await spread(manager, connection, info);
  // Opened without `allow_direct`: reads go to the leader.
  return { kv: await kvm.open(bucket, { timeout: timeoutMs }), info };
}

/** Makes a bucket in as many copies as there are servers for. */
async function make(kvm: Kvm, bucket: string, settings: BucketSettings): Promise<void> {
  await inCopies((replicas) => kvm.create(bucket, { ...settings, allow_direct: false, replicas, timeout: timeoutMs }));
}

/**
 * Makes something in three copies, or in one where there are not that many servers. Servers that were just started may
 * not know of each other yet: so whether there are enough is asked for a while.
 */
export async function inCopies<Made>(create: (replicas: number) => Promise<Made>): Promise<Made> {
  for (let tries = 1; ; tries++) {
    try {
      return await create(replicasWanted);
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || ![tooFewPeers, aloneServer].includes(error.code)) throw error;
      if (error.code === aloneServer || tries === triesMax) return await create(1);
      await again();
    }
  }
}

/** Has a bucket that was made while servers were missing kept in as many copies as it should be, once they are there. */
async function spread(manager: JetStreamManager, connection: NatsConnection, info: StreamInfo): Promise<StreamInfo> {
  const { name, num_replicas } = info.config;
  if (num_replicas >= replicasWanted || connection.info?.cluster === undefined) return info;
  try {
    return await manager.streams.update(name, { num_replicas: replicasWanted });
  } catch {
    // There are still not that many.
    return info;
  }
}

/** Waits before servers that may just have been started are asked again. */
export function again(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, againMs));
}

/** The streams of the servers. @throws where there is no JetStream */
export function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
  return jetstreamManager(connection, { timeout: timeoutMs });
}

/** Gives undefined for what is not there. @throws any other error */
export function unlessNotFound(error: unknown): undefined {
  if (error instanceof JetStreamApiError && error.code === notFound) return undefined;
  throw error;
}
