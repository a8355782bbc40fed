/** Compares this host's clock with those of the others, all the time, and warns of one that is off. */

import type { NatsConnection } from 'nats';
import { hostAddress } from '../../protocol/subjects.ts';
import { type ClockOffset, clockOffsetMaxMs, describeOffset, measureClock } from './clock-offset.ts';

/** ms between two rounds. */
const roundEveryMs = 30_000;
/** Hosts asked in a round; of more, each is asked in its turn. */
const askedMax = 16;

/** An offset, and when it was measured (ms since the Unix epoch). */
export interface MeasuredOffset extends ClockOffset {
  readonly at: number;
}

/** What a watch is made of. */
export interface ClockWatchOptions {
  readonly cluster: string;
  readonly host: string;
  /** The hosts there are now. */
  readonly hosts: () => readonly string[];
  readonly warn: (line: string) => void;
}

/** A watch over the clocks of the other hosts. */
export class ClockWatch {
  readonly #connection: NatsConnection;
  readonly #options: ClockWatchOptions;
  readonly #offsets = new Map<string, MeasuredOffset>();
  readonly #warned = new Set<string>();
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(connection: NatsConnection, options: ClockWatchOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** The offsets by host, as they were measured last. */
  get offsets(): ReadonlyMap<string, MeasuredOffset> {
    return this.#offsets;
  }

  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const { hosts, host } = this.#options;
    const others = hosts().filter((name) => name !== host);
    for (const name of this.#offsets.keys()) if (!others.includes(name)) this.#offsets.delete(name);
    for (let i = 0; i < Math.min(others.length, askedMax) && !this.#isStopped; i++) {
      await this.#measure(others[this.#asked++ % others.length] as string);
    }
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#round(), roundEveryMs);
    this.#timer.unref();
  }

  async #measure(name: string): Promise<void> {
    const { cluster, warn } = this.#options;
    const offset = await measureClock(this.#connection, hostAddress(cluster, name, 'clock'));
    if (offset === undefined) {
      this.#offsets.delete(name);
      return;
    }
    this.#offsets.set(name, { ...offset, at: Date.now() });
    const isOff = Math.abs(offset.offsetMs) - offset.uncertaintyMs > clockOffsetMaxMs;
    if (isOff && !this.#warned.has(name)) {
      warn(
        `the clock of host ${name} differs by ${describeOffset(offset)} from this one's: etcd's members may not differ by a second, and ages, tokens and the order of events are wrong by it; set both by NTP`,
      );
    }
    if (isOff) this.#warned.add(name);
    else this.#warned.delete(name);
  }
}
