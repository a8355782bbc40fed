/** The history of revisions: what each one changed, put together from all that watches and writers were told. */

import type { Call, WatchHistory } from '../../actors/client/etcd-load/history.ts';
import { deepEqual } from '../../protocol/deep-equal.ts';
import type { KeyEvent, KvOp, KvOpResult } from '../../protocol/messages/etcd.ts';

/** What is known of one revision. */
export interface Revision {
  readonly revision: number;
  readonly events: Map<string, KeyEvent>;
  /** A writer was told that this revision is its own. */
  isClaimed: boolean;
}

/** All that is known, by revision; and where two tell different things of one revision. */
export interface RevisionHistory {
  readonly revisions: ReadonlyMap<number, Revision>;
  /** The revisions known, in order. */
  readonly sorted: readonly number[];
  readonly contradictions: readonly string[];
  /** The last revision that anybody was told of: what was written later, if anything, nobody has seen. */
  readonly last: number;
}

/** Unites what was told: each key of a revision must have been told alike by everybody. */
export function uniteHistory(calls: readonly Call[], watches: readonly WatchHistory[]): RevisionHistory {
  const revisions = new Map<number, Revision>();
  const contradictions: string[] = [];
  const add = (revision: number, event: KeyEvent, who: string) => {
    const known = revisionAt(revisions, revision);
    const other = known.events.get(event.kv.key);
    if (other === undefined) known.events.set(event.kv.key, event);
    else if (other.type !== event.type || !deepEqual(other.kv, event.kv)) {
      contradictions.push(`revision ${revision}: ${who} was told ${wordsOf(event)}, and another one ${wordsOf(other)}`);
    }
  };
  for (const call of calls) addAnswer(revisions, call, add);
  for (const { client, facts } of watches) {
    for (const one of facts) {
      if (one.fact !== 'changed') continue;
      for (const event of one.events) add(one.revision, event, `the watch of ${client}`);
    }
  }
  const sorted = [...revisions.keys()].sort((a, b) => a - b);
  const last = calls.reduce((newest, { answered }) => Math.max(newest, revisionOf(answered)), sorted.at(-1) ?? 1);
  return { revisions, sorted, contradictions, last };
}

/** Says what became of a key. */
export function wordsOf({ type, kv }: KeyEvent): string {
  return type === 'delete'
    ? `delete ${kv.key}`
    : `put ${kv.key}=${String(kv.value)} (version ${kv.version}, created at ${kv.createRevision})`;
}

function revisionOf(answered: Call['answered']): number {
  return answered !== undefined && 'revision' in answered.body ? answered.body.revision : 0;
}

type Add = (revision: number, event: KeyEvent, who: string) => void;

function addAnswer(revisions: Map<number, Revision>, { client, asked, answered }: Call, add: Add): void {
  if (asked.type !== 'kv.txn' || answered?.type !== 'kv.committed') return;
  const { revision, succeeded, results } = answered.body;
  const ops = succeeded ? asked.body.success : asked.body.failure;
  if (!results.some(changes)) return;
  revisionAt(revisions, revision).isClaimed = true;
  results.forEach((result, i) => {
    if (result.op === 'put') add(revision, { type: 'put', kv: result.kv }, client);
    else if (changes(result)) addDelete(revision, ops[i], client, add);
  });
}

/** A delete of a range does not say which keys it met. */
function addDelete(revision: number, op: KvOp | undefined, who: string, add: Add): void {
  if (op?.op !== 'delete' || op.rangeEnd !== undefined) return;
  const kv = { key: op.key, value: undefined, createRevision: 0, modRevision: revision, version: 0, lease: 0 };
  add(revision, { type: 'delete', kv }, who);
}

function changes(result: KvOpResult): boolean {
  return result.op === 'put' || (result.op === 'delete' && result.deleted > 0);
}

function revisionAt(revisions: Map<number, Revision>, revision: number): Revision {
  const known = revisions.get(revision);
  if (known !== undefined) return known;
  const made: Revision = { revision, events: new Map(), isClaimed: false };
  revisions.set(revision, made);
  return made;
}
