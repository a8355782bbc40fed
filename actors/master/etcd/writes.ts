/** Writes: what is checked of a request before it is proposed to the log. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { KvCompact, KvTxn, LeaseGrant, LeaseRevoke } from '../../../protocol/messages/etcd.ts';
import { look } from './auto-compaction.ts';
import type { EtcdMemory } from './memory.ts';
import { recall } from './proposals.ts';
import { pendingEntries, propose, refuse } from './propose.ts';
import { takeLinearizable } from './reads.ts';
import { txnFault } from './requests.ts';
import { maxLeaseTtlSeconds, minLeaseTtlSeconds } from './store/leases.ts';
import { fits, measureTxn } from './store/quota.ts';
import type { Entry } from './store/store.ts';
import { isReadOnly } from './store/txn.ts';

type Member = Self<EtcdMemory>;

/** Takes a transaction: refuses what is wrong in itself, reads without the log where it only reads, and proposes the rest. */
export function takeTxn(self: Member, event: KvTxn): void {
  const { flags, proposals } = self.memory;
  const txn = event.body;
  const fault = txnFault(txn, flags['max-txn-ops']);
  if (fault !== undefined) {
    refuse(self, event, fault);
  } else if (isReadOnly(txn)) {
    takeLinearizable(self, event);
  } else {
    const known = recall(proposals, event);
    if (known === 'new') proposeTxn(self, event);
    else if (known !== 'waiting') self.reply(event, known.type, known.body);
  }
}

/** As etcd: what would go over the quota is refused, and raises the alarm, before it comes near the log. */
function proposeTxn(self: Member, event: KvTxn): void {
  const { flags, store } = self.memory;
  const { valueBytes, cost } = measureTxn(event.body);
  if (cost > flags['max-request-bytes']) refuse(self, event, 'RequestTooLarge');
  else if (!fits(store.mvcc, cost, flags['quota-backend-bytes'])) refuseForSpace(self, event);
  else propose(self, { kind: 'txn', txn: event.body, valueBytes, cost }, event);
}

/** Refuses what does not fit any more, and raises the alarm unless it is raised or on its way. */
export function refuseForSpace(self: Member, question: Message): void {
  const { store } = self.memory;
  refuse(self, question, 'NoSpace');
  const isOnItsWay = () => pendingEntries(self.memory).some((entry) => entry.kind === 'alarm');
  if (!store.noSpace.includes(self.address) && !isOnItsWay()) propose(self, { kind: 'alarm', member: self.address });
}

/** Proposes a request that needs no check of its own, unless it has come before. */
function proposeOnce(self: Member, question: Message, entry: () => Entry): void {
  const known = recall(self.memory.proposals, question);
  if (known === 'new') propose(self, entry(), question);
  else if (known !== 'waiting') self.reply(question, known.type, known.body);
}

/** Takes a compaction; `physical` changes nothing here: the space is free when it is answered. */
export function takeCompaction(self: Member, event: KvCompact): void {
  proposeOnce(self, event, () => ({ kind: 'compact', revision: event.body.revision }));
}

/** Takes a lease to grant; chooses its id where none is given. Too short a time is lengthened, as etcd does. */
export function takeGrant(self: Member, event: LeaseGrant): void {
  const { flags } = self.memory;
  const { id = 0, ttlSeconds } = event.body;
  if (ttlSeconds > maxLeaseTtlSeconds) {
    refuse(self, event, 'LeaseTTLTooLarge');
    return;
  }
  const atLeast = minLeaseTtlSeconds(flags['election-timeout']);
  proposeOnce(self, event, () => ({
    kind: 'grant',
    id: id === 0 ? freshLeaseId(self) : id,
    ttlSeconds: Math.max(ttlSeconds, atLeast),
  }));
}

function freshLeaseId(self: Member): number {
  for (;;) {
    const id = 1 + Math.floor(self.random() * (Number.MAX_SAFE_INTEGER - 1));
    const isPending = () => pendingEntries(self.memory).some((entry) => entry.kind === 'grant' && entry.id === id);
    const isTaken = self.memory.store.leases.has(id) || isPending();
    if (!isTaken) return id;
  }
}

/** Takes a lease to end before its time. */
export function takeRevocation(self: Member, event: LeaseRevoke): void {
  proposeOnce(self, event, () => ({ kind: 'revoke', id: event.body.id }));
}

/** Takes an operator's word that there is space again. */
export function takeDisarm(self: Member, event: Message): void {
  proposeOnce(self, event, () => ({ kind: 'disarm' }));
}

/** Compacts by age or count, where the flags ask for it. */
export function autoCompact(self: Member): void {
  const { retention, compactions, store } = self.memory;
  if (retention === undefined) return;
  const revision = look(compactions, retention, self.monotonic(), store.mvcc.revision);
  if (revision === undefined || revision <= store.mvcc.compactRevision) return;
  self.log('info', `starting auto ${retention.mode} compaction`, { revision });
  propose(self, { kind: 'compact', revision });
}
