/** The journal of a folder: batches of changes to an actor's files, each of which is there as a whole or not at all. */

import type { DamagedRecord, FileName } from '../../protocol/actor.ts';
import { decodePayload, encodeFrame, frameAt, nextFrame } from './frames.ts';

/** The kinds of frames in a journal or a blob. */
const head = 1;
const batchHead = 2;
const recordOf = 3;

const decayed: DamagedRecord = Object.freeze({ damage: 'decayed' });

/** One change of a batch. A large replacement lies in a blob, a file of its own that is durable before the batch is. */
export type Change =
  | { readonly do: 'append' | 'replace'; readonly name: FileName; readonly records: readonly unknown[] }
  | { readonly do: 'blob'; readonly name: FileName; readonly blob: number }
  | { readonly do: 'remove'; readonly name: FileName };

interface BatchHead {
  /** The journal's own random name: nobody can write records that look like a batch. */
  id: string;
  /** Counts the journal's batches, from 1. */
  batch: number;
  changes: { do: Change['do']; name: FileName; count?: number; blob?: number }[];
}

/** A journal as it was found. */
export interface JournalFound {
  readonly id: string;
  /** How many batches are whole. */
  readonly batches: number;
  /** Where they end; what comes after it was never durable. */
  readonly end: number;
  readonly files: ReadonlyMap<FileName, FileFound>;
}

/** What the journal says of a file: its records, after those of a blob where it has one. */
export interface FileFound {
  readonly blob: number | undefined;
  readonly records: unknown[];
}

/** A file that is damaged so that nobody can tell what stood in it. */
export class JournalDamage extends Error {
  override readonly name = 'JournalDamage';
  /** Where in the file, in bytes. */
  readonly at: number;

  constructor(at: number) {
    super(`is damaged at byte ${at}`);
    this.at = at;
  }
}

/** Encodes how a journal begins. */
export function encodeHead(id: string): Buffer {
  return encodeFrame(head, { format: 1, id });
}

/** Encodes a batch. */
export function encodeBatch(id: string, batch: number, changes: readonly Change[]): Buffer {
  const told: BatchHead = { id, batch, changes: changes.map(headOf) };
  const frames = [encodeFrame(batchHead, told)];
  for (const change of changes) {
    if ('records' in change) for (const record of change.records) frames.push(encodeFrame(recordOf, record));
  }
  return Buffer.concat(frames);
}

function headOf(change: Change): BatchHead['changes'][number] {
  const { do: verb, name } = change;
  if ('records' in change) return { do: verb, name, count: change.records.length };
  return 'blob' in change ? { do: verb, name, blob: change.blob } : { do: verb, name };
}

/** Encodes a blob. */
export function encodeBlob(records: readonly unknown[]): Buffer {
  return Buffer.concat([
    encodeFrame(head, { count: records.length }),
    ...records.map((record) => encodeFrame(recordOf, record)),
  ]);
}

/** Reads a blob; what has decayed in it reads as damaged. @throws JournalDamage where it cannot be told how many there are */
export function decodeBlob(bytes: Buffer): unknown[] {
  const first = frameAt(bytes, 0);
  if (first?.payload === undefined || first.kind !== head) throw new JournalDamage(0);
  const { count } = decodePayload(first.payload) as { count: number };
  return readRecords(bytes, first.end, count).records;
}

/** Reads a journal; undefined where it never came to be one. @throws JournalDamage */
export function readJournal(bytes: Buffer): JournalFound | undefined {
  const first = frameAt(bytes, 0);
  if (first?.payload === undefined || first.kind !== head) {
    if (nextFrame(bytes, 1) >= 0) throw new JournalDamage(0);
    return undefined;
  }
  const { id } = decodePayload(first.payload) as { id: string };
  const files = new Map<FileName, FileFound>();
  let batches = 0;
  let end = first.end;
  while (end < bytes.length) {
    const read = readBatch(bytes, end, id, batches + 1);
    if (read === undefined || !read.isWhole) {
      if (!hasLaterBatch(bytes, end + 1, id, batches + 1)) break;
      if (read === undefined) throw new JournalDamage(end);
    }
    for (const change of read.changes) make(files, change);
    batches++;
    end = read.end;
  }
  return { id, batches, end, files };
}

function make(files: Map<FileName, FileFound>, change: Change): void {
  if (change.do === 'remove') files.delete(change.name);
  else if (change.do === 'blob') files.set(change.name, { blob: change.blob, records: [] });
  else if (change.do === 'replace') files.set(change.name, { blob: undefined, records: [...change.records] });
  else {
    const file = files.get(change.name) ?? { blob: undefined, records: [] };
    for (const record of change.records) file.records.push(record);
    files.set(change.name, file);
  }
}

interface BatchFound {
  readonly changes: Change[];
  readonly end: number;
  readonly isWhole: boolean;
}

function readBatch(bytes: Buffer, at: number, id: string, batch: number): BatchFound | undefined {
  const told = batchHeadAt(bytes, at);
  if (told === undefined || told.head.id !== id || told.head.batch !== batch) return undefined;
  let { end } = told;
  let isWhole = true;
  const changes = told.head.changes.map((change): Change => {
    const { do: verb, name, count = 0, blob = 0 } = change;
    if (verb === 'remove') return { do: verb, name };
    if (verb === 'blob') return { do: verb, name, blob };
    const read = readRecords(bytes, end, count);
    end = read.end;
    isWhole &&= read.isWhole;
    return { do: verb, name, records: read.records };
  });
  return { changes, end, isWhole };
}

function batchHeadAt(bytes: Buffer, at: number): { head: BatchHead; end: number } | undefined {
  const frame = frameAt(bytes, at);
  if (frame?.payload === undefined || frame.kind !== batchHead) return undefined;
  return { head: decodePayload(frame.payload) as BatchHead, end: frame.end };
}

/** Reads so many records; one that cannot be read is damaged, and so are those that are missing. */
function readRecords(
  bytes: Buffer,
  from: number,
  count: number,
): { records: unknown[]; end: number; isWhole: boolean } {
  const records: unknown[] = [];
  let at = from;
  let isWhole = true;
  while (records.length < count) {
    const frame = frameAt(bytes, at);
    if (frame?.kind === recordOf) {
      records.push(frame.payload === undefined ? decayed : decodePayload(frame.payload));
      isWhole &&= frame.payload !== undefined;
      at = frame.end;
      continue;
    }
    isWhole = false;
    const next = frame === undefined ? nextFrame(bytes, at + 1) : at;
    const isRecord = next >= 0 && frameAt(bytes, next)?.kind === recordOf;
    records.push(decayed);
    if (isRecord) at = next;
    else {
      while (records.length < count) records.push(decayed);
      at = next < 0 ? bytes.length : next;
    }
  }
  return { records, end: at, isWhole };
}

/** Tells whether a batch after this one was written: then this one was durable once, and has decayed. */
function hasLaterBatch(bytes: Buffer, from: number, id: string, batch: number): boolean {
  for (let at = nextFrame(bytes, from); at >= 0; at = nextFrame(bytes, at + 1)) {
    const found = batchHeadAt(bytes, at);
    if (found !== undefined && found.head.id === id && found.head.batch > batch) return true;
  }
  return false;
}
