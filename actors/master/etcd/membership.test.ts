/** The group changes: members come, learn, vote and go, and the lead is given away. */

import { describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import { parseFlags } from '../../../protocol/flags.ts';
import { etcd } from './actor.ts';
import { flags } from './flags.ts';
import type { EtcdMemory } from './memory.ts';

const address = (i: number) => `c.master.etcd.${i}`;

/** A group of so many founders, with a leader, and a user outside. */
class Group {
  readonly engine: Engine;

  constructor(founders: number) {
    this.engine = new Engine({ seed: 1, definitions: [etcd], freeze: true });
    const members = Array.from({ length: founders }, (_, i) => address(i));
    for (let i = 0; i < founders; i++) this.start(i, members, 'new');
    this.engine.runFor(3_000);
  }

  start(i: number, members: string[], state: 'new' | 'existing'): void {
    const config = parseFlags(flags, { 'initial-cluster-state': state, 'snapshot-count': 20 });
    this.engine.place(`m${i}`, {});
    this.engine.spawn(address(i), 'etcd', { members, config }, { machine: `m${i}` });
  }

  /** Starts a member that joins the group. */
  join(i: number): void {
    this.start(i, [...Array(i + 1).keys()].map(address), 'existing');
  }

  memory(i: number): EtcdMemory {
    return this.engine.inspect(address(i))?.memory as EtcdMemory;
  }

  isAlive(i: number): boolean {
    return this.engine.inspect(address(i))?.isAlive === true;
  }

  get leader(): number {
    const leading = [0, 1, 2, 3, 4, 5].filter((i) => this.isAlive(i) && this.memory(i).raft.leader === address(i));
    expect(leading).toHaveLength(1);
    return leading[0] as number;
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape.
  ask(i: number, type: string, body?: unknown): { type: string; body: any } {
    const user = this.engine.puppet('c.client.user');
    const request = user.ask(address(i), type, body as never);
    const answer = () => user.received.find((message) => message.request === request);
    this.engine.runUntil(() => answer() !== undefined, { withinMs: 31_000 });
    const found = answer();
    if (found === undefined) throw new Error(`${address(i)} did not answer ${type}`);
    return found as never;
  }

  put(i: number, key: string): string {
    return this.ask(i, 'kv.txn', { compare: [], success: [{ op: 'put', key, value: key }], failure: [] }).type;
  }

  keys(i: number): string[] {
    const { body } = this.ask(i, 'kv.range', { key: '/', rangeEnd: '0' });
    return body.kvs.map(({ key }: { key: string }) => key);
  }
}

describe('a group that grows', () => {
  test('from one to three has every write of before on each member, and survives the loss of any one', () => {
    const group = new Group(1);
    for (let i = 0; i < 50; i++) group.put(0, `/${i}`);
    for (const i of [1, 2]) {
      expect(group.ask(0, 'member.add', { member: address(i) }).body.voters).toContain(address(i));
      group.join(i);
      group.engine.runFor(2_000);
    }
    expect(group.keys(2)).toHaveLength(50);
    group.engine.crash(address(0));
    group.engine.runFor(4_000);
    expect(group.put(1, '/new')).toBe('kv.committed');
    expect(group.keys(2)).toContain('/new');
  });

  test('of one to two waits for the second: a majority is both', () => {
    const group = new Group(1);
    expect(group.ask(0, 'member.add', { member: address(1) }).type).toBe('member.changed');
    expect(group.put(0, '/a')).toBe('etcd.refused');
    group.join(1);
    group.engine.runFor(3_000);
    expect(group.put(1, '/a')).toBe('kv.committed');
  });

  test('takes no more than those that are there are a majority of', () => {
    const group = new Group(3);
    for (const i of [3, 4]) group.ask(0, 'member.add', { member: address(i) });
    expect(group.ask(0, 'member.add', { member: address(5) }).body.code).toBe('NotEnoughStarted');
  });

  test('refuses whom it has, and does not know', () => {
    const group = new Group(3);
    const refused = (type: string, i: number) => group.ask(0, type, { member: address(i) }).body.message;
    expect(refused('member.add', 1)).toBe('etcdserver: member ID already exist');
    expect(refused('member.remove', 5)).toBe('etcdserver: member not found');
    expect(refused('member.promote', 1)).toBe('etcdserver: can only promote a learner member');
  });
});

describe('a learner', () => {
  test('gets the log, answers no one but stale reads, and votes once it is promoted', () => {
    const group = new Group(3);
    for (let i = 0; i < 30; i++) group.put(0, `/${i}`);
    group.ask(0, 'member.add', { member: address(3), isLearner: true });
    expect(group.ask(0, 'member.promote', { member: address(3) }).body.code).toBe('LearnerNotReady');
    expect(group.ask(1, 'member.add', { member: address(4), isLearner: true }).body.code).toBe('TooManyLearners');
    group.join(3);
    group.engine.runFor(3_000);
    const range = { key: '/', rangeEnd: '0' };
    expect(group.ask(3, 'kv.range', range).body.message).toBe('etcdserver: rpc not supported for learner');
    expect(group.ask(3, 'kv.range', { ...range, serializable: true }).body.count).toBe(30);
    expect(group.ask(3, 'kv.txn', { compare: [], success: [], failure: [] }).body.code).toBe('NotSupportedForLearner');
    expect(group.memory(3).raft.term).toBe(group.memory(0).raft.term);
    expect(group.ask(2, 'member.promote', { member: address(3) }).body).toEqual({
      voters: [0, 1, 2, 3].map(address),
      learners: [],
    });
    expect(group.keys(3)).toHaveLength(30);
  });

  test('does not stand for election, however long it hears of no leader', () => {
    const group = new Group(1);
    group.ask(0, 'member.add', { member: address(1), isLearner: true });
    group.join(1);
    group.engine.runFor(2_000);
    const { term } = group.memory(1).raft;
    group.engine.crash(address(0));
    group.engine.runFor(60_000);
    expect(group.memory(1).raft).toMatchObject({ term, vote: '' });
  });
});

describe('a member that is removed', () => {
  test.each(['a follower', 'the leader'])('ends, and the others go on: %s', (which) => {
    const group = new Group(3);
    const { leader } = group;
    const gone = which === 'the leader' ? leader : (leader + 1) % 3;
    const other = (leader + 2) % 3;
    expect(group.ask(other, 'member.remove', { member: address(gone) }).body.voters).toHaveLength(2);
    group.engine.runFor(5_000);
    expect(group.isAlive(gone)).toBe(false);
    expect(group.put(other, '/a')).toBe('kv.committed');
    expect(group.ask(other, 'member.list').body.voters).not.toContain(address(gone));
  });

  test('is not missed: a group of two goes on as one', () => {
    const group = new Group(3);
    for (const _ of [1, 2]) {
      const { leader } = group;
      const gone = [0, 1, 2].find((i) => i !== leader && group.isAlive(i)) as number;
      group.ask(leader, 'member.remove', { member: address(gone) });
      group.engine.runFor(3_000);
    }
    expect(group.put(group.leader, '/a')).toBe('kv.committed');
  });
});

describe('the lead', () => {
  test('is given to another at once, without a wait for an election', () => {
    const group = new Group(3);
    const { leader } = group;
    const next = (leader + 1) % 3;
    const began = group.engine.now();
    expect(group.ask(next, 'leader.move', { to: address(next) })).toMatchObject({ type: 'leader.moved' });
    expect(group.engine.now() - began).toBeLessThan(100);
    expect(group.leader).toBe(next);
    expect(group.put(leader, '/a')).toBe('kv.committed');
  });

  test('is given whenever it is asked for: the offer stands for an election timeout', () => {
    const group = new Group(3);
    for (let i = 0; i < 12; i++) {
      const next = (group.leader + 1) % 3;
      // What is new makes the offer wait until it is there.
      group.engine.setDisk(`m${next}`, { fsyncMs: 300 });
      group.engine.runFor(90 * i);
      const user = group.engine.puppet('c.client.writer');
      const put = { compare: [], success: [{ op: 'put', key: '/a', value: i }], failure: [] };
      user.ask(address(group.leader), 'kv.txn', put as never);
      expect(group.ask(group.leader, 'leader.move', { to: address(next) }).type).toBe('leader.moved');
      group.engine.setDisk(`m${next}`, { fsyncMs: 1 });
      group.engine.runFor(1_000);
    }
  });

  test('stays where the other does not answer', () => {
    const group = new Group(3);
    const { leader } = group;
    const next = (leader + 1) % 3;
    group.engine.crash(address(next));
    expect(group.ask(leader, 'leader.move', { to: address(next) }).body.code).toBe('TimeoutLeaderTransfer');
    expect(group.leader).toBe(leader);
    expect(group.put(leader, '/a')).toBe('kv.committed');
    expect(group.ask(leader, 'leader.move', { to: address(7) }).body.code).toBe('BadLeaderTransferee');
  });
});

describe('a restart', () => {
  test('does not have a member take itself for the whole of a group that has grown since its snapshot', () => {
    const group = new Group(1);
    for (const i of [1, 2]) {
      group.ask(0, 'member.add', { member: address(i) });
      group.join(i);
      group.engine.runFor(3_000);
    }
    const terms: string[] = [];
    group.engine.record({
      logged: (who, _level, message, fields) => {
        if (message === 'became leader') terms.push(`${who} in ${fields?.term}`);
      },
    });
    group.engine.cut('m0', 'm1');
    group.engine.cut('m0', 'm2');
    group.engine.crash(address(0));
    group.engine.restart(address(0));
    expect(group.memory(0).raft.voters).toHaveLength(3);
    group.engine.runFor(10_000);
    expect(terms).toHaveLength(1);
    expect(group.leader).not.toBe(0);
  });
});
