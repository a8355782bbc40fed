/** The verbs that break a run: processes, machines, links, messages, clocks. */

import type { Fault, FaultHandle, MessageMatch, Verdict } from '../bus/faults.ts';
import type { FaultBand } from '../recorder.ts';
import type { Host } from './host.ts';
import type { ClockFault, Machine } from './machines.ts';
import { endPauseAt } from './pausing.ts';

/** What the outside holds of a fault, so that its end, too, is an input. */
class GivenHandle implements FaultHandle {
  private readonly fault: FaultHandle;
  readonly heal: () => number;

  constructor(fault: FaultHandle, heal: () => number) {
    this.fault = fault;
    this.heal = heal;
  }

  get touched(): number {
    return this.fault.touched;
  }
}

/**
 * What can be done to a run; each is told to the recorder.
 *
 * Also from within a run, by a recorder, a fault or a puppet: an actor in whose step that happens ends it first.
 */
export abstract class Breaking {
  protected abstract readonly host: Host;
  /** Every cut and fault of this run, healed or not. */
  private readonly given: FaultHandle[] = [];

  /**
   * Kills the process an address belongs to: its root and all attached to it. `silent`: nobody hears of it, as when its
   * machine is unplugged. What it wrote stays in the system's buffers unless `loseUnsynced`. Gives whether any lived.
   */
  crash(address: string, options: { silent?: boolean; loseUnsynced?: boolean } = {}): boolean {
    this.host.enter({ do: 'crash', args: [address, options] });
    const seat = this.host.seats.get(address);
    const root = seat?.life?.root;
    if (root === undefined) return false;
    this.act(`crash ${root.address}`, () => {
      const losers = options.loseUnsynced ? this.host.lives.processOf(root) : [];
      this.host.lives.crash(root, options.silent !== true);
      for (const loser of losers) this.host.losePower(loser);
    });
    return true;
  }

  /**
   * Pauses the process an address belongs to for so many ms, as `SIGSTOP` or a machine that is migrated does: what comes to
   * it waits, its timers too, while its clocks run on. Gives whether any lived.
   */
  pause(address: string, ms: number): boolean {
    this.host.enter({ do: 'pause', args: [address, ms] });
    const root = this.host.seats.get(address)?.life?.root;
    if (root === undefined) return false;
    this.act(`pause ${root.address} for ${ms} ms`, () => {
      this.host.hasPaused = true;
      const untilUs = this.host.nowUs + Math.round(ms * 1000);
      if (untilUs > root.pausedUntilUs) endPauseAt(this.host, root, untilUs);
    });
    return true;
  }

  /** Lets a process that is paused go on now, or in so many ms, whatever it was told; gives whether it was paused. */
  resume(address: string, inMs = 0): boolean {
    this.host.enter({ do: 'resume', args: [address, inMs] });
    const root = this.host.seats.get(address)?.life?.root;
    if (root === undefined || root.pausedUntilUs <= this.host.nowUs) return false;
    const when = inMs === 0 ? '' : ` in ${inMs} ms`;
    this.act(`resume ${root.address}${when}`, () =>
      endPauseAt(this.host, root, this.host.nowUs + Math.round(inMs * 1000)),
    );
    return true;
  }

  /** Starts what was last spawned at an address again, as its next life; one that still lives is crashed first. */
  restart(address: string): void {
    this.host.enter({ do: 'restart', args: [address] });
    this.act(`restart ${address}`, () => this.host.lives.restart(this.host.seatOf(address)));
  }

  /** Cuts a machine's power: all its processes are gone without a word, and what their disks had not synced is lost. */
  powerOff(machine: string): void {
    this.host.enter({ do: 'powerOff', args: [machine] });
    const meant = this.machine(machine);
    this.act(`power off ${machine}`, () => this.host.lives.powerOff(meant));
  }

  /** Gives a machine power again: what the host had started on it starts again. */
  powerOn(machine: string): void {
    this.host.enter({ do: 'powerOn', args: [machine] });
    const meant = this.machine(machine);
    this.act(`power on ${machine}`, () => this.host.lives.powerOn(meant));
  }

  /** Cuts two machines off from each other, or one from all (`*`). */
  cut(a: string, b = '*', options: { oneWay?: boolean } = {}): FaultHandle {
    this.host.enter({ do: 'cut', args: [a, b, options] });
    this.noteFault(`cut ${a} ${options.oneWay ? 'to' : 'and'} ${b}`);
    return this.handleOf(this.host.faults.cut(a, b, options.oneWay === true));
  }

  /** Ends cuts: those between two machines, all of one, or all. Gives how many messages they dropped. */
  heal(a = '*', b = '*'): number {
    this.host.enter({ do: 'heal', args: [a, b] });
    this.noteFault(`heal ${a} and ${b}`);
    return this.host.faults.healCuts(a, b);
  }

  /** Touches messages that match: drops, delays, doubles or holds them. Nothing within a process is ever touched. */
  fault(match: MessageMatch, verdict: Verdict): FaultHandle {
    this.host.enter({ do: 'fault', args: [match, verdict] });
    this.noteFault(`${JSON.stringify(verdict)} for ${inWords(match)}`);
    return this.handleOf(this.host.faults.match(match, verdict));
  }

  /** Holds all messages that match until the handle is healed; then they go on, in order. */
  hold(match: MessageMatch): FaultHandle {
    return this.fault(match, 'hold');
  }

  /** Lets a function decide on every message between two processes. */
  intercept(fault: Fault): FaultHandle {
    this.host.enter({ do: 'unrepeatable', args: ['lets a function decide on messages'] });
    this.noteFault('intercept');
    return this.handleOf(this.host.faults.install(fault));
  }

  /** Ends every fault of messages and links. */
  healAll(): void {
    this.host.enter({ do: 'healAll', args: [] });
    this.host.faults.clear();
  }

  /** Sets a machine's clock off from the engine's: `self.now()` shows it, `self.monotonic()` and timers only its drift. */
  setClock(machine: string, fault: Partial<ClockFault>): void {
    this.host.enter({ do: 'setClock', args: [machine, fault] });
    this.host.machineNamed(machine).skew(fault, this.host.nowMs);
    this.noteFault(`the clock of ${machine} is off by ${JSON.stringify(fault)}`);
  }

  /** Heals the n-th cut or fault of this run, counted from 0; gives how many messages it touched. */
  lift(number: number): number {
    const fault = this.given[number];
    if (fault === undefined) throw new Error(`there was no fault ${number}`);
    this.host.enter({ do: 'lift', args: [number] });
    return fault.heal();
  }

  /** Tells whoever records the run that a fault that lasts begins or ends; nothing comes of it. */
  tellFault(what: string, band: FaultBand): void {
    this.host.enter({ do: 'tellFault', args: [what, band] });
    this.host.recorder?.fault?.(what, this.host.nowMs, band);
  }

  private handleOf(fault: FaultHandle): FaultHandle {
    const number = this.given.push(fault) - 1;
    return new GivenHandle(fault, () => this.lift(number));
  }

  private act(what: string, task: () => void): void {
    this.noteFault(what);
    this.host.loop.betweenSteps(task);
    this.host.flush();
  }

  private machine(name: string): Machine {
    const machine = this.host.machines.get(name);
    if (machine === undefined) {
      throw new Error(`there is no machine "${name}"; there are: ${[...this.host.machines.keys()].join(', ')}`);
    }
    return machine;
  }

  private noteFault(what: string): void {
    this.host.recorder?.fault?.(what, this.host.nowMs);
  }
}

/** Machines that are named one by one; of more, how many there are. */
const mostNamed = 8;

/** Writes what a fault touches; a zone of thousands of machines is no line to read. */
function inWords({ between, ...match }: MessageMatch): string {
  if (between === undefined) return JSON.stringify(match);
  const [a, b] = [between.a, between.b].map((names) =>
    names.length > mostNamed ? `${names.length} machines` : names.join(', '),
  );
  return JSON.stringify({ ...match, between: `${a} ${between.isOneWay ? 'to' : 'and'} ${b}` });
}
