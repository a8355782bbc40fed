/** Whether a node is heard of: its status and lease as they were seen to change, by this machine's clock alone. */

import type { Lease, Node, NodeCondition } from '../../../../protocol/objects.ts';
import { fromRfc3339, toRfc3339 } from '../../../../protocol/time.ts';

/** What was last seen of a node's heartbeats. */
export interface NodeHealth {
  /** The Ready condition; undefined while there was none. */
  readonly ready: NodeCondition | undefined;
  /** When a heartbeat was last seen, in ms since this machine booted: no clock set anew makes a node look silent. */
  readonly heardAtMs: number;
  /** The lease's renewTime, as text. */
  readonly renewTime: string | undefined;
}

/** How long a node may be silent, in ms: one that reported, and one that never did. */
export interface GracePeriods {
  readonly monitorMs: number;
  readonly startupMs: number;
}

/** What this machine's clocks say, in ms. */
export interface Clocks {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** A node as a look at all of them has found it. */
export interface Finding {
  readonly node: Node;
  readonly observed: NodeCondition;
  readonly current: NodeCondition | undefined;
}

/** The verdict on a node. */
export interface HealthVerdict {
  readonly health: NodeHealth;
  /** Its Ready condition as it was (`Unknown` where it had none), and as it is now. */
  readonly observed: NodeCondition;
  readonly current: NodeCondition | undefined;
  /** The node as it must be written, where it has been silent for too long. */
  readonly changed: Node | undefined;
}

const kubeletConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Gives a condition of a node; undefined where it has none of that type. */
export function conditionOf({ status }: Node, type: string): NodeCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Decides whether a node is to be marked as unheard of (`tryUpdateNodeHealth`). */
export function judgeHealth(
  node: Node,
  before: NodeHealth | undefined,
  lease: Lease | undefined,
  grace: GracePeriods,
  clocks: Clocks,
): HealthVerdict {
  const { nowMs, monotonicMs } = clocks;
  const ready = conditionOf(node, 'Ready');
  const observed = ready ?? neverReady(node);
  const graceMs = ready === undefined ? grace.startupMs : grace.monitorMs;
  const health = withLease(withStatus(node, ready, before, clocks), before, lease, monotonicMs);
  if (monotonicMs <= health.heardAtMs + graceMs) return { health, observed, current: ready, changed: undefined };
  const changed = markUnknown(node, nowMs);
  const current = conditionOf(changed, 'Ready');
  return { health, observed, current, changed: current === ready ? undefined : changed };
}

/** The health once the node is marked as unheard of. */
export function healthWhenMarked({ health, current }: HealthVerdict, lease: Lease | undefined): NodeHealth {
  return { ready: current, heardAtMs: health.heardAtMs, renewTime: lease?.spec?.renewTime };
}

function neverReady({ metadata }: Node): NodeCondition {
  const since = metadata.creationTimestamp;
  const times = since === undefined ? {} : { lastHeartbeatTime: since, lastTransitionTime: since };
  return { type: 'Ready', status: 'Unknown', ...times };
}

function withStatus(
  { metadata }: Node,
  ready: NodeCondition | undefined,
  before: NodeHealth | undefined,
  { nowMs, monotonicMs }: Clocks,
): NodeHealth {
  if (ready === undefined) {
    if (before !== undefined) return before.ready === undefined ? before : { ...before, ready };
    const { creationTimestamp } = metadata;
    const ageMs = creationTimestamp === undefined ? 0 : nowMs - fromRfc3339(creationTimestamp);
    return { ready, heardAtMs: monotonicMs - ageMs, renewTime: undefined };
  }
  const isOld = before?.ready !== undefined && before.ready.lastHeartbeatTime === ready.lastHeartbeatTime;
  return isOld ? before : { ready, heardAtMs: monotonicMs, renewTime: undefined };
}

/** A renewed lease is a heartbeat, whatever the status says. */
function withLease(
  health: NodeHealth,
  before: NodeHealth | undefined,
  lease: Lease | undefined,
  monotonicMs: number,
): NodeHealth {
  const renewTime = lease?.spec?.renewTime;
  if (lease === undefined || !isLater(renewTime, before?.renewTime)) return health;
  return { ready: health.ready, heardAtMs: monotonicMs, renewTime };
}

function isLater(renewTime: string | undefined, before: string | undefined): boolean {
  if (before === undefined) return true;
  if (renewTime === undefined || renewTime === before) return false;
  return fromRfc3339(before) < fromRfc3339(renewTime);
}

function markUnknown(node: Node, nowMs: number): Node {
  const lastTransitionTime = toRfc3339(nowMs);
  const conditions = (node.status?.conditions ?? []).map((condition): NodeCondition => {
    if (!kubeletConditions.includes(condition.type) || condition.status === 'Unknown') return condition;
    const message = 'Kubelet stopped posting node status.';
    return { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message, lastTransitionTime };
  });
  for (const type of kubeletConditions) {
    if (conditionOf(node, type) !== undefined) continue;
    const { creationTimestamp: since } = node.metadata;
    const heartbeat = since === undefined ? {} : { lastHeartbeatTime: since };
    const [reason, message] = ['NodeStatusNeverUpdated', 'Kubelet never posted node status.'];
    conditions.push({ type, status: 'Unknown', ...heartbeat, lastTransitionTime, reason, message });
  }
  return { ...node, status: { ...node.status, conditions } };
}
