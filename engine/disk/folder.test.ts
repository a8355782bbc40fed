/** The real folder: what every disk must do, and that no crash, cut or decay shows anything that was never there. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { type Random, seedOf, splitRandom } from '../random.ts';
import { SimulatedDisk } from './disk.ts';
import { DiskFolder, type SyncPlan, type Wanted } from './folder.ts';
import { FolderSyncs } from './folder-syncs.ts';
import { performNow, removeAllNow, type Step } from './steps.ts';
import { disksMustConform } from './testing/conformance.ts';

const root = mkdtempSync(join(tmpdir(), 'troupe-folder-'));
const opened: FolderSyncs[] = [];
afterAll(async () => {
  for (const syncs of opened) await syncs.close();
  rmSync(root, { recursive: true, force: true });
});
let made = 0;
const newPath = () => join(root, `disk-${++made}`);

/** A disk on a folder; a crash opens the folder in a new process. */
function rigOn(path: string, isAsync: boolean) {
  const open = () => {
    const folder = new DiskFolder(path);
    const syncs = new FolderSyncs(folder);
    opened.push(syncs);
    const notes: unknown[] = [];
    const running: Promise<unknown>[] = [];
    const begin = (one: SimulatedDisk) => {
      const synced = isAsync
        ? new Promise<unknown>((resolve) => syncs.begin(one.flushing(), resolve))
        : Promise.resolve(syncs.now(one.flushing()));
      running.push(synced.then((failure) => notes.push(...one.finishSync(failure === undefined))));
    };
    return { disk: new SimulatedDisk(begin, undefined, folder.contents()), syncs, notes, running };
  };
  let life = open();
  const reopen = async () => {
    await life.syncs.close();
    life = open();
    return life.disk;
  };
  return {
    disk: life.disk,
    settle: async () => {
      for (let one = life.running.shift(); one !== undefined; one = life.running.shift()) await one;
      return life.notes.splice(0);
    },
    crash: reopen,
    losePower: reopen,
  };
}

disksMustConform('a folder, waiting', () => rigOn(newPath(), false));
disksMustConform('a folder, beside the run', () => rigOn(newPath(), true));

/** What should be there, as plain lists. */
type Files = Record<string, unknown[]>;

/** Writes at random, and keeps what a folder is to hold of it. */
class Writer {
  readonly random: Random;
  readonly now = new Map<string, unknown[]>();
  private readonly touched = new Set<string>();
  private written = 0;

  constructor(random: Random, contents: ReadonlyMap<string, readonly unknown[]>) {
    this.random = random;
    for (const [name, records] of contents) this.now.set(name, records as unknown[]);
  }

  write(): void {
    const name = ['wal-1', 'wal-2', 'snapshot', 'state'][this.random.below(4)] as string;
    this.touched.add(name);
    const dice = this.random.below(10);
    if (dice < 6) this.now.set(name, this.appended(name));
    else if (dice < 9)
      this.now.set(
        name,
        Array.from({ length: this.random.below(6) }, () => this.record()),
      );
    else this.now.delete(name);
  }

  wanted(): Wanted[] {
    const all = [...this.touched].map((name) => {
      const records = this.now.get(name);
      return { name, records: records ?? [], length: records?.length ?? 0, exists: records !== undefined };
    });
    this.touched.clear();
    return all;
  }

  files(): Files {
    return structuredClone(Object.fromEntries(this.now));
  }

  private appended(name: string): unknown[] {
    const records = this.now.get(name) ?? [];
    records.push(this.record());
    return records;
  }

  private record(): unknown {
    this.written++;
    const size = this.random.below(20) === 0 ? 100_000 : this.random.below(300);
    return { number: this.written, text: 'x'.repeat(size), map: new Map([[this.written, undefined]]) };
  }
}

function filesOf(path: string): Files {
  return Object.fromEntries(new DiskFolder(path).contents() as Map<string, unknown[]>);
}

/** Does some of the steps of a sync, the last of them in part, as a crash would leave it. */
function crashIn({ steps }: SyncPlan, random: Random): void {
  const whole = random.below(steps.length + 1);
  performNow(steps.slice(0, whole));
  const step = steps[whole] as Step | undefined;
  if (step === undefined || step.do === 'sync-folder') return;
  const length = random.below(step.bytes.length + 1);
  const bytes = Buffer.from(step.bytes.subarray(0, length));
  // A file system may know the new length before all the blocks: those read as zeros.
  if (random.below(2) === 0 && length > 0) bytes.fill(0, random.below(length), length);
  performNow([{ ...step, bytes }]);
}

test('whatever is written, and wherever in a sync a crash comes, all of the sync is there or nothing of it', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const path = newPath();
    const random = splitRandom(seedOf(seed), 1, 2, 3);
    let folder = new DiskFolder(path);
    let writer = new Writer(random, folder.contents());
    for (let round = 0; round < 25; round++) {
      const before = writer.files();
      for (let i = random.below(8); i >= 0; i--) writer.write();
      const plan = folder.plan(writer.wanted());
      if (random.below(4) > 0) {
        performNow(plan.steps);
        folder.settle(plan);
        continue;
      }
      crashIn(plan, random);
      folder = new DiskFolder(path);
      const found = Object.fromEntries(folder.contents() as Map<string, unknown[]>);
      const isWhole = isDeepStrictEqual(found, writer.files());
      expect(found, `seed ${seed}, round ${round}`).toEqual(isWhole ? writer.files() : before);
      writer = new Writer(random, folder.contents());
    }
    expect(filesOf(path)).toEqual(writer.files());
  }
});

test('a journal of the past gives way to a new one, at any moment of which a crash may come', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const path = newPath();
    const random = splitRandom(seedOf(seed), 4, 5, 6);
    let folder = new DiskFolder(path);
    const big = (n: number) => ({ n, text: 'x'.repeat(60_000) });
    const wanted = (n: number): Wanted => ({ name: 'state', records: [big(n)], length: 1, exists: true });
    const names = new Set<string>();
    for (let n = 1; n <= 160; n++) {
      const plan = folder.plan([wanted(n)]);
      names.add(readdirSync(path).find((name) => name.startsWith('journal')) as string);
      if (random.below(20) === 0) {
        crashIn(plan, random);
        folder = new DiskFolder(path);
        const [{ n: found }] = (folder.contents().get('state') ?? [{ n: 0 }]) as [{ n: number }];
        expect([n - 1, n]).toContain(found);
        n = found;
      } else {
        performNow(plan.steps);
        folder.settle(plan);
        removeAllNow(plan.needless);
      }
    }
    expect(names.size).toBeGreaterThan(1);
  }
});

test('after a sync that failed, the next one writes again all that is to be there', () => {
  const path = newPath();
  const folder = new DiskFolder(path);
  const records = ['a'];
  const wanted = (): Wanted[] => [{ name: 'wal', records, length: records.length, exists: true }];
  const first = folder.plan(wanted());
  performNow(first.steps);
  folder.settle(first);
  records.push('b');
  folder.plan(wanted());
  folder.doubt();
  const second = folder.plan(wanted());
  expect(second.steps.map((step) => step.do)).toEqual(['create', 'sync-folder']);
  performNow(second.steps);
  folder.settle(second);
  expect(filesOf(path)).toEqual({ wal: ['a', 'b'] });
});

/** A folder with so many batches of one record each, closed. */
function folderWith(records: readonly unknown[]): { path: string; journal: string } {
  const path = newPath();
  const folder = new DiskFolder(path);
  const list: unknown[] = [];
  for (const record of records) {
    list.push(record);
    const plan = folder.plan([{ name: 'wal', records: list, length: list.length, exists: true }]);
    performNow(plan.steps);
    folder.settle(plan);
  }
  return { path, journal: join(path, readdirSync(path)[0] as string) };
}

test('a record that has decayed reads as damaged, and the folder says in which file it is', () => {
  const { path, journal } = folderWith(['first-record', 'second-record', 'third-record']);
  const bytes = readFileSync(journal);
  bytes.write('X', bytes.indexOf('second-record'));
  writeFileSync(journal, bytes);
  expect(filesOf(path)).toEqual({ wal: ['first-record', { damage: 'decayed' }, 'third-record'] });
  expect(new DiskFolder(path).damaged()).toEqual([{ path: journal, file: 'wal', place: 1 }]);
});

test('wherever one byte decays, what is read is right, known to be damaged, or refused by the name of the file', () => {
  const good = ['first-record', 'second-record', 'third-record'];
  const { path, journal } = folderWith(good);
  const sound = readFileSync(journal);
  for (let at = 0; at < sound.length; at++) {
    const bytes = Buffer.from(sound);
    bytes[at] = (bytes[at] as number) ^ 0x40;
    writeFileSync(journal, bytes);
    try {
      const { wal = [] } = filesOf(path);
      // Of the last batch alone nobody can tell a decay from a tear.
      expect([...wal, ...good.slice(wal.length)].map((record, i) => record === good[i] || record)).toEqual(
        good.map((_, i) => (wal.length > i && wal[i] !== good[i] ? { damage: 'decayed' } : true)),
      );
      expect(wal.length).toBeGreaterThanOrEqual(2);
    } catch (error) {
      expect((error as Error).message).toMatch(/^\/.*journal-00000001 is damaged at byte \d+$/);
    }
  }
});

test('records that look like a batch of the journal are records', () => {
  const { journal } = folderWith(['x']);
  const forged = readFileSync(journal);
  const { path } = folderWith([forged, 'after']);
  truncateSync(
    join(path, readdirSync(path)[0] as string),
    statSync(join(path, readdirSync(path)[0] as string)).size - 3,
  );
  expect(filesOf(path)).toEqual({ wal: [forged] });
});
