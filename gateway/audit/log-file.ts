/** An audit log in a file, a line for each event. */

import { createWriteStream, type WriteStream } from 'node:fs';
import type { AuditSink } from './auditor.ts';

/** Writes lines to the end of a file. */
export class AuditLogFile {
  readonly #stream: WriteStream;
  #failure: Error | undefined;

  /** Opens the file, and makes it where there is none; only its owner may read it. */
  constructor(path: string) {
    this.#stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
    this.#stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** Writes a line. The requests it tells of go on, whatever becomes of it. */
  readonly write: AuditSink = (line) => {
    if (this.#failure === undefined) this.#stream.write(`${line}\n`);
  };

  /** Writes what is left, and closes the file. @throws what went wrong with it, first of all */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#stream.closed) resolve();
      else {
        this.#stream.once('close', resolve);
        this.#stream.end();
      }
    });
    if (this.#failure !== undefined) throw this.#failure;
  }
}
