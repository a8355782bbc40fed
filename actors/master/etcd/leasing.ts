/** The conversation of leases: renewing, describing, and ending those whose time is over. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { LeaseDescribe, LeaseDescribed, LeaseKeepAlive } from '../../../protocol/messages/etcd.ts';
import { clearDue, nextDue, revokeBatch, setDue, takeExpired } from './lease-clock.ts';
import type { EtcdMemory } from './memory.ts';
import { propose } from './propose.ts';
import { isLeading } from './raft/raft.ts';
import { keysOf } from './store/leases.ts';
import type { Entry } from './store/store.ts';

type Member = Self<EtcdMemory>;

/**
 * Gives every lease its whole time again: how much was left is not written down. As etcd does when a leader takes
 * over (`Promote`), with an election timeout on top for the time nobody led.
 */
export function restartLeases(self: Member): void {
  const { store, leaseClock, flags } = self.memory;
  const from = self.monotonic() + flags['election-timeout'];
  for (const { id, ttlSeconds } of store.leases.values()) setDue(leaseClock, id, from + ttlSeconds * 1000);
}

/** Keeps the clock in step with the store; answers who tried to renew what has now ended. */
export function leaseApplied(self: Member, entry: Extract<Entry, { kind: 'grant' | 'revoke' }>, reply?: string): void {
  const { raft, leaseClock, lateRenewals } = self.memory;
  if (!isLeading(raft)) return;
  if (entry.kind === 'grant') {
    if (reply !== 'lease.granted') return;
    const isFirst = setDue(leaseClock, entry.id, self.monotonic() + entry.ttlSeconds * 1000);
    if (isFirst) self.raise({ type: 'lease.scheduled' });
    return;
  }
  clearDue(leaseClock, entry.id);
  for (const question of lateRenewals.get(entry.id) ?? []) describe(self, question, entry.id);
  lateRenewals.delete(entry.id);
}

/** Proposes the end of leases whose time is over; a lease that is renewed meanwhile is not among them. */
export function revokeExpired(self: Member): void {
  const { leaseClock } = self.memory;
  for (const id of takeExpired(leaseClock, self.monotonic(), revokeBatch.count)) propose(self, { kind: 'revoke', id });
}

/** How long, in ms, until a lease may be over; a crowd of them goes in batches. */
export function untilNextLease(self: Member): number {
  const due = nextDue(self.memory.leaseClock);
  if (due === undefined) return 0;
  const wait = due - self.monotonic();
  return wait > 0 ? Math.ceil(wait) : revokeBatch.pauseMs;
}

/** Renews a lease. One that is over is not brought back: it is answered once its keys are deleted, as in etcd. */
export function renewLease(self: Member, event: LeaseKeepAlive): void {
  const { store, leaseClock, lateRenewals } = self.memory;
  const { id } = event.body;
  const lease = store.leases.get(id);
  if (lease !== undefined && isOver(self, id)) {
    const others = lateRenewals.get(id);
    if (others === undefined) lateRenewals.set(id, [event]);
    else others.push(event);
    return;
  }
  if (lease !== undefined) setDue(leaseClock, id, self.monotonic() + lease.ttlSeconds * 1000);
  describe(self, event, id);
}

/** Tells how long a lease still has, and its keys where asked. */
export function describeLease(self: Member, event: LeaseDescribe): void {
  describe(self, event, event.body.id, event.body.keys);
}

function isOver(self: Member, id: number): boolean {
  const { leaseClock } = self.memory;
  return leaseClock.revoking.has(id) || (leaseClock.dueAt.get(id) ?? Number.POSITIVE_INFINITY) <= self.monotonic();
}

function describe(self: Member, question: Message, id: number, withKeys = false): void {
  const { store, leaseClock } = self.memory;
  const lease = store.leases.get(id);
  if (lease === undefined) {
    self.reply<LeaseDescribed>(question, 'lease.described', { id, ttlSeconds: -1, grantedTtlSeconds: 0 });
    return;
  }
  const left = leaseClock.revoking.has(id) ? 0 : Math.max(0, (leaseClock.dueAt.get(id) ?? 0) - self.monotonic());
  const body = { id, ttlSeconds: Math.floor(left / 1000), grantedTtlSeconds: lease.ttlSeconds };
  self.reply<LeaseDescribed>(question, 'lease.described', withKeys ? { ...body, keys: keysOf(lease) } : body);
}
