/**
 * An actor's files in a real folder: what a sync has ended for is there after any crash, and a sync is whole or nothing.
 *
 *   journal-<n>   every change, in batches; one batch is one sync, and one fdatasync
 *   blob-<n>      the records of a file that was replaced by many bytes at once, as etcd's snapshot
 *
 * When most of a journal is of the past, the next sync begins a new one with all that is there, and the old one goes.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { damageOf, type FileName } from '../../protocol/actor.ts';
import {
  type Change,
  decodeBlob,
  encodeBatch,
  encodeBlob,
  encodeHead,
  JournalDamage,
  type JournalFound,
  readJournal,
} from './journal.ts';
import { performNow, removeAllNow, type Step, syncFolder } from './steps.ts';

/** A replacement of more bytes than this gets a file of its own. */
const blobBytes = 64 * 1024;
/** A journal with fewer bytes than this is not worth another one. */
const journalBytesMin = 4 * 1024 * 1024;

/** A file as a sync is to leave it: with so many of these records, or gone. */
export interface Wanted {
  readonly name: FileName;
  /** Only ever appended to: another list is another content. */
  readonly records: readonly unknown[];
  readonly length: number;
  readonly exists: boolean;
}

/** A file as the folder has it. */
interface Kept {
  readonly records: readonly unknown[];
  readonly length: number;
  /** Where its first records are, when they are not in the journal, and how many. */
  readonly blob: { readonly number: number; readonly length: number } | undefined;
  /** Its bytes in the journal, about. */
  readonly bytes: number;
}

interface Journal {
  readonly number: number;
  readonly id: string;
  readonly batches: number;
  /** Its bytes. */
  readonly end: number;
}

/** What a sync is to do, and how the folder is then. */
export interface SyncPlan {
  readonly steps: readonly Step[];
  readonly kept: ReadonlyMap<FileName, Kept>;
  readonly journal: Journal;
  /** Files that nobody needs after it. */
  readonly needless: readonly string[];
}

/** A record that was good once. */
export interface FolderDamage {
  readonly path: string;
  readonly file: FileName;
  /** Its place in the file, from 0. */
  readonly place: number;
}

/** A folder that holds what cannot be read. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
  readonly path: string;

  constructor(path: string, what: string) {
    super(`${path} ${what}`);
    this.path = path;
  }
}

/** One actor's folder. Only one process at a time may have it open: that is the caller's to see to. */
export class DiskFolder {
  readonly path: string;
  #kept: ReadonlyMap<FileName, Kept>;
  #journal: Journal;
  /** The highest numbers that were ever used, also by syncs that failed. */
  #blobs: number;
  #journals: number;
  /** A write has failed: nothing of the journal after it is to be trusted, whatever the system's cache says. */
  #isDoubtful = false;

  /** Opens a folder, making it where it is not there. @throws FolderError naming the file that cannot be read */
  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const names = readdirSync(path);
    const journals = numbersOf(names, 'journal');
    this.#blobs = Math.max(0, ...numbersOf(names, 'blob'));
    this.#journals = Math.max(0, ...journals);
    const found = this.#findJournal(journals);
    if (found === undefined && journals.length > 1) throw new FolderError(path, 'holds no journal that is whole');
    ({ kept: this.#kept, journal: this.#journal } = found === undefined ? this.#begin() : this.#take(found));
    const needed = new Set([journalName(this.#journal.number), ...[...this.#kept.values()].map(blobNameOf)]);
    removeAllNow(names.filter((name) => !needed.has(name)).map((name) => join(path, name)));
    syncFolder(path);
  }

  /** All files and their records. */
  contents(): Map<FileName, readonly unknown[]> {
    return new Map([...this.#kept].map(([name, { records }]) => [name, records]));
  }

  /** The records that were found damaged, and in which real file. */
  damaged(): FolderDamage[] {
    return [...this.#kept].flatMap(([file, { records, blob }]) =>
      records.flatMap((record, place) => {
        if (damageOf(record) === undefined) return [];
        const isInBlob = blob !== undefined && place < blob.length;
        const name = isInBlob ? blobName(blob.number) : journalName(this.#journal.number);
        return [{ path: join(this.path, name), file, place }];
      }),
    );
  }

  /** Plans a sync: what is to be done, in this order, so that these files are as they are wanted. */
  plan(wanted: Iterable<Wanted>): SyncPlan {
    const kept = new Map(this.#kept);
    const blobs: Step[] = [];
    const changes: Change[] = [];
    for (const file of wanted) {
      const change = this.#changeOf(file, kept.get(file.name), blobs);
      if (change === undefined) continue;
      changes.push(change);
      if (change.do === 'remove') kept.delete(file.name);
      else kept.set(file.name, keptAfter(file, change, kept.get(file.name)));
    }
    if (this.#isDoubtful || this.#isMostlyPast(kept)) return this.#planAnew(kept, blobs);
    if (changes.length === 0) return { steps: [], kept, journal: this.#journal, needless: [] };
    const { number, id, batches, end } = this.#journal;
    const bytes = encodeBatch(id, batches + 1, changes);
    const steps: Step[] = [
      ...this.#durable(blobs),
      { do: 'write', path: join(this.path, journalName(number)), bytes, at: end },
    ];
    const journal = { number, id, batches: batches + 1, end: end + bytes.length };
    return { steps, kept: weighed(kept, changes, bytes.length), journal, needless: this.#needless(kept, number) };
  }

  /** Takes note that a plan was carried out. */
  settle({ kept, journal }: SyncPlan): void {
    this.#kept = kept;
    this.#journal = journal;
    this.#isDoubtful = false;
  }

  /** Takes note that a plan has failed: what of it is there counts for nothing, and the next one begins a new journal. */
  doubt(): void {
    this.#isDoubtful = true;
  }

  #findJournal(numbers: readonly number[]): { number: number; found: JournalFound } | undefined {
    for (const number of numbers.toSorted((a, b) => b - a)) {
      const path = join(this.path, journalName(number));
      const found = readable(path, () => readJournal(readFileSync(path)));
      // One without its first batch was being written when the crash came: the one before it is whole.
      if (found !== undefined && found.batches > 0) return { number, found };
    }
    return undefined;
  }

  #take({ number, found }: { number: number; found: JournalFound }): { kept: Map<FileName, Kept>; journal: Journal } {
    const { id, batches, end } = found;
    const kept = new Map<FileName, Kept>();
    for (const [name, file] of found.files) {
      const first = file.blob === undefined ? [] : this.#readBlob(file.blob);
      const records = [...first, ...file.records];
      const blob = file.blob === undefined ? undefined : { number: file.blob, length: first.length };
      kept.set(name, { records, length: records.length, blob, bytes: end / Math.max(1, found.files.size) });
    }
    const path = join(this.path, journalName(number));
    truncateSync(path, end);
    // What was read may be in the system's cache alone.
    performNow([{ do: 'write', path, bytes: Buffer.alloc(0), at: 0 }]);
    return { kept, journal: { number, id, batches, end } };
  }

  #readBlob(number: number): unknown[] {
    const path = join(this.path, blobName(number));
    return readable(path, () => decodeBlob(readFileSync(path)));
  }

  #begin(): { kept: Map<FileName, Kept>; journal: Journal } {
    const id = newId();
    const bytes = Buffer.concat([encodeHead(id), encodeBatch(id, 1, [])]);
    const number = ++this.#journals;
    performNow([{ do: 'create', path: join(this.path, journalName(number)), bytes }]);
    return { kept: new Map(), journal: { number, id, batches: 1, end: bytes.length } };
  }

  #changeOf({ name, records, length, exists }: Wanted, was: Kept | undefined, blobs: Step[]): Change | undefined {
    if (!exists) return was && { do: 'remove', name };
    if (was?.records === records) {
      return was.length === length ? undefined : { do: 'append', name, records: records.slice(was.length, length) };
    }
    const all = records.slice(0, length);
    const bytes = encodeBlob(all);
    if (bytes.length < blobBytes) return { do: 'replace', name, records: all };
    this.#blobs += 1;
    blobs.push({ do: 'create', path: join(this.path, blobName(this.#blobs)), bytes });
    return { do: 'blob', name, blob: this.#blobs };
  }

  #isMostlyPast(kept: ReadonlyMap<FileName, Kept>): boolean {
    const { end } = this.#journal;
    if (end < journalBytesMin) return false;
    let living = 0;
    for (const { bytes } of kept.values()) living += bytes;
    return living * 2 < end;
  }

  /** Begins a new journal that says all there is. */
  #planAnew(kept: ReadonlyMap<FileName, Kept>, blobs: readonly Step[]): SyncPlan {
    const changes = [...kept].flatMap(([name, { records, length, blob }]): Change[] => {
      const inJournal = records.slice(blob?.length ?? 0, length);
      if (blob === undefined) return [{ do: 'replace', name, records: inJournal }];
      const whole: Change = { do: 'blob', name, blob: blob.number };
      return inJournal.length === 0 ? [whole] : [whole, { do: 'append', name, records: inJournal }];
    });
    const id = newId();
    const number = ++this.#journals;
    const bytes = Buffer.concat([encodeHead(id), encodeBatch(id, 1, changes)]);
    const path = join(this.path, journalName(number));
    const steps = [...this.#durable(blobs), ...this.#durable([{ do: 'create', path, bytes }])];
    const fresh = new Map([...kept].map(([name, file]) => [name, { ...file, bytes: 0 }]));
    const journal = { number, id, batches: 1, end: bytes.length };
    return { steps, kept: weighed(fresh, changes, bytes.length), journal, needless: this.#needless(kept, number) };
  }

  /** New files, and then their names. */
  #durable(created: readonly Step[]): Step[] {
    return created.length === 0 ? [] : [...created, { do: 'sync-folder', path: this.path }];
  }

  #needless(kept: ReadonlyMap<FileName, Kept>, journal: number): string[] {
    const needed = new Set([...kept.values()].map(blobNameOf));
    const before = [...this.#kept.values()].map(blobNameOf).filter((name) => name !== '' && !needed.has(name));
    if (journal !== this.#journal.number) before.push(journalName(this.#journal.number));
    return before.map((name) => join(this.path, name));
  }
}

function keptAfter({ records, length }: Wanted, change: Change, was: Kept | undefined): Kept {
  if (change.do === 'append') return { records, length, blob: was?.blob, bytes: was?.bytes ?? 0 };
  const blob = change.do === 'blob' ? { number: change.blob, length } : undefined;
  return { records, length, blob, bytes: 0 };
}

/** Shares the bytes of a batch out among the files it changed; nobody needs to know them better. */
function weighed(kept: ReadonlyMap<FileName, Kept>, changes: readonly Change[], bytes: number): Map<FileName, Kept> {
  const after = new Map(kept);
  const records = changes.reduce((sum, change) => sum + ('records' in change ? change.records.length : 0), 0);
  for (const change of changes) {
    const file = after.get(change.name);
    if (file === undefined || !('records' in change)) continue;
    const share = (bytes * change.records.length) / Math.max(1, records);
    after.set(change.name, { ...file, bytes: file.bytes + share });
  }
  return after;
}

function readable<Found>(path: string, read: () => Found): Found {
  try {
    return read();
  } catch (error) {
    if (error instanceof JournalDamage) throw new FolderError(path, error.message);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new FolderError(path, 'is missing');
    throw error;
  }
}

function journalName(number: number): string {
  return `journal-${String(number).padStart(8, '0')}`;
}

function blobName(number: number): string {
  return `blob-${String(number).padStart(8, '0')}`;
}

function blobNameOf({ blob }: Kept): string {
  return blob === undefined ? '' : blobName(blob.number);
}

function numbersOf(names: readonly string[], kind: string): number[] {
  return names.flatMap((name) => (name.startsWith(`${kind}-`) ? [Number(name.slice(kind.length + 1))] : []));
}

function newId(): string {
  return randomBytes(12).toString('hex');
}
