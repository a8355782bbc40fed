/** Writes the records of several hosts into one trace, in causal order, as they come. */

import { type TraceLevel, type TraceRecord, traceLevels } from '../../../protocol/trace/records.ts';
import { BlockWriter, type HostClock } from '../format/block-writer.ts';
import { writeRecord } from '../format/write-record.ts';
import type { TraceHeader } from '../header.ts';
import { TraceFile } from '../trace-file.ts';
import { fileBlocks } from '../trace-recorder.ts';
import { CausalMerge, type MergeLimits } from './causal-merge.ts';
import { type PublishedBlock, ReceivedBlocks } from './received-blocks.ts';

/** What was merged until now. */
export interface MergedCounts {
  readonly records: number;
  readonly messages: number;
  readonly bytes: number;
  readonly hosts: number;
  /** Records that are missing, and deliveries whose sending is. */
  readonly lost: number;
  readonly unordered: number;
}

/** Kinds of records that only a level above has. */
const leastLevel: Partial<Record<TraceRecord['what'], TraceLevel>> = {
  'message.sent': 'messages',
  'message.delivered': 'messages',
  'message.dropped': 'messages',
  'timer.fired': 'messages',
  'actor.spawned': 'messages',
  'actor.ended': 'messages',
  'line.logged': 'messages',
  'actor.stepped': 'full',
  'disk.written': 'full',
};

/** A trace of several hosts that is being written. */
export class MergedTrace {
  readonly received = new ReceivedBlocks();
  readonly #file: TraceFile;
  readonly #level: number;
  readonly #merge: CausalMerge;
  readonly #writer: BlockWriter;
  /** The clock of each host, and how far it was ahead when it was measured last. */
  readonly #clocks = new Map<string, HostClock>();
  readonly #offsets = new Map<string, number>();
  #messages = 0;
  #unordered = 0;

  /** Begins a file; one that is there is overwritten. @throws the system's error */
  constructor(path: string, header: TraceHeader, limits: Partial<MergeLimits> = {}) {
    this.#file = new TraceFile(path, header);
    this.#level = traceLevels.indexOf(header.level);
    this.#merge = new CausalMerge(limits);
    this.#writer = new BlockWriter({ host: '', baseMs: header.epochMs, offsetMs: 0 });
  }

  get counts(): MergedCounts {
    return {
      records: this.#file.records + this.#writer.records,
      messages: this.#messages,
      bytes: this.#file.bytes,
      hosts: this.#clocks.size,
      lost: this.received.lost,
      unordered: this.#unordered,
    };
  }

  /** Says how far a host's clock is ahead, from now on. */
  setOffset(host: string, offsetMs: number): void {
    this.#offsets.set(host, offsetMs);
  }

  /** A host has said where its recording is, and will tell more: the others' records wait for it. */
  expect(host: string, told: { recording: string; blocks: number; records: number; atMs: number }): void {
    this.received.expect(host, told, this.#offsets.get(host) ?? 0);
    this.#merge.reached(host, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY);
  }

  add(block: PublishedBlock): void {
    const { host, reachedMs } = block;
    const offsetMs = this.#offsets.get(host) ?? 0;
    const known = this.#clocks.get(host);
    if (known === undefined || known.offsetMs !== offsetMs || known.baseMs !== block.epochMs) {
      this.#clocks.set(host, { host, baseMs: block.epochMs, offsetMs });
    }
    this.#merge.add(host, this.received.take(block, offsetMs));
    this.#merge.reached(host, reachedMs, reachedMs - offsetMs);
    this.#write(this.#merge.take());
  }

  /** A host's recording is over: what it had by then and has not come is lost. */
  end(host: string, told: { recording: string; blocks: number; records: number }): void {
    this.#merge.add(host, this.received.close(host, told));
    this.#leave(host);
  }

  /** A host is gone without a word. */
  lose(host: string): void {
    this.#merge.add(host, this.received.vanish(host, 'the host is gone: nobody knows what it recorded last'));
    this.#leave(host);
  }

  #leave(host: string): void {
    this.#merge.end(host);
    this.#write(this.#merge.take());
  }

  /** Writes what still waits, and ends the file. */
  close(): void {
    this.#write(this.#merge.take(true));
    this.#cut();
    this.#file.close();
  }

  #write(records: Iterable<TraceRecord>): void {
    let last: HostClock | undefined;
    for (const record of records) {
      if (traceLevels.indexOf(leastLevel[record.what] ?? 'inputs') > this.#level) continue;
      const clock = this.#clockOf(record);
      if (clock !== last) this.#writer.use(clock);
      last = clock;
      if (record.what === 'message.sent') this.#messages++;
      if (record.what === 'message.delivered' && record.isUnordered) this.#unordered++;
      writeRecord(this.#writer, record);
      if (this.#writer.records >= fileBlocks.recordsMax || this.#writer.weight >= fileBlocks.bytesMax) {
        this.#cut();
      }
    }
  }

  /** The clock by which a record came: its host's may have been measured anew since. */
  #clockOf({ host, atMs, clockMs }: TraceRecord): HostClock {
    const clock = this.#clocks.get(host) ?? { host, baseMs: atMs, offsetMs: 0 };
    return atMs - clock.offsetMs === clockMs ? clock : { ...clock, offsetMs: atMs - clockMs };
  }

  #cut(): void {
    const block = this.#writer.take();
    if (block !== undefined) this.#file.add(block);
  }
}
