/** Bodies of streams as bytes: what is told to many readers is written once, and read once by each host that has many of them. */

/** How many bodies are remembered, each way: those of one turn, mostly. */
const remembered = 32;

/** A body and its bytes. */
interface Told {
  readonly body: unknown;
  bytes: Uint8Array | undefined;
}

/** Remembers the last bodies that were written. */
export class WrittenBodies {
  readonly #write: (body: unknown) => Uint8Array;
  readonly #last: Told[] = [];
  #next = 0;

  /** `write` makes bytes that stand alone. */
  constructor(write: (body: unknown) => Uint8Array) {
    this.#write = write;
  }

  /** The bytes of a body that was written before; undefined for one that is new, which most bodies stay. */
  find(body: object): Uint8Array | undefined {
    for (const told of this.#last) {
      if (told.body !== body) continue;
      told.bytes ??= this.#write(body);
      return told.bytes;
    }
    this.#last[this.#next] = { body, bytes: undefined };
    this.#next = (this.#next + 1) % remembered;
    return undefined;
  }
}

/** Remembers the last bodies that were read; bodies never change, so that all who are told one may have the same. */
export class ReadBodies {
  readonly #read: (bytes: Uint8Array) => unknown;
  readonly #last: Required<Told>[] = [];
  #next = 0;

  constructor(read: (bytes: Uint8Array) => unknown) {
    this.#read = read;
  }

  /** Gives the body that bytes hold: the very one that the same bytes gave before, while it is remembered. */
  take(bytes: Uint8Array): unknown {
    for (const told of this.#last) if (isSame(told.bytes as Uint8Array, bytes)) return told.body;
    // What comes may be a part of something larger.
    const own = bytes.slice();
    const body = this.#read(own);
    this.#last[this.#next] = { body, bytes: own };
    this.#next = (this.#next + 1) % remembered;
    return body;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
