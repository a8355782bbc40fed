/** The syncs of one real folder: one after the other, beside the run while it goes along the wall clock. */

import type { DiskFolder, Wanted } from './folder.ts';
import { OpenFiles, perform, performNow, removeAll, removeAllNow } from './steps.ts';

/** Carries out what syncs want. */
export class FolderSyncs {
  readonly #folder: DiskFolder;
  readonly #files = new OpenFiles();
  #running: Promise<void> = Promise.resolve();

  constructor(folder: DiskFolder) {
    this.#folder = folder;
  }

  /** Does a sync at once; gives the system's words where it fails. No other may be under way. */
  now(wanted: readonly Wanted[]): string | undefined {
    const folder = this.#folder;
    try {
      const plan = folder.plan(wanted);
      performNow(plan.steps);
      folder.settle(plan);
      removeAllNow(plan.needless);
      return undefined;
    } catch (error) {
      folder.doubt();
      return wordsOf(error);
    }
  }

  /** Begins a sync, when those before it have ended, and tells when it has: with the system's words where it failed. */
  begin(wanted: readonly Wanted[], ended: (failure: string | undefined) => void): void {
    this.#running = this.#running.then(() => this.#sync(wanted)).then(ended);
  }

  /** Waits for the syncs that are under way, and closes what is open. */
  async close(): Promise<void> {
    await this.#running;
    await this.#files.close();
  }

  async #sync(wanted: readonly Wanted[]): Promise<string | undefined> {
    const folder = this.#folder;
    try {
      const plan = folder.plan(wanted);
      await perform(plan.steps, this.#files);
      folder.settle(plan);
      await removeAll(plan.needless);
      return undefined;
    } catch (error) {
      folder.doubt();
      return wordsOf(error);
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
