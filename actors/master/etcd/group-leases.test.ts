import { expect, test } from 'vitest';
import { Group } from './testing/group.ts';

/** A group with a key on a lease of so many seconds. */
function leased(ttlSeconds: number) {
  const group = new Group(3);
  const leader = group.elect();
  group.advance(200);
  group.answered(group.ask(leader, 'lease.grant', { id: 7, ttlSeconds }));
  group.answered(group.put(leader, '/a', 1, 7));
  return { group, leader, followers: group.others(leader) as [number, number] };
}

test('a lease ends in its time, for all members', () => {
  const { group } = leased(5);
  group.advance(4_900);
  expect(group.others().map((i) => group.stored(i))).toEqual(['/a=1', '/a=1', '/a=1']);
  group.advance(1_200);
  for (const i of group.others()) expect(group.memory(i).store.leases.size).toBe(0);
});

test('a lease survives a change of leader with its whole time, and ends under the new one', () => {
  const { group, leader, followers } = leased(10);
  group.advance(8_000);
  group.crash(leader);
  const next = group.elect();
  group.advance(10_500);
  expect(group.memory(next).store.leases.size).toBe(1);
  group.advance(1_000);
  for (const i of followers) expect(group.memory(i).store.leases.size).toBe(0);
});

test('a leader that is cut off ends no lease that its group goes on to renew', () => {
  const { group, leader: old } = leased(4);
  group.isolate(old);
  const next = group.elect(old);
  for (let i = 0; i < 10; i++) {
    group.advance(1_000);
    group.ask(next, 'lease.keep-alive', { id: 7 });
  }
  group.heal();
  group.advance(3_000);
  for (const i of group.others()) expect(group.stored(i)).toBe('/a=1');
});

test('a renewal at a follower is done by the leader', () => {
  const { group, followers } = leased(5);
  for (let i = 0; i < 10; i++) {
    group.advance(1_500);
    expect(group.answered(group.ask(followers[i % 2]!, 'lease.keep-alive', { id: 7 }))).toBe('ttl 5');
  }
  expect(group.answered(group.ask(followers[0], 'lease.describe', { id: 7 }))).toBe('ttl 4');
});

test('a renewal while there is no leader is done by the next', () => {
  const { group, leader, followers } = leased(5);
  group.crash(leader);
  group.engine.runUntil(() => group.memory(followers[0]).raft.leader === '', { withinMs: 5_000 });
  expect(group.answered(group.ask(followers[0], 'lease.keep-alive', { id: 7 }))).toBe('ttl 5');
});

test('an old leader that is cut off renews no lease: it cannot know that its group has not ended it', () => {
  const { group, leader: old } = leased(2);
  group.isolate(old);
  group.advance(1_200);
  const early = group.ask(old, 'lease.keep-alive', { id: 7 });
  group.advance(1_000);
  const late = group.ask(old, 'lease.keep-alive', { id: 7 });
  group.advance(10_000);
  expect([early, late].map((one) => group.answer(one))).toEqual(['refused NoLeader', 'refused NoLeader']);
  for (const i of group.others(old)) expect(group.memory(i).store.leases.size).toBe(0);
});
