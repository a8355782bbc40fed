import { expect, test } from 'vitest';
import { Group } from './testing/group.ts';

/** A group with a leader that has settled; gives it, and the followers. */
function settled(size: 3 | 5 = 3) {
  const group = new Group(size);
  const leader = group.elect();
  group.advance(200);
  const followers = group.others(leader);
  return { group, leader, followers, follower: followers[0]! };
}

test('nothing is acknowledged before a majority has it durably', () => {
  const { group, leader, followers } = settled();
  for (const i of followers) group.setSync(i, 500);
  const put = group.put(leader, '/a');
  group.advance(490);
  expect(group.answer(put)).toBe('nothing');
  expect(group.stored(leader)).toBe('');
  group.advance(20);
  expect(group.answer(put)).toBe('committed 2');
});

test('the leader counts itself only when it is durable there, too', () => {
  const { group, leader, follower } = settled();
  group.setSync(leader, 500);
  group.setSync(follower, 700);
  const put = group.put(leader, '/a');
  group.advance(490);
  expect(group.answer(put)).toBe('nothing');
  group.advance(20);
  expect(group.answer(put)).toBe('committed 2');
});

test('the slow disk of one follower delays nobody', () => {
  const { group, leader, follower } = settled();
  group.setSync(follower, 5_000);
  const put = group.put(leader, '/a');
  group.advance(10);
  expect(group.answer(put)).toBe('committed 2');
});

test('the slow disk of the leader alone delays nobody: it need not be among the majority (thesis §10.2.1)', () => {
  const { group, leader } = settled();
  group.setSync(leader, 5_000);
  const put = group.put(leader, '/a');
  group.advance(10);
  expect(group.answer(put)).toBe('committed 2');
});

test('a write that followers have in their buffers only is lost with their power, and was never acknowledged', () => {
  const { group, leader, followers } = settled();
  for (const i of followers) group.setSync(i, 60_000);
  const put = group.put(leader, '/a');
  group.advance(20);
  expect(followers.map((i) => group.terms(i).length)).toEqual([2, 2]);
  for (const i of group.others()) group.losePower(i);
  for (const i of followers) {
    group.setSync(i, 1);
    group.restart(i);
  }
  group.advance(5_000);
  expect(group.answer(put)).toBe('nothing');
  expect(group.stored(group.elect())).toBe('');
});

test('what was acknowledged survives the loss of any minority, and then of all power', () => {
  const { group, leader, followers } = settled(5);
  const acknowledged = Array.from({ length: 10 }, (_, i) => group.written(followers[i % 4]!, `/${i}`, i));
  expect(acknowledged.at(-1)).toBe('committed 11');
  group.losePower(leader);
  group.losePower(followers[0]!);
  const next = group.elect();
  expect(group.stored(next).split(' ')).toHaveLength(10);
  for (const i of group.alive()) group.losePower(i);
  for (const i of group.others()) group.restart(i);
  expect(group.stored(group.elect()).split(' ')).toHaveLength(10);
});

test('a write by way of a follower is answered by it', () => {
  const { group, follower } = settled();
  const answers: string[] = [];
  group.engine.record({ sent: ({ type, from }) => type === 'kv.committed' && answers.push(from) });
  expect(group.written(follower, '/a')).toBe('committed 2');
  expect(answers).toEqual([group.members[follower]]);
});

test('a request that a client sends again while it waits, or after it was answered, is done once', () => {
  const { group, follower } = settled();
  group.engine.fault({ type: 'kv.txn' }, { duplicateAfterMs: 2 });
  group.written(follower, '/a');
  group.engine.healAll();
  group.engine.fault({ type: 'kv.txn' }, { duplicateAfterMs: 500 });
  group.written(follower, '/a');
  group.advance(1_000);
  expect(group.memory(follower).store.mvcc.revision).toBe(3);
});

test('a proposal that got lost on its way to the leader is refused as timed out', () => {
  const { group, follower } = settled();
  group.engine.fault({ type: 'raft.propose', count: 1 }, 'drop');
  const put = group.put(follower, '/a');
  group.advance(6_990);
  expect(group.answer(put)).toBe('nothing');
  group.advance(20);
  expect(group.answer(put)).toBe('refused Timeout');
});

test('a watch at any member is told each change once, in order, through the loss of the leader', () => {
  const { group, leader, followers } = settled();
  const watches = followers.map((i) => group.watch(i));
  group.advance(5);
  for (let i = 0; i < 5; i++) group.written(followers[0]!, `/${i}`);
  group.crash(leader);
  group.elect();
  for (let i = 5; i < 10; i++) group.written(followers[1]!, `/${i}`);
  group.advance(200);
  const all = ['created 1', ...Array.from({ length: 10 }, (_, i) => `${i + 2}:/${i}`)];
  expect(watches).toEqual([all, all]);
});

test('a request that was refused for want of a leader is not done by a copy of it that comes when there is one', () => {
  const { group, leader, follower } = settled();
  group.isolate(follower);
  group.advance(6_000);
  group.engine.fault({ type: 'kv.txn' }, { duplicateAfterMs: 5_000 });
  const put = group.put(follower, '/late');
  group.advance(2_000);
  expect(group.answer(put)).toBe('refused NoLeader');
  group.engine.heal();
  group.advance(6_000);
  expect(group.answered(group.read(leader, '/late'))).not.toContain('/late=');
});
