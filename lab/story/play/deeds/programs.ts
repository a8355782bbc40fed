/** The deeds that befall the programs in pods: they hang, leak, fail their probes. */

import type {
  ContainerHang,
  ContainerResume,
  MemoryLeak,
  ProbeFail,
  ProbeRecover,
} from '../../../../protocol/messages/container.ts';
import { byteCount } from '../../../../protocol/quantity.ts';
import type { Deeds, Target } from '../../format.ts';
import type { Stage } from '../stage.ts';
import { keepIn } from './lasting.ts';
import { eachTitle, victimsOf } from './whom.ts';

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

/** Makes the probes of programs fail. */
export function failProbes(stage: Stage, { match, ...target }: NonNullable<Deeds['failProbes']>): string[] {
  return eachTitle(victimsOf(stage, target), (victim) => {
    stage.engine.inject<ProbeFail>(victim.at, 'probe.fail', { match });
    keepIn(stage, victim, () => stage.engine.inject<ProbeRecover>(victim.at, 'probe.recover', undefined));
  });
}
