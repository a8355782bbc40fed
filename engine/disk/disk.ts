/** A simulated disk: what is written is buffered, what is synced is durable, and a crash loses what it would lose. */

import type { DamagedRecord, Disk, FileName } from '../../protocol/actor.ts';
import type { Wanted } from './folder.ts';

const torn: DamagedRecord = Object.freeze({ damage: 'torn' });
const decayed: DamagedRecord = Object.freeze({ damage: 'decayed' });

/** Starts a sync of a disk; it ends when the starter calls `finishSync`. */
export type StartSync = (disk: SimulatedDisk) => void;

/** A file now, and as it would be after a power loss. */
interface SimulatedFile {
  /** Only ever appended to, or replaced as a whole: a durable prefix of it stays good. */
  records: unknown[];
  exists: boolean;
  durable: unknown[];
  durableLength: number;
  durableExists: boolean;
}

/** What a running sync makes durable. */
interface Flush {
  name: FileName;
  file: SimulatedFile;
  records: unknown[];
  length: number;
  exists: boolean;
}

/** Told of every write, before it happens. */
export interface DiskWatch {
  written(operation: 'append' | 'replace' | 'remove' | 'sync', file: FileName, records: readonly unknown[]): void;
}

/**
 * One actor's disk; it outlives the actor.
 *
 * One sync runs at a time, and those asked for meanwhile share the next one (group commit, as a real disk gives it).
 */
export class SimulatedDisk implements Disk {
  private readonly table = new Map<FileName, SimulatedFile>();
  private readonly startSync: StartSync;
  private readonly watch: DiskWatch | undefined;
  private dirty = new Map<SimulatedFile, FileName>();
  /** Numbers the syncs; one whose number has passed must not be finished any more. */
  run = 0;
  private running: Flush[] | undefined;
  private runningNotes: unknown[] = [];
  private waitingNotes: unknown[] = [];

  /** `contents` is what lies on it already, durable. */
  constructor(
    startSync: StartSync,
    watch?: DiskWatch,
    contents: ReadonlyMap<FileName, readonly unknown[]> = new Map(),
  ) {
    this.startSync = startSync;
    this.watch = watch;
    for (const [name, given] of contents) {
      const records = given as unknown[];
      const [durable, durableLength] = [records, records.length];
      this.table.set(name, { records, exists: true, durable, durableLength, durableExists: true });
    }
  }

  append(name: FileName, record: unknown): void {
    this.watch?.written('append', name, [record]);
    const file = this.fileFor(name);
    file.exists = true;
    file.records.push(record);
    this.dirty.set(file, name);
  }

  replace(name: FileName, records: readonly unknown[]): void {
    this.watch?.written('replace', name, records);
    const file = this.fileFor(name);
    file.exists = true;
    file.records = [...records];
    this.dirty.set(file, name);
  }

  remove(name: FileName): void {
    const file = this.table.get(name);
    if (file === undefined || !file.exists) return;
    this.watch?.written('remove', name, []);
    file.exists = false;
    file.records = [];
    this.dirty.set(file, name);
  }

  read(name: FileName): readonly unknown[] {
    return this.table.get(name)?.records ?? [];
  }

  files(): FileName[] {
    const names: FileName[] = [];
    for (const [name, file] of this.table) if (file.exists) names.push(name);
    return names.sort();
  }

  sync(note?: unknown): void {
    this.watch?.written('sync', '', []);
    this.waitingNotes.push(note);
    if (this.running === undefined) this.begin();
  }

  /** Ends the running sync and gives the notes of those who asked for it; starts the next when one is asked for. */
  finishSync(isGood: boolean): unknown[] {
    for (const flush of this.running ?? []) {
      if (isGood) settle(flush);
      else this.dirty.set(flush.file, flush.name);
    }
    const notes = this.runningNotes;
    this.running = undefined;
    this.runningNotes = [];
    if (this.waitingNotes.length > 0) this.begin();
    return notes;
  }

  /** Crashes the process that used it: what was written stays in the system's buffers, but nobody hears of a sync any more. */
  crash(): void {
    for (const flush of this.running ?? []) this.dirty.set(flush.file, flush.name);
    this.running = undefined;
    this.run++;
    this.runningNotes = [];
    this.waitingNotes = [];
  }

  /**
   * Cuts the power: everything not synced is lost, the running sync too. With `tear`, some of what was appended is not: it
   * gives how many of so many records are whole; the one after them, where there is one, is torn.
   */
  losePower(tear?: (count: number) => number): void {
    this.crash();
    const lost = new Map<SimulatedFile, FileName>();
    for (const [name, file] of this.table) {
      const isLonger = file.records === file.durable && file.durableExists;
      const count = isLonger ? file.records.length - file.durableLength : 0;
      const whole = tear === undefined || count === 0 ? 0 : tear(count);
      const isTorn = tear !== undefined && whole < count;
      file.records = [...file.durable.slice(0, file.durableLength + whole), ...(isTorn ? [torn] : [])];
      file.durableLength = file.records.length;
      file.exists = file.durableExists;
      file.durable = file.records;
      if (!file.exists) this.table.delete(name);
      lost.set(file, name);
    }
    // A real folder beneath may have got more, or less, than this: the next sync looks at all.
    this.dirty = lost;
  }

  /** What the running sync makes durable: of each file it touches, so many records, or that it is gone. */
  flushing(): Wanted[] {
    return (this.running ?? []).map(({ name, records, length, exists }) => ({ name, records, length, exists }));
  }

  /** Lets a record decay that is on the disk: it reads as damaged from now on. */
  damage(name: FileName, place: number): void {
    const file = this.table.get(name);
    if (file === undefined || place >= file.records.length) throw new Error(`there is no record ${place} in "${name}"`);
    const isShared = file.records === file.durable;
    file.records = file.records.with(place, decayed);
    if (isShared) file.durable = file.records;
    else if (place < file.durableLength) file.durable = file.durable.with(place, decayed);
  }

  /** Everything on it, to look at or to save. */
  contents(): Record<FileName, readonly unknown[]> {
    return Object.fromEntries(this.files().map((name) => [name, this.read(name)]));
  }

  private begin(): void {
    const flushes: Flush[] = [];
    for (const [file, name] of this.dirty) {
      flushes.push({ name, file, records: file.records, length: file.records.length, exists: file.exists });
    }
    this.dirty.clear();
    this.running = flushes;
    this.run++;
    this.runningNotes = this.waitingNotes;
    this.waitingNotes = [];
    this.startSync(this);
  }

  private fileFor(name: FileName): SimulatedFile {
    const known = this.table.get(name);
    if (known !== undefined) return known;
    const file = { records: [], exists: false, durable: [], durableLength: 0, durableExists: false };
    this.table.set(name, file);
    return file;
  }
}

function settle({ file, records, length, exists }: Flush): void {
  file.durable = records;
  file.durableLength = length;
  file.durableExists = exists;
}
