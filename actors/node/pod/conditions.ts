/** The conditions the kubelet keeps of a pod, from its spec and its containers' statuses. */

import type { Container, ContainerStatus, Pod, PodCondition, PodSpec } from '../../../protocol/objects.ts';
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
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of pod.spec.initContainers ?? []) {
    const status = statuses.get(container.name);
    if (status === undefined) unknown.push(container.name);
    else if (!(isSidecar(container) ? status.started : status.ready)) incomplete.push(container.name);
  }
  // As 1.28 on: once a main container was started, a sidecar that restarts no longer takes this away.
  const hasBegun = pod.spec.containers.some(({ name }) => hasEverRun(statuses.get(name)));
  if (phase === 'Succeeded' && unknown.length === 0) return { type, isTrue: true, reason: 'PodCompleted' };
  if (hasBegun || (unknown.length === 0 && incomplete.length === 0)) return { type, isTrue: true };
  const message = sentence([
    ['containers with unknown status: ', unknown],
    ['containers with incomplete status: ', incomplete],
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
  const unknown: string[] = [];
  const unready: string[] = [];
  for (const { name } of readyContainers(pod.spec)) {
    const status = statuses.get(name);
    if (status === undefined) unknown.push(name);
    else if (!status.ready) unready.push(name);
  }
  if (unknown.length + unready.length === 0) return { type, isTrue: true };
  const message = sentence([
    ['containers with unknown status: ', unknown],
    ['containers with unready status: ', unready],
  ]);
  return { type, isTrue: false, reason: 'ContainersNotReady', message };
}

/** Sidecars count for readiness, other init containers do not. */
function readyContainers({ initContainers, containers }: PodSpec): readonly Container[] {
  return initContainers === undefined ? containers : [...initContainers.filter(isSidecar), ...containers];
}

function findReady(pod: Pod, containersReady: Finding): Finding {
  if (!containersReady.isTrue) return { ...containersReady, type: 'Ready' };
  const open: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const condition = conditionOf(pod.status?.conditions ?? [], conditionType);
    if (condition === undefined)
      open.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (condition.status !== 'True')
      open.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`);
  }
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
    const last = conditionOf(before, type);
    const since = last?.status === status ? last.lastTransitionTime : undefined;
    const condition: PodCondition = { type, status, lastTransitionTime: since ?? now };
    if (reason !== undefined) condition.reason = reason;
    if (message !== undefined) condition.message = message;
    return condition;
  });
}

/** Finds the condition of a type, of a pod or of a node. */
export function conditionOf<C extends { type: string }>(conditions: readonly C[], type: string): C | undefined {
  for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}
