/** Calls of etcd and what is wrong with their order, in words. */

import type { Answered } from '../../actors/client/etcd-load/history.ts';
import type { Compare, KvOp, RangeBody, TxnBody } from '../../protocol/messages/etcd.ts';
import type { ModelCall } from './etcd-model.ts';
import { type EtcdState, endLease, isWithin, readRange, runTxn } from './etcd-state.ts';
import type { Finding } from './linearizability.ts';
import { type Revision, type RevisionHistory, wordsOf } from './revision-history.ts';

/** How many calls before the one that does not fit are told. */
const toldBefore = 8;

/** Says why a history is not linearizable: the last calls that fit, and those of which one had to come next. */
export function describeViolation(
  finding: Finding<EtcdState, ModelCall> & { verdict: 'violation' | 'undecided' },
  epochMs: number,
  history?: RevisionHistory,
): string {
  const { order, state, next, overdue } = finding;
  const meant = keysOf(overdue);
  const before = order.filter((call) => meant.length === 0 || keysOf(call).some((key) => meant.includes(key)));
  const told = history?.revisions.get(state.revision + 1);
  return [
    `${finding.verdict === 'violation' ? 'not linearizable' : 'undecided whether linearizable'}: ${order.length} calls fit one order, and then the store is at revision ${state.revision}, with`,
    `  ${[...state.kvs.values()].map(({ key, value, modRevision }) => `${key}=${String(value)}@${modRevision}`).join(', ') || 'no keys'}`,
    ...(told === undefined
      ? []
      : [
          `  revision ${state.revision + 1} was told to watchers or its writer as: ${[...told.events.values()].map(wordsOf).join(', ')}`,
        ]),
    ...(before.length > 0 ? ['the last of them that touch the same keys:'] : []),
    ...before.slice(-toldBefore).map((call) => `  ${describeCall(call, epochMs)}`),
    'one of these had to come next, and none fits:',
    ...next
      .filter((call) => isWorthTelling(call, told))
      .map((call) => `  ${describeCall(call, epochMs)}\n    ${why(state, call)}`),
    `the first of them had to, by its end: ${overdue.client}'s`,
  ].join('\n');
}

/** Calls of unknown outcome are many; those are told that could have made the revision that was told. */
function isWorthTelling(call: ModelCall, told: Revision | undefined): boolean {
  if (call.answered !== undefined) return true;
  return told !== undefined && keysOf(call).some((key) => told.events.has(key));
}

/** Says a call on one line. */
export function describeCall(call: ModelCall, epochMs: number): string {
  const { client, member, startMs, endMs, asked, answered } = call;
  const seconds = (ms: number) => ((ms - epochMs) / 1000).toFixed(3);
  const span = `${seconds(startMs)}–${Number.isFinite(endMs) ? seconds(endMs) : '?'} s`;
  return `${client} at ${member}, ${span}: ${wordsOfAsked(asked)} → ${answered === undefined ? 'no answer' : wordsOfAnswer(answered)}`;
}

/** Says what stands against a call in a state. */
function why(state: EtcdState, { asked, answered }: ModelCall): string {
  const { revision } = state;
  if (asked.type === 'lease.expire')
    return `lease ${asked.body.id} has ${endLease(state, asked.body.id).changed.size} keys then, not what was deleted`;
  if (answered === undefined) return 'if it was done at all, it was not what made this revision';
  const said = 'revision' in answered.body ? answered.body.revision : undefined;
  if (asked.type === 'kv.range') {
    if (said !== revision)
      return `it was answered at revision ${said}: ${said! < revision ? 'stale' : 'before that was written'}`;
    return `the store held ${list(readRange(state, asked.body).kvs)}`;
  }
  if (asked.type !== 'kv.txn') return `it was answered ${wordsOfAnswer(answered)}`;
  const run = runTxn(state, asked.body);
  if (run === undefined) return 'its lease is over then';
  return `done then, it is at revision ${run.state.revision}, its comparisons ${run.succeeded ? 'hold' : 'do not hold'}`;
}

function wordsOfAsked({ type, body }: ModelCall['asked']): string {
  if (type === 'kv.txn') return wordsOfTxn(body);
  if (type === 'kv.range') return wordsOfRange(body);
  if (type === 'kv.compact') return `compact at ${body.revision}`;
  return `${type} ${body.id}`;
}

function wordsOfTxn({ compare, success, failure }: TxnBody): string {
  const [then, otherwise] = [success, failure].map((ops) => ops.map(wordsOfOp).join(', '));
  if (compare.length === 0) return then!;
  return `if ${compare.map(wordsOfCompare).join(' and ')} ${then}${otherwise === '' ? '' : ` else ${otherwise}`}`;
}

function wordsOfCompare({ key, target, op, value }: Compare): string {
  return `${target}(${key})${op}${String(value)}`;
}

function wordsOfOp(op: KvOp): string {
  if (op.op === 'range') return wordsOfRange(op.range);
  if (op.op === 'delete') return `delete ${op.key}${op.rangeEnd === undefined ? '' : '…'}`;
  return `put ${op.key}=${String(op.value)}${(op.lease ?? 0) === 0 ? '' : ` on lease ${op.lease}`}`;
}

function wordsOfRange({ key, rangeEnd, revision, limit, serializable }: RangeBody): string {
  const past = revision === undefined ? '' : ` at revision ${revision}`;
  const first = limit === undefined ? '' : `, the first ${limit}`;
  return `${serializable === true ? 'local ' : ''}get ${key}${rangeEnd === undefined ? '' : '…'}${past}${first}`;
}

function wordsOfAnswer({ type, body }: Answered): string {
  switch (type) {
    case 'kv.committed':
      return `revision ${body.revision}, comparisons ${body.succeeded ? 'held' : 'did not hold'}`;
    case 'kv.ranged':
      return `revision ${body.revision}: ${list(body.kvs)}`;
    case 'etcd.refused':
      return body.code;
    case 'lease.granted':
    case 'lease.described':
      return `lease ${body.id}, ${body.ttlSeconds} s`;
    default:
      return `revision ${body.revision}`;
  }
}

function list(kvs: readonly { key: string; value: unknown; modRevision: number }[]): string {
  return kvs.map(({ key, value, modRevision }) => `${key}=${String(value)}@${modRevision}`).join(', ') || 'nothing';
}

/** The single keys a call is about; none where it reads all. */
function keysOf({ asked }: ModelCall): string[] {
  if (asked.type === 'kv.range') return asked.body.rangeEnd === undefined ? [asked.body.key] : [];
  if (asked.type !== 'kv.txn') return [];
  const { compare, success, failure } = asked.body;
  const named = [...success, ...failure].map((op) => (op.op === 'range' ? op.range.key : op.key));
  return [...new Set([...compare.map(({ key }) => key), ...named])].filter((key) => isWithin(key, '\0', '\0'));
}
