/** The engine: runs any actors, in virtual time or along the wall clock, and lets them be seen, broken and replayed. */

import type { Self } from '../protocol/actor.ts';
import type { Message, Travelling } from '../protocol/message.ts';
import { arrived, Envelope, SEND } from './bus/envelope.ts';
import { isUnder } from './bus/routes.ts';
import { combinePrints } from './fingerprint/fingerprint.ts';
import { Breaking } from './host/breaking.ts';
import type { Failure } from './host/failure.ts';
import { deepFreeze } from './host/freeze.ts';
import { Host, type Statistics } from './host/host.ts';
import { type Glance, glance, type Inspection, inspect } from './host/inspection.ts';
import type { DiskSettings, Site } from './host/machines.ts';
import { type ActorSnapshot, restoreActor, snapshotActor } from './host/snapshot.ts';
import type { OutsideInput } from './inputs/deed.ts';
import { type Mark, Replay } from './inputs/replay.ts';
import { type EngineOptions, settle } from './options.ts';
import { type Puppet, type PuppetHandler, Puppets } from './puppet.ts';
import { joinRecorders, type Recorder } from './recorder.ts';
import { WallClock } from './time/wall-clock.ts';

export type { EngineOptions } from './options.ts';

/** A machine as it is now. */
export interface MachineSight {
  readonly name: string;
  readonly zone: string;
  readonly isUp: boolean;
  readonly disk: Readonly<DiskSettings>;
}

/** A run. In virtual time, time passes only in `runFor`, `runUntil` and `step`. */
export class Engine extends Breaking {
  protected readonly host: Host;
  private readonly puppets: Puppets;
  private recorders: readonly Recorder[];
  private readonly wall: WallClock | undefined;

  constructor(options: EngineOptions) {
    super();
    const { understudy } = options;
    this.host = new Host({
      ...settle(options),
      stray: understudy && ((seat) => this.puppets.stray(seat)),
      standIn: understudy && (() => this.puppets.chart),
    });
    this.puppets = new Puppets(this.host, understudy);
    this.wall = options.wall && new WallClock(this.host, options.wall);
    this.recorders = options.recorder === undefined ? [] : [options.recorder];
    this.host.recorder = joinRecorders(this.recorders);
  }

  get seed(): number | string {
    return this.host.settings.seed;
  }

  /** ms since the Unix epoch, on no machine's clock. */
  now(): number {
    return this.host.nowMs;
  }

  // The world.

  /** Says where a machine stands, so that messages to and from it take their time. */
  place(machine: string, site: Partial<Site>): void {
    this.host.enter({ do: 'place', args: [machine, site] });
    const placed = this.host.machineNamed(machine);
    placed.zone = site.zone ?? placed.zone;
    placed.rack = site.rack ?? placed.rack;
  }

  /** Sets how a machine's disk behaves. */
  setDisk(machine: string, settings: Partial<DiskSettings>): void {
    this.host.enter({ do: 'setDisk', args: [machine, settings] });
    Object.assign(this.host.machineNamed(machine).disk, settings);
  }

  /** Lets a record of a file on an actor's disk decay; whoever reads it from now on finds it damaged. @throws Error where it is not there */
  damage(address: string, file: string, place: number): void {
    this.host.enter({ do: 'damage', args: [address, file, place] });
    const { disk } = this.host.seatOf(address);
    if (disk === undefined) throw new Error(`${address} has written nothing`);
    disk.damage(file, place);
  }

  /** Starts a process; it takes its first step at once. @throws Error where one lives already, or no such kind is defined. */
  spawn(address: string, kind: string, input: unknown, options: { machine?: string } = {}): void {
    this.host.enter({ do: 'spawn', args: [address, kind, input, options] });
    const machine = options.machine === undefined ? undefined : this.host.machineNamed(options.machine);
    this.host.lives.spawnRoot(address, kind, input, machine);
    this.host.flush();
  }

  /** Ends a process as its system ends it on request: its peers see it, and nothing starts it again. */
  stop(address: string): void {
    this.host.enter({ do: 'stop', args: [address] });
    this.host.loop.betweenSteps(() => {
      const life = this.host.seats.get(address)?.life;
      if (life !== undefined) this.host.lives.end(life.root, { reason: 'stopped', isSeen: true, isTold: true });
    });
    this.host.flush();
  }

  /** Puts a puppet at an address, to take what comes there and to say anything; see `Puppet`. */
  puppet(address: string, handler?: PuppetHandler, options: { machine?: string } = {}): Puppet {
    this.host.enter({ do: 'puppet', args: [address, options.machine] });
    const machine = options.machine === undefined ? undefined : this.host.machineNamed(options.machine);
    return this.puppets.at(address, handler, machine);
  }

  /** The puppet at an address, if one ever was. */
  findPuppet(address: string): Puppet | undefined {
    return this.puppets.find(address);
  }

  /**
   * Puts a message in from outside, at this very time; recorded, so that the run can be had again.
   *
   * An answer, if any, goes to `from`: to have it, put a puppet there and let it `ask`.
   */
  inject<M extends Message>(to: string, type: M['type'], body: M['body'], options: { from?: string } = {}): void {
    this.host.enter({ do: 'inject', args: [to, type, body, options] });
    const { host } = this;
    const sender = host.seatOf(options.from ?? 'outside');
    if (host.isFreezing) deepFreeze(body);
    const envelope = new Envelope(type, body, sender.address, to, ++sender.seq, '', 0, host.nowMs, 0, 0, 0, SEND);
    host.noteSent(sender, envelope, host.seatOf(to));
    host.queue.push(host.nowUs, sender, ++sender.count, envelope, host.bus.resolve(sender, to));
    host.flush();
  }

  /** Takes what other hosts have sent; recorded, so that this host's part of the run can be had again. */
  arrive(envelopes: readonly Travelling[]): void {
    this.host.enter({ do: 'arrive', args: [envelopes] });
    for (const envelope of envelopes) this.host.bus.arrive(arrived(envelope));
    this.host.flush();
  }

  /** Takes back a question to a group that has no member on any host: who asked it hears so. */
  refuse(envelope: Travelling): void {
    this.host.enter({ do: 'refuse', args: [envelope] });
    this.host.bus.refuse(arrived(envelope));
    this.host.flush();
  }

  /** Ends what actors here have with those of another host that has ended: of these nodes and replicas (`c.node.n1`). */
  reset(owners: readonly string[]): void {
    this.host.enter({ do: 'reset', args: [owners] });
    this.host.bus.reset(owners);
    this.host.flush();
  }

  // Time.

  /** Lets so many ms pass. @throws RunFailure, LivelockError */
  runFor(ms: number): void {
    this.host.loop.runTo(this.host.nowUs + Math.round(ms * 1000));
  }

  /**
   * Runs until a time (ms since the Unix epoch) or until a condition holds, which is asked after every event; gives
   * whether it came to be. It gives up after `withinMs`, an hour unless told, or when nothing is left to happen.
   */
  runUntil(until: number | (() => boolean), options: { withinMs?: number } = {}): boolean {
    const { host } = this;
    if (typeof until === 'number') {
      host.loop.runTo(Math.round((until - host.settings.epochMs) * 1000));
      return true;
    }
    const endUs = host.nowUs + Math.round((options.withinMs ?? 3_600_000) * 1000);
    while (!until()) {
      if (host.queue.nextTime() > endUs) {
        host.loop.runTo(endUs);
        return until();
      }
      if (!host.loop.next()) return false;
    }
    return true;
  }

  /**
   * Does something after so many ms of the run's time, as a part of the run's own set-up: no input, so whoever runs it
   * again sets it up again. `who` orders it among what happens at that instant.
   */
  after(ms: number, who: string, task: () => void): void {
    const { host } = this;
    const seat = host.seatOf(who);
    host.queue.push(host.nowUs + Math.round(ms * 1000), seat, ++seat.count, { fire: () => host.script(task) }, seat);
  }

  /** Takes the next event; false when nothing is left to happen. */
  step(): boolean {
    return this.host.loop.next();
  }

  /** ms since the Unix epoch of the next event; Infinity when nothing is left to happen. */
  nextAt(): number {
    return this.host.toMs(this.host.queue.nextTime());
  }

  /**
   * Lets the run go along the wall clock until `halt`; the promise ends then, or fails as the run does.
   *
   * `behindMs` of the run's time are made up for first, as fast as it goes.
   *
   * @throws Error when the engine was made without `wall`
   */
  start(behindMs = 0): Promise<void> {
    if (this.wall === undefined) throw new Error('this engine runs in virtual time: make it with the option "wall"');
    return this.wall.start(behindMs);
  }

  /** Stops the run where it is; `start` goes on from there. */
  halt(): void {
    this.wall?.halt();
  }

  // Seeing.

  /** Tells whether a machine has power; one that nobody knows has not. */
  isUp(machine: string): boolean {
    return this.host.machines.get(machine)?.isUp === true;
  }

  /** All machines that were ever named here, sorted by name, as they are now. */
  machines(): MachineSight[] {
    const all = [...this.host.machines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return all.map(({ name, zone, isUp, disk }) => ({ name, zone, isUp, disk: { ...disk } }));
  }

  /** Takes what is due by now along the wall clock, as before an input, so that `now()` is as late as it can be. */
  catchUp(): void {
    this.host.pace?.catchUp();
  }

  /** Keeps the run, along the wall clock, from reaching a time (ms since the Unix epoch) until it is released. */
  holdAt(atMs: number): { release(): void } {
    return this.host.hold(Math.round((atMs - this.host.settings.epochMs) * 1000));
  }

  /** Looks at whatever is, or was, at an address; undefined when nothing ever was. */
  inspect(address: string): Inspection | undefined {
    return inspect(this.host, address);
  }

  /** Glances at a living actor; undefined where none lives. */
  glance(address: string): Glance | undefined {
    return glance(this.host, address);
  }

  /** How many actors live; puppets too. */
  population(): number {
    let living = 0;
    for (const { life } of this.host.seats.values()) if (life !== undefined) living++;
    return living;
  }

  /** ms of real time that the run is behind the wall clock; 0 for one that is not paced by it. */
  lagMs(): number {
    return this.wall?.lagMs() ?? 0;
  }

  /** The address of the root of the process that an actor is a part of; empty where nothing lives. */
  processOf(address: string): string {
    return this.host.seats.get(address)?.life?.root.address ?? '';
  }

  /** The door to the world of a living actor, to try its behaviour with. @throws Error where none lives */
  doorOf(address: string): Self {
    const life = this.host.seats.get(address)?.life;
    if (life === undefined) throw new Error(`nothing lives at ${address}`);
    return life;
  }

  /** The addresses of all living actors under a subject pattern, sorted; puppets too. */
  actors(pattern = '>'): string[] {
    const found: string[] = [];
    for (const seat of this.host.seats.values()) {
      if (seat.life !== undefined && isUnder(pattern, seat.address)) found.push(seat.address);
    }
    return found.sort();
  }

  /** Takes all that an actor is, as plain data. */
  snapshot(address: string): ActorSnapshot {
    return snapshotActor(this.host, address);
  }

  /** Puts an actor back as a snapshot has it, in place of the one that lives there; nobody hears of the change. */
  restore(snapshot: ActorSnapshot): void {
    this.host.enter({ do: 'unrepeatable', args: [`puts ${snapshot.address} back`] });
    restoreActor(this.host, snapshot);
  }

  /** A hash of all that was sent and received until now: 16 hexadecimal digits. */
  fingerprint(): string {
    if (!this.host.settings.isPrinting) throw new Error('this run keeps no fingerprint: leave the option on');
    return combinePrints(this.host.seats.values());
  }

  /** Exceptions of actors until now; with `onFailure: 'stop'` at most one. */
  get failures(): readonly Failure[] {
    return this.host.failures;
  }

  get statistics(): Readonly<Statistics> {
    return this.host.statistics;
  }

  /** Where the run is: how many events it has taken, the time in µs since its beginning, and its fingerprint. */
  mark(): Mark {
    return { atUs: this.host.nowUs, events: this.host.loop.taken, fingerprint: this.fingerprint() };
  }

  /** Lets the n-th sync of an actor's disk fail, as a real disk did in a run that is played again. */
  failSync(address: string, run: number, message: string): void {
    this.host.enter({ do: 'failSync', args: [address, run, message] });
    const seat = this.host.seatOf(address);
    seat.syncFailures ??= new Map();
    seat.syncFailures.set(run, message);
  }

  /** Waits for real disks to have done what they were asked, and closes them; nothing may run any more. */
  async closeDisks(): Promise<void> {
    for (const { syncs } of this.host.seats.values()) await syncs?.close();
  }

  /** Puts recorded inputs in at their places, and compares marks. @throws RunParted where this run is another one */
  replay(entries: Iterable<OutsideInput | Mark>): { inputs: number; marks: number } {
    return new Replay(this, this.host, entries).play();
  }

  /** Counts messages received by type from now on, and gives the living table. */
  countByType(): ReadonlyMap<string, number> {
    this.host.byType ??= new Map();
    return this.host.byType;
  }

  /** Lets one more recorder see the run; gives what takes it off again. */
  record(recorder: Recorder): () => void {
    this.useRecorders([...this.recorders, recorder]);
    return () => this.useRecorders(this.recorders.filter((other) => other !== recorder));
  }

  private useRecorders(recorders: readonly Recorder[]): void {
    this.recorders = recorders;
    this.host.recorder = joinRecorders(recorders);
  }
}
