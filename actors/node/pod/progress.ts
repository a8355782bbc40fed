/** Which container of a pod comes next, and when the pod has come to its end. */

import type { ContainerStage } from '../../../protocol/messages/pod-worker.ts';
import type { ContainerStatus, PodSpec } from '../../../protocol/objects.ts';
import { isSidecar } from './phase.ts';

/** What a container's worker told last. */
export interface Report {
  stage: ContainerStage;
  status: ContainerStatus;
}

/** How far a pod has come. */
export interface Progress {
  /** The container that may begin now, if any. */
  next: string | undefined;
  /** All init containers have done their work, and all sidecars are up. */
  isInitialized: boolean;
  /** Nothing more will be started: all have finished, or an init container failed for good. */
  isComplete: boolean;
}

/**
 * Decides how a pod goes on: init containers one after the other, then the containers, each as soon as the one before it has
 * been started (and its postStart hook has ended) or cannot be started now.
 */
export function progressOf(
  spec: PodSpec,
  reports: ReadonlyMap<string, Report>,
  begun: ReadonlySet<string>,
  wasInitialized: boolean,
): Progress {
  for (const container of spec.initContainers ?? []) {
    const report = reports.get(container.name);
    if (!begun.has(container.name)) return { next: container.name, isInitialized: wasInitialized, isComplete: false };
    if (wasInitialized) continue;
    if (hasFailed(report)) return { next: undefined, isInitialized: false, isComplete: true };
    const isPassed = isSidecar(container) ? report?.status.started === true : report?.stage === 'finished';
    if (!isPassed) return { next: undefined, isInitialized: false, isComplete: false };
  }
  return mainProgress(spec, reports, begun);
}

function hasFailed(report: Report | undefined): boolean {
  return report?.stage === 'finished' && report.status.state?.terminated?.exitCode !== 0;
}

function mainProgress(spec: PodSpec, reports: ReadonlyMap<string, Report>, begun: ReadonlySet<string>): Progress {
  for (const { name } of spec.containers) {
    if (!begun.has(name)) return { next: name, isInitialized: true, isComplete: false };
    const stage = reports.get(name)?.stage;
    if (stage === undefined || stage === 'starting') return { next: undefined, isInitialized: true, isComplete: false };
  }
  const isComplete = spec.containers.every(({ name }) => reports.get(name)?.stage === 'finished');
  return { next: undefined, isInitialized: true, isComplete };
}
