/** Members as the checkers see them: the only file that knows how etcd keeps what it knows. */

import type { EtcdMemory } from '../../actors/master/etcd/memory.ts';
import { isAlive } from '../../actors/master/etcd/store/mvcc.ts';
import type { Engine } from '../../engine/engine.ts';
import type { StateValue } from '../../engine/stepper/chart.ts';
import { deepEqual } from '../../protocol/deep-equal.ts';
import type { RaftEntry } from '../../protocol/messages/raft.ts';
import type { RaftView } from '../invariants/raft-safety.ts';

/** A member's Raft side; undefined while it does not take part. */
export function raftView(member: string, life: number, memory: unknown, state: StateValue): RaftView | undefined {
  const role = roleOf(state);
  if (role === undefined) return undefined;
  const { raft, applied } = memory as EtcdMemory;
  const { offset, entries } = raft.log;
  return {
    member,
    life,
    role,
    term: raft.term,
    firstIndex: offset + 1,
    lastIndex: offset + entries.length,
    commit: raft.commit,
    applied,
    termAt: (index) => entries[index - offset - 1]!.term,
    identityAt: (index) => entries[index - offset - 1],
  };
}

/** Tells whether two entries of one index and term are the same proposal. */
export function isSameEntry(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [one, other] = [a as RaftEntry, b as RaftEntry];
  return one.proposer === other.proposer && one.number === other.number && deepEqual(one.command, other.command);
}

/** The number of the member that leads, -1 where none does; a member alone always leads. */
export function leaderOf(engine: Engine, members: readonly string[]): number {
  if (members.length === 1) return 0;
  return members.findIndex((address) => roleOf(engine.inspect(address)?.state ?? '') === 'leader');
}

/**
 * Tells whether a member serves. Before, it may hold what its disk has read from the page cache, which nobody was told
 * of and a power loss may still take.
 */
export function isServing(state: StateValue): boolean {
  return typeof state !== 'string' && 'serving' in state;
}

/** The index of the last entry a member has applied. */
export function appliedIndex(memory: unknown): number {
  return (memory as EtcdMemory).applied;
}

/** A member's store as a text: the same for the same store. */
export function digestOf(memory: unknown): string {
  const { mvcc, leases, noSpace, members, proposals } = (memory as EtcdMemory).store;
  const heads = [...mvcc.histories.values()].map(({ head }) => head).filter(isAlive);
  heads.sort((a, b) => (a.key < b.key ? -1 : 1));
  return JSON.stringify({
    revision: mvcc.revision,
    compactRevision: mvcc.compactRevision,
    keys: heads.map(({ key, value, createRevision, modRevision, version, lease }) => [
      key,
      value,
      createRevision,
      modRevision,
      version,
      lease,
    ]),
    changes: mvcc.changes.map(({ key, modRevision }) => `${key}@${modRevision}`),
    leases: [...leases.values()].map(({ id, ttlSeconds, keys }) => [id, ttlSeconds, [...keys].sort()]).sort(),
    noSpace,
    members,
    proposals: [...proposals].sort(),
  });
}

/** What a member does in its group, by its chart's state `serving.raft.<role>`; undefined where it does not serve. */
export function roleOf(state: StateValue): RaftView['role'] | undefined {
  const serving = typeof state === 'string' ? undefined : state.serving;
  const raft = typeof serving === 'string' ? undefined : serving?.raft;
  const role = typeof raft === 'string' ? raft : Object.keys(raft ?? {})[0];
  return role as RaftView['role'] | undefined;
}
