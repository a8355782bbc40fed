/** The node as the kubelet reports it: size, addresses, and conditions. */

import type { RuntimeCondition } from '../../../protocol/messages/cri.ts';
import type { NodeConfig } from '../../../protocol/node-config.ts';
import type { Node, NodeCondition } from '../../../protocol/objects.ts';
import {
  byteCount,
  canonicalQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
} from '../../../protocol/quantity.ts';
import { conditionOf } from '../pod/conditions.ts';
import { configHash } from './config-hash.ts';
import type { KubeletConfig } from './flags.ts';
import { amountsOf } from './requests.ts';

/** The version all components say they are. */
export const kubernetesVersion = 'v1.30.0';

/** What is known of the runtime: whether it answers, its version, and whether it can give pods addresses. */
export interface RuntimeView {
  state: 'unknown' | 'up' | 'down';
  version: string;
  network: RuntimeCondition | undefined;
}

/** What the node's status is made from. */
export interface NodeFacts {
  node: NodeConfig;
  config: KubeletConfig;
  runtime: RuntimeView;
  isUnderMemoryPressure: boolean;
  /** Conditions as reported before: an unchanged one keeps its time. */
  before: readonly NodeCondition[];
  now: string;
  /** Counts the machine's boots. */
  boot: number;
}

type Quantities = Readonly<Record<string, string | undefined>>;

/** Gives what the machine has, in canonical form. */
export function capacityOf({ capacity }: NodeConfig): Record<string, string> {
  return Object.fromEntries(Object.entries(capacity).map(([name, amount]) => [name, canonicalQuantity(amount)]));
}

/** Gives what of it is for pods: without what is reserved, and what must be left before pods are evicted. */
export function allocatableOf(node: NodeConfig, config: KubeletConfig): Record<string, string> {
  const reserved: Quantities[] = [
    node.systemReserved ?? {},
    node.kubeReserved ?? {},
    config['system-reserved'],
    config['kube-reserved'],
    evictionReserve(node, config),
  ];
  const entries = Object.entries(node.capacity).map(([name, amount]) => {
    let left = parseQuantity(amount);
    for (const one of reserved) if (one[name] !== undefined) left = subtractQuantities(left, parseQuantity(one[name]));
    return [name, formatQuantity(atLeastNothing(left))];
  });
  return Object.fromEntries(entries);
}

function atLeastNothing(quantity: Quantity): Quantity {
  return quantity.nano < 0n ? { ...quantity, nano: 0n } : quantity;
}

function evictionReserve({ capacity }: NodeConfig, config: KubeletConfig): Quantities {
  const hard = config['eviction-hard'];
  const reserve = (threshold: string | undefined, whole: string) => {
    if (threshold === undefined) return '0';
    if (!threshold.endsWith('%')) return threshold;
    return String(Math.floor((byteCount(whole) * Number(threshold.slice(0, -1))) / 100));
  };
  return {
    memory: reserve(hard['memory.available'], capacity.memory),
    'ephemeral-storage': reserve(hard['nodefs.available'], capacity['ephemeral-storage']),
  };
}

/** Gives how many bytes of memory must be free on the node before pods are evicted. */
export function evictionThresholdBytes({ capacity }: NodeConfig, config: KubeletConfig): number {
  const threshold = config['eviction-hard']['memory.available'] ?? '0';
  if (!threshold.endsWith('%')) return byteCount(threshold);
  return Math.floor((byteCount(capacity.memory) * Number(threshold.slice(0, -1))) / 100);
}

/** Gives the labels a kubelet puts on its node, over those it is configured with. */
export function nodeLabels({ name, labels, zone }: NodeConfig): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
    ...labels,
  };
}

/** Makes the node as it is registered. */
export function makeNode(facts: NodeFacts): Node {
  const { name, taints } = facts.node;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: nodeLabels(facts.node),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: taints.length === 0 ? {} : { taints: [...taints] },
    status: makeNodeStatus(facts),
  };
}

/** Makes the node's status. */
export function makeNodeStatus(facts: NodeFacts): NonNullable<Node['status']> {
  const { node, config, runtime } = facts;
  return {
    addresses: [
      { type: 'InternalIP', address: node.address },
      { type: 'Hostname', address: node.name },
    ],
    capacity: capacityOf(node),
    allocatable: allocatableOf(node, config),
    conditions: dateConditions(findNodeConditions(facts), facts.before, facts.now),
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    nodeInfo: {
      machineID: configHash(node.name),
      systemUUID: uuid(configHash([node.name, 'system'])),
      bootID: bootId(node.name, facts.boot),
      kernelVersion: '6.1.0',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: runtime.version || 'containerd://Unknown',
      kubeletVersion: kubernetesVersion,
      kubeProxyVersion: kubernetesVersion,
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}

/** Gives what the kernel of a machine draws anew at every boot. */
export function bootId(node: string, boot: number): string {
  return uuid(configHash([node, 'boot', boot]));
}

function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** A condition before anyone asked since when it holds. */
export type Finding = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

const finding = (type: string, status: 'True' | 'False', reason: string, message: string): Finding => ({
  type,
  status,
  reason,
  message,
});

const shortOfMemory = finding(
  'MemoryPressure',
  'True',
  'KubeletHasInsufficientMemory',
  'kubelet has insufficient memory available',
);
const enoughMemory = finding(
  'MemoryPressure',
  'False',
  'KubeletHasSufficientMemory',
  'kubelet has sufficient memory available',
);
const enoughDisk = finding('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure');
const enoughPIDs = finding('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available');
const ready = finding('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status');

/** Dates findings: a condition whose status did not change keeps its time. */
export function dateConditions(
  findings: readonly Finding[],
  before: readonly NodeCondition[],
  now: string,
): NodeCondition[] {
  return findings.map((found) => {
    const last = conditionOf(before, found.type);
    const since = last?.status === found.status ? last.lastTransitionTime : undefined;
    return { lastHeartbeatTime: now, lastTransitionTime: since ?? now, ...found };
  });
}

/** Finds the conditions, in kubelet's order and words. */
export function findNodeConditions(facts: Pick<NodeFacts, 'runtime' | 'isUnderMemoryPressure'>): Finding[] {
  return [facts.isUnderMemoryPressure ? shortOfMemory : enoughMemory, enoughDisk, enoughPIDs, findReady(facts.runtime)];
}

function findReady({ state, network }: RuntimeView): Finding {
  const errors: string[] = [];
  if (state === 'unknown') errors.push('container runtime status check may not have completed yet');
  if (state === 'down') errors.push('container runtime is down');
  if (state === 'up' && network?.status !== true) {
    const { reason, message } = network ?? notInitialized;
    errors.push(`container runtime network not ready: NetworkReady=false reason:${reason} message:${message}`);
  }
  if (errors.length === 0) return ready;
  const message = errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`;
  return finding('Ready', 'False', 'KubeletNotReady', message);
}

const notInitialized = {
  reason: 'NetworkPluginNotReady',
  message: 'Network plugin returns error: cni plugin not initialized',
};

/** The event a condition's change is told by: `Node n1 status is now: NodeReady`. */
export function conditionEvent({ type, status }: NodeCondition): string | undefined {
  const isTrue = status === 'True';
  switch (type) {
    case 'Ready':
      return isTrue ? 'NodeReady' : 'NodeNotReady';
    case 'MemoryPressure':
      return isTrue ? 'NodeHasInsufficientMemory' : 'NodeHasSufficientMemory';
    case 'DiskPressure':
      return isTrue ? 'NodeHasDiskPressure' : 'NodeHasNoDiskPressure';
    case 'PIDPressure':
      return isTrue ? 'NodeHasInsufficientPID' : 'NodeHasSufficientPID';
    default:
      return undefined;
  }
}

/** Gives what is for pods as numbers. */
export function allocatableAmounts(node: NodeConfig, config: KubeletConfig): Record<string, number> {
  return amountsOf(allocatableOf(node, config));
}
