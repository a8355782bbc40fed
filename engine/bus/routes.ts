/** Who subscribes what: exact subjects on the subject's seat, patterns in an index by token. */

import { matchesSubject } from '../../protocol/subjects.ts';
import type { Host } from '../host/host.ts';
import type { Life } from '../host/life.ts';
import type { Seat, Subscriber } from '../host/seat.ts';

/** A node of the pattern index: one per token, `*` and `>` among them. */
interface PatternNode {
  below: Map<string, PatternNode>;
  /** Those whose pattern ends here. */
  pattern: string;
  subscribers: Subscriber[];
}

/** All subscribers of one pattern; its queue is served by one of them. */
export interface Subscription {
  readonly pattern: string;
  readonly subscribers: readonly Subscriber[];
}

/** Keeps the subscriptions of all actors. */
export class Routes {
  private readonly host: Host;
  private readonly patterns: PatternNode = node('');
  private patternCount = 0;

  constructor(host: Host) {
    this.host = host;
  }

  /** Adds a subscription; a second one of the same pattern replaces the first. */
  subscribe(life: Life, pattern: string, isQueue: boolean): void {
    if (pattern === life.address) throw new Error(`"${pattern}" is the actor's own address: it receives there already`);
    if (life.subscriptions?.has(pattern)) this.unsubscribe(life, pattern);
    life.subscriptions ??= new Map();
    life.subscriptions.set(pattern, isQueue);
    const list = this.listFor(pattern);
    insert(list, { life, isQueue });
    if (list.length === 1) this.host.settings.uplink?.subscribe(pattern, isQueue);
    if (isWild(pattern)) this.patternCount++;
  }

  unsubscribe(life: Life, pattern: string): void {
    if (!life.subscriptions?.delete(pattern)) return;
    const list = this.listFor(pattern);
    const index = list.findIndex((subscriber) => subscriber.life === life);
    list.splice(index, 1);
    if (list.length === 0) this.host.settings.uplink?.unsubscribe(pattern);
    if (isWild(pattern)) this.patternCount--;
    // Where a group's last member lived tells whether a question to the empty group is refused or lost.
    else if (list.length === 0) this.host.seatOf(pattern).machine = life.seat.machine;
  }

  /** Ends all subscriptions of a life. */
  drop(life: Life): void {
    for (const pattern of [...(life.subscriptions?.keys() ?? [])]) this.unsubscribe(life, pattern);
  }

  /** Everybody who subscribes a subject, exactly or by a pattern; the exact one first, patterns in order of spelling. */
  find(seat: Seat): Subscription[] {
    const found: Subscription[] = [];
    if (seat.subscribers !== undefined && seat.subscribers.length > 0) {
      found.push({ pattern: seat.address, subscribers: seat.subscribers });
    }
    if (this.patternCount > 0) {
      const matching: PatternNode[] = [];
      collect(this.patterns, seat.address.split('.'), 0, matching);
      matching.sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
      found.push(...matching);
    }
    return found;
  }

  /** Tells whether anybody may subscribe a subject; cheap, and true is not certain. */
  hasAny(seat: Seat): boolean {
    return this.patternCount > 0 || (seat.subscribers !== undefined && seat.subscribers.length > 0);
  }

  private listFor(pattern: string): Subscriber[] {
    if (!isWild(pattern)) {
      const seat = this.host.seatOf(pattern);
      seat.subscribers ??= [];
      return seat.subscribers;
    }
    let at = this.patterns;
    for (const token of pattern.split('.')) {
      let next = at.below.get(token);
      if (next === undefined) {
        next = node('');
        at.below.set(token, next);
      }
      at = next;
    }
    at.pattern = pattern;
    return at.subscribers;
  }
}

function node(pattern: string): PatternNode {
  return { below: new Map(), pattern, subscribers: [] };
}

function isWild(pattern: string): boolean {
  return /(^|\.)(\*|>)(\.|$)/.test(pattern);
}

/** Keeps a list sorted by address, so that its order tells nothing of who came first. */
function insert(list: Subscriber[], subscriber: Subscriber): void {
  const at = list.findIndex((other) => other.life.address > subscriber.life.address);
  if (at < 0) list.push(subscriber);
  else list.splice(at, 0, subscriber);
}

function collect(at: PatternNode, tokens: readonly string[], depth: number, found: PatternNode[]): void {
  if (depth === tokens.length) {
    if (at.subscribers.length > 0) found.push(at);
    return;
  }
  const rest = at.below.get('>');
  if (rest !== undefined && rest.subscribers.length > 0) found.push(rest);
  const any = at.below.get('*');
  if (any !== undefined) collect(any, tokens, depth + 1, found);
  const token = tokens[depth] as string;
  const exact = at.below.get(token);
  if (exact !== undefined) collect(exact, tokens, depth + 1, found);
}

/** Tells whether a subject lies under a pattern; an exact subject is its own pattern. */
export function isUnder(pattern: string, subject: string): boolean {
  return pattern === subject || (isWild(pattern) && matchesSubject(pattern, subject));
}
