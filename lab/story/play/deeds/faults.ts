/** The deeds that break things, and those that end it. */

import type { Fault } from '../../../../engine/faults.ts';
import type { ContainerHang, ContainerResume, MemoryLeak } from '../../../../protocol/messages/container.ts';
import type { RegistryFail, RegistryRecover } from '../../../../protocol/messages/registry.ts';
import { byteCount } from '../../../../protocol/quantity.ts';
import { registryAddress } from '../../../../protocol/subjects.ts';
import type { Deeds, Target } from '../../format.ts';
import { msOf } from '../../words.ts';
import { chooseNode } from '../choose.ts';
import type { Stage } from '../stage.ts';
import { StoryError } from '../story-error.ts';
import { type Victim, victimsOf } from './whom.ts';

/** Cuts power, kills processes, makes containers exit. Gives whom it met. */
export function crash(stage: Stage, target: Target): string[] {
  const { engine } = stage;
  return eachTitle(victimsOf(stage, target), ({ is, at, title }) => {
    if (is === 'machine') engine.powerOff(at);
    else if (!engine.crash(at)) throw new StoryError(`${title} does not run now`);
  });
}

/** Gives power again, or starts a process again. */
export function restart(stage: Stage, target: Target): string[] {
  const { engine } = stage;
  return eachTitle(victimsOf(stage, target, 'down'), ({ is, at }) => {
    if (is === 'machine') {
      engine.powerOff(at);
      engine.powerOn(at);
    } else engine.restart(at);
  });
}

/** Cuts machines off from all others, or from one. */
export function cut(stage: Stage, { from, ...target }: NonNullable<Deeds['cut']>): string[] {
  const other = from === undefined ? '*' : chooseNode(stage, from);
  return eachTitle(victimsOf(stage, target), (victim) => {
    const fault = stage.engine.cut(victim.machine, other);
    keep(stage, victim.title, () => fault.heal());
  });
}

/** Delays all messages to and from a process, or those that enter or leave a machine. */
export function slow(stage: Stage, { by, ...target }: NonNullable<Deeds['slow']>): string[] {
  const late = { delayMs: msOf(by) };
  return eachTitle(victimsOf(stage, target), ({ is, at, title }) => {
    const isMet: Fault =
      is === 'machine'
        ? (_, { from, to }) => (from !== to && (from?.name === at || to?.name === at) ? late : 'pass')
        : (message, { receiver }) => (message.from === at || receiver === at ? late : 'pass');
    const fault = stage.engine.intercept(isMet);
    keep(stage, title, () => fault.heal());
  });
}

/** Makes programs go on without answering. */
export function hang(stage: Stage, target: Target): string[] {
  return eachTitle(victimsOf(stage, target), (victim) => {
    stage.engine.inject<ContainerHang>(victim.at, 'container.hang', undefined);
    keepIn(stage, victim, () => stage.engine.inject<ContainerResume>(victim.at, 'container.resume', undefined));
  });
}

/** Makes the memory of programs grow. */
export function leak(stage: Stage, { rate, ...target }: NonNullable<Deeds['leak']>): string[] {
  const bytesPerSecond = byteCount(rate.slice(0, rate.indexOf('/')));
  return eachTitle(victimsOf(stage, target), (victim) => {
    stage.engine.inject<MemoryLeak>(victim.at, 'memory.leak', { bytesPerSecond });
    keepIn(stage, victim, () => stage.engine.inject<MemoryLeak>(victim.at, 'memory.leak', { bytesPerSecond: 0 }));
  });
}

/** Ends cuts, delays, hangs and leaks: all, or those of a target. */
export function heal(stage: Stage, target: 'all' | Target): string[] {
  const { faults } = stage;
  const keys = target === 'all' ? [...faults.keys()] : victimsOf(stage, target).map(({ title }) => title);
  const healed = keys.filter((key) => faults.has(key));
  if (healed.length === 0) throw new StoryError('there is nothing to heal there');
  for (const key of healed) {
    for (const { end, isOver } of faults.get(key) ?? []) if (!isOver()) end();
    faults.delete(key);
  }
  return healed;
}

/** Breaks or mends the image registry. */
export function setRegistry({ engine, cluster }: Stage, how: NonNullable<Deeds['registry']>): string[] {
  const to = registryAddress(cluster.spec.name);
  if (how === 'available') engine.inject<RegistryRecover>(to, 'registry.recover', undefined);
  else engine.inject<RegistryFail>(to, 'registry.fail', { how });
  return [how];
}

function eachTitle(victims: readonly Victim[], act: (victim: Victim) => void): string[] {
  for (const victim of victims) act(victim);
  return victims.map(({ title }) => title);
}

/** Remembers how a fault ends, by the victim's title. */
function keep({ faults }: Stage, title: string, end: () => void, isOver = () => false): void {
  faults.set(title, [...(faults.get(title) ?? []), { end, isOver }]);
}

/** Remembers how a fault in a process ends; it is over, too, when that process has ended. */
function keepIn(stage: Stage, { at, title }: Victim, end: () => void): void {
  const life = () => {
    const { isAlive = false, incarnation = 0 } = stage.engine.inspect(at) ?? {};
    return isAlive ? incarnation : -1;
  };
  const met = life();
  keep(stage, title, end, () => life() !== met);
}
