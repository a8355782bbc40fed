/** The stream in which JetStream keeps what hosts record until somebody has it. */

import { JetStreamApiError, jetstreamManager, RetentionPolicy, StorageType, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { inCopies } from '../../hosts/bucket.ts';
import { escapeKey } from '../../hosts/buckets.ts';
import { TraceError } from '../trace-error.ts';
import { blockPattern } from './words.ts';

/** How much of what was recorded is kept; the oldest goes first. */
export interface KeepLimits {
  readonly bytesMax: number;
  /** ms. */
  readonly ageMaxMs: number;
}

/** Enough for an hour of a busy cluster, and gone the day after. */
export const defaultKeep: KeepLimits = { bytesMax: 1024 * 1024 * 1024, ageMaxMs: 24 * 3_600_000 };

const timeoutMs = 5_000;
/** JetStream's numbers for what it says: no such stream; it is not switched on; no room is left. */
const [notFound, noJetStream, noRoom] = [10059, 10039, [10023, 10028, 10047]];

/** The name of a cluster's stream. */
export function traceStreamName(cluster: string): string {
  return `troupe-${escapeKey(cluster)}-trace`;
}

/** Makes the stream, or gives it other limits where it is there; gives what is in it. @throws TraceError */
export async function openTraceStream(
  connection: NatsConnection,
  cluster: string,
  { bytesMax, ageMaxMs }: KeepLimits = defaultKeep,
): Promise<StreamInfo> {
  const name = traceStreamName(cluster);
  const limits = { max_bytes: bytesMax, max_age: ageMaxMs * 1e6 };
  try {
    const { streams } = await jetstreamManager(connection, { timeout: timeoutMs });
    const found = await streams.info(name).catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.code === notFound) return undefined;
      throw error;
    });
    if (found !== undefined) return await streams.update(name, { ...found.config, ...limits });
    const kept = {
      name,
      description: `Troupe's cluster ${cluster}: what its hosts record`,
      subjects: [blockPattern(cluster)],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      ...limits,
    };
    return await inCopies((replicas) => streams.add({ ...kept, num_replicas: replicas }));
  } catch (error) {
    throw inWords(error, connection);
  }
}

/** Says what JetStream refuses, and what to do. */
function inWords(error: unknown, connection: NatsConnection): TraceError {
  const where = `NATS at ${connection.getServer()}`;
  const { message } = error as Error;
  const code = error instanceof JetStreamApiError ? error.code : undefined;
  if (code === noJetStream || /jetstream.*not enabled|no responders/i.test(message)) {
    return new TraceError(
      where,
      'keeps nothing: JetStream is off',
      'start nats-server with -js, or with a jetstream block',
    );
  }
  if (code !== undefined && noRoom.includes(code)) {
    return new TraceError(
      where,
      'has no room for a recording',
      'ask for less: --max-bytes 100MB; or give JetStream more',
    );
  }
  return new TraceError(where, `does not keep a recording: ${message}`, 'look at its log, and at what its user may do');
}
