/** How much has been sent that the server has not yet taken: asked of it by pings, which it answers in order. */

/** How much may be under way. */
export interface WindowLimits {
  /** Bytes at which the engine is told to wait. */
  highBytes: number;
  /** Bytes at which it may go on. */
  lowBytes: number;
  /** Bytes beyond which what is sent is dropped. */
  maxBytes: number;
}

/** A queue of 18 MB lists is no reason to drop one; a server that takes nothing any more is. */
export const defaultLimits: WindowLimits = { highBytes: 8 << 20, lowBytes: 2 << 20, maxBytes: 128 << 20 };

/** Bytes after which the server is asked again how far it is. */
const stepBytes = 64 << 10;
/** Questions under way at most. */
const pingsMax = 4;
/** ms between two looks at what is left, however little it is. */
const restMs = 250;

/** What the window needs of its wire. */
export interface WindowUse {
  /** Asks the server; fulfilled when it has taken all that was sent before. */
  ping(): Promise<void>;
  /** Told when too much is under way, and when no more. */
  onPressure(isHigh: boolean): void;
  /** Told that the server has taken everything up to a mark. */
  onTaken(mark: number): void;
}

/** Counts bytes out and, by the server's answers, bytes taken. */
export class Window {
  readonly #use: WindowUse;
  readonly #limits: WindowLimits;
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  #taken = 0;
  /** Envelopes, counted as the bytes are. */
  #sentEnvelopes = 0;
  #takenEnvelopes = 0;
  /** What had been sent at the last ping. */
  #asked = 0;
  #pings = 0;
  /** Counts the connections, so that an answer on an earlier one counts for nothing. */
  #life = 0;
  #isHigh = false;
  /** ms; of the last answer. */
  roundTripMs = 0;

  constructor(use: WindowUse, limits: WindowLimits) {
    this.#use = use;
    this.#limits = limits;
    this.#timer = setInterval(() => this.#look(), restMs);
    this.#timer.unref();
  }

  /** All bytes sent until now; the mark of what is sent next. */
  get mark(): number {
    return this.#sent;
  }

  /** Bytes that the server has not yet taken, as far as is known. */
  get openBytes(): number {
    return this.#sent - this.#taken;
  }

  hasRoom(bytes: number): boolean {
    // What is larger than all room goes when nothing else is under way.
    return this.openBytes === 0 || this.openBytes + bytes <= this.#limits.maxBytes;
  }

  add(bytes: number, envelopes: number): void {
    this.#sent += bytes;
    this.#sentEnvelopes += envelopes;
    if (this.#sent - this.#asked >= stepBytes && this.#pings < pingsMax) this.#ping();
    if (!this.#isHigh && this.openBytes >= this.#limits.highBytes) this.#press(true);
  }

  /** Forgets what is under way, since the connection is gone; gives how many envelopes may be lost. */
  reset(): number {
    const lost = this.#sentEnvelopes - this.#takenEnvelopes;
    this.#takenEnvelopes = this.#sentEnvelopes;
    this.#life++;
    this.#pings = 0;
    this.#asked = this.#sent;
    this.#taken = this.#sent;
    if (this.#isHigh) this.#press(false);
    return lost;
  }

  close(): void {
    clearInterval(this.#timer);
    this.reset();
  }

  #look(): void {
    if (this.#sent > this.#asked && this.#pings === 0) this.#ping();
  }

  #ping(): void {
    const [mark, envelopes, life, begun] = [this.#sent, this.#sentEnvelopes, this.#life, performance.now()];
    this.#asked = mark;
    this.#pings++;
    const answered = (): void => {
      if (life !== this.#life) return;
      this.#pings--;
      this.#taken = mark;
      this.#takenEnvelopes = envelopes;
      this.roundTripMs = performance.now() - begun;
      this.#use.onTaken(mark);
      if (this.#isHigh && this.openBytes <= this.#limits.lowBytes) this.#press(false);
      if (this.#sent - this.#asked >= stepBytes || (this.#isHigh && this.#sent > this.#asked)) this.#ping();
    };
    this.#use.ping().then(answered, () => {
      // The connection is gone; its end is told in its own way.
    });
  }

  #press(isHigh: boolean): void {
    this.#isHigh = isHigh;
    this.#use.onPressure(isHigh);
  }
}
