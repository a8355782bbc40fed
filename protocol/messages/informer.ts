/** The conversation of an informer (client-go's reflector and shared informer) with those it informs. */

import type { Message } from '../message.ts';
import type { KubernetesObject } from '../objects.ts';

/** One object that appeared, changed or went; `old` is what the informer knew before. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
  readonly old?: KubernetesObject;
}

/** What an informer watches. */
export interface InformerInput {
  /** Group-resource, as in `Target.resource`. */
  resource: string;
  /** Whom to ask: the API servers' queue group, or one of them. */
  apiserver: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Its parent runs it for others: it tells only those who subscribe. */
  isShared?: boolean;
}

/** Which changes a subscriber wants to hear of (client-go's event handlers and their filters). */
export interface Interest {
  /** Only objects that a controller of this kind has or had just now, and those that no controller has. */
  readonly controlledBy?: string;
  /** Of objects it knows, only changes of these: `spec.nodeName`. The rest of them it may know as it was. */
  readonly fields?: readonly string[];
}

/**
 * Asks an informer to tell this actor too: all that there is, then what changes; everything, unless it says its interest.
 * Its parent need not ask, unless it is shared.
 */
export type InformerSubscribe = Message<'informer.subscribe', Interest | undefined>;
/** All that there was at the first list has been told. Sent once to each subscriber. */
export type InformerSynced = Message<'informer.synced', { resource: string }>;
/** What changed, in order. */
export type InformerChanged = Message<'informer.changed', { resource: string; changes: readonly Change[] }>;

/** The conversation of a leader election with the component it stands for. */
export interface LeaderElectionInput {
  apiserver: string;
  /** The Lease's namespace and name: `kube-system`, `kube-scheduler`. */
  namespace: string;
  name: string;
  /** This candidate, as `holderIdentity`. */
  identity: string;
  /** `source.component` of the Events "became leader" and "stopped leading"; the Lease's name unless told. */
  component?: string;
  /** `--leader-elect-lease-duration` 15 s, `-renew-deadline` 10 s, `-retry-period` 2 s; in ms. */
  leaseDurationMs: number;
  renewDeadlineMs: number;
  retryPeriodMs: number;
}
export type LeadershipAcquired = Message<'leadership.acquired', { transitions: number }>;
/** The component must act no more; Kubernetes's own exits its process here. */
export type LeadershipLost = Message<'leadership.lost', { reason: string }>;
