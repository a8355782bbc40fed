/** `kubectl drain`: which pods of a node may be evicted, and evicting them. */

import { controllerOf } from '../../protocol/meta.ts';
import type { Pod } from '../../protocol/objects.ts';
import { waitUntilGone } from './deletion.ts';
import { KubectlError } from './refusal.ts';
import type { Verbs } from './verbs.ts';

/** The options of `kubectl drain`. */
export interface DrainOptions {
  /** As `--ignore-daemonsets`: leaves the pods of DaemonSets. */
  readonly ignoreDaemonsets?: boolean;
  /** As `--delete-emptydir-data`: evicts pods whose data ends with them. */
  readonly deleteEmptydirData?: boolean;
  /** As `--force`: evicts pods that nobody will replace. */
  readonly force?: boolean;
  /** As `--grace-period`; the pods' own unless told. */
  readonly gracePeriodSeconds?: number;
  /** As `--pod-selector`. */
  readonly podSelector?: string;
  /** As `--timeout`; an hour unless told. */
  readonly timeoutMs?: number;
}

/** How long kubectl waits after a disruption budget forbade an eviction. */
const retryMs = 5_000;
const longestMs = 3_600_000;

/** Evicts all pods of a node that may be, and waits until they are gone. @throws KubectlError */
export function drainNode(user: Verbs, node: string, options: DrainOptions): Pod[] {
  const end = user.engine.now() + (options.timeoutMs ?? longestMs);
  const pods = user.list<Pod>('pods', {
    allNamespaces: true,
    fieldSelector: `spec.nodeName=${node}`,
    ...(options.podSelector !== undefined && { labelSelector: options.podSelector }),
  });
  const { evicted, refusals } = sortOut(pods, options);
  if (refusals.length > 0) {
    throw new KubectlError(
      `error: unable to drain node "${node}" due to error: ${listed(refusals)}, continuing command...`,
    );
  }
  evictAll(user, evicted, options, end);
  waitUntilGone(user, evicted, Math.max(0, end - user.engine.now()));
  return evicted;
}

/** Go writes several errors in brackets. */
function listed(messages: readonly string[]): string {
  return messages.length === 1 ? String(messages[0]) : `[${messages.join(', ')}]`;
}

/** Why a pod keeps a node from being drained; kubectl v1.30's words. */
const reasons = {
  daemonSet: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
  localStorage: 'Pods with local storage (use --delete-emptydir-data to override)',
  unmanaged: 'cannot delete Pods that declare no controller (use --force to override)',
};

/** Parts the pods to evict from those that forbid the drain, as kubectl's filters do. */
export function sortOut(pods: readonly Pod[], options: DrainOptions): { evicted: Pod[]; refusals: string[] } {
  const inTheWay = new Map<string, string[]>();
  const evicted: Pod[] = [];
  for (const pod of pods) {
    const verdict = verdictOn(pod, options);
    if (verdict === 'evict') evicted.push(pod);
    else if (verdict !== 'leave') {
      const { namespace, name } = pod.metadata;
      inTheWay.set(verdict, [...(inTheWay.get(verdict) ?? []), `${namespace}/${name}`]);
    }
  }
  const refusals = [...inTheWay].map(([reason, names]) => `cannot delete ${reason}: ${names.join(', ')}`);
  return { evicted, refusals: refusals.sort() };
}

const mirrorKey = 'kubernetes.io/config.mirror';

function verdictOn(pod: Pod, options: DrainOptions): string {
  const hasEnded = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  const controller = controllerOf(pod);
  if (controller?.kind === 'DaemonSet' && !hasEnded) return options.ignoreDaemonsets ? 'leave' : reasons.daemonSet;
  if (pod.metadata.annotations?.[mirrorKey] !== undefined) return 'leave';
  if (hasEnded) return 'evict';
  const hasLocalData = pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined) ?? false;
  if (hasLocalData && !options.deleteEmptydirData) return reasons.localStorage;
  return controller === undefined && !options.force ? reasons.unmanaged : 'evict';
}

/** Asks for all evictions until all are granted; what a disruption budget forbids now is asked again later. */
function evictAll(user: Verbs, pods: readonly Pod[], options: DrainOptions, end: number): void {
  let left = pods;
  for (;;) {
    const forbidden = left.flatMap((pod) => {
      const refusal = evict(user, pod, options);
      return refusal === undefined ? [] : [{ pod, refusal }];
    });
    const [first] = forbidden;
    if (first === undefined) return;
    if (user.engine.now() + retryMs > end) throw first.refusal;
    left = forbidden.map(({ pod }) => pod);
    user.engine.runFor(retryMs);
  }
}

/** Asks for an eviction; gives the refusal of a disruption budget. A pod that is gone needs none. @throws KubectlError */
function evict(user: Verbs, pod: Pod, { gracePeriodSeconds }: DrainOptions): KubectlError | undefined {
  const { name, namespace = 'default' } = pod.metadata;
  const object = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace },
    ...(gracePeriodSeconds !== undefined && { deleteOptions: { gracePeriodSeconds } }),
  };
  try {
    user.request('object.create', { resource: 'pods', namespace, name, subresource: 'eviction', object });
    return undefined;
  } catch (error) {
    if (!(error instanceof KubectlError) || error.status === undefined) throw error;
    if (error.reason === 'NotFound') return undefined;
    const message = `error when evicting pods/"${name}" -n "${namespace}": ${error.status.message}`;
    const refusal = new KubectlError(message, error.status);
    if (error.reason === 'TooManyRequests') return refusal;
    throw refusal;
  }
}
