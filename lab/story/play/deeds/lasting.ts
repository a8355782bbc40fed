/** Faults that last until they are healed, or end with what they were done to. */

import type { Target } from '../../format.ts';
import type { Stage } from '../stage.ts';
import { StoryError } from '../story-error.ts';
import { type Victim, victimsOf } from './whom.ts';

/** Remembers how a fault ends, by the victim's title. */
export function keep({ faults }: Stage, title: string, end: () => void, isOver = () => false): void {
  faults.set(title, [...(faults.get(title) ?? []), { end, isOver }]);
}

/** Remembers how a fault in a process ends; it is over, too, when that process has ended. */
export function keepIn(stage: Stage, { at, title }: Victim, end: () => void): void {
  const life = () => {
    const { isAlive = false, incarnation = 0 } = stage.engine.inspect(at) ?? {};
    return isAlive ? incarnation : -1;
  };
  const met = life();
  keep(stage, title, end, () => life() !== met);
}

/** Ends all faults that last, or those of a target. */
export function heal(stage: Stage, target: 'all' | Target): string[] {
  const { faults } = stage;
  const keys = target === 'all' ? [...faults.keys()] : victimsOf(stage, target, 'all').map(({ title }) => title);
  const healed = keys.filter((key) => faults.has(key));
  if (healed.length === 0) throw new StoryError('there is nothing to heal there');
  for (const key of healed) {
    for (const { end, isOver } of faults.get(key) ?? []) if (!isOver()) end();
    faults.delete(key);
  }
  return healed;
}
