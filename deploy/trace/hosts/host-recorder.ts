/**
 * Records a host while somebody wants it: its engine's records go, in compressed blocks, to a stream of JetStream.
 *
 *   nats request c.host.a.trace 'start full'    and 'stop', and 'status'
 *
 * While nobody wants it the engine has no recorder, and recording costs nothing. Each wish has an end of its own, so that
 * a host whose commander has died does not record for ever.
 */

import { randomBytes } from 'node:crypto';
import type { Msg, NatsConnection, Subscription } from 'nats';
import type { Engine } from '../../../engine/engine.ts';
import type { TraceLevel } from '../../../protocol/trace/records.ts';
import { type BlockLimits, TraceRecorder } from '../trace-recorder.ts';
import { BlockPublisher } from './block-publisher.ts';
import { Wishes } from './wishes.ts';
import { decodeCommand, type RecordingStatus, type TraceCommand, traceSubject } from './words.ts';

/** What a host's recorder is made of. */
export interface HostRecorderOptions {
  readonly cluster: string;
  readonly host: string;
  /** Of Troupe. */
  readonly version: string;
  /** Of its code; empty where it was not taken. */
  readonly code: string;
  readonly seed: number | string;
  /** ms since the Unix epoch at which the engine's run began. */
  readonly epochMs: number;
  /** Told in words what goes wrong. */
  readonly warn: (line: string) => void;
  /** ms after which a block is published that is not full; 500 unless told. */
  readonly flushEveryMs?: number;
}

/** What a recorder needs of its engine. */
export type RecordedEngine = Pick<Engine, 'record' | 'now' | 'actors' | 'glance'>;

const flushEveryMs = 500;
/** Blocks of at most a quarter of what NATS takes in a message by default, however badly they pack. */
const publishedBlocks: BlockLimits = { bytesMax: 192 * 1024, recordsMax: 16_384 };

/** One recording: from when somebody wanted it until nobody does any more. */
interface Recording {
  readonly level: TraceLevel;
  readonly publisher: BlockPublisher;
  trace: TraceRecorder;
  /** Takes the recorder off the engine. */
  off: () => void;
}

/** A host's recorder, from `listen` to `close`. */
export class HostRecorder {
  readonly #engine: RecordedEngine;
  readonly #connection: NatsConnection;
  readonly #options: HostRecorderOptions;
  readonly #wishes = new Wishes();
  #recording: Recording | undefined;
  /** The publisher of the last recording, to tell of it. */
  #last: BlockPublisher | undefined;
  #name = '';
  #subscription: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(engine: RecordedEngine, connection: NatsConnection, options: HostRecorderOptions) {
    this.#engine = engine;
    this.#connection = connection;
    this.#options = options;
  }

  /** Takes commands from now on. */
  listen(): void {
    const { cluster, host } = this.#options;
    const callback = (error: Error | null, message: Msg) => {
      if (error === null) void this.#answer(message);
    };
    this.#subscription = this.#connection.subscribe(traceSubject(cluster, host), { callback });
  }

  /** Records at least at a level; `leaseMs` is how long, unless it is said again. */
  start(level: TraceLevel, session = 'host', leaseMs?: number): RecordingStatus {
    this.#wishes.add(session, level, leaseMs, performance.now());
    this.#settle();
    return this.status();
  }

  /** Ends a wish; with the last one, recording. The promise ends when all that was recorded is stored, or lost. */
  async stop(session = 'host', why = 'recording was ended'): Promise<RecordingStatus> {
    const publisher = this.#recording?.publisher;
    this.#wishes.remove(session);
    this.#settle(why);
    this.#flush();
    await publisher?.settle();
    return this.status();
  }

  status(): RecordingStatus {
    const { level } = this.#recording ?? {};
    const counts = this.#last?.counts;
    return {
      ...(level !== undefined && { level }),
      sessions: this.#wishes.sessions,
      recording: this.#name,
      blocks: counts?.blocks ?? 0,
      records: counts?.records ?? 0,
      waiting: this.#recording?.trace.waiting ?? 0,
      atMs: this.#engine.now(),
      bytes: counts?.bytes ?? 0,
      lostBlocks: counts?.lostBlocks ?? 0,
      lostRecords: counts?.lostRecords ?? 0,
      ...(counts?.trouble !== undefined && { trouble: counts.trouble }),
    };
  }

  /** Ends all recording and takes no more commands. */
  async close(): Promise<void> {
    this.#subscription?.unsubscribe();
    const publisher = this.#recording?.publisher;
    this.#wishes.clear();
    this.#settle('the host ended');
    await publisher?.settle();
  }

  async #answer(message: Msg): Promise<void> {
    const answer = await this.#obey(message.string()).catch((error: unknown) => ({ error: (error as Error).message }));
    if (message.reply !== undefined && message.reply !== '') message.respond(JSON.stringify(answer));
  }

  async #obey(text: string): Promise<RecordingStatus> {
    const command: TraceCommand = decodeCommand(text);
    if (command.do === 'start') return this.start(command.level, command.session, command.leaseMs);
    if (command.do === 'stop') return this.stop(command.session);
    return this.status();
  }

  /** Does what all wishes together come to. */
  #settle(why = 'nobody wants it any more'): void {
    const { level } = this.#wishes;
    if (level === this.#recording?.level) return;
    this.#end(level === undefined ? why : `it goes on at level ${level}`);
    if (level !== undefined) this.#begin(level);
  }

  #begin(level: TraceLevel): void {
    const { cluster, host, epochMs, warn, version, code, seed } = this.#options;
    this.#name = randomBytes(8).toString('hex');
    const publisher = new BlockPublisher({
      connection: this.#connection,
      cluster,
      host,
      recording: this.#name,
      epochMs,
      warn: (line) => warn(`recording: ${line}`),
    });
    const clock = { host, baseMs: epochMs, offsetMs: 0 };
    const trace = new TraceRecorder(
      level,
      clock,
      (block) => publisher.publish(block, this.#engine.now()),
      publishedBlocks,
    );
    const actors = this.#engine.actors().map((address) => [address, this.#engine.glance(address)?.kind ?? ''] as const);
    trace.begin({ version, code, seed, epochMs, level, actors }, this.#engine.now());
    this.#recording = { level, publisher, trace, off: this.#engine.record(trace) };
    this.#last = publisher;
    this.#timer = setInterval(() => this.#tick(), this.#options.flushEveryMs ?? flushEveryMs);
    this.#timer.unref();
  }

  #end(why: string): void {
    const recording = this.#recording;
    if (recording === undefined) return;
    clearInterval(this.#timer);
    recording.off();
    recording.trace.end(why, this.#engine.now());
    recording.trace.flush();
    this.#recording = undefined;
  }

  #tick(): void {
    const over = this.#wishes.expire(performance.now());
    if (over.length > 0) this.#settle(`who wanted it (${over.join(', ')}) has not said so again`);
    this.#flush();
  }

  #flush(): void {
    const { trace, publisher } = this.#recording ?? {};
    if (trace === undefined || publisher === undefined) return;
    if (trace.waiting > 0) trace.flush();
    else publisher.tellReached(this.#engine.now());
  }
}
