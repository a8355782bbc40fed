/**
 * The folder of a cluster that is to be there again tomorrow.
 *
 *   cluster.json   the format, the cluster as it was asked for, its seed, and how often it was started
 *   clock.json     a time that the cluster's clock has not reached yet
 *   up.json        the process that runs it now
 *   pki/           the certificate authority and the key that service account tokens are signed with
 *   etcd/<n>/      the disk of each member of etcd (engine/disk/folder.ts)
 */

import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DiskFolder } from '../../engine/disk/folder.ts';
import { syncFolder } from '../../engine/disk/steps.ts';
import { RunFile, type RunState } from './run-file.ts';

const format = 1;
const description = 'cluster.json';
const syncsMeasured = 9;

/** What a folder says of its cluster. `Asked` is the cluster as it was asked for. */
export interface Described<Asked> {
  readonly format: number;
  /** Of the Troupe that began it. */
  readonly version: string;
  readonly seed: number | string;
  readonly cluster: Asked;
  /** How often it was started. */
  readonly starts: number;
}

/** Data that cannot be used. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly path: string;
  readonly what: string;
  readonly fix: string;

  constructor(path: string, what: string, fix: string) {
    super(`${path} ${what}`);
    this.path = path;
    this.what = what;
    this.fix = fix;
  }
}

/** A cluster's folder, held by this process. */
export class DataFolder<Asked> {
  readonly path: string;
  readonly lock: RunFile;

  /**
   * Opens a folder, making it where there is none, and takes it for this process.
   *
   * @throws DataError where it cannot be written, or holds something else; InUseError where another process has it
   */
  constructor(path: string, state: Omit<RunState, 'pid' | 'startedTicks'>) {
    this.path = path;
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      const names = readdirSync(path).filter((name) => !name.startsWith('up.json'));
      if (names.length > 0 && !names.includes(description)) {
        throw new DataError(
          path,
          `holds something else than a cluster: ${names.slice(0, 3).join(', ')}`,
          'name a folder that is empty, or not there yet',
        );
      }
      this.lock = RunFile.take(join(path, 'up.json'), state);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new DataError(path, `cannot be written: ${(error as Error).message}`, 'name a folder that you may write');
    }
  }

  /** What it says of its cluster; undefined for one that is new. @throws DataError naming the file */
  describe(): Described<Asked> | undefined {
    const found = this.#read(description) as Described<Asked> | undefined;
    if (found !== undefined && found.format !== format) {
      const what = `is of format ${found.format}, and this Troupe reads format ${format}`;
      throw new DataError(join(this.path, description), what, `use the Troupe that wrote it (${found.version})`);
    }
    return found;
  }

  /** Keeps what is to be said of the cluster; durable when it returns. */
  keep(described: Omit<Described<Asked>, 'format'>): void {
    writeWhole(join(this.path, description), `${JSON.stringify({ format, ...described }, undefined, 2)}\n`);
  }

  /** ms since the Unix epoch that the cluster's clock had not reached; 0 for one that is new. @throws DataError */
  clock(): number {
    const found = this.#read('clock.json') as { before?: number } | undefined;
    return found?.before ?? 0;
  }

  /** Keeps a time that the clock will not reach before it is kept anew; durable when it returns. */
  keepClock(beforeMs: number): void {
    writeWhole(join(this.path, 'clock.json'), `${JSON.stringify({ before: beforeMs })}\n`);
  }

  /** Measures how long a sync takes here, in ms. */
  measureSync(): number {
    const path = join(this.path, 'sync.new');
    const file = openSync(path, 'w', 0o600);
    try {
      const taken = Array.from({ length: syncsMeasured }, (_, i) => {
        writeSync(file, 'x'.repeat(512), i * 512);
        const began = performance.now();
        fdatasyncSync(file);
        return performance.now() - began;
      });
      return taken.sort((a, b) => a - b)[syncsMeasured >> 1] ?? 1;
    } finally {
      closeSync(file);
      rmSync(path, { force: true });
    }
  }

  /** The disk of the n-th member of etcd. @throws FolderError naming the file that cannot be read */
  etcd(member: number): DiskFolder {
    return new DiskFolder(join(this.path, 'etcd', String(member)));
  }

  /** Reads one of the keys; undefined where there is none yet. */
  key(name: string): string | undefined {
    try {
      return readFileSync(join(this.path, 'pki', name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new DataError(join(this.path, 'pki', name), 'cannot be read', 'look who may read it');
    }
  }

  /** Keeps a key, for its owner's eyes alone; durable when it returns. */
  keepKey(name: string, pem: string): void {
    mkdirSync(join(this.path, 'pki'), { recursive: true, mode: 0o700 });
    writeWhole(join(this.path, 'pki', name), pem);
  }

  #read(name: string): unknown {
    const path = join(this.path, name);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new DataError(path, `cannot be read: ${(error as Error).message}`, 'look who may read it');
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new DataError(
        path,
        'is damaged: it is no JSON',
        'restore the folder from a copy, or begin with another one',
      );
    }
  }
}

/** Writes a file aside and puts it in its place: after a crash it is the old or the new one. */
export function writeWhole(path: string, text: string): void {
  const aside = `${path}.new`;
  const file = openSync(aside, 'w', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(aside, path);
  syncFolder(dirname(path));
}
