/** Turns what an engine does into blocks of records. */

import type { Recorder } from '../../engine/recorder.ts';
import type { HostFacts, RecordedMessage, TraceLevel } from '../../protocol/trace/records.ts';
import { type BlockContent, BlockWriter, type HostClock, type RareKind } from './format/block-writer.ts';

/** Takes the blocks of a recorder, in their order. */
export type BlockSink = (block: BlockContent) => void;

/** How large blocks grow. */
export interface BlockLimits {
  /** Bytes before compression. */
  readonly bytesMax: number;
  readonly recordsMax: number;
}

/** Blocks that are read in a few ms each, and lose little to standing alone. */
export const fileBlocks: BlockLimits = { bytesMax: 256 * 1024, recordsMax: 16_384 };

/**
 * Records what an engine tells it, at one level; `engine.record(recorder)` begins it.
 *
 * Only the hooks of its level are there, so that what is not recorded costs nothing. What is said is encoded at once.
 */
export class TraceRecorder implements Recorder {
  readonly level: TraceLevel;
  readonly input: NonNullable<Recorder['input']>;
  readonly fault: NonNullable<Recorder['fault']>;
  declare readonly sent?: NonNullable<Recorder['sent']>;
  declare readonly delivered?: NonNullable<Recorder['delivered']>;
  declare readonly dropped?: NonNullable<Recorder['dropped']>;
  declare readonly timerFired?: NonNullable<Recorder['timerFired']>;
  declare readonly spawned?: NonNullable<Recorder['spawned']>;
  declare readonly ended?: NonNullable<Recorder['ended']>;
  declare readonly logged?: NonNullable<Recorder['logged']>;
  declare readonly stepped?: NonNullable<Recorder['stepped']>;
  declare readonly wrote?: NonNullable<Recorder['wrote']>;
  readonly #blocks: BlockWriter;
  readonly #clock: HostClock;
  readonly #limits: BlockLimits;
  readonly #sink: BlockSink;

  constructor(level: TraceLevel, clock: HostClock, sink: BlockSink, limits = fileBlocks) {
    this.level = level;
    this.#clock = clock;
    this.#blocks = new BlockWriter(clock);
    this.#sink = sink;
    this.#limits = limits;
    this.input = (input) => {
      const atMs = this.#toMs(input.atUs);
      // Messages of other hosts never change, and are many and large; whatever else is given to a verb may.
      const isMessages = 'do' in input.deed && (input.deed.do === 'arrive' || input.deed.do === 'refuse');
      if (isMessages) this.#rare('input.entered', [input], atMs);
      else this.#write((to) => to.changeable('input.entered', input, atMs));
    };
    this.fault = (what, atMs) => this.#rare('fault.told', [what], atMs);
    if (level !== 'inputs') Object.assign(this, this.#messageHooks());
    if (level === 'full') Object.assign(this, this.#stateHooks());
  }

  /** Writes down what the run is like now: an engine's `mark()`. */
  mark(mark: { readonly atUs: number }): void {
    this.#rare('run.marked', [mark], this.#toMs(mark.atUs));
  }

  /** Writes down what these records are of. */
  begin(facts: HostFacts, atMs: number): void {
    this.#rare('host.begun', [facts], atMs);
  }

  /** Writes down that no more follow. */
  end(why: string, atMs: number): void {
    this.#rare('host.ended', [why], atMs);
  }

  /** Writes down that records which should stand here do not. */
  lost(count: number, why: string, atMs: number): void {
    this.#rare('records.lost', [count, why], atMs);
  }

  /** How many records wait for their block to be full. */
  get waiting(): number {
    return this.#blocks.records;
  }

  /** Gives away what has come until now. */
  flush(): void {
    const block = this.#blocks.take();
    if (block !== undefined) this.#sink(block);
  }

  #messageHooks(): Recorder {
    const blocks = this.#blocks;
    return {
      sent: (message, atMs) => {
        blocks.sent(message as unknown as RecordedMessage, atMs);
        this.#cut();
      },
      delivered: (message, receiver, atMs) => {
        blocks.delivered(message as unknown as RecordedMessage, receiver, atMs);
        this.#cut();
      },
      dropped: (message, receiver, why, atMs) => {
        blocks.dropped(message as unknown as RecordedMessage, receiver, why, atMs);
        this.#cut();
      },
      timerFired: (address, timer, seq, atMs) => {
        blocks.timerFired(address, timer, seq, atMs);
        this.#cut();
      },
      spawned: ({ address, kind, incarnation, machine, parent, isDetached, input }, atMs) =>
        this.#rare('actor.spawned', [kind, incarnation, machine, parent, isDetached, input], atMs, address),
      ended: (address, kind, reason, error, atMs) => this.#rare('actor.ended', [kind, reason, error], atMs, address),
      logged: (address, level, message, fields, atMs) =>
        this.#rare('line.logged', [level, message, fields], atMs, address),
    };
  }

  #stateHooks(): Recorder {
    return {
      stepped: (address, event, isAnswered, state, atMs) => {
        this.#blocks.stepped(address, event.type, isAnswered, state, atMs);
        this.#cut();
      },
      wrote: (address, operation, file, records, atMs) =>
        this.#rare('disk.written', [operation, file, records], atMs, address),
    };
  }

  #rare(what: RareKind, values: readonly unknown[], atMs: number, address?: string): void {
    this.#write((to) => to.rare(what, values, atMs, address));
  }

  #write(write: (to: BlockWriter) => void): void {
    write(this.#blocks);
    this.#cut();
  }

  #cut(): void {
    const { bytesMax, recordsMax } = this.#limits;
    if (this.#blocks.records >= recordsMax || this.#blocks.weight >= bytesMax) this.flush();
  }

  #toMs(us: number): number {
    return this.#clock.baseMs + us / 1000;
  }
}
