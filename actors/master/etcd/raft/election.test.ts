import { expect, test } from 'vitest';
import type { RaftVoted } from '../../../../protocol/messages/raft.ts';
import { Group } from '../testing/group.ts';
import { askVotes, countVote } from './election.ts';
import { makeRaft } from './raft.ts';

test('an election: who is impatient first asks whether it would win, stands, and begins its term (§5.2, §8; thesis §9.6)', () => {
  const group = new Group(3);
  group.elect();
  group.advance(5);
  expect(group.transcript.take()).toMatchInlineSnapshot(`
    "1→0 pre-vote t1? my log ends 0/0
    1→2 pre-vote t1? my log ends 0/0
    0→1 yes to pre-vote, t1
    2→1 yes to pre-vote, t1
    1→0 vote t1? my log ends 0/0
    1→2 vote t1? my log ends 0/0
    0→1 yes to vote, t1
    2→1 yes to vote, t1
    1→0 append t1 after 0/0: 1 entry, commit 0
    1→2 append t1 after 0/0: 1 entry, commit 0
    0→1 appended t1 up to 1
    2→1 appended t1 up to 1
    1→0 append t1 after 1/1: 0 entries, commit 1"
  `);
});

test('the only voter leads at once and asks nobody', () => {
  const group = new Group(1);
  expect(group.elect()).toBe(0);
  expect(group.transcript.take()).toBe('');
  expect(group.written(0, '/a')).toBe('committed 2');
});

test('the only voter leads as soon as its vote is durable, however slow its disk', () => {
  const group = new Group(1, { fsyncMs: 10_000 });
  group.advance(30_000);
  expect(group.leader()).toBe(0);
});

test('a split vote has no winner; chance has one of the two stand again before the other (§5.2)', () => {
  const group = new Group(3);
  group.crash(2);
  group.stand(0);
  group.stand(1);
  group.advance(10);
  expect(group.leader()).toBe(-1);
  group.elect();
  expect(group.memory(group.leader()).raft.term).toBe(2);
  expect(group.transcript.take()).toMatchInlineSnapshot(`
    "0→1 vote t1 (transfer)? my log ends 0/0
    0→2 vote t1 (transfer)? my log ends 0/0 ✗
    1→0 vote t1 (transfer)? my log ends 0/0
    1→2 vote t1 (transfer)? my log ends 0/0 ✗
    1→0 no to vote, t1
    0→1 no to vote, t1
    0→1 pre-vote t2? my log ends 0/0
    0→2 pre-vote t2? my log ends 0/0 ✗
    1→0 yes to pre-vote, t2
    0→1 vote t2? my log ends 0/0
    0→2 vote t2? my log ends 0/0 ✗
    1→0 yes to vote, t2
    0→1 append t2 after 0/0: 1 entry, commit 0
    0→2 append t2 after 0/0: 1 entry, commit 0 ✗
    1→0 appended t2 up to 1
    0→1 append t2 after 1/2: 0 entries, commit 1"
  `);
});

test('a candidate with an older log loses, also where its log is longer (§5.4.1)', () => {
  const pasts = [
    { term: 2, log: [1, 1, 1] },
    { term: 2, log: [1, 2] },
    { term: 2, log: [1, 2] },
  ];
  const group = new Group(3, { pasts });
  group.advance(5);
  group.transcript.take();
  group.stand(0);
  group.advance(10);
  expect(group.role(0)).toBe('follower');
  expect(group.transcript.take()).toMatchInlineSnapshot(`
    "0→1 vote t3 (transfer)? my log ends 3/1
    0→2 vote t3 (transfer)? my log ends 3/1
    1→0 no to vote, t3
    2→0 no to vote, t3"
  `);
  expect(group.elect()).not.toBe(0);
});

test('of two logs that end with the same term, the longer one wins (§5.4.1)', () => {
  const pasts = [
    { term: 1, log: [1] },
    { term: 1, log: [1, 1] },
    { term: 1, log: [1, 1] },
  ];
  const group = new Group(3, { pasts });
  group.crash(2);
  expect(group.elect()).toBe(1);
});

test('a refusal that comes late, from an earlier term, is not counted in this one', () => {
  const raft = makeRaft('a', '', { voters: ['a', 'b', 'c'], learners: [] });
  askVotes(raft);
  askVotes(raft);
  const hear = (term: number, isGranted: boolean) =>
    countVote(raft, { from: 'b', body: { term, isPre: false, isGranted } } as unknown as RaftVoted, false);
  hear(1, false);
  expect(raft.votes.size).toBe(0);
  hear(2, true);
  expect(raft.votes.get('b')).toBe(true);
});

test('a member that was cut off comes back without disturbing the leader (pre-vote, thesis §9.6)', () => {
  const group = new Group(3);
  const leader = group.elect();
  const [lost] = group.others(leader) as [number];
  group.isolate(lost);
  group.advance(20_000);
  expect(group.role(lost)).toBe('preCandidate');
  expect(group.memory(lost).raft.term).toBe(1);
  group.heal();
  group.advance(5_000);
  expect(group.leader()).toBe(leader);
  expect(group.others().map((i) => group.memory(i).raft.term)).toEqual([1, 1, 1]);
  expect(group.role(lost)).toBe('follower');
});

test('a member with a later term than the group draws it along instead of being ignored for ever', () => {
  const pasts = [
    { term: 9, log: [1] },
    { term: 1, log: [1] },
    { term: 1, log: [1] },
  ];
  const group = new Group(3, { pasts });
  group.isolate(0);
  group.elect();
  group.heal();
  group.advance(5_000);
  group.elect();
  expect(group.others().map((i) => group.memory(i).raft.term > 9)).toEqual([true, true, true]);
});

test('those who hear their leader do not answer who stands against it (thesis §4.2.3)', () => {
  const group = new Group(3);
  const leader = group.elect();
  const [deaf] = group.others(leader) as [number];
  group.engine.cut(`m${leader}`, `m${deaf}`, { oneWay: true });
  group.advance(10_000);
  expect(group.leader()).toBe(leader);
  expect(group.memory(leader).raft.term).toBe(1);
});

test('a leader that a majority does not answer steps down (check-quorum, thesis §6.2)', () => {
  const group = new Group(5);
  const leader = group.elect();
  const [first, second, third] = group.others(leader) as [number, number, number];
  group.crash(first);
  group.crash(second);
  group.advance(10_000);
  expect(group.leader()).toBe(leader);
  group.crash(third);
  group.advance(2_000);
  expect(group.role(leader)).not.toBe('leader');
});

test('a leader that only speaks and hears nobody steps down, and its group elects another', () => {
  const group = new Group(3);
  const leader = group.elect();
  for (const other of group.others(leader)) group.engine.cut(`m${other}`, `m${leader}`, { oneWay: true });
  group.advance(6_000);
  expect(group.leader()).not.toBe(leader);
  expect(group.leader()).not.toBe(-1);
});

test('a vote is told only when it is durable: a power loss cannot have a member vote twice in a term (§5.2)', () => {
  const group = new Group(3);
  const voted: string[] = [];
  group.engine.record({
    sent: ({ type, from, to, body }) => {
      const { isPre, isGranted, term } = body as { isPre: boolean; isGranted: boolean; term: number };
      if (type === 'raft.voted' && !isPre && isGranted) voted.push(`${from} for ${to} in ${term}`);
    },
  });
  group.setSync(2, 500);
  group.isolate(1);
  group.stand(0);
  group.advance(100);
  expect(group.memory(2).raft).toMatchObject({ term: 1, vote: group.members[0] });
  group.losePower(2);
  group.restart(2);
  expect(group.memory(2).raft).toMatchObject({ term: 0, vote: '' });
  group.crash(0);
  group.heal();
  group.stand(1);
  group.advance(1_000);
  expect(voted).toEqual([`${group.members[2]} for ${group.members[1]} in 1`]);
});

test('a vote whose sync failed is not told before a later one succeeds', () => {
  const group = new Group(3);
  group.advance(5);
  group.isolate(1);
  group.engine.setDisk('m2', { failure: 'Input/output error' });
  group.stand(0);
  group.advance(10);
  // Whatever else it does meanwhile.
  group.heal();
  group.stand(1);
  group.advance(100);
  expect(group.transcript.take()).not.toMatch(/2→\d yes to vote/);
  group.engine.setDisk('m2', { failure: undefined });
  group.elect();
});

test('a vote given by the disk outlives a crash: in its term nobody else gets it (§5.2)', () => {
  const pasts = [
    { term: 4, log: [] },
    { term: 4, log: [] },
    { term: 5, vote: 0, log: [] },
  ];
  const group = new Group(3, { pasts });
  group.isolate(0);
  group.advance(5);
  group.stand(1);
  group.advance(10);
  expect(group.memory(1).raft.term).toBe(5);
  expect(group.leader()).toBe(-1);
});

test('members that lose and win their power at any time have at most one leader in a term (§5.2, Election Safety)', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const group = new Group(3, { seed });
    const leaders = new Map<number, Set<string>>();
    group.engine.record({
      logged: (address, _level, message, fields) => {
        if (message !== 'became leader') return;
        const term = fields?.term as number;
        leaders.set(term, (leaders.get(term) ?? new Set()).add(address));
      },
    });
    for (let i = 0; i < 30; i++) {
      const member = (seed * 7 + i) % 3;
      group.setSync(member, 1 + ((seed + i) % 40));
      group.advance(137 + ((seed * i) % 500));
      group.losePower(member);
      group.restart(member);
      group.stand((member + 1) % 3);
      group.stand((member + 2) % 3);
    }
    for (const some of leaders.values()) expect(some.size).toBe(1);
    expect(leaders.size).toBeGreaterThan(5);
  }
});
