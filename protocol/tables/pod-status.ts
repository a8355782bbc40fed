/** What is shown of a pod in the columns READY, STATUS and RESTARTS (`printPod` of Kubernetes v1.30). */

import { since } from './age.ts';
import {
  conditionOf,
  countOf,
  type Fields,
  fieldsOf,
  isBeingDeleted,
  isGiven,
  objectsOf,
  sizeOf,
  textOf,
} from './fields.ts';

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
export function summarize(pod: object): PodSummary {
  const { metadata, spec: givenSpec, status: givenStatus } = pod as Fields;
  const [spec, status] = [fieldsOf(givenSpec), fieldsOf(givenStatus)];
  const sidecars = sidecarsOf(spec);
  const init = sumInitContainers(spec, status, sidecars);
  const isInitialized = !init.isInitializing || isTrue(status, 'Initialized');
  const main = isInitialized ? sumContainers(status, init.reason, init.sidecars) : undefined;
  return {
    ready: init.ready + (main?.ready ?? 0),
    total: sizeOf(spec.containers) + sidecars.size,
    status: statusOf(fieldsOf(metadata), status, main?.reason ?? init.reason),
    restarts: (main ?? init).tally.restarts,
    lastRestart: (main ?? init).tally.last,
  };
}

/** Writes the RESTARTS cell: `3 (20s ago)`. */
export function restartsCell({ restarts, lastRestart }: PodSummary, nowMs: number): string {
  return restarts === 0 || lastRestart === undefined ? `${restarts}` : `${restarts} (${since(lastRestart, nowMs)} ago)`;
}

/** A deleted pod is Terminating, whatever its containers do; on a lost node nobody knows. */
function statusOf(metadata: Fields, status: Fields, reason: string): string {
  if (!isBeingDeleted(metadata)) return reason;
  return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
}

/** Restarts of some containers, and when the last of them ended before its restart. */
interface Tally {
  readonly restarts: number;
  readonly last: string | undefined;
}

const noRestarts: Tally = { restarts: 0, last: undefined };

function count({ restarts, last }: Tally, { restartCount, lastState }: Fields): Tally {
  const ended = textOf(fieldsOf(fieldsOf(lastState).terminated).finishedAt);
  // Times are all in UTC and of one form, so they compare as texts.
  const isLater = ended !== '' && (last === undefined || ended > last);
  return { restarts: restarts + countOf(restartCount), last: isLater ? ended : last };
}

const noNames: ReadonlySet<string> = new Set();

/** The names of the init containers that stay. */
function sidecarsOf({ initContainers }: Fields): ReadonlySet<string> {
  if (sizeOf(initContainers) === 0) return noNames;
  const staying = objectsOf(initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return new Set(staying.map((container) => textOf(container.name)));
}

interface InitSum {
  reason: string;
  isInitializing: boolean;
  ready: number;
  tally: Tally;
  /** Of the restartable ones alone. */
  sidecars: Tally;
}

function sumInitContainers(spec: Fields, status: Fields, sidecars: ReadonlySet<string>): InitSum {
  const sum: InitSum = {
    reason: firstReason(status),
    isInitializing: false,
    ready: 0,
    tally: noRestarts,
    sidecars: noRestarts,
  };
  for (const [i, container] of objectsOf(status.initContainerStatuses).entries()) {
    const stays = sidecars.has(textOf(container.name));
    sum.tally = count(sum.tally, container);
    if (stays) sum.sidecars = count(sum.sidecars, container);
    if (fieldsOf(fieldsOf(container.state).terminated).exitCode === 0) continue;
    if (stays && container.started === true) {
      if (container.ready === true) sum.ready++;
      continue;
    }
    sum.isInitializing = true;
    sum.reason = `Init:${initReason(container) ?? `${i}/${sizeOf(spec.initContainers)}`}`;
    break;
  }
  return sum;
}

function firstReason(status: Fields): string {
  const isGated = conditionOf(status.conditions, 'PodScheduled')?.reason === 'SchedulingGated';
  return isGated ? 'SchedulingGated' : textOf(status.reason) || textOf(status.phase);
}

/** Why an init container keeps the pod waiting; undefined while it just runs, or waits for its turn. */
function initReason({ state }: Fields): string | undefined {
  const { terminated, waiting } = fieldsOf(state);
  if (isGiven(terminated)) return endReason(fieldsOf(terminated));
  const reason = textOf(fieldsOf(waiting).reason);
  return reason !== '' && reason !== 'PodInitializing' ? reason : undefined;
}

function endReason({ reason, signal, exitCode }: Fields): string {
  if (textOf(reason) !== '') return textOf(reason);
  return countOf(signal) !== 0 ? `Signal:${countOf(signal)}` : `ExitCode:${countOf(exitCode)}`;
}

interface MainSum {
  reason: string;
  ready: number;
  tally: Tally;
}

/** The first container that has something to say says it for the pod; it is looked at last, so it overrules. */
function sumContainers(status: Fields, firstReason: string, sidecars: Tally): MainSum {
  let reason = firstReason;
  let ready = 0;
  let tally = sidecars;
  for (const container of objectsOf(status.containerStatuses).reverse()) {
    tally = count(tally, container);
    const { waiting, terminated, running } = fieldsOf(container.state);
    const waits = textOf(fieldsOf(waiting).reason);
    if (waits !== '') reason = waits;
    else if (isGiven(terminated)) reason = endReason(fieldsOf(terminated));
    else if (container.ready === true && isGiven(running)) ready++;
  }
  // One container has ended well while another runs: the pod is not completed.
  if (reason === 'Completed' && ready > 0) reason = isTrue(status, 'Ready') ? 'Running' : 'NotReady';
  return { reason, ready, tally };
}

function isTrue({ conditions }: Fields, type: string): boolean {
  return conditionOf(conditions, type)?.status === 'True';
}
