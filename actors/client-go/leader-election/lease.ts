/** What a candidate makes of a Lease: whether it may take it, and what it then writes. */

import type { LeaderElectionInput } from '../../../protocol/messages/informer.ts';
import type { Lease } from '../../../protocol/objects.ts';
import { toRfc3339Micro } from '../../../protocol/time.ts';

/** What a candidate may do: `free` to write itself in, or not while another holds it. */
export type LeaseVerdict = 'free' | 'held';

/**
 * Decides whether the lease may be taken.
 *
 * `isLapsed`: it was not seen to change for its whole duration, by this candidate's own timer; the times in the
 * lease are another machine's clock and are never compared.
 */
export function judgeLease(lease: Lease, identity: string, isLapsed: boolean): LeaseVerdict {
  const holder = lease.spec?.holderIdentity ?? '';
  return holder === '' || holder === identity || isLapsed ? 'free' : 'held';
}

/** Tells whether anyone has written the election record since: as client-go, by what it says, not by its version. */
export function isSameRecord(a: Lease | undefined, b: Lease): boolean {
  const [x, y] = [a?.spec, b.spec];
  return (
    a !== undefined &&
    x?.holderIdentity === y?.holderIdentity &&
    x?.renewTime === y?.renewTime &&
    x?.acquireTime === y?.acquireTime &&
    x?.leaseTransitions === y?.leaseTransitions &&
    x?.leaseDurationSeconds === y?.leaseDurationSeconds
  );
}

/** The Lease a candidate writes: a renewal of its own, the take-over of another's, or (no `observed`) the first. */
export function claimLease(observed: Lease | undefined, input: LeaderElectionInput, nowMs: number): Lease {
  const now = toRfc3339Micro(nowMs);
  const spec = observed?.spec;
  const isMine = spec?.holderIdentity === input.identity;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: observed?.metadata ?? { name: input.name, namespace: input.namespace },
    spec: {
      ...spec,
      holderIdentity: input.identity,
      leaseDurationSeconds: Math.floor(input.leaseDurationMs / 1000),
      acquireTime: isMine ? (spec?.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (spec?.leaseTransitions ?? 0) + (observed === undefined || isMine ? 0 : 1),
    },
  };
}
