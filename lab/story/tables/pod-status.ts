/** What kubectl shows of a pod in the columns READY, STATUS and RESTARTS (`printPod` of Kubernetes v1.30). */

import type { Container, ContainerStatus, Pod } from '../../../protocol/objects.ts';
import { since } from './age.ts';

/** A pod in short. */
export interface PodSummary {
  /** Containers that are ready, of those that stay: the pod's own and its restartable init containers. */
  readonly ready: number;
  readonly total: number;
  /** `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`... */
  readonly status: string;
  readonly restarts: number;
  /** When a container last ended before it was restarted; undefined where none was. */
  readonly lastRestart: string | undefined;
}

/** Sums up a pod. */
export function summarize(pod: Pod): PodSummary {
  const init = sumInitContainers(pod);
  const isInitialized = !init.isInitializing || hasCondition(pod, 'Initialized');
  const main = isInitialized ? sumContainers(pod, init.reason, init.sidecars) : undefined;
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).length;
  return {
    ready: init.ready + (main?.ready ?? 0),
    total: pod.spec.containers.length + sidecars,
    status: statusOf(pod, main?.reason ?? init.reason),
    restarts: (main ?? init).tally.restarts,
    lastRestart: (main ?? init).tally.last,
  };
}

/** Writes the RESTARTS cell: `3 (20s ago)`. */
export function restartsCell({ restarts, lastRestart }: PodSummary, nowMs: number): string {
  return restarts === 0 || lastRestart === undefined ? `${restarts}` : `${restarts} (${since(lastRestart, nowMs)} ago)`;
}

/** A deleted pod is Terminating, whatever its containers do; on a lost node nobody knows. */
function statusOf({ metadata, status }: Pod, reason: string): string {
  if (metadata.deletionTimestamp === undefined) return reason;
  return status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
}

/** Restarts of some containers, and when the last of them ended before its restart. */
interface Tally {
  readonly restarts: number;
  readonly last: string | undefined;
}

const noRestarts: Tally = { restarts: 0, last: undefined };

function count({ restarts, last }: Tally, { restartCount, lastState }: ContainerStatus): Tally {
  const ended = lastState?.terminated?.finishedAt;
  // Times are all in UTC and of one form, so they compare as texts.
  const isLater = ended !== undefined && (last === undefined || ended > last);
  return { restarts: restarts + (restartCount ?? 0), last: isLater ? ended : last };
}

interface InitSum {
  reason: string;
  isInitializing: boolean;
  ready: number;
  tally: Tally;
  /** Of the restartable ones alone. */
  sidecars: Tally;
}

function sumInitContainers(pod: Pod): InitSum {
  const specs = pod.spec.initContainers ?? [];
  const sum: InitSum = {
    reason: firstReason(pod),
    isInitializing: false,
    ready: 0,
    tally: noRestarts,
    sidecars: noRestarts,
  };
  const statuses = pod.status?.initContainerStatuses ?? [];
  for (const [i, container] of statuses.entries()) {
    const stays = specs.some((spec) => spec.name === container.name && isSidecar(spec));
    sum.tally = count(sum.tally, container);
    if (stays) sum.sidecars = count(sum.sidecars, container);
    if (container.state?.terminated?.exitCode === 0) continue;
    if (stays && container.started === true) {
      if (container.ready) sum.ready++;
      continue;
    }
    sum.isInitializing = true;
    sum.reason = `Init:${initReason(container) ?? `${i}/${specs.length}`}`;
    break;
  }
  return sum;
}

function firstReason({ status }: Pod): string {
  const isGated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return isGated ? 'SchedulingGated' : status?.reason || status?.phase || '';
}

/** Why an init container keeps the pod waiting; undefined while it just runs, or waits for its turn. */
function initReason({ state }: ContainerStatus): string | undefined {
  if (state?.terminated !== undefined) return endReason(state.terminated);
  const waits = state?.waiting?.reason;
  return waits && waits !== 'PodInitializing' ? waits : undefined;
}

function endReason({ reason, signal, exitCode }: { reason?: string; signal?: number; exitCode: number }): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

interface MainSum {
  reason: string;
  ready: number;
  tally: Tally;
}

/** The first container that has something to say says it for the pod; it is looked at last, so it overrules. */
function sumContainers(pod: Pod, firstReason: string, sidecars: Tally): MainSum {
  let reason = firstReason;
  let ready = 0;
  let tally = sidecars;
  for (const container of (pod.status?.containerStatuses ?? []).toReversed()) {
    tally = count(tally, container);
    const { waiting, terminated, running } = container.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated !== undefined) reason = endReason(terminated);
    else if (container.ready && running !== undefined) ready++;
  }
  // One container has ended well while another runs: the pod is not completed.
  if (reason === 'Completed' && ready > 0) reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
  return { reason, ready, tally };
}

function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always';
}

function hasCondition({ status }: Pod, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
