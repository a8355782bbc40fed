/** Reads by the leader's clock (`--read-only-option lease-based`; thesis §6.4.1). */

import { expect, test } from 'vitest';
import { Group } from './testing/group.ts';

/** A group with a leader that has been heard for a while. */
function led(option = 'lease-based', seed = 1) {
  const group = new Group(3, { seed, config: { 'read-only-option': option } });
  const leader = group.elect();
  group.written(leader, '/a');
  group.advance(1_000);
  return { group, leader };
}

test('a leader whose heartbeats were answered a moment ago answers at once, without asking anyone', () => {
  const { group, leader } = led();
  group.isolate(leader);
  const request = group.read(leader, '/a');
  group.advance(5);
  expect(group.answer(request)).toBe('read /a=/a');
});

test('a leader that was cut off for too long answers nothing by its old lease: another may lead by now', () => {
  const { group, leader } = led();
  group.isolate(leader);
  group.advance(930);
  const request = group.read(leader, '/a');
  group.advance(40);
  expect(group.answer(request)).toBe('nothing');
});

test('members that have just started elect nobody for as long as they may have promised not to', () => {
  const electsEarly = (option: string, seed: number): boolean => {
    const { group, leader } = led(option, seed);
    const others = group.others(leader);
    for (const i of others) group.crash(i);
    for (const i of others) group.restart(i);
    group.isolate(leader);
    group.advance(995);
    return others.some((i) => group.role(i) === 'leader');
  };
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  expect(seeds.filter((seed) => electsEarly('lease-based', seed))).toEqual([]);
  expect(seeds.filter((seed) => electsEarly('safe', seed))).not.toEqual([]);
});

test('a leader that has offered its place trusts no promise any more: who was offered it may be elected at any time', () => {
  const { group, leader } = led();
  const [next] = group.others(leader) as [number, number];
  group.engine.fault({ type: 'raft.timeout-now' }, { delayMs: 2_100, isOvertaken: true });
  group.ask(leader, 'leader.move', { to: group.members[next]! });
  group.advance(2_050);
  expect(group.role(leader)).toBe('leader');
  // The offer comes late, and the old leader does not hear of the election at once.
  group.engine.cut(`m${next}`, `m${leader}`, { oneWay: true });
  group.engine.runUntil(() => group.role(next) === 'leader', { withinMs: 200 });
  group.engine.runUntil(() => group.memory(next).applied >= group.memory(next).raft.termStart, { withinMs: 100 });
  expect(group.written(next, '/a', 'new')).toMatch('committed');
  expect(group.role(leader)).toBe('leader');
  expect(group.answered(group.read(leader, '/a'))).not.toBe('read /a=/a');
});
