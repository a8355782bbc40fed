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
