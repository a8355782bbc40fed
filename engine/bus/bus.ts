/** The bus in memory: takes each envelope from its sender to its receiver, late as the link is, or not at all. */

import { digestOf } from '../fingerprint/fingerprint.ts';
import { deepFreeze } from '../host/freeze.ts';
import type { Host } from '../host/host.ts';
import type { Life } from '../host/life.ts';
import type { Link, Seat, Subscriber } from '../host/seat.ts';
import { splitRandom } from '../random.ts';
import { ASK, CONTROL, Envelope, OPEN, PUBLISHED, PUSH, type Role } from './envelope.ts';
import { baseUs, jitterUs, type LatencyModel } from './latency.ts';
import { refused, resetRequests } from './requests.ts';
import { cancelBack, resetReading } from './stream-reading.ts';
import { refuseStream, resetServing } from './stream-serving.ts';
import { keepAlive } from './stream-words.ts';

/** Salts a link's random stream apart from the actors' own. */
const linkSalt = 0x6c696e6b;

/** Routes by address; see the streams and requests for what is said between hosts. */
export class Bus {
  private readonly host: Host;
  private readonly latency: LatencyModel;
  private readonly hasJitter: boolean;

  constructor(host: Host, latency: LatencyModel) {
    this.host = host;
    this.latency = latency;
    this.hasJitter = latency.jitter > 0;
  }

  /** Makes an envelope of what an actor says, and posts it. */
  send(
    life: Life,
    to: string,
    type: string,
    body: unknown,
    role: Role,
    request: number,
    stream: number,
    place: number,
  ): Envelope {
    const { host } = this;
    const { seat } = life;
    if (!life.isLiving) throw new Error(`${life.address} has ended: it cannot send "${type}" any more`);
    if (host.isFreezing) deepFreeze(body);
    const envelope = new Envelope(
      type,
      body,
      seat.address,
      to,
      ++seat.seq,
      host.causeFrom,
      host.causeSeq,
      host.nowMs,
      request,
      stream,
      place,
      role,
    );
    this.post(seat, envelope);
    return envelope;
  }

  /** Says something from host to host; no actor sees it, and the sender may have ended. */
  control(from: Seat, to: string, type: string, stream: number, place: number, body: unknown, request = 0): void {
    const { causeFrom, causeSeq, nowMs } = this.host;
    const { address } = from;
    this.post(
      from,
      new Envelope(type, body, address, to, ++from.seq, causeFrom, causeSeq, nowMs, request, stream, place, CONTROL),
    );
  }

  /** Finds the receiver of an envelope and sends it there. */
  post(sender: Seat, envelope: Envelope): void {
    const { host } = this;
    const link = this.linkTo(sender, envelope.to);
    host.noteSent(sender, envelope, link.to);
    if (link.to.life === undefined && host.routes.hasAny(link.to)) {
      const chosen = this.choose(sender, link);
      this.carry(sender, chosen === undefined ? link : this.linkTo(sender, chosen.life.address), envelope);
      return;
    }
    this.carry(sender, link, envelope);
  }

  /**
   * Sends to all who subscribe a subject: every ordinary subscriber, one of each queue. Of a queue with members on several
   * hosts, one on this host and one of the others get it.
   */
  publish(life: Life, subject: string, type: string, body: unknown): void {
    const { host } = this;
    const { seat } = life;
    const { causeFrom, causeSeq, nowMs } = host;
    if (host.isFreezing) deepFreeze(body);
    const { address } = seat;
    const envelope = new Envelope(
      type,
      body,
      address,
      subject,
      ++seat.seq,
      causeFrom,
      causeSeq,
      nowMs,
      0,
      0,
      0,
      PUBLISHED,
    );
    const link = this.linkTo(seat, subject);
    host.noteSent(seat, envelope, link.to);
    if (link.to.life !== undefined || link.to.isElsewhere) this.carry(seat, link, envelope);
    this.spread(seat, link, envelope);
  }

  /** Takes what another host has sent: to who lives there, one of its group, or all who subscribe it. */
  arrive(envelope: Envelope): void {
    const { host } = this;
    const sender = host.seatOf(envelope.from);
    const link = this.linkTo(sender, envelope.to);
    if (host.settings.isPrinting) envelope.digest = digestOf(sender, envelope, link.to);
    if (envelope.role === PUBLISHED) {
      if (link.to.life !== undefined) this.deliverAt(sender, link, envelope, host.nowUs);
      this.spread(sender, link, envelope);
    } else if (!link.to.isElsewhere) this.deliverAt(sender, link, envelope, host.nowUs);
    else {
      const member = host.routes.hasAny(link.to) ? this.choose(sender, link) : undefined;
      if (member === undefined) host.noteDropped(envelope, link.to, 'it is on another host');
      else this.take(sender, this.linkTo(sender, member.life.address), envelope);
    }
  }

  /** Takes what came to a group: only here is known which machine it has come to, and so whether a fault is on its way. */
  private take(sender: Seat, link: Link, envelope: Envelope): void {
    const { host } = this;
    if (host.faults.isActive) host.faults.carry(sender, link, envelope, 0);
    else this.deliverAt(sender, link, envelope, host.nowUs);
  }

  /** Tells an actor of this host that no host has a member of the group it asked. */
  refuse(envelope: Envelope): void {
    const { host } = this;
    const group = host.seatOf(envelope.to);
    host.setCause(envelope.from, envelope.seq);
    if (envelope.role === ASK) this.control(group, envelope.from, refused, 0, 0, undefined, envelope.request);
    else if (envelope.role === OPEN) refuseStream(host, group, envelope);
    host.setCause('', 0);
  }

  /**
   * Ends what actors here have with those of owners that are gone, as a system resets connections to a process that has
   * ended: `c.node.n1` is all of that node.
   */
  reset(owners: readonly string[]): void {
    const gone = new Set(owners);
    const isGone = (address: string) =>
      gone.has(address.split('.', 3).join('.')) || gone.has(address.split('.', 4).join('.'));
    for (const { life } of this.host.seats.values()) {
      if (life === undefined) continue;
      resetReading(life, isGone);
      resetServing(life, isGone);
      resetRequests(life, isGone);
    }
  }

  private spread(seat: Seat, link: Link, envelope: Envelope): void {
    const { host } = this;
    for (const { subscribers } of host.routes.find(link.to)) {
      const queue = subscribers.filter((one) => one.isQueue);
      for (const one of subscribers) {
        if (!one.isQueue) this.carry(seat, this.linkTo(seat, one.life.address), envelope);
      }
      if (queue.length > 0) this.carry(seat, this.linkTo(seat, this.pick(seat, link, queue).life.address), envelope);
    }
  }

  /** The receiver of an input from outside: who lives there, or one of its group. */
  resolve(sender: Seat, to: string): Seat {
    const link = this.linkTo(sender, to);
    if (link.to.life !== undefined || !this.host.routes.hasAny(link.to)) return link.to;
    return this.choose(sender, link)?.life.seat ?? link.to;
  }

  /** Tells those who wait that nothing lives at an address, as a machine that is up refuses a connection. */
  bounce(envelope: Envelope, seat: Seat): void {
    const { host } = this;
    const machine = host.machineOf(seat);
    if (machine !== undefined && !machine.isUp) {
      host.noteDropped(envelope, seat, 'its machine is off');
      return;
    }
    host.noteDropped(envelope, seat, 'nothing lives there');
    host.setCause(envelope.from, envelope.seq);
    if (envelope.role === ASK) this.control(seat, envelope.from, refused, 0, 0, undefined, envelope.request);
    else if (envelope.role === OPEN) refuseStream(host, seat, envelope);
    else if (envelope.role === PUSH || envelope.type === keepAlive) cancelBack(host, seat, envelope);
  }

  /** Sends an envelope away that nothing delays any more. */
  leave(envelope: Envelope): void {
    this.host.settings.uplink?.send(envelope);
  }

  private carry(sender: Seat, link: Link, envelope: Envelope): void {
    const { host } = this;
    const seat = link.to;
    if (sender.life !== undefined && seat.life !== undefined && sender.life.root === seat.life.root) {
      host.enqueueLocal(envelope, seat);
      return;
    }
    const isAway = seat.isElsewhere;
    // The real network takes its time; what a fault has delayed goes first.
    if (isAway && !host.faults.isActive && link.lastArrivalUs < host.nowUs) {
      this.leave(envelope);
      return;
    }
    const travelUs = isAway ? 0 : this.travelUs(sender, link);
    if (host.faults.isActive) host.faults.carry(sender, link, envelope, travelUs);
    else this.deliverAt(sender, link, envelope, host.nowUs + travelUs);
  }

  /** Puts an envelope in the queue, no earlier than what went before it on its link. */
  deliverAt(sender: Seat, link: Link, envelope: Envelope, atUs: number): void {
    const arrivalUs = Math.max(atUs, link.lastArrivalUs);
    link.lastArrivalUs = arrivalUs;
    this.host.queue.push(arrivalUs, sender, ++sender.count, envelope, link.to);
  }

  /** Draws how long a message travels a link. */
  private travelUs(sender: Seat, link: Link): number {
    const to = link.to.machine;
    if (link.baseUs < 0 || link.fromMachine !== sender.machine || link.toMachine !== to) {
      link.fromMachine = sender.machine;
      link.toMachine = to;
      link.baseUs = baseUs(this.latency, sender.machine, to);
    }
    if (!this.hasJitter) return link.baseUs;
    return link.baseUs + jitterUs(link.baseUs, this.latency.jitter, this.randomOf(sender, link));
  }

  private linkTo(sender: Seat, to: string): Link {
    const known = sender.knownLink(to);
    if (known !== undefined) return known;
    if (typeof to !== 'string' || to === '') throw new Error(`${sender.address} sends to no address: ${String(to)}`);
    return sender.addLink(this.host.seatOf(to));
  }

  private randomOf(sender: Seat, link: Link): NonNullable<Link['random']> {
    link.random ??= splitRandom(
      this.host.seed,
      sender.low ^ Math.imul(link.to.high, 3),
      sender.high ^ Math.imul(link.to.low, 5),
      linkSalt + sender.incarnation,
    );
    return link.random;
  }

  /** Chooses the one of a subject's subscribers that gets what is sent there; a queue's member before any other. */
  private choose(sender: Seat, link: Link): Subscriber | undefined {
    const exact = link.to.subscribers;
    if (exact !== undefined && exact.length > 0) return this.pick(sender, link, preferQueue(exact));
    const found = this.host.routes.find(link.to);
    const served = found.find(({ subscribers }) => subscribers.some((one) => one.isQueue)) ?? found[0];
    return served && this.pick(sender, link, preferQueue(served.subscribers));
  }

  private pick(sender: Seat, link: Link, among: readonly Subscriber[]): Subscriber {
    const index = among.length === 1 ? 0 : this.randomOf(sender, link).below(among.length);
    return among[index] as Subscriber;
  }
}

/** Those of a queue, when there are any; the list itself in the usual case that all are alike. */
function preferQueue(subscribers: readonly Subscriber[]): readonly Subscriber[] {
  const first = subscribers[0]?.isQueue;
  if (subscribers.every((one) => one.isQueue === first)) return subscribers;
  return subscribers.filter((one) => one.isQueue);
}
