/** Following what becomes of the objects of a resource: all there are first, then every change, whatever happens to the watch. */

import type { Message } from '../protocol/message.ts';
import type { ObjectChanged, ObjectWatch } from '../protocol/messages/api.ts';
import type { ClusterLink, StreamReading } from './cluster-link.ts';

/** ms of real time until a watch that ended is opened again. */
const againMs = 1_000;

/** What is followed, and who is told: of one event after the other. */
export interface FollowingParts {
  readonly link: Pick<ClusterLink, 'open'>;
  /** The address of the API servers. */
  readonly apiserver: string;
  readonly resource: string;
  readonly fieldSelector?: string;
  readonly take: (event: ObjectChanged['body']) => Promise<void>;
}

/** Follows from `start` to `stop`. */
export class Following {
  readonly #parts: FollowingParts;
  #reading: StreamReading | undefined;
  #again: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: FollowingParts) {
    this.#parts = parts;
  }

  /** Begins with what there is. */
  start(): void {
    const { link, apiserver, resource, fieldSelector } = this.#parts;
    const selected = fieldSelector === undefined ? {} : { fieldSelector };
    const body = { resource, ...selected, sendInitialEvents: true };
    this.#reading = link.open<ObjectWatch>(apiserver, 'object.watch', body);
    void this.#read(this.#reading);
  }

  /** Tells of nothing more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#again);
    this.#reading?.close();
  }

  async #read(reading: StreamReading): Promise<void> {
    for (let come = await reading.next(); come.length > 0; come = await reading.next()) {
      for (const message of come) await this.#take(message);
    }
    if (this.#isStopped) return;
    this.#again = setTimeout(() => this.start(), againMs);
    this.#again.unref();
  }

  async #take({ type, body }: Message): Promise<void> {
    const event = body as ObjectChanged['body'];
    const isChange = type === 'object.changed' && event.type !== 'ERROR' && event.type !== 'BOOKMARK';
    if (isChange && !this.#isStopped) await this.#parts.take(event);
  }
}
