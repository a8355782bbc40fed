/** The last messages of the whole run, so that a failure can tell those of the actor that failed. */

import type { Envelope } from '../bus/envelope.ts';
import type { TrailEntry } from './failure.ts';

/** How many are kept; of one actor a failure tells the last few among them. */
const length = 2048;
const toldMax = 10;

/** A ring of messages sent and received; one store a message, and no more memory than that. */
export class Trail {
  private readonly messages: (Envelope | undefined)[] = new Array(length).fill(undefined);
  private readonly whose: string[] = new Array(length).fill('');
  private readonly times = new Float64Array(length);
  private readonly ways = new Uint8Array(length);
  private next = 0;

  /** Adds a message, sent or received by an actor. */
  add(whose: string, isSent: boolean, message: Envelope, atMs: number): void {
    const at = this.next;
    this.messages[at] = message;
    this.whose[at] = whose;
    this.times[at] = atMs;
    this.ways[at] = isSent ? 1 : 0;
    this.next = at + 1 === length ? 0 : at + 1;
  }

  /** The last few messages of an actor, the newest last. */
  of(address: string): TrailEntry[] {
    const found: TrailEntry[] = [];
    for (let back = 1; back <= length && found.length < toldMax; back++) {
      const at = (this.next - back + length) % length;
      const message = this.messages[at];
      if (message === undefined) break;
      if (this.whose[at] !== address) continue;
      found.push({ atMs: this.times[at] as number, way: this.ways[at] === 1 ? 'sent' : 'received', message });
    }
    return found.reverse();
  }
}
