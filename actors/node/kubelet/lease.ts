/** The node's lease: the kubelet's heartbeat in the namespace kube-node-lease. */

import type { Lease, Node, ObjectMeta } from '../../../protocol/objects.ts';
import { toRfc3339Micro } from '../../../protocol/time.ts';

/** Where all nodes' leases are. */
export const leaseNamespace = 'kube-node-lease';

/** Makes the lease that renews `before` (or a first one), owned by the node. */
export function renewedLease(before: Lease | undefined, node: Node, durationSeconds: number, nowMs: number): Lease {
  const { name } = node.metadata;
  const spec: Lease['spec'] = { ...before?.spec };
  spec.holderIdentity = name;
  spec.leaseDurationSeconds = durationSeconds;
  spec.renewTime = toRfc3339Micro(nowMs);
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: leaseMetadata(before, node), spec };
}

/** Most renewals find the lease as they left it. */
function leaseMetadata(before: Lease | undefined, node: Node): ObjectMeta {
  const { name, uid = '' } = node.metadata;
  const owners = before?.metadata.ownerReferences;
  if (before !== undefined && owners?.length === 1 && owners[0]?.uid === uid) return before.metadata;
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid };
  return { ...before?.metadata, name, namespace: leaseNamespace, ownerReferences: [owner] };
}

/** Gives the ms between two renewals: a quarter of the lease's duration (nodeLeaseRenewIntervalFraction). */
export function renewIntervalMs(durationSeconds: number): number {
  return durationSeconds * 250;
}

/** Gives the ms before a lease is asked for again: 200 ms doubling to 7 s. */
export function leaseBackOffMs(tries: number): number {
  return Math.min(200 * 2 ** Math.max(0, tries - 1), 7000);
}
