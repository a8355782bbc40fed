/** What a deletion does to an object: at once, after a grace period, or when its finalizers are gone. */

import type { CustomResourceDefinition } from '../../../protocol/custom/definition.ts';
import { definitions } from '../../../protocol/custom/definition.ts';
import { notSupported } from '../../../protocol/field-errors.ts';
import type { DeleteOptions } from '../../../protocol/messages/api.ts';
import { withMeta } from '../../../protocol/meta.ts';
import type { KubernetesObject, Namespace, Pod, Status } from '../../../protocol/objects.ts';
import type { ResourceKind } from '../../../protocol/resources.ts';
import { groupResource } from '../../../protocol/resources.ts';
import { failure } from '../../../protocol/status.ts';
import { fromRfc3339, toRfc3339 } from '../../../protocol/time.ts';
import { markDefinition } from './custom-resources/definitions/deletion.ts';
import { isCollected, orphansByDefault } from './resource-traits.ts';

/** The verdict on a deletion. */
export type Deletion =
  | { readonly do: 'refuse'; readonly status: Status }
  /** It is being deleted already, and this request changes nothing. */
  | { readonly do: 'nothing' }
  /** The object is marked; `thenRemove` when nothing holds it back. */
  | { readonly do: 'mark'; readonly object: KubernetesObject; readonly thenRemove: boolean }
  | { readonly do: 'remove' };

const orphanFinalizer = 'orphan';
const foregroundFinalizer = 'foregroundDeletion';

/** Says why options cannot be used; undefined where they can. */
export function optionsRefusal(options: DeleteOptions): Status | undefined {
  const { propagationPolicy: policy } = options;
  if (policy === undefined || ['Orphan', 'Background', 'Foreground'].includes(policy)) return undefined;
  const allowed = ['Background', 'Foreground', 'Orphan'];
  return failure.invalid('DeleteOptions.meta.k8s.io', '', [notSupported('propagationPolicy', policy, allowed)]);
}

/** Decides what a deletion does now. `collects`: a garbage collector works by finalizers (`--enable-garbage-collector`). */
export function decideDeletion(
  kind: ResourceKind,
  existing: KubernetesObject,
  options: DeleteOptions,
  nowMs: number,
  collects: boolean,
): Deletion {
  const refusal = preconditionRefusal(kind, existing, options);
  if (refusal !== undefined) return { do: 'refuse', status: refusal };
  const isNew = existing.metadata.deletionTimestamp === undefined;
  if (isNew && groupResource(kind) === definitions) {
    return { do: 'mark', object: markDefinition(existing as CustomResourceDefinition, nowMs), thenRemove: false };
  }
  const isCore = kind.group === '';
  if (isCore && kind.kind === 'Namespace' && isNew) {
    return markNamespace(kind, existing as Namespace, options, nowMs, collects);
  }
  if (isCore && kind.kind === 'Namespace' && ((existing as Namespace).spec?.finalizers ?? []).length > 0)
    return { do: 'nothing' };
  const grace = isCore && kind.kind === 'Pod' ? graceOf(existing as Pod, options, nowMs) : 'none';
  if (grace === 'pending') return { do: 'nothing' };
  const finalizers =
    collects && isCollected(kind) ? finalizersFor(kind, existing, options) : (existing.metadata.finalizers ?? []);
  if (grace !== 'none') {
    const object = withFinalizers(grace.object, finalizers);
    return { do: 'mark', object, thenRemove: finalizers.length === 0 && grace.seconds === 0 };
  }
  return finalizers.length === 0
    ? { do: 'remove' }
    : { do: 'mark', object: markNow(withFinalizers(existing, finalizers), nowMs), thenRemove: false };
}

function preconditionRefusal(
  kind: ResourceKind,
  { metadata }: KubernetesObject,
  options: DeleteOptions,
): Status | undefined {
  const { uid, resourceVersion } = options.preconditions ?? {};
  // The real server says the kind here, where it should say the resource.
  const subject = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  if (uid !== undefined && uid !== metadata.uid) {
    const message = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    return failure.conflict(subject, metadata.name, message);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const message = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    return failure.conflict(subject, metadata.name, message);
  }
  return undefined;
}

/** Pods go after a grace period, which a further deletion may only shorten (`rest.BeforeDelete`). */
function graceOf(
  pod: Pod,
  options: DeleteOptions,
  nowMs: number,
): 'none' | 'pending' | { object: Pod; seconds: number } {
  const { deletionTimestamp, deletionGracePeriodSeconds: running } = pod.metadata;
  const asked = options.gracePeriodSeconds === undefined ? undefined : atLeast(options.gracePeriodSeconds);
  if (deletionTimestamp !== undefined) {
    if (running === undefined || running === 0) return 'none';
    if (asked === undefined || asked >= running) return 'pending';
    const endMs = fromRfc3339(deletionTimestamp) - (running - asked) * 1000;
    return {
      object: withMeta(pod, { deletionTimestamp: toRfc3339(endMs), deletionGracePeriodSeconds: asked }),
      seconds: asked,
    };
  }
  const seconds = hasNothingToStop(pod) ? 0 : (asked ?? atLeast(pod.spec.terminationGracePeriodSeconds ?? 0));
  const deletionEnd = toRfc3339(nowMs + seconds * 1000);
  const object = withMeta(pod, {
    ...nextGeneration(pod),
    deletionTimestamp: deletionEnd,
    deletionGracePeriodSeconds: seconds,
  });
  return { object, seconds };
}

/** A negative period means one second. */
function atLeast(seconds: number): number {
  return seconds < 0 ? 1 : seconds;
}

function hasNothingToStop(pod: Pod): boolean {
  return !pod.spec.nodeName || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** What is held back only by finalizers has no grace left. */
function markNow(object: KubernetesObject, nowMs: number): KubernetesObject {
  const { deletionTimestamp } = object.metadata;
  const isLater = deletionTimestamp === undefined || fromRfc3339(deletionTimestamp) > nowMs;
  return withMeta(object, {
    ...(deletionTimestamp === undefined && nextGeneration(object)),
    ...(isLater && { deletionTimestamp: toRfc3339(nowMs) }),
    deletionGracePeriodSeconds: 0,
  });
}

function nextGeneration({ metadata }: KubernetesObject): { generation?: number } {
  return metadata.generation === undefined || metadata.generation === 0 ? {} : { generation: metadata.generation + 1 };
}

/** A namespace only begins to end: the namespace controller empties it, then finalizes it. */
function markNamespace(
  kind: ResourceKind,
  namespace: Namespace,
  options: DeleteOptions,
  nowMs: number,
  collects: boolean,
): Deletion {
  const held = collects ? withFinalizers(namespace, finalizersFor(kind, namespace, options)) : namespace;
  const ending: Namespace = {
    ...(withMeta(held, { deletionTimestamp: toRfc3339(nowMs) }) as Namespace),
    status: { ...namespace.status, phase: 'Terminating' },
  };
  return { do: 'mark', object: ending, thenRemove: isFree(ending) };
}

function isFree(namespace: Namespace): boolean {
  return (namespace.spec?.finalizers ?? []).length === 0 && (namespace.metadata.finalizers ?? []).length === 0;
}

/** The finalizers that the propagation policy asks for; without one, those the object has, or its kind's policy. */
function finalizersFor(
  kind: ResourceKind,
  { metadata }: KubernetesObject,
  { propagationPolicy }: DeleteOptions,
): readonly string[] {
  const given = metadata.finalizers ?? [];
  const policy = propagationPolicy ?? policyOf(kind, given);
  const others = given.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer);
  if (policy === 'Orphan') others.push(orphanFinalizer);
  if (policy === 'Foreground') others.push(foregroundFinalizer);
  const isSame = others.length === given.length && others.every((name) => given.includes(name));
  return isSame ? given : others;
}

function policyOf(kind: ResourceKind, finalizers: readonly string[]): DeleteOptions['propagationPolicy'] {
  if (finalizers.includes(orphanFinalizer)) return 'Orphan';
  if (finalizers.includes(foregroundFinalizer)) return 'Foreground';
  return orphansByDefault(kind) ? 'Orphan' : 'Background';
}

function withFinalizers<T extends KubernetesObject>(object: T, finalizers: readonly string[]): T {
  if (
    finalizers === object.metadata.finalizers ||
    (finalizers.length === 0 && object.metadata.finalizers === undefined)
  )
    return object;
  return withMeta(object, { finalizers: finalizers.length === 0 ? undefined : [...finalizers] });
}
