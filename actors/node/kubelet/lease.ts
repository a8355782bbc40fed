/** The node's lease: the kubelet's heartbeat in the namespace kube-node-lease. */

import type { Lease, Node } from '../../../protocol/objects.ts';
import { toRfc3339Micro } from '../../../protocol/time.ts';

/** Where all nodes' leases are. */
export const leaseNamespace = 'kube-node-lease';

/** Makes the lease that renews `before` (or a first one), owned by the node. */
export function renewedLease(before: Lease | undefined, node: Node, durationSeconds: number, nowMs: number): Lease {
  const { name, uid = '' } = node.metadata;
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid };
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...before?.metadata, name, namespace: leaseNamespace, ownerReferences: [owner] },
    spec: {
      ...before?.spec,
      holderIdentity: name,
      leaseDurationSeconds: durationSeconds,
      renewTime: toRfc3339Micro(nowMs),
    },
  };
}

/** Gives the ms between two renewals: a quarter of the lease's duration (nodeLeaseRenewIntervalFraction). */
export function renewIntervalMs(durationSeconds: number): number {
  return durationSeconds * 250;
}

/** Gives the ms before a lease is asked for again: 200 ms doubling to 7 s. */
export function leaseBackOffMs(tries: number): number {
  return Math.min(200 * 2 ** Math.max(0, tries - 1), 7000);
}
