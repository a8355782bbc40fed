import { expect, test } from 'vitest';
import { Group } from './testing/group.ts';

/** So few entries are kept that a follower that misses them needs the snapshot: those of before a restart are gone. */
const config = { 'snapshot-count': 5 };

/** Makes the log so much longer than the store that it is cut. */
function fill(group: Group, leader: number): void {
  for (let i = 0; i < 60; i++) group.txn(leader, { op: 'delete', key: '/none' });
  group.advance(200);
}

/** A group whose leader has cut its log: a restart leaves it no entries before its snapshot. */
function cutGroup(miss: (group: Group, follower: number) => void) {
  const group = new Group(3, { config });
  group.elect();
  group.advance(200);
  const old = group.leader();
  const [follower, heir] = group.others(old) as [number, number];
  for (let i = 1; i <= 3; i++) group.written(old, `/${i}`, i);
  group.advance(200);
  miss(group, follower);
  for (let i = 4; i <= 20; i++) group.written(old, `/${i}`, i);
  fill(group, old);
  for (const i of [old, heir]) {
    group.crash(i);
    group.restart(i);
  }
  const leader = group.elect();
  group.advance(200);
  group.transcript.take();
  return { group, leader, follower };
}

test('a follower that is too far behind is sent a snapshot, and goes on from there (§7)', () => {
  const { group, leader, follower } = cutGroup((g, i) => g.isolate(i));
  expect(group.memory(leader).raft.log.offset).toBeGreaterThan(4);
  group.heal();
  group.advance(3_000);
  expect(group.transcript.take(leader, follower)).toMatchInlineSnapshot(`
    "1→0 append t2 after 81/1: 1 entry, commit 82
    0→1 appended t2 not after 81, perhaps after 4/1
    1→0 snapshot t2 up to 82/2
    0→1 appended t2 up to 82"
  `);
  expect(group.memory(follower).store).toEqual(group.memory(leader).store);
  expect(group.written(follower, '/after')).toMatch(/^committed/);
  expect(group.stored(follower)).toBe(group.stored(leader));
});

test('what a snapshot has brought outlives a power loss', () => {
  const { group, leader, follower } = cutGroup((g, i) => g.isolate(i));
  group.heal();
  group.advance(3_000);
  group.written(leader, '/after');
  group.advance(200);
  group.losePower(follower);
  group.restart(follower);
  group.advance(200);
  expect(group.memory(follower).store).toEqual(group.memory(leader).store);
});

test('a snapshot is acknowledged only when it is durable', () => {
  const { group, leader, follower } = cutGroup((g, i) => g.isolate(i));
  group.heal();
  group.setSync(follower, 1_000);
  group.engine.runUntil(() => group.stored(follower) === group.stored(leader));
  group.advance(500);
  expect(group.memory(leader).raft.progress.get(group.members[follower]!)?.mode).toBe('snapshot');
  group.losePower(follower);
  group.setSync(follower, 1);
  group.restart(follower);
  expect(group.stored(follower)).toBe('');
  group.advance(15_000);
  expect(group.stored(follower)).toBe(group.stored(leader));
});

test('a snapshot that gets lost is sent again', () => {
  const { group, leader, follower } = cutGroup((g, i) => g.isolate(i));
  group.heal();
  const lost = group.engine.fault({ type: 'raft.snapshot', count: 1 }, 'drop');
  group.advance(15_000);
  expect(lost.touched).toBe(1);
  expect(group.stored(follower)).toBe(group.stored(leader));
});

test('a snapshot that comes twice, or late, takes nothing back', () => {
  const { group, leader, follower } = cutGroup((g, i) => g.isolate(i));
  group.heal();
  group.engine.fault({ type: 'raft.snapshot' }, { duplicateAfterMs: 2_500 });
  group.advance(2_000);
  group.written(leader, '/after');
  const before = group.memory(follower).store.mvcc.revision;
  group.advance(5_000);
  expect(group.memory(follower).store.mvcc.revision).toBeGreaterThanOrEqual(before);
  expect(group.memory(follower).store).toEqual(group.memory(leader).store);
});

test('watches at a follower are told the changes that a snapshot has skipped, once each and in order', () => {
  let told: readonly string[] = [];
  const { group } = cutGroup((g, i) => {
    told = g.watch(i);
    g.advance(5);
    // Its leader is heard, but what it says of the log is not: the watch stays.
    g.engine.fault({ type: 'raft.append', to: g.members[i]! }, 'drop');
    g.engine.fault({ type: 'raft.snapshot', to: g.members[i]! }, 'drop');
  });
  expect(told).toEqual(['created 4']);
  group.heal();
  group.advance(15_000);
  expect(told).toEqual(['created 4', ...Array.from({ length: 17 }, (_, i) => `${i + 5}:/${i + 4}`)]);
  group.written(group.leader(), '/after');
  group.advance(100);
  expect(told.at(-1)).toBe('22:/after');
});

test('watches that a snapshot cannot tell all end as compacted', () => {
  let told: readonly string[] = [];
  const { group, leader } = cutGroup((g, i) => {
    told = g.watch(i);
    g.advance(5);
    g.engine.fault({ type: 'raft.append', to: g.members[i]! }, 'drop');
    g.engine.fault({ type: 'raft.snapshot', to: g.members[i]! }, 'drop');
  });
  group.answered(group.ask(leader, 'kv.compact', { revision: 10 }));
  fill(group, leader);
  group.crash(leader);
  group.restart(leader);
  group.elect();
  group.heal();
  group.advance(15_000);
  expect(told).toEqual(['created 4', 'compacted 10', 'broken: etcdserver: mvcc: required revision has been compacted']);
});

test('a read that waits for what a snapshot brings is answered when it is there', () => {
  const { group, leader, follower } = cutGroup((g, i) => {
    g.engine.fault({ type: 'raft.append', to: g.members[i]! }, 'drop');
    g.engine.fault({ type: 'raft.snapshot', to: g.members[i]! }, 'drop');
  });
  const read = group.read(follower, '/20');
  group.advance(1_000);
  expect(group.answer(read)).toBe('nothing');
  group.heal();
  group.advance(15_000);
  expect(group.stored(follower)).toBe(group.stored(leader));
  expect(group.answer(read)).toBe('read /20=20');
});

test('a follower that restarts in a group where nothing happens opens watches as soon as it hears what is committed', () => {
  const group = new Group(3);
  const leader = group.elect();
  const [follower] = group.others(leader) as [number];
  group.written(leader, '/a');
  group.advance(500);
  group.crash(follower);
  group.restart(follower);
  const told = group.watch(follower, 2);
  group.advance(2_000);
  expect(told).toEqual(['created 1', '2:/a']);
});

test('a follower that only a snapshot has brought up to date opens watches, too', () => {
  const { group, follower } = cutGroup((g, i) => g.crash(i));
  group.restart(follower);
  const told = group.watch(follower, 20);
  group.advance(3_000);
  expect(told).toEqual(['created 19', '20:/19', '21:/20']);
});
