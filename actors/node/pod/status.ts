/** The status of a pod: composed from what is known, and written as the difference to what the API has. */

import { copyWith } from '../../../protocol/copy.ts';
import { deepEqual } from '../../../protocol/deep-equal.ts';
import type { EndStatus } from '../../../protocol/messages/pod-worker.ts';
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../../protocol/objects.ts';
import { conditionOf, dateConditions, findConditions, ownConditions } from './conditions.ts';
import { untouchedStatus } from './container-status.ts';
import { phaseOf } from './phase.ts';

/** What a status is composed from. */
export interface StatusFacts {
  pod: Pod;
  /** What the kubelet told last, or the API has: the times of its conditions count on. */
  before: PodStatus | undefined;
  /** By container name, as the workers tell. */
  reports: ReadonlyMap<string, { status: ContainerStatus }>;
  podIP: string;
  nodeIP: string;
  hasSandbox: boolean;
  startTime: string;
  /** Everything has stopped, and nothing will be started again. */
  isTerminal: boolean;
  /** The kubelet ended the pod, or refused it. */
  end: EndStatus | undefined;
  qosClass: string | undefined;
  now: string;
}

const lost = 'The container could not be located when the pod was terminated';

/** Composes the status the kubelet wants a pod to have. */
export function composeStatus(facts: StatusFacts): PodStatus {
  const { pod, before, end, isTerminal } = facts;
  const initStatuses = statusesOf(facts, 'initContainers');
  const isInitialized = initStatuses.every(({ ready, started }) => ready || started);
  const last = statusesOf(facts, 'containers');
  const statuses = isTerminal && isInitialized ? last.map(ended) : last;
  const byName = new Map<string, ContainerStatus>();
  for (const status of initStatuses) byName.set(status.name, status);
  for (const status of statuses) byName.set(status.name, status);
  const phase = end !== undefined && isTerminal ? 'Failed' : phaseOf(pod.spec, byName, isTerminal);
  const readiness = end === undefined ? phase : 'Failed';
  const findings = findConditions({ pod, phase: readiness, statuses: byName, hasSandbox: facts.hasSandbox });
  const conditions = dateConditions(findings, before?.conditions ?? [], facts.now);
  if (end?.condition !== undefined) conditions.push(end.condition);
  const composed: PodStatus = { phase, conditions, hostIP: facts.nodeIP, hostIPs: [{ ip: facts.nodeIP }] };
  if (end !== undefined && isTerminal) {
    composed.reason = end.reason;
    composed.message = end.message;
  }
  if (facts.podIP !== '') {
    composed.podIP = facts.podIP;
    composed.podIPs = [{ ip: facts.podIP }];
  }
  composed.startTime = facts.startTime;
  if (initStatuses.length > 0) composed.initContainerStatuses = initStatuses;
  composed.containerStatuses = statuses;
  if (facts.qosClass !== undefined) composed.qosClass = facts.qosClass;
  return composed;
}

/** Composes the status of a pod that was not admitted: no container was ever looked at. */
export function rejectedStatus(end: EndStatus, startTime: string): PodStatus {
  return { phase: 'Failed', reason: end.reason, message: `Pod was rejected: ${end.message}`, startTime };
}

function statusesOf({ pod, reports }: StatusFacts, which: 'initContainers' | 'containers'): ContainerStatus[] {
  const hasInit = which === 'containers' && (pod.spec.initContainers?.length ?? 0) > 0;
  const shown = which === 'containers' ? pod.status?.containerStatuses : pod.status?.initContainerStatuses;
  return (pod.spec[which] ?? []).map(({ name, image = '' }) => {
    const known = reports.get(name)?.status ?? shown?.find((status) => status.name === name);
    return known ?? untouchedStatus(name, image, hasInit || which === 'initContainers');
  });
}

/** What is still shown as waiting or running when all is over was lost: nobody can say how it ended. */
function ended(status: ContainerStatus): ContainerStatus {
  if (status.state?.terminated !== undefined) return { ...status, ready: false, started: false };
  const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown', message: lost };
  const wasWaiting = status.state?.waiting !== undefined && status.lastState?.terminated !== undefined;
  const state = wasWaiting ? { terminated: status.lastState?.terminated ?? terminated } : { terminated };
  return { ...status, ready: false, started: false, state };
}

/**
 * Writes what must change for the API's status to be the wanted one, as a strategic merge; undefined where nothing must.
 * Conditions that are not the kubelet's, and fields it does not own, stay as they are.
 */
export function statusPatch(known: PodStatus | undefined, wanted: PodStatus): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const name in wanted) {
    const field = name as keyof PodStatus;
    if (field === 'conditions') continue;
    if (field === 'podIPs') {
      const ips = addressPatch(known?.podIPs ?? [], wanted.podIPs ?? []);
      if (ips !== undefined) patch.podIPs = ips;
    } else if (!deepEqual(known?.[field], wanted[field])) patch[field] = wanted[field];
  }
  for (const field of ['reason', 'message'] as const) {
    if (known?.[field] !== undefined && wanted[field] === undefined) patch[field] = null;
  }
  const conditions = changedConditions(known?.conditions ?? [], wanted.conditions ?? []);
  if (conditions.length > 0) patch.conditions = conditions;
  for (const _ in patch) return patch;
  return undefined;
}

type Address = { ip?: string };

/** Addresses are merged by `ip`: those that are no longer the pod's must be taken away by name. */
function addressPatch(known: readonly Address[], wanted: readonly Address[]): unknown[] | undefined {
  const stale = known.filter(({ ip }) => !wanted.some((one) => one.ip === ip));
  const isNew = wanted.some(({ ip }) => !known.some((one) => one.ip === ip));
  if (stale.length === 0 && !isNew) return undefined;
  return [...wanted, ...stale.map(({ ip }) => ({ $patch: 'delete', ip }))];
}

function changedConditions(known: readonly PodCondition[], wanted: readonly PodCondition[]): object[] {
  const changed: object[] = [];
  for (const condition of wanted) {
    const shown = conditionOf(known, condition.type);
    if (shown === undefined) changed.push(condition);
    else if (differs(condition, shown)) changed.push(conditionPatch(condition, shown));
  }
  return changed;
}

function differs(wanted: PodCondition, shown: PodCondition): boolean {
  // That a pod is scheduled is the scheduler's to date; here only that it is.
  if (wanted.type === 'PodScheduled' && shown.status === 'True') return false;
  return !saysSame(shown, wanted) || isDisowned(wanted, shown);
}

/** Conditions are merged by type: what no longer holds must be taken away. */
function conditionPatch(wanted: PodCondition, shown: PodCondition): object {
  const isReasonGone = shown.reason && wanted.reason === undefined;
  const isMessageGone = shown.message && wanted.message === undefined;
  if (!isReasonGone && !isMessageGone) return wanted;
  const gone: Record<string, null> = {};
  if (shown.reason && wanted.reason === undefined) gone.reason = null;
  if (shown.message && wanted.message === undefined) gone.message = null;
  return copyWith(wanted, gone);
}

/** Compares conditions of a type: times, and what nobody set, make no difference. */
function saysSame(a: PodCondition, b: PodCondition): boolean {
  return a.status === b.status && (a.reason ?? '') === (b.reason ?? '') && (a.message ?? '') === (b.message ?? '');
}

/** Someone else dated a condition of the kubelet's anew. */
function isDisowned(wanted: PodCondition, shown: PodCondition): boolean {
  return ownConditions.has(wanted.type) && wanted.lastTransitionTime !== shown.lastTransitionTime;
}
