/** Carries out a fault on the actors of one host, and lets go of it again. */

import type { MessageMatch, Verdict } from '../../engine/bus/faults.ts';
import type { Engine } from '../../engine/engine.ts';
import { puppetKind } from '../../engine/puppet.ts';
import { nearest } from '../../protocol/spelling.ts';
import { matchesSubject } from '../../protocol/subjects.ts';
import type { Fault, FaultTerms, Messages } from './command.ts';
import type { Overlay, Overlays } from './overlays.ts';
import type { Pauses } from './pauses.ts';
import { isAnotherHost, machinesAt, patternOf, type Roster } from './places.ts';

/** Where a fault is carried out. */
export interface Ground {
  readonly engine: Engine;
  readonly host: string;
  readonly roster: Roster;
  readonly overlays: Overlays;
  readonly pauses: Pauses;
}

/** A fault that is in force on this host. */
export interface Grip {
  /** The processes or machines of this host that it has met; empty for one of messages. */
  readonly met: readonly string[];
  /** How many messages, processes or machines it has touched until now. */
  touched(): number;
  /** Ends it. */
  end(): void;
  /** Where it met nobody: a name that is much like the one that was told. */
  readonly near?: string;
}

/** ms that is longer than any run, for what is to last until it is ended. */
const endlessMs = 10 * 365 * 86_400_000;

/**
 * Carries a fault out. `forMs` is how long it is to last, where that is known.
 *
 * @throws FaultError naming the field with a name that is not there; nothing was done then
 */
export function take(ground: Ground, id: string, fault: Fault, forMs: number | undefined): Grip {
  switch (fault.kind) {
    case 'drop':
      return messages(ground, fault, 'drop');
    case 'hold':
      return messages(ground, fault, 'hold');
    case 'delay':
      return messages(ground, fault, { delayMs: fault.byMs });
    case 'reorder':
      return messages(ground, fault, { delayMs: fault.byMs, isOvertaken: true });
    case 'duplicate':
      return messages(ground, fault, { duplicateAfterMs: fault.afterMs });
    case 'cut':
      return link(ground, fault, 'drop');
    case 'slow':
      return link(ground, fault, { delayMs: fault.byMs });
    case 'crash':
      return crash(ground, fault);
    case 'restart':
      return restart(ground, fault);
    case 'pause':
      return pause(ground, fault, forMs ?? endlessMs);
    case 'power-on':
      return powerOn(ground, fault);
    case 'power-off':
      return onMachines(ground, id, fault.place, { isOff: true });
    case 'disk':
      return onMachines(ground, id, fault.place, { disk: diskOf(fault) });
    case 'clock':
      return onMachines(ground, id, fault.place, { clock: clockOf(fault) });
  }
}

function messages({ engine, roster }: Ground, terms: Messages, verdict: Verdict): Grip {
  const { from, to, type, between, oneWay, probability, skip, count } = terms;
  const match: MessageMatch = {
    ...(from !== undefined && { from: patternOf(roster, from, 'fault.from') }),
    ...(to !== undefined && { to: patternOf(roster, to, 'fault.to') }),
    ...(type !== undefined && { type }),
    ...(between !== undefined && { between: ways(roster, between, oneWay, ['fault.between[0]', 'fault.between[1]']) }),
    ...(probability !== undefined && { probability }),
    ...(skip !== undefined && { skip }),
    ...(count !== undefined && { count }),
  };
  return inForce(engine, match, verdict);
}

function link({ engine, roster }: Ground, { a, b, oneWay }: FaultTerms['cut'], verdict: Verdict): Grip {
  return inForce(engine, { between: ways(roster, [a, b], oneWay, ['fault.a', 'fault.b']) }, verdict);
}

function ways(
  roster: Roster,
  [a, b]: readonly [string, string],
  oneWay: boolean | undefined,
  [fieldA, fieldB]: readonly [string, string],
): NonNullable<MessageMatch['between']> {
  const isOneWay = oneWay === true;
  return { a: machinesAt(roster, a, fieldA), b: machinesAt(roster, b, fieldB), ...(isOneWay && { isOneWay }) };
}

function inForce(engine: Engine, match: MessageMatch, verdict: Verdict): Grip {
  const handle = engine.fault(match, verdict);
  return { met: [], touched: () => handle.touched, end: () => void handle.heal() };
}

function crash(ground: Ground, { actor, silent, loseUnsynced }: FaultTerms['crash']): Grip {
  const pattern = patternOf(ground.roster, actor, 'fault.actor');
  const options = { ...(silent && { silent }), ...(loseUnsynced && { loseUnsynced }) };
  const met = processesAt(ground.engine, pattern).filter((address) => ground.engine.crash(address, options));
  return over(met, () => nearOf(ground, pattern));
}

/** Starts again also what has crashed; of a pattern, all that lives. */
function restart(ground: Ground, { actor }: FaultTerms['restart']): Grip {
  const { engine } = ground;
  const pattern = patternOf(ground.roster, actor, 'fault.actor');
  const seen = engine.inspect(pattern);
  const met =
    seen !== undefined && !seen.isAlive && engine.isUp(seen.machine) ? [pattern] : processesAt(engine, pattern);
  for (const address of met) engine.restart(address);
  return over(met, () => nearOf(ground, pattern));
}

function pause(ground: Ground, { actor, place }: FaultTerms['pause'], ms: number): Grip {
  const { engine } = ground;
  const pattern = actor === undefined ? '>' : patternOf(ground.roster, actor, 'fault.actor');
  const machines = place === undefined ? undefined : new Set(machinesAt(ground.roster, place, 'fault.place'));
  const isThere = (address: string) =>
    machines === undefined || machines.has('*') || machines.has(engine.inspect(address)?.machine ?? '');
  const isOther = place !== undefined && isAnotherHost(ground.roster, place, ground.host);
  const isWhole = place === ground.host || place === `host/${ground.host}`;
  const all = processesAt(engine, pattern).filter((address) => !isOther && (isWhole || isThere(address)));
  const { met, end } = ground.pauses.pause(all, ms);
  const near = met.length === 0 && actor !== undefined ? nearOf(ground, pattern) : undefined;
  return { met, touched: () => met.length, end, ...(near !== undefined && { near }) };
}

function powerOn(ground: Ground, { place }: FaultTerms['power-on']): Grip {
  return over(machinesHere(ground, place).filter((machine) => ground.overlays.powerOn(machine)));
}

function onMachines(ground: Ground, id: string, place: string, overlay: Overlay): Grip {
  const met = machinesHere(ground, place);
  for (const machine of met) ground.overlays.lay(machine, id, overlay);
  const end = () => {
    for (const machine of met) ground.overlays.lift(machine, id);
  };
  return { met, touched: () => met.length, end };
}

function diskOf({ fsyncMs, failure, tearsWrites }: FaultTerms['disk']): NonNullable<Overlay['disk']> {
  return {
    ...(fsyncMs !== undefined && { fsyncMs }),
    ...(failure !== undefined && { failure }),
    ...(tearsWrites !== undefined && { tearsWrites }),
  };
}

function clockOf({ aheadMs, driftPpm }: FaultTerms['clock']): NonNullable<Overlay['clock']> {
  return { ...(aheadMs !== undefined && { offsetMs: aheadMs }), ...(driftPpm !== undefined && { driftPpm }) };
}

/** The machines of a place that this host has something on. */
function machinesHere({ engine, host, roster }: Ground, place: string): string[] {
  const machines = machinesAt(roster, place, 'fault.place');
  if (isAnotherHost(roster, place, host)) return [];
  const meant = machines.includes('*') ? [...roster.machines.keys()] : machines;
  const known = new Set(engine.machines().map(({ name }) => name));
  return meant.filter((name) => known.has(name) && roster.machines.get(name)?.hosts.includes(host) === true);
}

/** The processes that live here and have an actor under a pattern, each by its root; what is no actor of the cast is left alone. */
function processesAt(engine: Engine, pattern: string): string[] {
  const roots = engine.actors(pattern).map((address) => engine.processOf(address));
  return [...new Set(roots)].filter((root) => root !== '' && engine.inspect(root)?.kind !== puppetKind);
}

function over(met: readonly string[], nearest: () => string | undefined = () => undefined): Grip {
  const near = met.length === 0 ? nearest() : undefined;
  return { met, touched: () => met.length, end: () => {}, ...(near !== undefined && { near }) };
}

/** An address here that is much like one where nothing lives. */
function nearOf({ engine }: Ground, pattern: string): string | undefined {
  if (/[*>]/.test(pattern)) return undefined;
  const below = pattern.split('.').slice(0, 2).join('.');
  return nearest(
    pattern,
    engine.actors().filter((address) => matchesSubject(`${below}.>`, address)),
  );
}
