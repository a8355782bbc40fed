/** Whether a node takes a pod that was bound to it: the kubelet's own check, after the scheduler's. */

import type { EndStatus } from '../../../protocol/messages/pod-worker.ts';
import type { Node, Pod } from '../../../protocol/objects.ts';
import { qosClass } from '../pod/qos.ts';
import { matchesNodeSelection, untoleratedTaint } from './node-selection.ts';
import { type Amounts, type Needs, needsOf } from './requests.ts';

/** What the decision is made from. */
export interface AdmissionFacts {
  node: Node;
  /** What the node has for pods, and what those that are here have requested. */
  allocatable: Amounts;
  used: Amounts;
  podCount: number;
  usedPorts: ReadonlyMap<string, number>;
  isUnderMemoryPressure: boolean;
}

/** Yes, or why not; `lacking` says how much of what would have to be freed for the pod to fit. */
export type Admission = { admitted: true } | { admitted: false; status: EndStatus; lacking?: Amounts };

/** The priority from which on a pod is critical to the system (`system-cluster-critical`). */
const criticalPriority = 2_000_000_000;

/** Tells whether a pod comes from the manifest folder. */
export function isStatic(pod: Pod): boolean {
  const source = pod.metadata.annotations?.['kubernetes.io/config.source'];
  return source !== undefined && source !== 'api';
}

/** Tells whether a pod mirrors a static one. */
export function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
}

/** Tells whether a pod is critical: static, a mirror, or of a priority that others must give way to. */
export function isCritical(pod: Pod): boolean {
  return isStatic(pod) || isMirror(pod) || (pod.spec.priority ?? 0) >= criticalPriority;
}

/** Decides as kubelet's admission handlers, giving the first reason against it. */
export function admit(pod: Pod, facts: AdmissionFacts, needs = needsOf(pod)): Admission {
  if (facts.isUnderMemoryPressure && !survivesPressure(pod)) {
    return refuse('Evicted', 'The node had condition: [MemoryPressure]. ');
  }
  const misfit = otherSystem(pod, facts.node);
  if (misfit !== undefined) return misfit;
  const predicate = failedPredicate(pod, facts, needs);
  const lacking = lackingResources(needs.requests, facts);
  const [first] = lacking;
  // What a critical pod lacks can be freed for it; what else is against it counts first.
  if (first !== undefined && !(predicate !== undefined && isCritical(pod))) {
    return {
      admitted: false,
      status: { reason: `OutOf${first.name}`, message: insufficient(first) },
      lacking: Object.fromEntries(
        lacking.map(({ name, requested, used, capacity }) => [name, requested - (capacity - used)]),
      ),
    };
  }
  return predicate === undefined ? { admitted: true } : refuse(predicate, `Predicate ${predicate} failed`);
}

function refuse(reason: string, message: string): Admission {
  return { admitted: false, status: { reason, message } };
}

/** Refuses a pod that is made for another operating system. */
function otherSystem({ metadata, spec }: Pod, node: Node): Admission | undefined {
  const label = metadata.labels?.[systemLabel];
  if (label !== undefined && label !== (node.metadata.labels?.[systemLabel] ?? system)) {
    const message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
    return refuse('PodOSSelectorNodeLabelDoesNotMatch', message);
  }
  if (spec.os === undefined || spec.os.name === system) return undefined;
  return refuse('PodOSNotSupported', "Failed to admit pod as the OS field doesn't match node OS");
}

const systemLabel = 'kubernetes.io/os';
const system = 'linux';

/** Under memory pressure only pods that promise something, or are critical, still get in. */
function survivesPressure(pod: Pod): boolean {
  if (isCritical(pod) || qosClass(pod.spec) !== 'BestEffort') return true;
  return (pod.spec.tolerations ?? []).some(
    ({ key, operator, effect }) =>
      (key === 'node.kubernetes.io/memory-pressure' || (!key && operator === 'Exists')) &&
      (!effect || effect === 'NoSchedule'),
  );
}

interface Insufficient {
  name: string;
  requested: number;
  used: number;
  capacity: number;
}

function insufficient({ name, requested, used, capacity }: Insufficient): string {
  return `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
}

function lackingResources(requests: Amounts, { allocatable, used, podCount }: AdmissionFacts): Insufficient[] {
  const lacking: Insufficient[] = [];
  const check = (name: string, requested: number, taken: number, capacity: number) => {
    if (requested > capacity - taken) lacking.push({ name, requested, used: taken, capacity });
  };
  check('pods', 1, podCount, allocatable.pods ?? 0);
  for (const name in requests) {
    const requested = requests[name] ?? 0;
    // Extended resources this node does not know are the cluster's, not the kubelet's, to keep.
    if (requested > 0 && allocatable[name] !== undefined)
      check(name, requested, used[name] ?? 0, allocatable[name] ?? 0);
  }
  return lacking.length < 2 ? lacking : lacking.sort(byWeight);
}

const weights = ['pods', 'cpu', 'memory', 'ephemeral-storage'];

/** Pods, then CPU before memory before storage before the rest, as the scheduler's fit plug-in looks at them. */
function byWeight({ name: a }: Insufficient, { name: b }: Insufficient): number {
  const [left, right] = [weights.indexOf(a), weights.indexOf(b)].map((at) => (at < 0 ? weights.length : at));
  return (left ?? 0) - (right ?? 0) || (a < b ? -1 : 1);
}

function failedPredicate(pod: Pod, { node, usedPorts }: AdmissionFacts, { ports }: Needs): string | undefined {
  // A static pod's manifest lies on this very node: no selector can send it elsewhere.
  if (!matchesNodeSelection(pod, node)) return 'NodeAffinity';
  if (pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name) return 'NodeName';
  if (ports.some((port) => isTaken(port, usedPorts))) return 'NodePorts';
  if (!isStatic(pod) && untoleratedTaint(pod, node) !== undefined) return 'TaintToleration';
  return undefined;
}

/** A port on every address clashes with the same port on any. */
function isTaken(port: string, usedPorts: ReadonlyMap<string, number>): boolean {
  if (usedPorts.size === 0) return false;
  const [protocol, ip, number] = port.split('/');
  for (const used of usedPorts.keys()) {
    const [usedProtocol, usedIP, usedNumber] = used.split('/');
    if (usedProtocol !== protocol || usedNumber !== number) continue;
    if (ip === usedIP || ip === '0.0.0.0' || usedIP === '0.0.0.0') return true;
  }
  return false;
}
