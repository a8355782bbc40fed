/** The conditions the kubelet keeps of a pod, from its spec and its containers' statuses. */

import type { ContainerStatus, Pod, PodCondition, PodSpec } from '../../../protocol/objects.ts';
import { isSidecar, type Phase } from './phase.ts';

/** A condition before anyone asked since when it holds. */
export interface Finding {
  type: string;
  isTrue: boolean;
  reason?: string;
  message?: string;
}

/** The conditions that are the kubelet's to write; all others on a pod are someone else's. */
export const ownConditions: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/** What the conditions are decided from. */
export interface ConditionFacts {
  pod: Pod;
  phase: Phase;
  /** Statuses by container name. */
  statuses: ReadonlyMap<string, ContainerStatus>;
  /** The sandbox runs and has its address. */
  hasSandbox: boolean;
}

/** Decides all conditions, in the order the kubelet writes them. */
export function findConditions(facts: ConditionFacts): Finding[] {
  const containersReady = findContainersReady(facts);
  return [
    { type: 'PodReadyToStartContainers', isTrue: facts.hasSandbox },
    findInitialized(facts),
    findReady(facts.pod, containersReady),
    containersReady,
    { type: 'PodScheduled', isTrue: true },
  ];
}

function findInitialized({ pod, phase, statuses }: ConditionFacts): Finding {
  const type = 'Initialized';
  const init = pod.spec.initContainers ?? [];
  const unknown = init.filter(({ name }) => !statuses.has(name)).map(({ name }) => name);
  const incomplete = init.filter((container) => {
    const status = statuses.get(container.name);
    return status !== undefined && !(isSidecar(container) ? status.started : status.ready);
  });
  // As 1.28 on: once a main container was started, a sidecar that restarts no longer takes this away.
  const hasBegun = pod.spec.containers.some(({ name }) => hasEverRun(statuses.get(name)));
  if (phase === 'Succeeded' && unknown.length === 0) return { type, isTrue: true, reason: 'PodCompleted' };
  if (hasBegun || (unknown.length === 0 && incomplete.length === 0)) return { type, isTrue: true };
  const message = sentence([
    ['containers with unknown status: ', unknown],
    ['containers with incomplete status: ', incomplete.map(({ name }) => name)],
  ]);
  return { type, isTrue: false, reason: 'ContainersNotInitialized', message };
}

function hasEverRun(status: ContainerStatus | undefined): boolean {
  return status !== undefined && (status.state?.waiting === undefined || status.lastState?.terminated !== undefined);
}

function findContainersReady({ pod, phase, statuses }: ConditionFacts): Finding {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, isTrue: false, reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, isTrue: false, reason: 'PodFailed' };
  const names = readyNames(pod.spec);
  const unknown = names.filter((name) => !statuses.has(name));
  const unready = names.filter((name) => statuses.get(name)?.ready === false);
  if (unknown.length + unready.length === 0) return { type, isTrue: true };
  const message = sentence([
    ['containers with unknown status: ', unknown],
    ['containers with unready status: ', unready],
  ]);
  return { type, isTrue: false, reason: 'ContainersNotReady', message };
}

/** Sidecars count for readiness, other init containers do not. */
function readyNames(spec: PodSpec): string[] {
  return [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers].map(({ name }) => name);
}

function findReady(pod: Pod, containersReady: Finding): Finding {
  if (!containersReady.isTrue) return { ...containersReady, type: 'Ready' };
  const open = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (condition === undefined)
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (condition.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  if (open.length === 0) return { type: 'Ready', isTrue: true };
  return { type: 'Ready', isTrue: false, reason: 'ReadinessGatesNotReady', message: open.join(', ') };
}

function sentence(parts: readonly [string, readonly string[]][]): string {
  return parts
    .filter(([, names]) => names.length > 0)
    .map(([words, names]) => `${words}[${names.join(' ')}]`)
    .join(', ');
}

/** Dates findings: a condition whose status did not change keeps its time. */
export function dateConditions(
  findings: readonly Finding[],
  before: readonly PodCondition[],
  now: string,
): PodCondition[] {
  return findings.map(({ type, isTrue, reason, message }) => {
    const status = isTrue ? 'True' : 'False';
    const last = before.find((condition) => condition.type === type);
    const since = last?.status === status ? last.lastTransitionTime : undefined;
    return {
      type,
      status,
      lastTransitionTime: since ?? now,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    };
  });
}
