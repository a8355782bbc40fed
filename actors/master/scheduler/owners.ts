/** The objects that keep pods and by whose selector those are spread: ReplicationControllers, ReplicaSets, StatefulSets. */

import { controllerOf, keyOf } from '../../../protocol/meta.ts';
import type { LabelSelector, Pod, ReplicaSet, ReplicationController, StatefulSet } from '../../../protocol/objects.ts';
import { findKind, groupResource } from '../../../protocol/resources.ts';
import {
  type Labels,
  type Selector,
  selectorFromLabelSelector,
  selectorFromLabels,
} from '../../../protocol/selectors.ts';
import { makeStore, type Store } from '../../client-go/store.ts';

/** One that keeps pods. */
export type Owner = ReplicationController | ReplicaSet | StatefulSet;

/** Those that are known, by group-resource. */
export type Owners = ReadonlyMap<string, Store<Owner>>;

/** The group-resources of the kinds that count; pods of a Job or a DaemonSet are not spread by it. */
export const ownerResources = ['replicationcontrollers', 'replicasets.apps', 'statefulsets.apps'] as const;

/** Makes a table that knows of none yet. */
export function makeOwners(): Owners {
  return new Map(ownerResources.map((resource) => [resource, makeStore()]));
}

/**
 * Finds the controller of a pod; undefined where it has none, one of another kind, or one that is not known (any more).
 * By name, as kube-scheduler's DefaultSelector: one of another uid that took the name is as good.
 */
export function ownerOf(pod: Pod, owners: Owners): Owner | undefined {
  const reference = controllerOf(pod);
  if (reference === undefined) return undefined;
  const kind = findKind(reference.apiVersion, reference.kind);
  const known = kind === undefined ? undefined : owners.get(groupResource(kind));
  return known?.objects.get(keyOf(pod.metadata.namespace, reference.name));
}

/** Reads an owner's selector: a plain map of labels in a ReplicationController, a LabelSelector in the others. */
export function selectorOf({ kind, spec: { selector } }: Owner): Selector {
  return kind === 'ReplicationController'
    ? selectorFromLabels(selector as Labels | undefined)
    : selectorFromLabelSelector(selector as LabelSelector | undefined);
}
