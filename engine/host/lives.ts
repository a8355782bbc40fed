/** Births and deaths: processes and their attached actors, crashes, restarts, machines going off and on. */

import type { StopReason } from '../../protocol/actor.ts';
import type { ActorEnded } from '../../protocol/messages/host.ts';
import { told } from '../bus/envelope.ts';
import { endReading } from '../bus/stream-reading.ts';
import { endServing } from '../bus/stream-serving.ts';
import type { Chart } from '../stepper/chart.ts';
import { deepFreeze } from './freeze.ts';
import type { Host } from './host.ts';
import { Life } from './life.ts';
import type { Machine } from './machines.ts';
import type { Seat } from './seat.ts';
import type { Due } from './timer.ts';

/** µs until a parent process hears that a child process has ended; its system tells it, so never lost. */
const childEndUs = 50;

/** How an actor ends, and who hears of it. */
interface Ending {
  reason: StopReason;
  /** Peers see its streams close, as a system closes the connections of a dead process. */
  isSeen: boolean;
  /** Its parent gets `actor.ended`. */
  isTold: boolean;
  error?: string;
}

/** What an address is to be given life with. */
interface Birthright {
  kind: string;
  input: unknown;
  machine: Machine | undefined;
  parent: string;
  isDetached: boolean;
  isRoot: boolean;
}

/** Waits for the step in which an actor was spawned to end, and starts it. */
class Start implements Due {
  private readonly life: Life;
  private readonly input: unknown;
  private readonly causeFrom: string;
  private readonly causeSeq: number;

  constructor(life: Life, input: unknown) {
    this.life = life;
    this.input = input;
    this.causeFrom = life.host.causeFrom;
    this.causeSeq = life.host.causeSeq;
  }

  fire(): void {
    const { life } = this;
    if (!life.isLiving) return;
    life.host.setCause(this.causeFrom, this.causeSeq);
    life.host.loop.start(life, this.input);
  }
}

/** Begins and ends all lives. */
export class Lives {
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** Starts a process from outside. */
  spawnRoot(address: string, kind: string, input: unknown, machine: Machine | undefined): Life {
    const seat = this.host.seatOf(address);
    return this.bear(seat, { kind, input, machine, parent: '', isDetached: true, isRoot: true }, undefined);
  }

  /** Starts an actor for another, on the same machine: in its process, or detached in one of its own. */
  spawnChild(parent: Life, address: string, kind: string, input: unknown, isDetached: boolean): Life {
    const seat = this.host.seatOf(address);
    const { machine } = parent.seat;
    const right = { kind, input, machine, parent: parent.address, isDetached, isRoot: false };
    return this.bear(seat, right, isDetached ? undefined : parent);
  }

  /** Gives a seat a life, which starts when the running step has ended. */
  private bear(seat: Seat, right: Birthright, above: Life | undefined): Life {
    const { host } = this;
    const { kind, input, machine } = right;
    if (seat.life !== undefined) throw new Error(`an actor lives at ${seat.address} already (a ${seat.kind})`);
    if (machine !== undefined && !machine.isUp) throw new Error(`${seat.address} cannot start: ${machine.name} is off`);
    const chart = host.chartFor(kind);
    if (host.isFreezing) deepFreeze(input);
    const memory = chart.definition.memory(input);
    Object.assign(seat, right);
    seat.incarnation++;
    if (right.isRoot) host.knowNode(seat);
    const life = this.seatLife(seat, chart, memory, above);
    host.enqueueLocal(new Start(life, input), seat);
    this.host.recorder?.spawned?.(
      {
        address: seat.address,
        kind,
        incarnation: seat.incarnation,
        machine: machine?.name ?? '',
        parent: seat.parent,
        isDetached: seat.isDetached,
        input,
      },
      host.nowMs,
    );
    return life;
  }

  /** Puts another life in a seat, without its start and without a word; the children of the old one are its own. */
  replace(seat: Seat, kind: string, memory: unknown, incarnation: number): Life {
    const old = seat.life;
    seat.kind = kind;
    seat.incarnation = Math.max(seat.incarnation, incarnation);
    if (old !== undefined) {
      old.isLiving = false;
      this.clear(old, false);
      old.above?.children?.delete(old);
    }
    const life = this.seatLife(seat, this.host.chartFor(kind), memory, old?.above);
    life.children = old?.children;
    for (const child of life.children ?? []) child.above = life;
    for (const one of this.treeOf(life)) one.root = life.root;
    return life;
  }

  /** The seats of all actors of a process. */
  processOf(root: Life): Seat[] {
    return this.treeOf(root).map((life) => life.seat);
  }

  private treeOf(life: Life): Life[] {
    const all: Life[] = [life];
    for (let i = 0; i < all.length; i++) all.push(...((all[i] as Life).children ?? []));
    return all;
  }

  /** Makes the record of a life and puts it in its seat. */
  private seatLife(seat: Seat, chart: Chart, memory: unknown, above: Life | undefined): Life {
    const life = new Life(this.host, seat, chart, memory, above);
    seat.life = life;
    if (above !== undefined) {
      above.children ??= new Set();
      above.children.add(life);
    }
    return life;
  }

  /** Ends a child at its parent's word, without telling the parent what it knows. */
  stopChild(parent: Life, address: string): void {
    const seat = this.host.seats.get(address);
    const life = seat?.life;
    if (life === undefined) return;
    if (life !== parent && life.parent !== parent.address) {
      throw new Error(`${parent.address} may stop only what it spawned, not ${address} (spawned by "${life.parent}")`);
    }
    this.host.loop.whenStepped(life, () =>
      this.end(life, { reason: 'stopped', isSeen: true, isTold: life === parent }),
    );
  }

  /** Ends an actor that has reached a top-level final state. */
  finish(life: Life): void {
    this.end(life, { reason: 'done', isSeen: true, isTold: true });
  }

  /** Kills a process. Its parent is told, unless nobody is to see it. */
  crash(root: Life, isSeen: boolean, error?: string): void {
    const ending: Ending = { reason: 'crashed', isSeen, isTold: isSeen };
    if (error !== undefined) ending.error = error;
    this.end(root, ending);
  }

  /** Starts again what was spawned at an address, as the next life. */
  restart(seat: Seat): Life {
    if (seat.incarnation === 0) throw new Error(`nothing was ever spawned at ${seat.address}`);
    if (!seat.isDetached) throw new Error(`${seat.address} is a part of ${seat.parent}'s process: restart that one`);
    if (seat.life !== undefined) this.crash(seat.life.root, true);
    const { kind, input, machine, parent, isDetached } = seat;
    return this.bear(seat, { kind, input, machine, parent, isDetached, isRoot: parent === '' }, undefined);
  }

  /** Lets all processes of a machine die without a word, and loses what their disks had not synced. */
  powerOff(machine: Machine): void {
    machine.isUp = false;
    for (const seat of this.seatsOn(machine)) {
      const root = seat.life?.root;
      if (root !== undefined) this.end(root, { reason: 'crashed', isSeen: false, isTold: false });
      this.host.losePower(seat);
    }
  }

  /** Starts again what the host had spawned on a machine. */
  powerOn(machine: Machine): void {
    machine.isUp = true;
    machine.boot(this.host.nowMs);
    for (const seat of this.seatsOn(machine)) if (seat.isRoot && seat.life === undefined) this.restart(seat);
  }

  /** Everything that ever lived on a machine, in order of address. */
  private seatsOn(machine: Machine): Seat[] {
    const seats = [...this.host.seats.values()].filter((seat) => seat.machine === machine);
    return seats.sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  /** Ends an actor with all that is attached to it. */
  end(life: Life, ending: Ending): void {
    if (!life.isLiving) return;
    const { host } = this;
    const all = this.treeOf(life);
    life.above?.children?.delete(life);
    for (const one of all) {
      one.isLiving = false;
      one.seat.life = undefined;
    }
    for (const one of all) this.clear(one, ending.isSeen);
    if (life.root === life && life.seat.isRoot && ending.reason !== 'crashed') life.seat.isRoot = false;
    if (ending.isTold && life.parent !== '') this.tellParent(life, ending);
    for (const one of all) {
      host.recorder?.ended?.(one.address, one.definition.kind, ending.reason, ending.error, host.nowMs);
    }
  }

  private clear(life: Life, isSeen: boolean): void {
    for (const timer of life.timers?.values() ?? []) timer.disarm();
    for (const pending of life.pending?.values() ?? []) pending.disarm();
    endReading(life, isSeen);
    endServing(life, isSeen);
    this.host.routes.drop(life);
    life.seat.disk?.crash();
    life.seat.dropLinks();
    life.raised.length = 0;
  }

  private tellParent(life: Life, { reason, error }: Ending): void {
    const { host } = this;
    const { seat } = life;
    const body: ActorEnded['body'] = { address: seat.address, kind: seat.kind, reason };
    if (error !== undefined) body.error = error;
    const { causeFrom, causeSeq, nowMs } = host;
    const { address: from } = seat;
    const news = told({ type: 'actor.ended', body, from, to: life.parent, causeFrom, causeSeq, atMs: nowMs });
    const parent = host.seatOf(life.parent);
    if (life.above !== undefined) host.enqueueLocal(news, parent);
    else host.queue.push(host.nowUs + childEndUs, seat, ++seat.count, news, parent);
  }
}
