/** The document where it is kept: read, and changed by whoever saw it as it is now. */

import { JetStreamApiError } from '@nats-io/jetstream';
import { type Buckets, documentKey, noCluster } from './buckets.ts';
import type { ClusterDocument } from './document.ts';
import { HostsError } from './hosts-error.ts';
import { natsTrouble } from './nats-trouble.ts';

/** The document as it was at a revision. */
export interface Version {
  readonly document: ClusterDocument;
  /** Counts up with each change; NATS's own. */
  readonly revision: number;
}

/** A change was made to another revision than the one that is there. */
const wrongRevision = [10071, 10164];
/** How often a change is tried again when others changed the document meanwhile; each time at least one of them succeeds. */
const triesMax = 1000;
/** ms between two tries, at most; drawn, so that those who collide part. */
const pauseMs = 25;

/** How often NATS may leave a change without an answer. */
const unansweredMax = 3;

/** A cluster's document in NATS. */
export class Placement {
  readonly #buckets: Buckets;

  constructor(buckets: Buckets) {
    this.#buckets = buckets;
  }

  /** Reads it; undefined where there is none. @throws HostsError where NATS does not answer */
  async find(): Promise<Version | undefined> {
    const { placement, connection, cluster } = this.#buckets;
    try {
      const entry = await placement.get(documentKey);
      if (entry === null || entry.operation !== 'PUT') return undefined;
      return { document: entry.json<ClusterDocument>(), revision: entry.revision };
    } catch (error) {
      throw natsTrouble(error, connection, `reading the document of cluster ${cluster}`);
    }
  }

  /** Reads it. @throws HostsError where there is none, or NATS does not answer */
  async read(): Promise<Version> {
    const found = await this.find();
    if (found === undefined) throw noCluster(this.#buckets.connection, this.#buckets.cluster);
    return found;
  }

  /** Writes the first one; undefined when somebody else has. @throws HostsError */
  async found(document: ClusterDocument): Promise<Version | undefined> {
    return this.#write(() => this.#buckets.placement.create(documentKey, JSON.stringify(document)), document);
  }

  /** Writes one in the place of the revision it was made of; undefined when that is not the last one any more. @throws HostsError */
  async replace(document: ClusterDocument, revision: number): Promise<Version | undefined> {
    return this.#write(() => this.#buckets.placement.update(documentKey, JSON.stringify(document), revision), document);
  }

  /**
   * Makes a change, again each time somebody else was faster, until it is made or refused. `change` is given the latest
   * document, and what it throws is thrown; one that gives the same document back changes nothing. It may be given one
   * that it has changed already, where NATS did not say so.
   */
  async change(change: (document: ClusterDocument) => ClusterDocument | Promise<ClusterDocument>): Promise<Version> {
    let unanswered = 0;
    for (let tries = 0; tries < triesMax; tries++) {
      const before = await this.read();
      const document = await change(before.document);
      if (document === before.document) return before;
      try {
        const after = await this.replace(document, before.revision);
        if (after !== undefined) return after;
      } catch (error) {
        // It may be written all the same: whoever changes it looks again.
        if (!isUnanswered(error) || ++unanswered >= unansweredMax) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * pauseMs));
    }
    const { cluster } = this.#buckets;
    throw new HostsError('nats', `cluster ${cluster}`, 'is changed by others all the time', 'try again');
  }

  async #write(write: () => Promise<number>, document: ClusterDocument): Promise<Version | undefined> {
    const { connection, cluster } = this.#buckets;
    try {
      return { document, revision: await write() };
    } catch (error) {
      if (error instanceof JetStreamApiError && wrongRevision.includes(error.code)) return undefined;
      throw natsTrouble(error, connection, `writing the document of cluster ${cluster}`);
    }
  }
}

function isUnanswered(error: unknown): boolean {
  return error instanceof HostsError && error.cause instanceof Error && error.cause.name === 'TimeoutError';
}
