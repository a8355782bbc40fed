/** The kinds of object that keep a number of pods: Kubernetes's own controller for both is one, too. */

import type {
  KubernetesObject,
  LabelSelector,
  PodTemplateSpec,
  ReplicationController,
} from '../../../../protocol/objects.ts';
import { type Selector, selectorFromLabelSelector, selectorFromLabels } from '../../../../protocol/selectors.ts';

/** An object that keeps a number of pods: a ReplicationController, or a ReplicaSet, which differs in its selector alone. */
export interface Replicated extends KubernetesObject {
  spec: {
    replicas?: number;
    minReadySeconds?: number;
    selector?: Record<string, string> | LabelSelector;
    template?: PodTemplateSpec;
  };
  status?: NonNullable<ReplicationController['status']>;
}

/** One of the kinds, as plain data. */
export interface OwnerKind {
  readonly kind: 'ReplicationController' | 'ReplicaSet';
  /** Group-resource. */
  readonly resource: string;
}

/** ReplicationControllers. */
export const replicationControllers: OwnerKind = { kind: 'ReplicationController', resource: 'replicationcontrollers' };
/** ReplicaSets. */
export const replicaSets: OwnerKind = { kind: 'ReplicaSet', resource: 'replicasets.apps' };

/** Reads the selector of an object that keeps pods. */
export function selectorOf({ kind, spec: { selector } }: Replicated): Selector {
  return kind === 'ReplicaSet'
    ? selectorFromLabelSelector(selector as LabelSelector)
    : selectorFromLabels(selector as Record<string, string>);
}
