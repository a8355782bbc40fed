/**
 * The faults of one host: takes commands, carries out what concerns its own actors, and ends each when its time is over.
 *
 * All hosts of a cluster keep all its faults that last, whether they have anything to do with them or not: so a host that
 * joins later, or was away, has them from any other (`catch-up.ts`). Ends are this host's own: they need neither the
 * commander nor NATS.
 */

import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../../engine/engine.ts';
import { alarmAt, processTime, type RealTime } from './alarm.ts';
import { readCommand } from './check.ts';
import { type Fault, type FaultCommand, FaultError, isInstant, leaseMs } from './command.ts';
import { type Grip, take } from './grip.ts';
import { Overlays } from './overlays.ts';
import { Pauses } from './pauses.ts';
import type { Roster } from './places.ts';
import type { FaultAnswer, FaultReport, Outcome } from './requests.ts';
import { describeFault } from './words.ts';

/** What the faults of a host are made of. */
export interface HostFaultsOptions {
  readonly engine: Engine;
  /** This host's name in the roster. */
  readonly host: string;
  /** Virtual ms per real ms; 1 unless told. */
  readonly speed?: number | 'max';
  /** All that can be named, as it is now. */
  readonly roster: () => Roster;
  readonly time?: RealTime;
  /** Told when a fault begins and ends, in words. */
  readonly say?: (line: string) => void;
}

/** A fault in force. */
interface Standing {
  readonly command: FaultCommand;
  readonly grip: Grip;
  /** ms since the Unix epoch, of the run. */
  readonly endsAtMs?: number;
  /** ms of real time. */
  leaseEndsAt?: number;
  callOff: () => void;
}

/** A fault that is over: it does not come back, whoever says it again. */
interface Past {
  readonly command: FaultCommand;
  readonly is: 'done' | 'healed' | 'over';
  readonly grip: Grip;
}

/** How many faults that are over are remembered, the latest. */
const pastMax = 1_000;
/** Names of processes and machines in an answer. */
const namedMax = 20;

/** The faults of one host. */
export class HostFaults {
  readonly host: string;
  readonly #options: HostFaultsOptions;
  readonly #engine: Engine;
  readonly #time: RealTime;
  readonly #overlays: Overlays;
  readonly #pauses: Pauses;
  readonly #standing = new Map<string, Standing>();
  readonly #past = new Map<string, Past>();

  constructor(options: HostFaultsOptions) {
    this.host = options.host;
    this.#options = options;
    this.#engine = options.engine;
    this.#time = options.time ?? processTime;
    this.#overlays = new Overlays(options.engine);
    this.#pauses = new Pauses(options.engine);
  }

  /** Answers what came from outside. What cannot be carried out is refused; nothing was done then. */
  answer(request: unknown): FaultAnswer {
    try {
      return this.#answer(request);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      const { field, what, fix } = error;
      return { host: this.host, did: 'refused', field, what, fix };
    }
  }

  /** The faults in force, in the order in which they came. */
  inForce(): FaultReport[] {
    return [...this.#standing.values()].map((one) => this.#report(one));
  }

  /** The ids of faults that ended here by command or because their time was over. */
  get past(): string[] {
    return [...this.#past].filter(([, { is }]) => is !== 'done').map(([id]) => id);
  }

  /**
   * Takes over what another host has in force, with the time that is left of it, and lets go of what was ended there.
   *
   * A fault that nobody may have commanded any more, because its lease is nearly over, is not begun.
   */
  adopt(faults: readonly FaultReport[], past: readonly string[]): void {
    for (const id of past) if (this.#standing.has(id)) this.#end(id, 'healed', 'it was ended meanwhile');
    for (const { words, touched, met, leftMs, leaseLeftMs, ...given } of faults) {
      if (this.#standing.has(given.id) || this.#past.has(given.id)) continue;
      if (leaseLeftMs !== undefined && leaseLeftMs < leaseMs / 2) continue;
      try {
        this.#begin(
          readCommand(given, () => given.id),
          leftMs,
          leaseLeftMs,
        );
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        this.#say(`the fault "${words}" (${given.id}) of another host cannot be carried out here: ${error.message}`);
      }
    }
  }

  /** Waits for no end any more; what is in force stays so. */
  stop(): void {
    for (const { callOff } of this.#standing.values()) callOff();
    this.#standing.clear();
  }

  #answer(request: unknown): FaultAnswer {
    const asked = (typeof request === 'object' && request !== null ? request : {}) as Record<string, unknown>;
    const { host } = this;
    switch (asked.do) {
      case 'fault':
        return this.#command(readCommand(asked.command, idOf));
      case 'heal':
        return this.#heal(asked);
      case 'faults':
        return { host, did: 'faults', faults: this.inForce(), past: this.past };
    }
    throw new FaultError('do', `is ${JSON.stringify(asked.do)}`, 'ask for "fault", "heal" or "faults"');
  }

  #command(command: FaultCommand): FaultAnswer {
    const { id, fault } = command;
    const known = this.#standing.get(id) ?? this.#past.get(id);
    if (known !== undefined && !isDeepStrictEqual(known.command.fault, fault)) {
      const fix = 'give each fault an id of its own, or none';
      throw new FaultError('command.id', `"${id}" is another fault: ${describeFault(known.command.fault)}`, fix);
    }
    if (known === undefined) {
      const grip = this.#begin(command, command.forMs, undefined);
      return this.#tell(command, grip, isInstant(fault.kind) ? 'done' : 'begun');
    }
    if ('is' in known) return this.#tell(command, known.grip, known.is);
    if (known.leaseEndsAt !== undefined) this.#lease(known, leaseMs);
    return this.#tell(command, known.grip, 'known');
  }

  #begin(command: FaultCommand, forMs: number | undefined, leaseLeftMs: number | undefined): Grip {
    const { id, fault } = command;
    const { engine, host, roster } = this.#options;
    const ground = { engine, host, roster: roster(), overlays: this.#overlays, pauses: this.#pauses };
    const grip = take(ground, id, fault, forMs);
    if (isInstant(fault.kind)) {
      this.#remember(id, { command, grip, is: 'done' });
      this.#say(`${describeFault(fault)}: ${grip.met.length} here (${id}, by ${command.by})`);
      return grip;
    }
    this.#engine.tellFault(describeFault(fault), { id, is: 'begin' });
    const endsAtMs = forMs === undefined ? undefined : this.#engine.now() + forMs;
    const standing: Standing = { command, grip, callOff: () => {}, ...(endsAtMs !== undefined && { endsAtMs }) };
    this.#standing.set(id, standing);
    if (endsAtMs !== undefined) this.#endAt(id, standing, endsAtMs);
    else if (command.isForever !== true) this.#lease(standing, leaseLeftMs ?? leaseMs);
    this.#say(`begins: ${describeFault(fault)} (${id}, by ${command.by})`);
    return grip;
  }

  #endAt(id: string, standing: Standing, endsAtMs: number): void {
    const { speed = 1 } = this.#options;
    const end = () => this.#end(id, 'over', 'its time is over');
    standing.callOff = alarmAt(this.#engine, speed, this.#time, endsAtMs, end);
  }

  /** Lets a fault go on for so many ms of real time. */
  #lease(standing: Standing, forMs: number): void {
    standing.callOff();
    standing.leaseEndsAt = this.#time.now() + forMs;
    // No `over`: a commander that was only cut off from this host finds it as it was.
    const end = () => this.#end(standing.command.id, undefined, 'its commander is silent');
    standing.callOff = this.#time.wait(forMs, end);
  }

  #end(id: string, is: 'healed' | 'over' | undefined, why: string): void {
    const standing = this.#standing.get(id);
    if (standing === undefined) return;
    const { command, grip, callOff } = standing;
    this.#standing.delete(id);
    if (is !== undefined) this.#remember(id, { command, grip, is });
    grip.end();
    const words = describeFault(command.fault);
    this.#engine.tellFault(`${words}: ended after ${grip.touched()}, ${why}`, { id, is: 'end' });
    callOff();
    this.#say(`ends: ${words} (${id}): ${why}`);
  }

  #heal({ ids, all }: Record<string, unknown>): FaultAnswer {
    const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
    if (all !== true && !isList) throw new FaultError('ids', 'says not which', 'give a list of ids, or "all": true');
    const asked = all === true ? [...this.#standing.keys()] : [...new Set(ids as string[])];
    const healed: FaultReport[] = [];
    for (const id of asked) {
      const standing = this.#standing.get(id);
      if (standing === undefined) continue;
      this.#end(id, 'healed', 'it is healed');
      healed.push(this.#report(standing));
    }
    const unknown = asked.filter((id) => !this.#past.has(id));
    return { host: this.host, did: 'heal', healed, unknown };
  }

  #remember(id: string, past: Past): void {
    this.#past.set(id, past);
    const [oldest] = this.#past.keys();
    if (this.#past.size > pastMax && oldest !== undefined) this.#past.delete(oldest);
  }

  #tell({ id, fault }: FaultCommand, grip: Grip, did: Outcome): FaultAnswer {
    const { met, near } = grip;
    const words = describeFault(fault);
    const whom = { met: met.slice(0, namedMax), ...(near !== undefined && { near }) };
    return { host: this.host, did, id, words, touched: grip.touched(), ...whom };
  }

  #report({ command, grip, endsAtMs, leaseEndsAt }: Standing): FaultReport {
    return {
      ...command,
      words: describeFault(command.fault),
      touched: grip.touched(),
      met: grip.met.slice(0, namedMax),
      ...(endsAtMs !== undefined && { leftMs: Math.max(0, endsAtMs - this.#engine.now()) }),
      ...(leaseEndsAt !== undefined && { leaseLeftMs: Math.max(0, leaseEndsAt - this.#time.now()) }),
    };
  }

  #say(line: string): void {
    this.#options.say?.(line);
  }
}

/** Makes an id that says what it is: `cut-4f1a9c`. */
export function idOf(fault: Fault): string {
  return `${fault.kind}-${randomBytes(3).toString('hex')}`;
}
