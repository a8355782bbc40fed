/** What is left in a namespace whose contents were deleted, and how long that may take. */

import type { KubernetesObject, Namespace, Pod, Status } from '../../../../protocol/objects.ts';
import { groupResource, type ResourceKind, storedKinds } from '../../../../protocol/resources.ts';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import { isEnded } from '../pods/pod-state.ts';

/** The built-in kinds that can be deleted in a namespace, as discovery tells them. */
export const contentKinds: readonly ResourceKind[] = storedKinds.filter(({ namespaced }) => namespaced);

/** Gives the kinds that can be deleted in a namespace, those of definitions too. */
export function allContentKinds(custom: Iterable<ResourceKind>): readonly ResourceKind[] {
  const kinds = [...custom].filter(({ namespaced }) => namespaced);
  return kinds.length === 0 ? contentKinds : [...contentKinds, ...kinds];
}

/** What one kind's deletion led to. */
export interface KindResult {
  readonly kind: ResourceKind;
  /** Why the objects could not be deleted, or counted; undefined where they could. */
  readonly refusal: Status | undefined;
  readonly items: readonly KubernetesObject[];
}

/** What all of them led to. */
export interface Remains {
  /** Seconds until it is worth looking again; 0 where nothing is left. */
  readonly waitSeconds: number;
  readonly errors: readonly string[];
  /** Objects by resource, and objects by a finalizer they have; only what there is. */
  readonly byResource: ReadonlyMap<ResourceKind, number>;
  readonly byFinalizer: ReadonlyMap<string, number>;
}

/** As `finalizerEstimateSeconds`: time for the garbage collector and others to do their part. */
const finalizerSeconds = 15;

/** Tells how many seconds pods may still take to stop: the longest grace period, unless the namespace ended that long ago. */
export function graceSeconds(namespace: Namespace, pods: readonly Pod[], nowMs: number): number {
  let longest = 0;
  for (const pod of pods) {
    if (!isEnded(pod)) longest = Math.max(longest, pod.spec.terminationGracePeriodSeconds ?? 0);
  }
  const { deletionTimestamp } = namespace.metadata;
  const sinceMs = deletionTimestamp === undefined ? 0 : nowMs - fromRfc3339(deletionTimestamp);
  return sinceMs >= longest * 1000 ? 0 : longest;
}

/** Sums up: objects left without a reason, neither a grace period nor a finalizer, are an error. */
export function sumUp(namespace: Namespace, results: readonly KindResult[], podSeconds: number): Remains {
  const errors: string[] = [];
  const byResource = new Map<ResourceKind, number>();
  const byFinalizer = new Map<string, number>();
  let waitSeconds = 0;
  for (const { kind, refusal, items } of results) {
    if (refusal !== undefined) errors.push(refusal.message ?? '');
    if (refusal !== undefined || items.length === 0) continue;
    byResource.set(kind, items.length);
    const finalizers = items.flatMap(({ metadata }) => metadata.finalizers ?? []);
    for (const one of finalizers) byFinalizer.set(one, (byFinalizer.get(one) ?? 0) + 1);
    const grace = kind.kind === 'Pod' ? podSeconds : 0;
    const seconds = grace > 0 ? grace : finalizers.length > 0 ? finalizerSeconds : 0;
    if (seconds === 0) errors.push(unexpected(namespace, kind));
    waitSeconds = Math.max(waitSeconds, seconds);
  }
  return { waitSeconds, errors, byResource, byFinalizer };
}

function unexpected({ metadata }: Namespace, { group, version, resource }: ResourceKind): string {
  return `unexpected items still remain in namespace: ${metadata.name} for gvr: ${group}/${version}, Resource=${resource}`;
}

/** Words what is left, by resource, as the namespace's conditions say it. */
export function tellResources({ byResource }: Remains): string {
  const parts = [...byResource].map(([kind, count]) => `${dotted(kind)} has ${count} resource instances`);
  return parts.sort().join(', ');
}

/** Words what is left, by finalizer. */
export function tellFinalizers({ byFinalizer }: Remains): string {
  const parts = [...byFinalizer].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  return parts.sort().join(', ');
}

/** With the dot even where the group is empty: `pods.` */
function dotted(kind: ResourceKind): string {
  return kind.group === '' ? `${kind.resource}.` : groupResource(kind);
}
