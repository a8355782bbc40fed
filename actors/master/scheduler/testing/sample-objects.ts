/** Nodes and pods for the scheduler's tests: four cores and eight GiB, one core and one GiB, unless told otherwise. */

import type { Node, Pod, Taint } from '../../../../protocol/objects.ts';

/** What is special about a node. */
export interface NodeSample {
  cpu?: string;
  memory?: string;
  pods?: string;
  labels?: Record<string, string>;
  taints?: Taint[];
  more?: Record<string, string>;
}

/** Makes a node. */
export function node(name: string, sample: NodeSample = {}): Node {
  const { cpu = '4', memory = '8Gi', pods = '110', labels, taints, more } = sample;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: taints === undefined ? {} : { taints },
    status: { allocatable: { cpu, memory, pods, 'ephemeral-storage': '100Gi', ...more } },
  };
}

/** What is special about a pod. */
export interface PodSample {
  cpu?: string;
  memory?: string;
  priority?: number;
  labels?: Record<string, string>;
  spec?: Partial<Pod['spec']>;
  status?: Pod['status'];
  namespace?: string;
}

/** Makes a pod that has no node. */
export function pod(name: string, sample: PodSample = {}): Pod {
  const { cpu = '1', memory = '1Gi', priority = 0, labels, spec, status, namespace = 'default' } = sample;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${name}`, ...(labels === undefined ? {} : { labels }) },
    spec: {
      schedulerName: 'default-scheduler',
      priority,
      containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu, memory } } }],
      ...spec,
    },
    status: status ?? { phase: 'Pending' },
  };
}

/** Makes the pod as it is on a node. */
export function onNode(object: Pod, nodeName: string): Pod {
  return { ...object, spec: { ...object.spec, nodeName } };
}
