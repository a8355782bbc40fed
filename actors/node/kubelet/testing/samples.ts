/** Nodes, pods and what a runtime says of them, for the kubelet's tests. */

import { parseFlags } from '../../../../protocol/flags.ts';
import type { RuntimeContainerStatus, SandboxStatus } from '../../../../protocol/messages/cri.ts';
import type { NodeConfig } from '../../../../protocol/node-config.ts';
import type { Node, Pod } from '../../../../protocol/objects.ts';
import { flags } from '../flags.ts';
import type { KubeletInput } from '../memory.ts';
import { makeNode } from '../node-status.ts';

/** The queue group of the API servers. */
export const apiserver = 'c.master.apiserver';

/** Where the kubelet lives. */
export const address = 'c.node.n1.kubelet';
/** The runtime of its node. */
export const runtimeAddress = 'c.node.n1.runtime';

/** A machine of 4 cores and 8 GiB. */
export const machine: NodeConfig = {
  name: 'n1',
  address: '172.18.0.2',
  labels: {},
  taints: [],
  capacity: { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' },
};

/** Gives a kubelet's input. */
export function inputOf(node: Partial<NodeConfig> = {}, config: Record<string, unknown> = {}): KubeletInput {
  return { node: { ...machine, ...node }, apiserver, config: parseFlags(flags, config) };
}

/** The node as an earlier life of the kubelet registered it. */
export function nodeBefore(labels: Record<string, string> = {}, boot = 1): Node {
  const network = { status: true, reason: '', message: '' };
  const { config } = inputOf();
  const now = '2025-12-31T23:00:00Z';
  const runtime = { state: 'up' as const, version: 'containerd://1.7.13', network };
  const node = makeNode({ node: machine, config, runtime, isUnderMemoryPressure: false, before: [], now, boot });
  return { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...labels } } };
}

/** Makes a pod bound to the node. */
export function podOf(name: string, spec: Partial<Pod['spec']> = {}, metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1', ...metadata },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'app:1' }], ...spec },
    status: { phase: 'Pending' },
  };
}

/** Makes a pod of one container that requests (and is limited to) some CPU and memory. */
export function sizedPod(
  name: string,
  requests: Record<string, string>,
  spec: Partial<Pod['spec']> = {},
  metadata: Partial<Pod['metadata']> = {},
): Pod {
  return podOf(name, { containers: [{ name: 'main', image: 'app:1', resources: { requests } }], ...spec }, metadata);
}

/** Makes what the runtime says of a container that runs. */
export function runningContainer(podName: string, name = 'main'): RuntimeContainerStatus {
  return {
    containerId: `${podName}-${name}`,
    sandboxId: `sandbox-${podName}`,
    podUid: `uid-${podName}`,
    name,
    attempt: 0,
    image: 'app:1',
    imageId: 'sha256:1',
    state: 'running',
    createdAt: 1,
    startedAt: 2,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
  };
}

/** Makes what the runtime says of a pod's sandbox. */
export function sandboxOf(podName: string): SandboxStatus {
  const podUid = `uid-${podName}`;
  const who = { sandboxId: `sandbox-${podName}`, podUid, name: podName, namespace: 'default' };
  return { ...who, attempt: 0, state: 'ready', ip: '10.244.1.5', createdAt: 1 };
}
