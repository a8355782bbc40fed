/** The deeds that befall a machine's clock and its disk. */

import { soundDisk } from '../../../../engine/host/machines.ts';
import type { Deeds } from '../../format.ts';
import { msOf, ppmOf } from '../../words.ts';
import type { Stage } from '../stage.ts';
import { keep } from './lasting.ts';
import { eachTitle, victimsOf } from './whom.ts';

/** Sets clocks ahead or behind, or lets them run fast or slow. Healed, they are right again. */
export function skew(stage: Stage, { ahead, behind, drift, ...target }: NonNullable<Deeds['skew']>): string[] {
  const { engine } = stage;
  const offsetMs = ahead !== undefined ? msOf(ahead) : behind !== undefined ? -msOf(behind) : undefined;
  const fault = {
    ...(offsetMs !== undefined && { offsetMs }),
    ...(drift !== undefined && { driftPpm: ppmOf(drift) }),
  };
  return eachTitle(victimsOf(stage, target), ({ machine, title }) => {
    engine.setClock(machine, fault);
    keep(stage, title, () => engine.setClock(machine, { offsetMs: 0, driftPpm: 0 }));
  });
}

/** Tells a skew: `1h ahead`, `5m behind`, `200ppm fast`. */
export function skewInWords({ ahead, behind, drift }: NonNullable<Deeds['skew']>): string {
  const set = ahead !== undefined ? `${ahead} ahead` : behind !== undefined ? `${behind} behind` : undefined;
  const runs = drift === undefined ? undefined : drift.startsWith('-') ? `${drift.slice(1)} slow` : `${drift} fast`;
  return [set, runs].filter((word) => word !== undefined).join(', ');
}

/** Makes disks slow to sync, or fail to. */
export function disk(stage: Stage, { fsync, failure, ...target }: NonNullable<Deeds['disk']>): string[] {
  const { engine } = stage;
  const fault = { ...(fsync !== undefined && { fsyncMs: msOf(fsync) }), ...(failure !== undefined && { failure }) };
  return eachTitle(victimsOf(stage, target), ({ machine, title }) => {
    engine.setDisk(machine, fault);
    keep(stage, title, () => engine.setDisk(machine, soundDisk));
  });
}

/** Tells what is wrong with a disk: `disk syncs in 500ms`, `disk fails with "input/output error"`. */
export function diskInWords({ fsync, failure }: NonNullable<Deeds['disk']>): string {
  const how = [fsync && `syncs in ${fsync}`, failure && `fails with ${JSON.stringify(failure)}`];
  return `disk ${how.filter((word) => word !== undefined).join(' and ')}`;
}
