/** How an API server reaches etcd: one member at a time, the next when that one fails. */

import type { Self } from '../../../protocol/actor.ts';
import type { EtcdRefused } from '../../../protocol/messages/etcd.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type { Status } from '../../../protocol/objects.ts';
import { failure } from '../../../protocol/status.ts';
import type { Memory } from './memory.ts';
import type { EtcdCall, Pending } from './pending.ts';

/** ms until a call counts as lost. Short of what clients wait (30 s), so that they hear of it. */
const callDeadlineMs = 10_000;
/** ms after which an unanswered call is sent again; every write is guarded, so twice does no harm. */
const resendMs = 3_000;

/** The member in use. */
export function memberOf(memory: Pick<Memory, 'members' | 'member'>): string {
  return memory.members[memory.member % memory.members.length] ?? '';
}

/** Turns to the next member. */
export function turnToNext(memory: Memory): void {
  memory.member = (memory.member + 1) % memory.members.length;
}

/** Makes a call; its answer comes back with this note. Gives the request's number. */
export function callEtcd(self: Self<Memory>, call: EtcdCall, note: unknown): number {
  const options = { deadlineMs: callDeadlineMs, retries: 2, retryMs: resendMs, note };
  return self.request(memberOf(self.memory), call.type, call.body, options);
}

/** Why a call came to nothing. */
export type CallFailure = Pick<RequestExpired, 'type' | 'body'> | Pick<EtcdRefused, 'type' | 'body'>;

/**
 * Tells whether a failed call of a request should be made again at the next member: where it was surely not done,
 * or only reads. Each member is tried once.
 */
export function shouldRetry(memory: Memory, pending: Pending, what: CallFailure): boolean {
  if (pending.tries >= memory.members.length) return false;
  if (what.type === 'request.expired') return what.body.reason === 'refused' || pending.call?.type === 'kv.range';
  return ['NoLeader', 'NotLeader', 'Stopped'].includes(what.body.code);
}

/** Tells whether a failure says something about the member that was asked: another may do better. */
export function isOfMember(what: CallFailure): boolean {
  if (what.type === 'request.expired') return true;
  return ['NoLeader', 'NotLeader', 'Stopped', 'Corrupt', 'Timeout', 'TimeoutDueToLeaderFail'].includes(what.body.code);
}

/** Words a failed call as the real server does. */
export function callRefusal(memory: Memory, what: CallFailure): Status {
  if (what.type === 'etcd.refused') return unknownError(what.body.message);
  if (what.body.reason !== 'refused')
    return failure.timeout('request did not complete within requested timeout - context deadline exceeded');
  const dialing = `dial tcp ${memberOf(memory)}: connect: connection refused`;
  return unknownError(
    `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${dialing}"`,
  );
}

/** An error without a reason of the API's own is a 500 with the error's words. */
function unknownError(message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
}
