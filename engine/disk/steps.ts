/** What is done to real files, step by step: at once where time cannot wait, or beside the run where it can. */

import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';

/** One step; when it has ended, what it did is durable. */
export type Step =
  /** Makes a file that was not there; its name is durable only with its folder. */
  | { readonly do: 'create'; readonly path: string; readonly bytes: Buffer }
  /** Writes into a file that is there. */
  | { readonly do: 'write'; readonly path: string; readonly bytes: Buffer; readonly at: number }
  | { readonly do: 'sync-folder'; readonly path: string };

/** Does all steps, and waits for each. @throws the system's error */
export function performNow(steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.do === 'sync-folder') {
      syncFolder(step.path);
      continue;
    }
    const file = openSync(step.path, step.do === 'create' ? 'w' : 'r+', 0o600);
    try {
      writeAll(file, step.bytes, step.do === 'create' ? 0 : step.at);
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}

function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

/** Makes the names in a folder durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Does all steps, one after the other, beside whatever else the process does. @throws the system's error */
export async function perform(steps: readonly Step[], openFiles: OpenFiles): Promise<void> {
  for (const step of steps) {
    if (step.do === 'write') {
      const file = await openFiles.get(step.path);
      await writeWhole(file, step.bytes, step.at);
      await file.datasync();
      continue;
    }
    const file = await open(step.path, step.do === 'create' ? 'w' : 'r', 0o600);
    try {
      if (step.do === 'create') await writeWhole(file, step.bytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

async function writeWhole(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** Keeps the one file open that is written to again and again. */
export class OpenFiles {
  #path = '';
  #file: FileHandle | undefined;

  /** The open file of a path; another one is closed. */
  async get(path: string): Promise<FileHandle> {
    if (this.#file !== undefined && this.#path === path) return this.#file;
    await this.close();
    this.#file = await open(path, 'r+');
    this.#path = path;
    return this.#file;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** Removes files that nobody needs; one that stays does no harm. */
export async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => {});
}

/** As `removeAll`, and waits for it. */
export function removeAllNow(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      rmSync(path, { force: true });
    } catch {
      // It is looked for again when the folder is opened the next time.
    }
  }
}
