/**
 * Records a cluster: switches recording on at every host, also at those that join, merges what they publish into one file,
 * and switches off what it switched on. Where it dies, the hosts stop by themselves.
 */

import { randomBytes } from 'node:crypto';
import { DeliverPolicy, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import type { TraceHeader } from '../header.ts';
import { ClockEstimate } from './clock-estimate.ts';
import { type MergedCounts, MergedTrace } from './merged-trace.ts';
import type { PublishedBlock } from './received-blocks.ts';
import { defaultKeep, type KeepLimits, openTraceStream, traceStreamName } from './trace-stream.ts';
import { encodeCommand, headers, type RecordingStatus, type TraceCommand, traceSubject } from './words.ts';

/** What a session is made of. */
export interface SessionOptions {
  readonly connection: NatsConnection;
  readonly cluster: string;
  readonly path: string;
  readonly header: TraceHeader;
  /** The names of the hosts there are now; asked again and again. */
  readonly hosts: () => Promise<readonly string[]>;
  readonly keep?: KeepLimits;
  /** Told in words what happens. */
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** How long a host records without hearing again that it shall, and how often it hears it, in ms. */
const [leaseMs, renewEveryMs] = [10_000, 2_500];
/** ms that a host is given to answer. */
const answerMs = 2_000;
/** ms that a host's last blocks are waited for, and between two looks. */
const [lastBlocksMs, lookEveryMs] = [10_000, 20];
/** Blocks that are fetched before they are needed. */
const fetchedMax = 32;

/** One recording of a cluster. */
export class RecordingSession {
  readonly #options: SessionOptions;
  readonly #name = `record-${randomBytes(6).toString('hex')}`;
  readonly #trace: MergedTrace;
  /** The hosts that record, and whether they answered the last time. */
  readonly #hosts = new Map<string, { answers: boolean }>();
  readonly #clocks = new Map<string, ClockEstimate>();
  #toldLost = 0;

  /** Begins the file. @throws the system's error */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#trace = new MergedTrace(options.path, options.header);
  }

  get counts(): MergedCounts {
    return this.#trace.counts;
  }

  /** Records until the signal. @throws TraceError where NATS keeps nothing */
  async run(signal: AbortSignal): Promise<MergedCounts> {
    const { connection, cluster, keep = defaultKeep } = this.#options;
    try {
      const { state } = await openTraceStream(connection, cluster, keep);
      const consumer = await jetstream(connection).consumers.get(traceStreamName(cluster), {
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: state.last_seq + 1,
      });
      const blocks = await consumer.consume({ max_messages: fetchedMax });
      const reading = this.#read(blocks);
      try {
        while (!signal.aborted) {
          await this.#renew();
          await Promise.race([rest(renewEveryMs, signal), reading]);
        }
        await this.#end();
      } finally {
        await blocks.close();
        await reading;
      }
    } finally {
      this.#trace.close();
    }
    return this.counts;
  }

  async #read(messages: AsyncIterable<JsMsg>): Promise<void> {
    for await (const message of messages) {
      const block = blockOf(message);
      if (block === undefined) continue;
      this.#trace.add(block);
      const { lost } = this.counts;
      if (lost > this.#toldLost) this.#options.warn(`${lost - this.#toldLost} records of host ${block.host} are lost`);
      this.#toldLost = lost;
    }
  }

  /** Tells every host to record, again or for the first time. */
  async #renew(): Promise<void> {
    const { hosts, header, say, warn } = this.#options;
    const found = await hosts().catch((error: unknown) => {
      warn(`the hosts cannot be listed now: ${(error as Error).message}`);
      return undefined;
    });
    if (found === undefined) return;
    const command: TraceCommand = { do: 'start', level: header.level, session: this.#name, leaseMs };
    await Promise.all(
      found.map(async (name) => {
        const answer = await this.#ask(name, command);
        const known = this.#hosts.get(name);
        if (answer !== undefined && known === undefined) {
          this.#trace.expect(name, answer);
          say(`host ${name} records`);
        } else if (answer === undefined && known?.answers !== false) {
          warn(`host ${name} does not answer, and may not record`);
        }
        if (answer !== undefined || known !== undefined) this.#hosts.set(name, { answers: answer !== undefined });
      }),
    );
    for (const name of this.#hosts.keys()) {
      if (found.includes(name)) continue;
      this.#hosts.delete(name);
      this.#trace.lose(name);
      warn(`host ${name} is gone`);
    }
  }

  /** Tells every host to stop, and waits for what they recorded until then. */
  async #end(): Promise<void> {
    const { warn } = this.#options;
    await Promise.all(
      [...this.#hosts.keys()].map(async (name) => {
        const told = await this.#ask(name, { do: 'stop', session: this.#name }, lastBlocksMs);
        if (told === undefined) {
          warn(`host ${name} does not answer: it stops by itself, and its last records are not here`);
          this.#trace.lose(name);
          return;
        }
        await this.#until(() => this.#trace.received.hasCome(name, told.recording, told.blocks));
        this.#trace.end(name, told);
      }),
    );
  }

  /** Waits until a condition holds, which blocks that come may make true; not for ever. */
  async #until(holds: () => boolean): Promise<void> {
    const end = performance.now() + lastBlocksMs;
    while (!holds() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }

  #compareClocks(host: string, atMs: number, askedAtMs: number, tookMs: number): void {
    const clock = this.#clocks.get(host) ?? new ClockEstimate();
    this.#clocks.set(host, clock);
    clock.add(atMs, askedAtMs, tookMs);
    this.#trace.setOffset(host, clock.offsetMs);
  }

  async #ask(host: string, command: TraceCommand, timeout = answerMs): Promise<RecordingStatus | undefined> {
    const { connection, cluster, warn } = this.#options;
    try {
      const [askedAt, began] = [Date.now(), performance.now()];
      const answer = await connection.request(traceSubject(cluster, host), encodeCommand(command), { timeout });
      const told = answer.json<RecordingStatus & { readonly error?: string }>();
      if (told.error === undefined) {
        // The last answer comes when all is stored, which says nothing of the clock.
        if (command.do === 'start') this.#compareClocks(host, told.atMs, askedAt, performance.now() - began);
        return told;
      }
      warn(`host ${host}: ${told.error}`);
    } catch {
      // It does not answer, which the caller tells.
    }
    return undefined;
  }
}

/** Reads what a host has published; undefined where somebody else has. */
function blockOf({ data, headers: said }: JsMsg): PublishedBlock | undefined {
  const [host, recording] = [said?.get(headers.host), said?.get(headers.recording)];
  if (host === undefined || host === '' || recording === undefined || recording === '') return undefined;
  const number = (name: string) => Number(said?.get(name));
  return {
    host: decodeURIComponent(host),
    recording,
    reachedMs: number(headers.reached),
    epochMs: number(headers.epoch),
    blocks: number(headers.blocks),
    records: number(headers.records),
    bytes: data,
  };
}

/** Waits, until the signal at most. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
