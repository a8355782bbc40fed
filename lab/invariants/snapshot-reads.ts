/** Reads that need not be fresh, a member's own or of the past: still, each must be the key space at one revision. */

import type { Call } from '../../actors/client/etcd-load/history.ts';
import { etcdModel, isRanged, type ModelCall } from './etcd-model.ts';
import { type EtcdState, emptyState, readRange } from './etcd-state.ts';
import { describeCall } from './etcd-words.ts';

/**
 * Checks them against the states that one order of all calls goes through; gives what is wrong, in words.
 *
 * A revision that no call of the order made is not known to have been: what shows it is wrong too.
 */
export function checkSnapshotReads(calls: readonly Call[], order: readonly ModelCall[], epochMs: number): string[] {
  const states = statesOf(order);
  return calls.flatMap((call) => {
    const { asked, answered } = call;
    if (asked.type !== 'kv.range' || answered?.type !== 'kv.ranged') return [];
    const { revision = 0, serializable } = asked.body;
    if (serializable !== true && revision === 0) return [];
    const at = revision > 0 ? revision : answered.body.revision;
    const state = states.get(at);
    if (state !== undefined && isRanged(readRange(state, asked.body), answered.body)) return [];
    const held = state === undefined ? 'there was no such revision' : `it held ${keysAt(state)}`;
    return [`a read that is not the store at revision ${at}: ${describeCall(call, epochMs)}; ${held}`];
  });
}

function statesOf(order: readonly ModelCall[]): Map<number, EtcdState> {
  const model = etcdModel();
  const states = new Map([[emptyState.revision, emptyState]]);
  let state = emptyState;
  for (const call of order) {
    state = model.step(state, call) ?? state;
    states.set(state.revision, state);
  }
  return states;
}

function keysAt({ kvs }: EtcdState): string {
  return [...kvs.values()].map(({ key, modRevision }) => `${key}@${modRevision}`).join(', ') || 'nothing';
}
