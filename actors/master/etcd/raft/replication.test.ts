import { describe, expect, test } from 'vitest';
import type { RaftAppend, RaftAppended } from '../../../../protocol/messages/raft.ts';
import { Group } from '../testing/group.ts';
import { takeEntries } from './following.ts';
import { inflightMax } from './progress.ts';
import { makeRaft, type Raft } from './raft.ts';
import {
  advanceCommit,
  askAgain,
  beginLeading,
  replicate,
  sendAppends,
  takeAppended,
  tellCommit,
} from './replication.ts';

const voters = ['a', 'b', 'c', 'd', 'e'];

/** A member with a log of entries of these terms, alone with its state. */
function member(id: string, term: number, log: readonly number[]): Raft {
  const raft = makeRaft(id, '', { voters, learners: [] });
  raft.term = term;
  raft.log.entries = log.map((one) => ({ term: one, command: undefined, proposer: '', number: 0 }));
  return raft;
}

/** Hears that a follower has everything up to an index. */
function acknowledge(raft: Raft, from: string, index: number): boolean {
  const body = { term: raft.term, index, isRefused: false, hint: 0, hintTerm: 0 };
  return takeAppended(raft, { type: 'raft.appended', from, body } as RaftAppended, 0);
}

/** What an outbox holds, as `append b after 2: 1`. */
function said(raft: Raft): string[] {
  return raft.outbox.ready.splice(0).map(({ to, type, body }) => {
    const { prevIndex, entries = [] } = (body ?? {}) as { prevIndex?: number; entries?: unknown[] };
    return `${type.slice(5)} ${to}${prevIndex === undefined ? '' : ` after ${prevIndex}: ${entries.length}`}`;
  });
}

describe('Figure 7: a leader with the log 1 1 1 4 4 5 5 6 6 6 begins term 8', () => {
  const ofLeader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
  const followers = {
    'a, who lacks an entry': [1, 1, 1, 4, 4, 5, 5, 6, 6],
    'b, who lacks many': [1, 1, 1, 4],
    'c, who has one too many': [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    'd, who has two of a later term': [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    'e, who lacks some and has others': [1, 1, 1, 4, 4, 4, 4],
    'f, who has other entries of two terms': [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  };

  function lead(log: readonly number[]): Group {
    const pasts = [ofLeader, ofLeader, log].map((one) => ({ term: 7, log: one }));
    const group = new Group(3, { pasts });
    group.advance(5);
    group.stand(0);
    expect(group.elect()).toBe(0);
    group.advance(200);
    return group;
  }

  for (const [follower, log] of Object.entries(followers)) {
    test(`${follower}, comes to have the leader's log`, () => {
      const group = lead(log);
      expect(group.memory(0).raft.term).toBe(8);
      expect(group.terms(2)).toEqual([...ofLeader, 8]);
      expect(group.stored(2)).toBe(group.stored(0));
      // And it is so on its disk.
      group.losePower(2);
      group.restart(2);
      expect(group.terms(2)).toEqual([...ofLeader, 8]);
    });
  }

  test('where the logs part is found a term at a time, not an entry at a time (§5.3, at its end)', () => {
    const group = lead(followers['f, who has other entries of two terms']);
    expect(group.transcript.take(0, 2)).toMatchInlineSnapshot(`
      "0→2 vote t8 (transfer)? my log ends 10/6
      2→0 yes to vote, t8
      0→2 append t8 after 10/6: 1 entry, commit 0
      2→0 appended t8 not after 10, perhaps after 10/3
      0→2 append t8 after 3/1: 8 entries, commit 0
      2→0 appended t8 up to 11"
    `);
  });
});

describe('Figure 8: an entry of an earlier term', () => {
  test('is not committed by being on a majority, but with the first one of the own term (§5.4.2)', () => {
    const leader = member('a', 4, [1, 2]);
    leader.commit = 1;
    beginLeading(leader);
    acknowledge(leader, 'b', 2);
    acknowledge(leader, 'c', 2);
    expect(advanceCommit(leader, 2)).toBe(false);
    expect(leader.commit).toBe(1);
    acknowledge(leader, 'b', 3);
    acknowledge(leader, 'c', 3);
    expect(advanceCommit(leader, 2)).toBe(false);
    expect(advanceCommit(leader, 3)).toBe(true);
    expect(leader.commit).toBe(3);
  });

  test('that a majority has may still be replaced by a leader of a later one', () => {
    const logs = [[1, 2], [1, 2], [1, 2], [1], [1, 3]];
    const group = new Group(5, { pasts: logs.map((log) => ({ term: 4, log })) });
    group.advance(5);
    group.stand(4);
    expect(group.elect()).toBe(4);
    group.advance(200);
    for (const i of group.others()) expect(group.terms(i)).toEqual([1, 3, 5]);
  });
});

test('a write: one append to each follower, and one more that tells them that it is committed', () => {
  const group = new Group(3);
  const leader = group.elect();
  group.advance(200);
  group.transcript.take();
  expect(group.written(leader, '/a')).toBe('committed 2');
  group.advance(5);
  expect(group.transcript.take()).toMatchInlineSnapshot(`
    "1→0 append t1 after 1/1: 1 entry, commit 1
    1→2 append t1 after 1/1: 1 entry, commit 1
    0→1 appended t1 up to 2
    2→1 appended t1 up to 2
    1→0 append t1 after 2/1: 0 entries, commit 2
    1→2 append t1 after 2/1: 0 entries, commit 2"
  `);
});

test('writes that come while others are on their way do not wait for them', () => {
  const group = new Group(3);
  const leader = group.elect();
  group.advance(200);
  const writes = Array.from({ length: 20 }, (_, i) => group.put(leader, `/${i}`));
  group.advance(6);
  expect(writes.map((write) => group.answer(write))).toEqual(writes.map((_, i) => `committed ${i + 2}`));
});

test('a leader that is cut off commits nothing, steps down, and its entries are replaced', () => {
  const group = new Group(3);
  const old = group.elect();
  group.isolate(old);
  const lost = group.put(old, '/lost');
  group.advance(3_000);
  expect(group.role(old)).not.toBe('leader');
  expect(group.terms(old)).toEqual([1, 1]);
  const next = group.elect();
  expect(group.written(next, '/kept')).toBe('committed 2');
  group.heal();
  group.advance(2_000);
  for (const i of group.others()) {
    expect(group.terms(i)).toEqual(group.terms(next));
    expect(group.stored(i)).toBe('/kept=/kept');
  }
  expect(group.answered(lost)).toBe('refused Timeout');
});

test('an entry that a leader had only sent to a minority survives where that minority wins', () => {
  const group = new Group(3);
  const old = group.elect();
  const [heir, other] = group.others(old) as [number, number];
  group.advance(200);
  group.engine.cut(`m${old}`, `m${other}`);
  group.engine.cut(`m${heir}`, `m${old}`, { oneWay: true });
  group.put(old, '/a');
  group.advance(20);
  group.crash(old);
  group.heal();
  group.elect();
  expect(group.leader()).toBe(heir);
  expect(group.stored(heir)).toBe('/a=/a');
});

describe('a group comes together again', () => {
  const faults = {
    'when appends get lost': { type: 'raft.append', verdict: 'drop' },
    'when answers get lost': { type: 'raft.appended', verdict: 'drop' },
    'when appends come twice': { type: 'raft.append', verdict: { duplicateAfterMs: 3 } },
    'when answers come twice': { type: 'raft.appended', verdict: { duplicateAfterMs: 30 } },
    'when appends overtake each other': { type: 'raft.append', verdict: { delayMs: 5, isOvertaken: true } },
    'when answers overtake each other': { type: 'raft.appended', verdict: { delayMs: 5, isOvertaken: true } },
    'when proposals come twice': { type: 'raft.propose', verdict: { duplicateAfterMs: 30 } },
  } as const;
  for (const [when, { type, verdict }] of Object.entries(faults)) {
    test(when, () => {
      const group = new Group(3);
      group.elect();
      const fault = group.engine.fault({ type, probability: 0.4 }, verdict);
      const writes: number[] = [];
      for (let i = 0; i < 60; i++) {
        writes.push(group.put(i % 3, `/${i % 10}`, i));
        group.advance(i % 4);
      }
      group.advance(3_000);
      expect(fault.touched).toBeGreaterThan(5);
      const revisions = writes.map((write) => Number(group.answer(write).slice('committed '.length)));
      expect([...revisions].sort((a, b) => a - b)).toEqual(writes.map((_, i) => i + 2));
      for (const i of group.others()) {
        expect(group.memory(i).store.mvcc.revision).toBe(61);
        expect(group.memory(i).store).toEqual(group.memory(0).store);
        expect(group.terms(i)).toEqual(group.terms(0));
      }
    });
  }
});

test('a last append that got lost is sent again without a further write', () => {
  const group = new Group(3);
  const leader = group.elect();
  const [late] = group.others(leader) as [number];
  group.advance(200);
  group.engine.fault({ type: 'raft.append', to: group.members[late]!, count: 3 }, 'drop');
  group.written(leader, '/a');
  expect(group.stored(late)).toBe('');
  group.advance(400);
  expect(group.stored(late)).toBe('/a=/a');
});

test('a follower of whom nothing is heard is sent no more than it may be', () => {
  const leader = member('a', 1, []);
  beginLeading(leader);
  replicate(leader, 0);
  acknowledge(leader, 'b', 1);
  said(leader);
  for (let i = 0; i < 2 * inflightMax; i++) {
    leader.log.entries.push({ term: 1, command: i, proposer: '', number: 0 });
    sendAppends(leader, 'b', leader.progress.get('b')!, 0);
  }
  expect(said(leader)).toHaveLength(inflightMax);
  acknowledge(leader, 'b', 2);
  expect(said(leader)).toEqual([`append b after ${inflightMax + 1}: 512`]);
});

test('a follower that is not known yet is sent one append at a time, and again when it is heard of', () => {
  const leader = member('a', 1, [1, 1]);
  beginLeading(leader);
  const progress = leader.progress.get('b')!;
  sendAppends(leader, 'b', progress, 0);
  leader.log.entries.push({ term: 1, command: 1, proposer: '', number: 0 });
  sendAppends(leader, 'b', progress, 0);
  expect(said(leader)).toEqual(['append b after 2: 1']);
  askAgain(leader, 'b', progress, 0);
  expect(said(leader)).toEqual(['append b after 2: 2']);
});

test('an append in flight for long does not undo what came after it (§5.3: only a conflict cuts a log)', () => {
  const follower = member('b', 1, [1, 1, 1]);
  follower.leader = 'a';
  const entries = follower.log.entries.slice(0, 1);
  const body = { term: 1, prevIndex: 0, prevTerm: 0, entries, commit: 1 };
  expect(takeEntries(follower, { type: 'raft.append', from: 'a', body } as unknown as RaftAppend)).toBeUndefined();
  expect(follower.log.entries).toHaveLength(3);
  expect(follower.commit).toBe(1);
  expect(follower.outbox.held).toMatchObject([{ to: 'a', body: { index: 1, isRefused: false } }]);
});

test('a follower never takes for committed what the leader has not shown it to have (§5.3)', () => {
  const follower = member('b', 2, [1, 1, 1]);
  const body = { term: 2, prevIndex: 1, prevTerm: 1, entries: [], commit: 3 };
  takeEntries(follower, { type: 'raft.append', from: 'a', body } as unknown as RaftAppend);
  expect(follower.commit).toBe(1);
});

test('the leader tells what is committed with the next entries, or without any', () => {
  const leader = member('a', 1, []);
  beginLeading(leader);
  replicate(leader, 0);
  for (const peer of ['b', 'c']) acknowledge(leader, peer, 1);
  advanceCommit(leader, 1);
  said(leader);
  tellCommit(leader, 0);
  expect(said(leader)).toEqual(['append b after 1: 0', 'append c after 1: 0']);
});
