/** How the kubelet keeps its lease. */

import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { Lease } from '../../../protocol/objects.ts';
import { createObject, getObject, reasonOf, replaceObject } from '../../client-go/api-calls.ts';
import { leaseNamespace, renewedLease } from './lease.ts';
import type { Me } from './memory.ts';

const resource = 'leases.coordination.k8s.io';

/** As the heartbeat client's time-out: the status period, or the lease's duration where that is shorter. */
function options({ memory }: Me) {
  const { config } = memory.input;
  const deadlineMs = Math.min(config['node-status-update-frequency'], config['node-lease-duration-seconds'] * 1000);
  // A message lost on its way costs one retry, not the whole attempt: four of those and the node is taken for dead.
  return { deadlineMs, retries: 3, retryMs: deadlineMs / 4, note: { about: 'lease' } };
}

function targetOf({ memory }: Me) {
  return { resource, namespace: leaseNamespace, name: memory.input.node.name };
}

/** Reads the lease. */
export function askLease(self: Me): void {
  getObject(self, self.memory.input.apiserver, targetOf(self), options(self));
}

/** Takes the lease as it is. */
export function takeLease({ memory }: Me, event: RequestSucceeded): void {
  memory.lease = event.body.object as Lease;
}

/** Takes it that there is no lease, or that it could not be read. */
export function missLease(self: Me, event: RequestRefused): void {
  self.raise({ type: reasonOf(event) === 'NotFound' ? 'lease.missing' : 'lease.failed' });
}

function renewed(self: Me, before: Lease | undefined): Lease | undefined {
  const { memory } = self;
  const { node } = memory;
  if (node === undefined) return undefined;
  return renewedLease(before, node, memory.input.config['node-lease-duration-seconds'], self.now());
}

/** Makes the lease; without the node there is nobody to own it. */
export function createLease(self: Me): void {
  const lease = renewed(self, undefined);
  const target = { resource, namespace: leaseNamespace };
  if (lease === undefined) self.raise({ type: 'lease.failed' });
  else createObject(self, self.memory.input.apiserver, target, lease, options(self));
}

/** Renews the lease from what was written last, without reading: nobody else writes it. */
export function renewLease(self: Me): void {
  const lease = renewed(self, self.memory.lease);
  if (lease === undefined) self.raise({ type: 'lease.failed' });
  else replaceObject(self, self.memory.input.apiserver, targetOf(self), lease, options(self));
}

/** Takes the lease as it was written. */
export function noteRenewed({ memory }: Me, event: RequestSucceeded): void {
  memory.lease = event.body.object as Lease;
  memory.leaseTries = 0;
}

/** Counts a failure. */
export function failLease({ memory }: Me): void {
  memory.leaseTries += 1;
}
