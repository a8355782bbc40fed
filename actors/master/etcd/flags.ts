/** etcd's settings, named after its own flags, with its defaults. */

import { choice, defineFlags, duration, type FlagValues, number, text } from '../../../protocol/flags.ts';

/** What can be set of etcd. */
export const flags = defineFlags({
  'heartbeat-interval': number(100, 'ms between two heartbeats of the leader'),
  'election-timeout': number(1000, 'ms without a heartbeat before an election; a lease lasts at least one and a half'),
  'snapshot-count': number(10_000, 'committed transactions before a snapshot is written and the log is cut'),
  'quota-backend-bytes': number(
    0,
    'size of the database above which it takes no more data; 0 for 2 GiB, negative for none',
  ),
  'initial-cluster-state': choice(
    ['new', 'existing'],
    'new',
    'whether a member without data founds the group with the others, or joins it when it is added',
  ),
  'read-only-option': choice(
    ['safe', 'lease-based'],
    'safe',
    'how a leader knows that it still leads before it answers a read: by asking, or by its clock (raft.ReadOnlyOption)',
  ),
  'max-learners': number(1, 'members that do not vote yet which the group may have'),
  'max-txn-ops': number(128, 'operations permitted in a transaction'),
  'max-request-bytes': number(1.5 * 1024 * 1024, 'size of a client request that is still accepted'),
  'auto-compaction-mode': choice(
    ['periodic', 'revision'],
    'periodic',
    'what auto-compaction-retention counts: time or revisions',
  ),
  'auto-compaction-retention': text(
    '0',
    'how much history is kept: 0 for all, 5m (or hours without a unit), or a number of revisions',
  ),
  'watch-progress-notify-interval': duration(
    '10m',
    'time between two progress notifications of a watch that asked for them',
  ),
});

/** The settings of a member, read. */
export type EtcdFlags = FlagValues<typeof flags>;
