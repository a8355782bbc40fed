/** What all parts of the engine share: the addresses, the machines, the time, and what is kept of a run. */

import type { ActorDefinition, Disk, FileName } from '../../protocol/actor.ts';
import { nodeOf } from '../../protocol/subjects.ts';
import { Bus } from '../bus/bus.ts';
import { CONTROL, type Envelope } from '../bus/envelope.ts';
import { FaultTable } from '../bus/faults.ts';
import type { LatencyModel } from '../bus/latency.ts';
import { Routes } from '../bus/routes.ts';
import type { Uplink } from '../bus/uplink.ts';
import { type DiskWatch, SimulatedDisk } from '../disk/disk.ts';
import { DiskFolder } from '../disk/folder.ts';
import { FolderSyncs } from '../disk/folder-syncs.ts';
import { SyncRun } from '../disk/sync-run.ts';
import { printSent } from '../fingerprint/fingerprint.ts';
import type { Deed, Hearing } from '../inputs/deed.ts';
import { type Seed, seedOf, splitRandom } from '../random.ts';
import type { Recorder } from '../recorder.ts';
import type { Chart, ChartMaker } from '../stepper/chart.ts';
import { EventQueue } from '../time/event-queue.ts';
import type { Failure } from './failure.ts';
import { deepFreeze } from './freeze.ts';
import type { Life } from './life.ts';
import { Lives } from './lives.ts';
import { Loop } from './loop.ts';
import { Machine } from './machines.ts';
import { Seat } from './seat.ts';
import type { Due, Timer } from './timer.ts';
import { Trail } from './trail.ts';

/** What lies on an actor's disk when the run begins: in a real folder, which then keeps it, or as data. */
export type StoredDisk = DiskFolder | ReadonlyMap<FileName, readonly unknown[]>;

/** What a host is made of; the engine's options, all decided. */
export interface HostSettings {
  seed: number | string;
  definitions: readonly ActorDefinition[];
  charts: ChartMaker;
  epochMs: number;
  latency: LatencyModel;
  isFreezing: boolean;
  isPrinting: boolean;
  onFailure: 'stop' | 'crash';
  boots: number;
  /** The way to other hosts; undefined where there are none. */
  uplink: Uplink | undefined;
  /** Messages, requests and streams are numbered after it. */
  numbersFrom: number;
  disks: ((address: string) => StoredDisk | undefined) | undefined;
  eventsPerInstantMax: number;
  /** Plays a kind that no definition has; undefined refuses it. */
  standIn: (() => Chart) | undefined;
  /** Lets somebody live where a message came and nobody lives; undefined lets it bounce. */
  stray: ((seat: Seat) => Life | undefined) | undefined;
}

/** Counts of a run. */
export interface Statistics {
  /** Messages that reached an actor, in a process or between two, and what hosts told. */
  messages: number;
  /** Events that actors were stepped with: messages, timers, raised ones. */
  steps: number;
  timers: number;
  dropped: number;
}

/** Salts what a power loss leaves half written apart from the actors' own streams. */
const tearSalt = 0x74656172;

/** The shared heart of one engine; every part of it holds it, and nothing outside does. */
export class Host {
  readonly settings: HostSettings;
  readonly seed: Seed;
  /** Some process was paused in this run, and may still be. */
  hasPaused = false;
  readonly isFreezing: boolean;
  readonly queue = new EventQueue<Envelope | Due, Seat>();
  readonly seats = new Map<string, Seat>();
  readonly machines = new Map<string, Machine>();
  readonly routes = new Routes(this);
  readonly faults = new FaultTable(this);
  readonly lives = new Lives(this);
  readonly bus: Bus;
  readonly loop: Loop;
  readonly statistics: Statistics = { messages: 0, steps: 0, timers: 0, dropped: 0 };
  readonly failures: Failure[] = [];
  readonly trail = new Trail();
  recorder: Recorder | undefined;
  /** What paces the run along the wall clock; undefined in virtual time. */
  pace: { readonly isRunning: boolean; catchUp(): void; hurry(): void } | undefined;
  /** µs; the run must not come to this time yet. */
  heldUs = Number.POSITIVE_INFINITY;
  private readonly holds = new Set<{ atUs: number }>();
  /** What is done now is the run's own set-up. */
  private isScripted = false;
  /** The message that a puppet is taking. */
  hearing: Hearing | undefined;
  /** Counted by type when asked for. */
  byType: Map<string, number> | undefined;

  /** µs since the run's beginning. */
  nowUs = 0;
  /** ms since the Unix epoch. */
  nowMs: number;
  /** The id of what makes be sent what is sent now; empty for the outside. */
  causeFrom = '';
  causeSeq = 0;

  private readonly charts = new Map<string, Chart>();
  /** The machine of each node, by the beginning of the addresses that are on it. */
  private readonly nodeMachines = new Map<string, Machine>();

  constructor(settings: HostSettings) {
    this.settings = settings;
    this.seed = seedOf(settings.seed);
    this.isFreezing = settings.isFreezing;
    this.bus = new Bus(this, settings.latency);
    this.loop = new Loop(this);
    this.nowMs = settings.epochMs;
  }

  setNow(us: number): void {
    this.nowUs = us;
    this.nowMs = this.settings.epochMs + us / 1000;
  }

  setCause(from: string, seq: number): void {
    this.causeFrom = from;
    this.causeSeq = seq;
  }

  /** ms since the Unix epoch of µs since the run's beginning. */
  toMs(us: number): number {
    return this.settings.epochMs + us / 1000;
  }

  /** Has something taken right after the running step: what is said within a process, or told by its host. */
  enqueueLocal(what: Envelope | Due, seat: Seat): void {
    this.loop.enqueueLocal(what, seat);
  }

  fireTimer(timer: Timer): void {
    this.loop.fireTimer(timer);
  }

  /** Lets happen what is due, before something comes from outside, and has it recorded. */
  enter(deed: Deed): void {
    this.pace?.catchUp();
    this.note(deed);
  }

  /** Does what the run's own set-up does; no input from outside. */
  script(task: () => void): void {
    const before = this.isScripted;
    this.isScripted = true;
    try {
      task();
    } finally {
      this.isScripted = before;
    }
  }

  /** Has recorded what comes from outside. */
  note(deed: Deed): void {
    if (this.recorder?.input === undefined || this.isScripted) return;
    const place = { atUs: this.nowUs, events: this.loop.taken, deed };
    this.recorder.input(this.hearing === undefined ? place : { ...place, during: this.hearing });
  }

  /** Takes what has come from outside. */
  flush(): void {
    this.loop.flush();
    this.pace?.hurry();
  }

  seatOf(address: string): Seat {
    const known = this.seats.get(address);
    if (known !== undefined) return known;
    const seat = this.makeSeat(address);
    this.seats.set(address, seat);
    return seat;
  }

  private makeSeat(address: string): Seat {
    const { uplink, numbersFrom } = this.settings;
    if (uplink === undefined) return new Seat(address, false, numbersFrom);
    const seat = new Seat(address, !uplink.isHere(address), numbersFrom);
    const machine = seat.isElsewhere ? uplink.machineOf(address) : undefined;
    if (machine !== undefined) seat.machine = this.machineNamed(machine);
    return seat;
  }

  /** Finds a machine, making it when it is new. */
  machineNamed(name: string): Machine {
    const known = this.machines.get(name);
    if (known !== undefined) return known;
    const machine = new Machine(name, this.nowMs, this.settings.boots);
    this.machines.set(name, machine);
    return machine;
  }

  /** The machine an address is on, as far as anybody can tell. */
  machineOf(seat: Seat): Machine | undefined {
    if (seat.machine !== undefined) return seat.machine;
    return this.nodeMachines.get(nodeKey(seat.address));
  }

  /** Remembers which machine a node is, to tell whether an address on it could be reached. */
  knowNode(seat: Seat): void {
    if (seat.machine !== undefined && nodeOf(seat.address) !== undefined) {
      this.nodeMachines.set(nodeKey(seat.address), seat.machine);
    }
  }

  /** The chart of a kind. @throws Error where no actor of that kind is defined */
  chartFor(kind: string): Chart {
    const known = this.charts.get(kind);
    if (known !== undefined) return known;
    const definition = this.settings.definitions.find((one) => one.kind === kind);
    if (definition !== undefined) return this.useChart(kind, this.settings.charts(definition));
    if (this.settings.standIn !== undefined) return this.settings.standIn();
    const kinds = this.settings.definitions.map((one) => one.kind).join(', ');
    throw new Error(`no actor of kind "${kind}" is defined; there are: ${kinds}`);
  }

  useChart(kind: string, chart: Chart): Chart {
    this.charts.set(kind, chart);
    return chart;
  }

  diskOf(seat: Seat): Disk {
    seat.disk ??= this.makeDisk(seat);
    return seat.disk;
  }

  private makeDisk(seat: Seat): SimulatedDisk {
    const stored = this.settings.disks?.(seat.address);
    if (stored instanceof DiskFolder) seat.syncs = new FolderSyncs(stored);
    const contents = stored instanceof DiskFolder ? stored.contents() : stored;
    const watch: DiskWatch = {
      written: (operation, file, records) => {
        if (this.isFreezing) for (const record of records) deepFreeze(record);
        this.recorder?.wrote?.(seat.address, operation, file, records, this.nowMs);
      },
    };
    return new SimulatedDisk((disk) => new SyncRun(this, seat, disk).begin(), watch, contents);
  }

  /** Tells whether the run can wait for the real world: only along the wall clock. */
  get canWait(): boolean {
    return this.pace?.isRunning === true;
  }

  /** Keeps the run from reaching a time (µs) until it is released. */
  hold(atUs: number): { release(): void } {
    const hold = { atUs };
    this.holds.add(hold);
    this.heldUs = Math.min(this.heldUs, atUs);
    return {
      release: () => {
        this.holds.delete(hold);
        this.heldUs = Math.min(Number.POSITIVE_INFINITY, ...[...this.holds].map((one) => one.atUs));
        this.pace?.hurry();
      },
    };
  }

  /** Loses what a disk has not synced, or tears it, as its machine's disks do. */
  losePower(seat: Seat): void {
    if (seat.disk === undefined) return;
    if (seat.machine?.disk.tearsWrites !== true) {
      seat.disk.losePower();
      return;
    }
    const random = splitRandom(this.seed, seat.low, seat.high, tearSalt + seat.disk.run);
    seat.disk.losePower((count) => random.below(count + 1));
  }

  noteSent(sender: Seat, envelope: Envelope, to: Seat): void {
    if (this.settings.isPrinting) printSent(sender, envelope, to, this.nowUs);
    if (envelope.role !== CONTROL) this.trail.add(sender.address, true, envelope, this.nowMs);
    if (this.recorder === undefined) return;
    this.recorder.sent?.(envelope, this.nowMs);
  }

  noteDropped(envelope: Envelope, seat: Seat, why: string): void {
    this.statistics.dropped++;
    this.recorder?.dropped?.(envelope, seat.address, why, this.nowMs);
  }
}

/** What all addresses of one node of one cluster begin with. */
function nodeKey(address: string): string {
  return address.split('.', 3).join('.');
}
