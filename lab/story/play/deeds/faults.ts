/** The deeds that end machines and processes and start them again, and break the image registry. */

import type { RegistryFail, RegistryRecover } from '../../../../protocol/messages/registry.ts';
import { registryAddress } from '../../../../protocol/subjects.ts';
import type { Deeds, Target } from '../../format.ts';
import type { Stage } from '../stage.ts';
import { StoryError } from '../story-error.ts';
import { eachTitle, victimsOf } from './whom.ts';

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

/** Breaks or mends the image registry. */
export function setRegistry({ engine, cluster }: Stage, how: NonNullable<Deeds['registry']>): string[] {
  const to = registryAddress(cluster.spec.name);
  if (how === 'available') engine.inject<RegistryRecover>(to, 'registry.recover', undefined);
  else engine.inject<RegistryFail>(to, 'registry.fail', { how });
  return [how];
}
