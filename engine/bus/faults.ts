/** Faults of messages and links: a function from a message to a verdict, and the verbs that make the common ones. */

import type { Message } from '../../protocol/message.ts';
import { mix, scramble } from '../fingerprint/hash.ts';
import type { Host } from '../host/host.ts';
import type { Machine } from '../host/machines.ts';
import type { Link, Seat } from '../host/seat.ts';
import type { Envelope } from './envelope.ts';
import { isUnder } from './routes.ts';

/** What becomes of a message. A delay keeps the order of its link unless the message may be overtaken. */
export type Verdict =
  | 'pass'
  | 'drop'
  | 'hold'
  | { readonly delayMs: number; readonly isOvertaken?: boolean }
  | { readonly duplicateAfterMs: number };

/** The way a message takes; machines are undefined for what stands on none. */
export interface Way {
  readonly from: Machine | undefined;
  readonly to: Machine | undefined;
  /** The actor that is to get it: for a queue group not the message's `to`. */
  readonly receiver: string;
  /** The way as it was for the sender's host, which did not know who of a group would get it; undefined on that host. */
  readonly judged?: Way;
}

/** Decides on each message between two processes; the first verdict other than `pass` counts. */
export type Fault = (message: Message, way: Way) => Verdict;

/** The ways between two sets of machines; `*` stands for all machines that are not in the other set, and for what stands on none. */
export interface Between {
  readonly a: readonly string[];
  readonly b: readonly string[];
  /** Only from a to b. */
  readonly isOneWay?: boolean;
}

/** What of the messages a fault touches; what is not told touches all. */
export interface MessageMatch {
  type?: string;
  /** Address or pattern of the sender. */
  from?: string;
  /** Address or pattern of the receiver, or of the group it was sent to. */
  to?: string;
  /** Only what goes from machine to machine there; nothing within one machine. */
  between?: Between;
  /** From 0 to 1; by the message's own id, so that one fault does not shift another's chances. */
  probability?: number;
  /** Lets the first few pass. */
  skip?: number;
  /** Touches no more than this many. */
  count?: number;
  /** ms since the Unix epoch; from then on. */
  fromMs?: number;
  /** ms since the Unix epoch; before then. */
  untilMs?: number;
}

/** A fault in force. */
export interface FaultHandle {
  /** How many messages it touched. */
  readonly touched: number;
  /** Ends it; what it holds goes on its way, in order. Gives how many it touched. */
  heal(): number;
}

interface Held {
  readonly sender: Seat;
  readonly link: Link;
  readonly envelope: Envelope;
}

class Installed implements FaultHandle {
  touched = 0;
  readonly fault: Fault;
  readonly held: Held[] = [];
  private readonly table: FaultTable;

  constructor(table: FaultTable, fault: Fault) {
    this.table = table;
    this.fault = fault;
  }

  heal(): number {
    this.table.remove(this);
    return this.touched;
  }
}

interface Cut {
  readonly a: string;
  readonly b: string;
  readonly installed: Installed;
}

/** All faults in force, in the order they came. */
export class FaultTable {
  isActive = false;
  private readonly host: Host;
  private installed: Installed[] = [];
  private cuts: Cut[] = [];
  private made = 0;

  constructor(host: Host) {
    this.host = host;
  }

  /** Puts any fault in force. */
  install(fault: Fault): FaultHandle {
    return this.add(fault);
  }

  /** Gives all messages that match a verdict. */
  match(match: MessageMatch, verdict: Verdict): FaultHandle {
    const salt = ++this.made;
    let seen = 0;
    let touched = 0;
    const isOnWay = match.between === undefined ? undefined : waysOf(match.between);
    const isMet = (message: Message, way: Way) => isOnWay?.(way) !== false && this.isMatch(match, message, way);
    return this.add((message, way) => {
      if (!isMet(message, way) || (way.judged !== undefined && isMet(message, way.judged))) return 'pass';
      if (match.probability !== undefined && !this.isByChance(match.probability, message, salt)) return 'pass';
      if (++seen <= (match.skip ?? 0) || touched >= (match.count ?? Number.POSITIVE_INFINITY)) return 'pass';
      touched++;
      return verdict;
    });
  }

  /** Cuts two machines off from each other, or one from all others (`*`); one way: only from a to b. */
  cut(a: string, b: string, isOneWay: boolean): FaultHandle {
    const isOnWay = waysOf({ a: [a], b: [b], isOneWay });
    const installed = this.add((_message, way) => (isOnWay(way) ? 'drop' : 'pass'));
    this.cuts.push({ a, b, installed });
    return installed;
  }

  /** Ends the cuts between two machines, in either order; `*` stands for any. Gives how many messages they dropped. */
  healCuts(a: string, b: string): number {
    const meant = (cut: Cut): boolean =>
      (isSame(a, cut.a) && isSame(b, cut.b)) || (isSame(a, cut.b) && isSame(b, cut.a));
    const healed = this.cuts.filter(meant);
    return healed.reduce((sum, { installed }) => sum + installed.heal(), 0);
  }

  /** Ends every fault. */
  clear(): void {
    for (const one of [...this.installed]) one.heal();
  }

  /** Takes a message through the faults and sends on what is left of it. */
  carry(sender: Seat, link: Link, envelope: Envelope, travelUs: number): void {
    const { host } = this;
    const known: Way = { from: sender.machine, to: link.to.machine, receiver: link.to.address };
    const way = sender.isElsewhere ? { ...known, judged: { ...known, to: undefined, receiver: envelope.to } } : known;
    let by: Installed | undefined;
    let verdict: Verdict = 'pass';
    for (const one of this.installed) {
      verdict = one.fault(envelope, way);
      if (verdict === 'pass') continue;
      one.touched++;
      by = one;
      break;
    }
    const atUs = host.nowUs + travelUs;
    if (by === undefined || verdict === 'pass') host.bus.deliverAt(sender, link, envelope, atUs);
    else if (verdict === 'drop') host.noteDropped(envelope, link.to, 'a fault drops it');
    else if (verdict === 'hold') by.held.push({ sender, link, envelope });
    else if ('duplicateAfterMs' in verdict) {
      host.bus.deliverAt(sender, link, envelope, atUs);
      this.overtaken(sender, link, envelope, link.lastArrivalUs + verdict.duplicateAfterMs * 1000);
    } else if (verdict.isOvertaken) this.overtaken(sender, link, envelope, atUs + verdict.delayMs * 1000);
    else host.bus.deliverAt(sender, link, envelope, atUs + Math.round(verdict.delayMs * 1000));
  }

  remove(one: Installed): void {
    this.installed = this.installed.filter((other) => other !== one);
    this.cuts = this.cuts.filter(({ installed }) => installed !== one);
    this.isActive = this.installed.length > 0;
    for (const { sender, link, envelope } of one.held.splice(0)) {
      this.host.bus.deliverAt(sender, link, envelope, this.host.nowUs);
    }
    this.host.recorder?.fault?.(`healed after ${one.touched} messages`, this.host.nowMs);
  }

  private add(fault: Fault): Installed {
    const one = new Installed(this, fault);
    this.installed.push(one);
    this.isActive = true;
    return one;
  }

  /** Delivers outside of its link's order. */
  private overtaken(sender: Seat, link: Link, envelope: Envelope, atUs: number): void {
    this.host.queue.push(Math.round(atUs), sender, ++sender.count, envelope, link.to);
  }

  private isMatch(match: MessageMatch, message: Message, { receiver }: Way): boolean {
    if (match.type !== undefined && match.type !== message.type) return false;
    if (match.from !== undefined && !isUnder(match.from, message.from)) return false;
    if (match.to !== undefined && !isUnder(match.to, receiver) && !isUnder(match.to, message.to)) return false;
    const { nowMs } = this.host;
    return nowMs >= (match.fromMs ?? Number.NEGATIVE_INFINITY) && nowMs < (match.untilMs ?? Number.POSITIVE_INFINITY);
  }

  private isByChance(probability: number, message: Message, salt: number): boolean {
    const { seed } = this.host;
    const sender = this.host.seatOf(message.from);
    const drawn = scramble(mix(mix(mix(seed.low ^ salt, sender.low), sender.high ^ seed.high), message.seq));
    return (drawn >>> 0) / 4294967296 < probability;
  }
}

function within(names: ReadonlySet<string>, others: ReadonlySet<string>): (machine: Machine | undefined) => boolean {
  const isRest = names.has('*');
  return (machine) => {
    if (machine === undefined) return isRest;
    return names.has(machine.name) || (isRest && !others.has(machine.name));
  };
}

/** Makes what tells whether a way is one between two sets of machines. */
function waysOf({ a, b, isOneWay = false }: Between): (way: Way) => boolean {
  const [inA, inB] = [new Set(a), new Set(b)];
  const [isAtA, isAtB] = [within(inA, inB), within(inB, inA)];
  return ({ from, to }) => {
    if (from === to) return false;
    return (isAtA(from) && isAtB(to)) || (!isOneWay && isAtB(from) && isAtA(to));
  };
}

function isSame(wanted: string, name: string): boolean {
  return wanted === '*' || wanted === name;
}
