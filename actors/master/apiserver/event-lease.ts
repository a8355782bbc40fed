/** The etcd lease that Events are attached to, so that they vanish after `--event-ttl`; one serves many for a while. */

import type { Self } from '../../../protocol/actor.ts';
import { callEtcd } from './etcd-link.ts';
import type { Memory } from './memory.ts';

/** Notes the call for a lease among those of requests. */
export const leaseNote = 'event-lease';

/** Tells whether the lease at hand may serve one more Event. */
export function isLeaseFresh({ eventLease }: Memory, nowMs: number): boolean {
  return eventLease.id !== 0 && nowMs < eventLease.reuseUntilMs;
}

/** Lets a request wait for a new lease, and asks for it unless that is under way. */
export function askForLease(self: Self<Memory>, pendingId: number): void {
  const { config, eventLease } = self.memory;
  eventLease.id = 0;
  eventLease.waiting.push(pendingId);
  if (eventLease.waiting.length > 1) return;
  const ttlSeconds = Math.ceil(config['event-ttl'] / 1000) + config['lease-reuse-duration-seconds'];
  callEtcd(self, { type: 'lease.grant', body: { ttlSeconds } }, leaseNote);
}

/** Takes in a new lease; gives the requests that waited for it. */
export function takeLease({ config, eventLease }: Memory, id: number, nowMs: number): readonly number[] {
  eventLease.id = id;
  eventLease.reuseUntilMs = nowMs + config['lease-reuse-duration-seconds'] * 1000;
  return eventLease.waiting.splice(0);
}
