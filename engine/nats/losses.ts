/** What was dropped and why: all of it counted, the first told at once, the rest in sums now and then. */

/** Why envelopes were dropped. */
export type LossReason =
  /** There was no connection to NATS. */
  | 'disconnected'
  /** The connection was lost before the server had taken them: they may have arrived or not. */
  | 'connection lost'
  /** This host's claim to its actors was not sure. */
  | 'fenced off'
  /** More waits to be sent than may. */
  | 'too much under way'
  /** Larger than can be sent. */
  | 'too large'
  /** A body that cannot be written, or an address that is no subject. */
  | 'cannot be sent'
  /** The server forbids it. */
  | 'not permitted'
  /** What came was damaged, or of another version. Counts frames: what was in them is not known. */
  | 'damaged'
  /** A large frame of which a piece was lost. Counts frames. */
  | 'incomplete'
  /** What came was more than the engine could take. Counts frames. */
  | 'engine behind';

/** Something to be told of losses. */
export interface Loss {
  readonly reason: LossReason;
  /** How many, since it was told the last time. */
  readonly count: number;
  /** What one of them was, or went wrong. */
  readonly example: string;
}

/** ms between two times that a reason is told. */
const quietMs = 5_000;

interface Tally {
  total: number;
  untold: number;
  example: string;
  toldAt: number;
}

/** Counts losses by reason and tells of them. */
export class Losses {
  readonly #tell: (loss: Loss) => void;
  readonly #now: () => number;
  readonly #tallies = new Map<LossReason, Tally>();

  constructor(tell: (loss: Loss) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  /** How many were dropped, by reason. */
  get counts(): Partial<Record<LossReason, number>> {
    return Object.fromEntries([...this.#tallies].map(([reason, { total }]) => [reason, total]));
  }

  add(reason: LossReason, count: number, example: string): void {
    if (count === 0) return;
    const tally = this.#tallies.get(reason) ?? { total: 0, untold: 0, example, toldAt: Number.NEGATIVE_INFINITY };
    this.#tallies.set(reason, tally);
    tally.total += count;
    tally.untold += count;
    tally.example = example;
    this.#tellWhenDue(reason, tally);
  }

  /** Tells what has not been told; called now and then. */
  look(): void {
    for (const [reason, tally] of this.#tallies) this.#tellWhenDue(reason, tally);
  }

  #tellWhenDue(reason: LossReason, tally: Tally): void {
    const now = this.#now();
    if (tally.untold === 0 || now - tally.toldAt < quietMs) return;
    const { untold, example } = tally;
    tally.untold = 0;
    tally.toldAt = now;
    this.#tell({ reason, count: untold, example });
  }
}
