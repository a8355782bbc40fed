/** Every way etcd says no, in its own words. */

import type { EtcdErrorCode, EtcdRefused } from '../../../../protocol/messages/etcd.ts';

/** A refusal by its code, as decisions give it. */
export type Fault = EtcdErrorCode;

/** The body of a refusal. */
export type Refusal = EtcdRefused['body'];

// As etcd's `api/v3rpc/rpctypes`.
const messages: Record<EtcdErrorCode, string> = {
  Compacted: 'etcdserver: mvcc: required revision has been compacted',
  FutureRevision: 'etcdserver: mvcc: required revision is a future revision',
  LeaseNotFound: 'etcdserver: requested lease not found',
  LeaseExist: 'etcdserver: lease already exists',
  LeaseTTLTooLarge: 'etcdserver: too large lease TTL',
  DuplicateKey: 'etcdserver: duplicate key given in txn request',
  EmptyKey: 'etcdserver: key is not provided',
  InvalidRange: 'mvcc: watcher range is empty',
  TooManyOps: 'etcdserver: too many operations in txn request',
  RequestTooLarge: 'etcdserver: request is too large',
  NoSpace: 'etcdserver: mvcc: database space exceeded',
  NoLeader: 'etcdserver: no leader',
  NotLeader: 'etcdserver: not leader',
  Stopped: 'etcdserver: server stopped',
  Corrupt: 'etcdserver: corrupt cluster',
  Timeout: 'etcdserver: request timed out',
  TimeoutDueToLeaderFail: 'etcdserver: request timed out, possibly due to previous leader failure',
  MemberExist: 'etcdserver: member ID already exist',
  MemberNotFound: 'etcdserver: member not found',
  MemberNotLearner: 'etcdserver: can only promote a learner member',
  LearnerNotReady: 'etcdserver: can only promote a learner member which is in sync with leader',
  TooManyLearners: 'etcdserver: too many learner members in cluster',
  NotEnoughStarted: 'etcdserver: re-configuration failed due to not enough started members',
  NotSupportedForLearner: 'etcdserver: rpc not supported for learner',
  BadLeaderTransferee: 'etcdserver: bad leader transferee',
  TimeoutLeaderTransfer: 'etcdserver: request timed out, leader transfer took too long',
};

/** Words a refusal. `compactRevision` goes with `Compacted`. */
export function refusal(code: EtcdErrorCode, compactRevision?: number): Refusal {
  const message = messages[code];
  return code === 'Compacted' && compactRevision !== undefined ? { code, message, compactRevision } : { code, message };
}
