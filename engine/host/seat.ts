/** What stays of an address when the actor there ends: its counts, its disk, its fingerprint. */

import type { SimulatedDisk } from '../disk/disk.ts';
import type { FolderSyncs } from '../disk/folder-syncs.ts';
import { highHash, key53, lowHash } from '../fingerprint/hash.ts';
import type { Random } from '../random.ts';
import type { Sender } from '../time/event-queue.ts';
import type { Life } from './life.ts';
import type { Machine } from './machines.ts';

/** The way from one address to another: its jitter, and when its last message arrives. */
export class Link {
  readonly to: Seat;
  /** Made at the first draw. */
  random: Random | undefined;
  /** µs; no later message arrives earlier. */
  lastArrivalUs = Number.NEGATIVE_INFINITY;
  /** The machines that `baseUs` was reckoned for. */
  fromMachine: Machine | undefined;
  toMachine: Machine | undefined;
  /** -1 until reckoned. */
  baseUs = -1;

  constructor(to: Seat) {
    this.to = to;
  }
}

/** One that subscribes a subject, and how. */
export interface Subscriber {
  readonly life: Life;
  readonly isQueue: boolean;
}

/** An address; at most one actor at a time lives at it. */
export class Seat implements Sender {
  readonly address: string;
  readonly low: number;
  readonly high: number;
  readonly key: number;
  /** It belongs to another host: nobody lives here. */
  readonly isElsewhere: boolean;

  /** Orders what it puts in the event queue. */
  count = 0;
  /** Numbers what it sends, over all lives. */
  seq: number;
  /** Numbers its requests and the streams it opens, over all lives, so that a late answer finds no one else's place. */
  numbers: number;
  /** Counts its lives. */
  incarnation = 0;

  life: Life | undefined;
  /** Where it lives, or lived last. */
  machine: Machine | undefined;
  kind = '';
  input: unknown;
  /** The address of the actor that spawned it; empty for one spawned by the host. */
  parent = '';
  isDetached = true;
  /** Started by the host, so a machine that is powered on starts it again. */
  isRoot = false;

  disk: SimulatedDisk | undefined;
  /** What makes its disk durable in a real folder, where it has one. */
  syncs: FolderSyncs | undefined;
  /** Syncs that are to fail, as they did in the run that is played again: by their number, with the system's words. */
  syncFailures: Map<number, string> | undefined;
  /** Those who subscribe this very subject; undefined when none ever did. */
  subscribers: Subscriber[] | undefined;

  private links: Map<string, Link> | undefined;
  private lastLink: Link | undefined;

  /** The fingerprint's two running hashes. */
  printA: number;
  printB: number;

  /** `numbersFrom`: after which it numbers what it sends and asks; an earlier process may have used those up to there. */
  constructor(address: string, isElsewhere = false, numbersFrom = 0) {
    this.address = address;
    this.isElsewhere = isElsewhere;
    this.seq = numbersFrom;
    this.numbers = numbersFrom;
    this.low = lowHash(address);
    this.high = highHash(address);
    this.key = key53(this.low, this.high);
    this.printA = this.low;
    this.printB = this.high;
  }

  /** The link to an address that it already has. */
  knownLink(to: string): Link | undefined {
    const last = this.lastLink;
    if (last !== undefined && last.to.address === to) return last;
    const link = this.links?.get(to);
    if (link !== undefined) this.lastLink = link;
    return link;
  }

  addLink(to: Seat): Link {
    const link = new Link(to);
    this.links ??= new Map();
    this.links.set(to.address, link);
    this.lastLink = link;
    return link;
  }

  /** Forgets its links: a new life opens new connections. */
  dropLinks(): void {
    this.links = undefined;
    this.lastLink = undefined;
  }
}
