/** Runs again what was recorded: every input from outside at its very place, and no others. */

import type { Engine } from '../engine.ts';
import { LivelockError, RunFailure } from '../host/failure.ts';
import type { Host } from '../host/host.ts';
import type { Puppet } from '../puppet.ts';
import type { Deed, EngineDeed, Hearing, OutsideInput, Saying } from './deed.ts';

/** What a run was like at one place in it, to hold another run against. */
export interface Mark {
  readonly atUs: number;
  /** How many events the run had taken by then. */
  readonly events: number;
  readonly fingerprint: string;
}

/** A run that is to be another one again, and is not. */
export class RunParted extends Error {
  override readonly name = 'RunParted';
  /** ms since the Unix epoch; the last mark at which both were the same. */
  readonly sameUntilMs: number;

  constructor(what: string, sameUntilMs: number) {
    super(what);
    this.sameUntilMs = sameUntilMs;
  }
}

/** Plays inputs and marks in their order, on an engine that was set up as the recorded one was. */
export class Replay {
  private readonly engine: Engine;
  private readonly host: Host;
  private readonly entries: Iterator<OutsideInput | Mark>;
  private next: OutsideInput | Mark | undefined;
  private sameUntilMs: number;
  /** How many inputs were put in, and how many marks held. */
  inputs = 0;
  marks = 0;

  constructor(engine: Engine, host: Host, entries: Iterable<OutsideInput | Mark>) {
    this.engine = engine;
    this.host = host;
    this.entries = entries[Symbol.iterator]();
    this.sameUntilMs = engine.now();
  }

  /** Plays all there is. @throws RunParted where the run is not the recorded one */
  play(): this {
    this.pull();
    for (let entry = this.next; entry !== undefined; entry = this.next) {
      if ('deed' in entry && entry.during !== undefined) this.runInto(entry);
      else this.runTo(entry);
    }
    return this;
  }

  private pull(): void {
    const { done, value } = this.entries.next();
    this.next = done === true ? undefined : value;
  }

  /** Comes to a place between two events, and does what is to be done there. */
  private runTo(entry: OutsideInput | Mark): void {
    const { loop, queue } = this.host;
    while (loop.taken < entry.events && queue.nextTime() <= entry.atUs) loop.next();
    const isThere = loop.taken === entry.events && this.host.nowUs <= entry.atUs;
    if (!isThere || queue.nextTime() < entry.atUs) throw this.parted(entry);
    if (entry.atUs > this.host.nowUs) this.host.setNow(entry.atUs);
    this.pull();
    if ('deed' in entry) this.perform(entry.deed);
    else this.compare(entry);
  }

  /** Takes events until a puppet's handler has done what comes next. */
  private runInto(entry: OutsideInput): void {
    const { loop } = this.host;
    while (this.next === entry && loop.taken < entry.events) if (!loop.next()) break;
    if (this.next === entry) throw this.parted(entry);
  }

  /** What a puppet does whom another program played: the recorded deeds of this very place. */
  private hear(puppet: Puppet): void {
    while (this.isOf({ address: puppet.address, count: puppet.heard })) {
      const { deed } = this.next as OutsideInput;
      this.pull();
      this.perform(deed);
    }
  }

  private isOf({ address, count }: Hearing): boolean {
    if (this.next === undefined || !('deed' in this.next)) return false;
    const { during } = this.next;
    return during?.address === address && during.count === count;
  }

  private perform(deed: Deed): void {
    this.inputs++;
    try {
      if ('say' in deed) this.say(deed);
      else this.act(deed);
    } catch (error) {
      // What was refused then is refused now; but a run that has stopped did not stop then.
      if (error instanceof RunFailure || error instanceof LivelockError || error instanceof RunParted) throw error;
    }
  }

  private act({ do: verb, args }: EngineDeed): void {
    if (verb === 'unrepeatable') throw new RunParted(`${args[0]}: no record can say how`, this.sameUntilMs);
    if (verb === 'puppet') {
      const [address, machine] = args;
      const options = machine === undefined ? {} : { machine };
      this.engine.puppet(address, (_message, puppet) => this.hear(puppet), options).keeps = false;
    } else (this.engine[verb] as (...given: readonly unknown[]) => unknown)(...args);
  }

  private say({ by, say, args }: Saying): void {
    const puppet = this.engine.findPuppet(by);
    (puppet?.[say] as ((...given: readonly unknown[]) => unknown) | undefined)?.apply(puppet, [...args]);
  }

  private compare(mark: Mark): void {
    if (this.engine.fingerprint() !== mark.fingerprint) throw this.parted(mark);
    this.marks++;
    this.sameUntilMs = this.engine.now();
  }

  private parted(entry: OutsideInput | Mark): RunParted {
    const { host } = this;
    const what = 'deed' in entry ? nameOf(entry.deed) : `fingerprint ${entry.fingerprint}`;
    const recorded = `${what} after ${entry.events} events at ${timeOf(host.toMs(entry.atUs))}`;
    const found = `${host.loop.taken} events by ${timeOf(host.nowMs)}, fingerprint ${this.engine.fingerprint()}`;
    return new RunParted(
      `the run parts from the recorded one after ${timeOf(this.sameUntilMs)}: recorded is ${recorded}; here are ${found}`,
      this.sameUntilMs,
    );
  }
}

function nameOf(deed: Deed): string {
  return 'say' in deed ? `"${deed.say}" by ${deed.by}` : `"${deed.do}"`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
