/** What a story says, as it is written. `schema/` says the same to machines, `docs/stories.md` to people. */

import type { ControlPlane, NodeGroup } from '../../deploy/cluster-spec.ts';
import type { KubernetesObject, Pod } from '../../protocol/objects.ts';
import type { ImageEntry } from '../../protocol/workload.ts';

/** A duration as Go writes it: `90s`, `1m30s`. */
export type Span = string;
/** Objects, by path relative to the story's file or written out. */
export type Manifests = string | KubernetesObject | readonly (string | KubernetesObject)[];
/** A number, or a comparison with one: `3`, `>= 3`. */
export type Count = number | string;

/** A whole story. */
export interface Story {
  name: string;
  about?: string;
  seed?: number | string;
  cluster?: StoryCluster;
  manifests?: string | readonly string[];
  traffic?: readonly TrafficPlan[];
  story?: readonly Step[];
  /** When the last act is over and what is expected is looked at; unless told, right after the last step. */
  end?: Span;
  expect?: readonly Expectation[];
}

/** The cluster a story plays on. */
export interface StoryCluster {
  name?: string;
  nodes?: number | readonly NodeGroup[];
  zones?: readonly string[];
  controlPlane?: Partial<Record<MasterName, number>>;
  settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  images?: readonly ImageEntry[];
}

/** The components of the control plane, and what a cluster's specification calls each. */
export const masters = {
  etcd: 'etcd',
  'kube-apiserver': 'apiserver',
  'kube-scheduler': 'scheduler',
  'kube-controller-manager': 'controller-manager',
  dns: 'dns',
} as const satisfies Record<string, keyof ControlPlane>;
export type MasterName = keyof typeof masters;

/** The components of every node, and what their addresses end in. */
export const nodeComponents = {
  kubelet: 'kubelet',
  'kube-proxy': 'kube-proxy',
  'container-runtime': 'runtime',
  network: 'network',
} as const;
export type NodeComponentName = keyof typeof nodeComponents;

/** Requests from outside. */
export interface TrafficPlan {
  name: string;
  to: string;
  rate: string;
  from?: Span;
  until?: Span;
  node?: string;
  timeout?: Span;
  clients?: number;
}

/** Nodes: one by name, or chosen when it comes to that. */
export type NodeChoice = string | Choice;
/** Pods: one by name, or chosen. */
export type PodChoice = string | Choice;

/** Picks some of what there is. */
export interface Choice {
  /** Nodes with these labels, or pods with these. */
  matching?: string;
  /** Of nodes: the one with most running pods that match this selector. */
  most?: string;
  /** Of pods: those on this node. */
  node?: string;
  /** Which of them, where there are several: `first` by name unless told. */
  pick?: Pick;
  /** A name for it, to be used by later steps. */
  as?: string;
}
export type Pick = 'first' | 'oldest' | 'newest' | 'random' | 'all';

/** Whom a step is done to. */
export interface Target {
  node?: NodeChoice;
  pod?: PodChoice;
  container?: string;
  component?: MasterName | NodeComponentName;
  replica?: number | 'leader' | 'all';
}

/** What happens: a moment, at most one deed, and words. */
export interface Step extends Deeds {
  at?: Span;
  after?: Span;
  when?: Condition;
  within?: Span;
  say?: string;
}

/** All that can be done. */
export interface Deeds {
  apply?: Manifests;
  delete?: string | readonly string[];
  scale?: Readonly<Record<string, number>>;
  label?: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  patch?: Readonly<Record<string, object>>;
  cordon?: NodeChoice;
  uncordon?: NodeChoice;
  drain?: NodeChoice;
  join?: NodeGroup | readonly NodeGroup[];
  crash?: Target;
  restart?: Target;
  cut?: Target & { from?: NodeChoice };
  slow?: Target & { by: Span };
  hold?: Target;
  lose?: Target & { share: string };
  skew?: Target & { ahead?: Span; behind?: Span; drift?: string };
  disk?: Target & { fsync?: Span; failure?: string };
  hang?: Target;
  leak?: Target & { rate: string };
  failProbes?: Target & { match: string };
  heal?: 'all' | Target;
  registry?: 'unavailable' | 'silent' | 'available';
  place?: { node: NodeChoice; file: string; manifest: string | Pod };
  remove?: { node: NodeChoice; file: string };
  show?: ShownTable | readonly ShownTable[];
}
export type Deed = keyof Deeds;
/** The tables that can be shown. */
export const shownTables = [
  'pods',
  'nodes',
  'services',
  'endpoints',
  'deployments',
  'replicasets',
  'replicationcontrollers',
  'traffic',
] as const;
export type ShownTable = (typeof shownTables)[number];

/** What is to be so; all of its parts at once. */
export interface Condition {
  ready?: string | readonly string[];
  pods?: PodsCondition;
  nodes?: NodesCondition;
  endpoints?: Readonly<Record<string, Count>>;
  answers?: string | readonly string[];
  traffic?: TrafficCondition;
  event?: EventCondition;
}
export interface PodsCondition {
  count?: Count;
  matching?: string;
  status?: string;
  node?: string;
  restarts?: Count;
  ready?: boolean;
}
export interface NodesCondition {
  count?: Count;
  matching?: string;
  status?: string;
}
export interface TrafficCondition {
  of?: string;
  during?: Phase;
  success?: string;
  failed?: Count;
  p50?: string;
  p99?: string;
}
/** Of a run: before the first fault, from then until all was ready again, and after. */
export type Phase = 'before' | 'fault' | 'after';
export interface EventCondition {
  reason: string;
  about?: string;
  message?: string;
  count?: Count;
}

/** What must be true at the end. */
export interface Expectation extends Condition {
  within?: Span;
  say?: string;
}
