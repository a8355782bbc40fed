import { expect, test } from 'vitest';
import { Group } from './testing/group.ts';

/** A group with a leader that has settled; gives it, and the followers. */
function settled(options: ConstructorParameters<typeof Group>[1] = {}) {
  const group = new Group(3, options);
  const leader = group.elect();
  group.advance(200);
  group.transcript.take();
  const [follower, other] = group.others(leader) as [number, number];
  return { group, leader, follower, other };
}

test('a read at the leader waits for one round of heartbeats, which says that it still leads (ReadIndex, thesis §6.4)', () => {
  const { group, leader } = settled();
  group.written(leader, '/a', 1);
  group.advance(10);
  group.transcript.take();
  expect(group.answered(group.read(leader, '/a'))).toBe('read /a=1');
  expect(group.transcript.take()).toMatchInlineSnapshot(`
    "1→0 heartbeat t1 commit 2, read 1
    1→2 heartbeat t1 commit 2, read 1
    0→1 heard t1, read 1
    2→1 heard t1, read 1"
  `);
});

test('a read at a follower asks the leader from where on it may be answered', () => {
  const { group, leader, follower } = settled();
  group.written(leader, '/a', 1);
  group.advance(10);
  group.transcript.take();
  expect(group.answered(group.read(follower, '/a'))).toBe('read /a=1');
  expect(group.transcript.take(leader, follower)).toMatchInlineSnapshot(`
    "0→1 read
    1→0 heartbeat t1 commit 2, read 1
    0→1 heard t1, read 1
    1→0 readable from 2"
  `);
});

test('reads that come together share one round', () => {
  const { group, leader } = settled();
  const first = group.read(leader, '/a');
  group.advance(1.5);
  const rest = Array.from({ length: 50 }, () => group.read(leader, '/a'));
  group.advance(10);
  expect([first, ...rest].map((read) => group.answer(read))).toEqual(Array(51).fill('read'));
  expect(group.transcript.take().match(/→\d heartbeat/g)).toHaveLength(4);
});

test('a read at a follower that lags waits until it has applied what was committed when it was asked', () => {
  const { group, leader, follower } = settled();
  const late = group.engine.fault({ type: 'raft.append', to: group.members[follower]! }, { delayMs: 50 });
  expect(group.written(leader, '/a', 1)).toBe('committed 2');
  const read = group.read(follower, '/a');
  group.advance(20);
  expect(group.answer(read)).toBe('nothing');
  group.advance(100);
  expect(group.answer(read)).toBe('read /a=1');
  late.heal();
});

test('an old leader that is cut off never answers from its past; but at once where it may be stale', () => {
  const { group, leader: old, follower } = settled();
  group.written(old, '/a', 'old');
  group.isolate(old);
  expect(group.written(group.elect(old), '/a', 'new')).toBe('committed 3');
  const read = group.read(old, '/a');
  const stale = group.read(old, '/a', { serializable: true });
  group.advance(5);
  expect(group.answer(stale)).toBe('read /a=old');
  expect(group.answer(read)).toBe('nothing');
  group.advance(10_000);
  expect(group.answer(read)).toBe('refused NoLeader');
  expect(group.answered(group.read(follower, '/a'))).toBe('read /a=new');
});

test('a leader answers no read before an entry of its own term is committed: it may not know what is (§8)', () => {
  const { group, leader: old, follower, other } = settled();
  // The follower has the entry, but not the word that it is committed.
  const unheard = group.engine.intercept((message) => {
    if (message.type !== 'raft.append' && message.type !== 'raft.heartbeat') return 'pass';
    return (message.body as { commit: number }).commit >= 2 ? 'drop' : 'pass';
  });
  expect(group.written(old, '/a', 1)).toBe('committed 2');
  group.crash(old);
  unheard.heal();
  const hold = group.engine.hold({ type: 'raft.appended' });
  group.stand(follower);
  group.advance(50);
  expect(group.leader()).toBe(follower);
  expect(group.stored(follower)).toBe('');
  const reads = [group.read(follower, '/a'), group.read(other, '/a')];
  group.advance(50);
  expect(reads.map((read) => group.answer(read))).toEqual(['nothing', 'nothing']);
  hold.heal();
  expect(reads.map((read) => group.answered(read))).toEqual(['read /a=1', 'read /a=1']);
});

test('reads on their way when a leader hears at once of the next are answered by way of that one', () => {
  const { group, leader: old, follower } = settled();
  group.written(old, '/a', 1);
  const muffled = group.engine.hold({ type: 'raft.heard', to: group.members[old]! });
  const read = group.read(old, '/a');
  group.advance(5);
  // It does not hear of the election, only of its end.
  group.engine.fault({ type: 'raft.vote', to: group.members[old]! }, 'drop');
  group.stand(follower);
  group.advance(20);
  expect(group.leader()).toBe(follower);
  group.advance(1_000);
  expect(group.answer(read)).toBe('read /a=1');
  muffled.heal();
});

test('a question to a leader that is gone is asked anew of the next', () => {
  const { group, leader, follower } = settled();
  group.written(leader, '/a', 1);
  group.crash(leader);
  const read = group.read(follower, '/a');
  expect(group.answered(read)).toBe('read /a=1');
});

test('a question that got lost is asked again, and one whose round got lost is answered after the next heartbeat', () => {
  const { group, leader, follower } = settled();
  group.engine.fault({ type: 'raft.read', count: 1 }, 'drop');
  const first = group.read(follower, '/a');
  group.advance(600);
  expect(group.answer(first)).toBe('read');
  group.engine.fault({ type: 'raft.heartbeat', count: 2 }, 'drop');
  const second = group.read(leader, '/a');
  group.advance(250);
  expect(group.answer(second)).toBe('read');
});

test('the word of an earlier leader is not taken for the answer to a later question', () => {
  const { group, leader, follower, other } = settled();
  const late = group.engine.hold({ type: 'raft.readable', from: group.members[leader]! });
  group.read(follower, '/a');
  group.advance(10);
  // The one who asked leads for a moment, and then another does.
  group.stand(follower);
  group.advance(20);
  expect(group.leader()).toBe(follower);
  group.stand(other);
  group.advance(20);
  expect(group.leader()).toBe(other);
  const append = group.engine.hold({ type: 'raft.append', to: group.members[follower]! });
  const readable = group.engine.hold({ type: 'raft.readable', from: group.members[other]! });
  expect(group.written(other, '/a', 'new')).toBe('committed 2');
  const read = group.read(follower, '/a');
  group.advance(5);
  late.heal();
  group.advance(5);
  expect(group.answer(read)).toBe('nothing');
  append.heal();
  readable.heal();
  expect(group.answered(read)).toBe('read /a=new');
});

test('reads of all members while leaders come and go are never older than what was acknowledged before', () => {
  const { group } = settled({ seed: 4 });
  for (let value = 1; value <= 40; value++) {
    const at = value % 3;
    if (value % 4 === 0) group.stand((value * 7) % 3);
    if (value % 5 === 0) group.isolate(at);
    group.written(at, '/a', value);
    const now = group.others().map((i) => Number(group.stored(i).slice('/a='.length)));
    const newest = Math.max(...now.filter((one) => !Number.isNaN(one)));
    const reads = group.others().map((i) => group.read(i, '/a'));
    group.heal();
    for (const read of reads) {
      const seen = Number(group.answered(read).slice('read /a='.length));
      expect(seen).toBeGreaterThanOrEqual(newest);
    }
  }
});

test('requests at a member without a leader wait for one, then are refused, and its watches end', () => {
  const { group, follower } = settled();
  const watch = group.watch(follower);
  group.advance(5);
  group.isolate(follower);
  group.advance(2_500);
  const asked = [
    group.put(follower, '/a'),
    group.read(follower, '/a'),
    group.ask(follower, 'lease.keep-alive', { id: 1 }),
  ];
  group.advance(1_000);
  expect(asked.map((one) => group.answer(one))).toEqual(['nothing', 'nothing', 'nothing']);
  group.advance(3_000);
  expect(asked.map((one) => group.answer(one))).toEqual(Array(3).fill('refused NoLeader'));
  expect(watch).toEqual(['created 1', 'broken: etcdserver: no leader']);
  expect(group.watch(follower)).toEqual([]);
  const late = group.put(follower, '/b');
  group.advance(1_100);
  expect(group.answer(late)).toBe('refused NoLeader');
});

test('requests at a member without a leader are done when one is there in time', () => {
  const { group, leader, follower } = settled();
  group.crash(leader);
  group.engine.runUntil(() => group.memory(follower).raft.leader === '', { withinMs: 5_000 });
  const put = group.put(follower, '/a', 1);
  const read = group.read(follower, '/b');
  expect(group.answered(put)).toBe('committed 2');
  expect(group.answered(read)).toBe('read');
});
