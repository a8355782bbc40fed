/** The deeds that befall messages: none gets through, they are late, they wait, some are lost. */

import type { Verdict, Way } from '../../../../engine/bus/faults.ts';
import type { Message } from '../../../../protocol/message.ts';
import type { Deeds, Target } from '../../format.ts';
import { msOf, shareOf } from '../../words.ts';
import { chooseNode } from '../choose.ts';
import { elapsed, type Stage } from '../stage.ts';
import { drawsOf } from '../story-random.ts';
import { keep } from './lasting.ts';
import { eachTitle, type Victim, victimsOf } from './whom.ts';

/** Cuts machines off from all others, or from one. */
export function cut(stage: Stage, { from, ...target }: NonNullable<Deeds['cut']>): string[] {
  const other = from === undefined ? '*' : chooseNode(stage, from);
  return eachTitle(victimsOf(stage, target), (victim) => {
    const fault = stage.engine.cut(victim.machine, other);
    keep(stage, victim.title, () => fault.heal());
  });
}

/** Delays messages. */
export function slow(stage: Stage, { by, ...target }: NonNullable<Deeds['slow']>): string[] {
  const late: Verdict = { delayMs: msOf(by) };
  return befall(stage, target, () => late);
}

/** Lets messages wait, until it is healed: then they go on their way, in order. */
export function hold(stage: Stage, target: Target): string[] {
  return befall(stage, target, () => 'hold');
}

/** Loses a share of the messages. */
export function lose(stage: Stage, { share, ...target }: NonNullable<Deeds['lose']>): string[] {
  const lost = shareOf(share);
  const random = drawsOf(stage.engine.seed, 1 + Math.floor(elapsed(stage)));
  return befall(stage, target, () => (random() < lost ? 'drop' : 'pass'));
}

/** Does something to all messages to and from processes, or that enter or leave machines. */
function befall(stage: Stage, target: Target, verdict: () => Verdict): string[] {
  const { engine } = stage;
  return eachTitle(victimsOf(stage, target), (victim) => {
    const isMet = victim.is === 'machine' ? crosses(victim.at) : touches(stage, victim);
    const fault = engine.intercept((message, way) => (isMet(message, way) ? verdict() : 'pass'));
    keep(stage, victim.title, () => fault.heal());
  });
}

type Meets = (message: Message, way: Way) => boolean;

function crosses(machine: string): Meets {
  return (_, { from, to }) => from !== to && (from?.name === machine || to?.name === machine);
}

/** A process is its root with all that is attached: a kubelet with its pod workers, a scheduler with its informers. */
function touches({ engine }: Stage, { at }: Victim): Meets {
  const isOf = (address: string) => address === at || engine.processOf(address) === at;
  return (message, { receiver }) => isOf(message.from) || isOf(receiver);
}
