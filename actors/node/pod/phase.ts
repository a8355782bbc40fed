/** The phase of a pod, from its spec and what its containers do. */

import type { ContainerStatus, PodSpec } from '../../../protocol/objects.ts';

/** Pending, Running, Succeeded or Failed. */
export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** Tells whether an init container is a sidecar. */
export function isSidecar(container: { restartPolicy?: string }): boolean {
  return container.restartPolicy === 'Always';
}

interface Tally {
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
  unknown: number;
}

/** Decides the phase as kubelet's getPhase; `isTerminal`: the pod has ended and nothing of it will be started again. */
export function phaseOf(spec: PodSpec, statuses: ReadonlyMap<string, ContainerStatus>, isTerminal: boolean): Phase {
  const init = tallyInit(spec, statuses);
  if (init.failed > 0 && spec.restartPolicy === 'Never') return 'Failed';
  const tally = tallyContainers(spec, statuses);
  const begun = tally.running + tally.stopped > 0;
  if (!isTerminal && (init.pending > 0 || (init.pendingSidecars > 0 && !begun))) return 'Pending';
  if (!isTerminal && tally.waiting > 0) return 'Pending';
  if (tally.running > 0 && tally.unknown === 0) return 'Running';
  if (isTerminal)
    return tally.stopped > 0 && tally.stopped === tally.succeeded && tally.waiting === 0 ? 'Succeeded' : 'Failed';
  if (tally.stopped === 0 || tally.unknown > 0) return 'Pending';
  if (spec.restartPolicy === 'Always' || spec.restartPolicy === undefined) return 'Running';
  if (tally.stopped === tally.succeeded) return 'Succeeded';
  return spec.restartPolicy === 'Never' ? 'Failed' : 'Running';
}

function tallyInit(spec: PodSpec, statuses: ReadonlyMap<string, ContainerStatus>) {
  let [pending, pendingSidecars, failed] = [0, 0, 0];
  for (const container of spec.initContainers ?? []) {
    const status = statuses.get(container.name);
    if (isSidecar(container)) {
      if (status?.started !== true) pendingSidecars += 1;
      continue;
    }
    const ended = status?.state?.terminated ?? (status?.state?.waiting && status.lastState?.terminated);
    if (ended === undefined) pending += 1;
    else if (ended.exitCode !== 0) failed += 1;
    else if (status?.state?.terminated === undefined) pending += 1;
  }
  // A failed init container that will be tried again still holds the pod back.
  return { pending: pending + failed, pendingSidecars, failed };
}

function tallyContainers(spec: PodSpec, statuses: ReadonlyMap<string, ContainerStatus>): Tally {
  const tally: Tally = { running: 0, waiting: 0, stopped: 0, succeeded: 0, unknown: 0 };
  for (const container of spec.containers) {
    const status = statuses.get(container.name);
    if (status?.state?.running) tally.running += 1;
    else if (status?.state?.terminated) {
      tally.stopped += 1;
      if (status.state.terminated.exitCode === 0) tally.succeeded += 1;
    } else if (status?.state?.waiting) {
      if (status.lastState?.terminated) tally.stopped += 1;
      else tally.waiting += 1;
    } else tally.unknown += 1;
  }
  return tally;
}
