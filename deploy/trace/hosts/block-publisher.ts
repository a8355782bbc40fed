/** Publishes the blocks of one recording to JetStream, and counts what could not be stored. */

import { JetStreamApiError, type JetStreamClient, jetstream } from '@nats-io/jetstream';
import { headers as makeHeaders, type NatsConnection } from 'nats';
import type { BlockContent } from '../format/block-writer.ts';
import { encodeBlock } from '../format/frame.ts';
import { blockSubject, headers } from './words.ts';

/** Blocks that may be on their way; more are not kept, as memory is not what a host may run out of. */
const inFlightMax = 64;
/** ms until a block that nobody has acknowledged counts as lost. */
const ackMs = 10_000;

/** Counts of one recording. */
export interface PublishedCounts {
  blocks: number;
  records: number;
  bytes: number;
  lostBlocks: number;
  lostRecords: number;
  trouble: string | undefined;
}

/** What a publisher is made of. */
export interface PublisherOptions {
  readonly connection: NatsConnection;
  readonly cluster: string;
  readonly host: string;
  /** Tells this recording from others of the host. */
  readonly recording: string;
  readonly epochMs: number;
  /** Told once each time storing begins to fail, and when it works again. */
  readonly warn: (line: string) => void;
}

/** The blocks of one recording, on their way. */
export class BlockPublisher {
  readonly counts: PublishedCounts = {
    blocks: 0,
    records: 0,
    bytes: 0,
    lostBlocks: 0,
    lostRecords: 0,
    trouble: undefined,
  };
  readonly #options: PublisherOptions;
  readonly #stream: JetStreamClient;
  readonly #inFlight = new Set<Promise<void>>();
  #isFailing = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#stream = jetstream(options.connection, { timeout: ackMs });
  }

  /** Sends a block on its way; `reachedMs` is up to when the host has recorded all, on its clock. */
  publish(block: BlockContent, reachedMs: number): void {
    const { counts } = this;
    const number = counts.blocks++;
    const recordsBefore = counts.records;
    counts.records += block.records;
    const { records, fromMs, toMs } = block;
    const bytes = encodeBlock({ kind: 'records', number, records, recordsBefore, fromMs, toMs }, block.bytes);
    this.#send(bytes, reachedMs, records);
  }

  /** Says up to when all is recorded, where there was nothing. */
  tellReached(reachedMs: number): void {
    if (this.#inFlight.size > 0 || this.#isFailing) return;
    this.#send(new Uint8Array(), reachedMs, 0);
  }

  /** Waits for all that is on its way to be stored or lost. */
  async settle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #send(bytes: Uint8Array, reachedMs: number, records: number): void {
    const { connection, cluster, host } = this.#options;
    const hindrance = connection.isClosed()
      ? 'the connection to NATS is closed'
      : this.#inFlight.size >= inFlightMax
        ? 'NATS does not store as fast as is recorded'
        : undefined;
    if (hindrance !== undefined) {
      this.#lose(records, hindrance);
      return;
    }
    const sending = this.#stream
      .publish(blockSubject(cluster, host), bytes, { headers: this.#headers(reachedMs), timeout: ackMs })
      .then(
        () => {
          this.counts.bytes += bytes.length;
          if (this.#isFailing) this.#options.warn('what is recorded is stored again');
          this.#isFailing = false;
        },
        (error: unknown) => this.#lose(records, reasonOf(error)),
      )
      .finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  #headers(reachedMs: number): ReturnType<typeof makeHeaders> {
    const { host, recording, epochMs } = this.#options;
    const said = makeHeaders();
    // Names may hold what a header may not.
    said.set(headers.host, encodeURIComponent(host));
    said.set(headers.recording, recording);
    said.set(headers.reached, String(reachedMs));
    said.set(headers.epoch, String(epochMs));
    said.set(headers.blocks, String(this.counts.blocks));
    said.set(headers.records, String(this.counts.records));
    return said;
  }

  #lose(records: number, why: string): void {
    if (records > 0) {
      this.counts.lostBlocks++;
      this.counts.lostRecords += records;
    }
    this.counts.trouble = why;
    if (!this.#isFailing) this.#options.warn(`what is recorded is not stored, and lost: ${why}`);
    this.#isFailing = true;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof JetStreamApiError) return `JetStream says: ${error.message}`;
  const { name, message } = error as Error;
  if (name === 'NoRespondersError' || /no responders/i.test(message)) return 'NATS has no stream for it';
  if (name === 'TimeoutError' || /timeout/i.test(message)) return 'NATS does not answer';
  return message;
}
