/** What a cluster is made of: its nodes, its control plane, the settings of its components, its image registry. */

import type { NodeCapacity, NodeConfig } from '../protocol/node-config.ts';
import type { ImageEntry } from '../protocol/workload.ts';
import type { Settings } from './cast.ts';

/** How many replicas of each control-plane component run; replica i of each runs on the machine `master-<i>`. */
export interface ControlPlane {
  etcd: number;
  apiserver: number;
  scheduler: number;
  'controller-manager': number;
  dns: number;
}

/** A cluster, ready to be started. */
export interface ClusterSpec {
  /** The first token of all its subjects. */
  name: string;
  nodes: readonly NodeConfig[];
  controlPlane: ControlPlane;
  settings: Settings;
  /** The registry's catalogue; what is not in it can be pulled all the same and serves its declared ports. */
  images: readonly ImageEntry[];
  /** Zones the machines of the control plane are spread over; none: all in one. */
  masterZones?: readonly string[];
  /** Runs metrics-server beside the first replicas: it asks all kubelets, all the time; not unless told. */
  metricsServer?: boolean;
}

/** A group of like nodes, as a story or a command line asks for them. */
export interface NodeGroup {
  /** How many; their names are `<prefix><number>`, counted from 1 over all groups with that prefix. */
  count: number;
  /** `node-` unless told. */
  prefix?: string;
  /** As quantities; a 4-core machine with 8 GiB and room for 110 pods unless told. */
  capacity?: Readonly<Record<string, string>>;
  labels?: Record<string, string>;
  taints?: NodeConfig['taints'];
  /** The zones its nodes are dealt out to in turn. */
  zones?: readonly string[];
  /** Pod manifests in the manifest folder of each node, by file name. */
  staticPods?: NodeConfig['staticPods'];
}

/** One replica of everything, as kubeadm starts a first control-plane node; two of DNS, as its CoreDNS Deployment. */
export const singleControlPlane: ControlPlane = {
  etcd: 1,
  apiserver: 1,
  scheduler: 1,
  'controller-manager': 1,
  dns: 2,
};

/** The machine every node has unless told otherwise. */
export const defaultCapacity: NodeCapacity = {
  cpu: '4',
  memory: '8Gi',
  pods: '110',
  'ephemeral-storage': '100Gi',
};

/** Names the nodes of all groups, in order, and gives each an address in 172.18.0.0/16 (65,000 nodes). */
export function nodesOf(groups: readonly NodeGroup[]): NodeConfig[] {
  const nodes: NodeConfig[] = [];
  const counted = new Map<string, number>();
  for (const group of groups) {
    const prefix = group.prefix ?? 'node-';
    for (let i = 0; i < group.count; i++) {
      const number = (counted.get(prefix) ?? 0) + 1;
      counted.set(prefix, number);
      nodes.push(nodeOfGroup(group, `${prefix}${number}`, nodes.length, i));
    }
  }
  return nodes;
}

/** One node of a group: its name, its place in the cluster, and its place in the group, both from 0. */
export function nodeOfGroup(group: NodeGroup, name: string, index: number, place: number): NodeConfig {
  const zone = group.zones?.[place % group.zones.length];
  return {
    name,
    address: nodeAddressOf(index),
    labels: group.labels ?? {},
    taints: group.taints ?? [],
    capacity: { ...defaultCapacity, ...group.capacity },
    ...(zone === undefined ? {} : { zone }),
    ...(group.staticPods === undefined ? {} : { staticPods: group.staticPods }),
  };
}

/** The address of the n-th node, from 0. */
export function nodeAddressOf(index: number): string {
  const host = index + 2; // .0 is the network, .1 its gateway
  return `172.18.${host >> 8}.${host & 0xff}`;
}
