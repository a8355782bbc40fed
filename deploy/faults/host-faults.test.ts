/** The faults of hosts: what one command does on each, and when it ends. */

import { beforeEach, describe, expect, test } from 'vitest';
import { noLatency } from '../../engine/bus/latency.ts';
import { Engine } from '../../engine/engine.ts';
import type { OutsideInput } from '../../engine/inputs/deed.ts';
import type { Puppet } from '../../engine/puppet.ts';
import type { FaultBand } from '../../engine/recorder.ts';
import { doer } from '../../engine/testing/actors.ts';
import type { Fault } from './command.ts';
import { HostFaults } from './host-faults.ts';
import type { Roster } from './places.ts';
import type { FaultAnswer, FaultReport } from './requests.ts';
import { TestTime } from './testing/test-time.ts';

const roster: Roster = {
  cluster: 'c',
  machines: new Map([
    ['n1', { zone: 'east', hosts: ['here'] }],
    ['n2', { zone: 'east', hosts: ['here'] }],
    ['n3', { zone: 'west', hosts: ['here'] }],
    ['far', { zone: 'west', hosts: ['there'] }],
  ]),
  hosts: ['here', 'there'],
};

let time: TestTime;
let engine: Engine;
let faults: HostFaults;
let puppets: Record<'n1' | 'n2' | 'n3', Puppet>;
let told: { what: string; atMs: number; band: FaultBand }[];
let inputs: OutsideInput[];
let begun: number;

/** An actor of the cast for those faults that leave puppets alone: it lives, and hears nothing. */
const definitions = [doer];

beforeEach(async () => {
  time = new TestTime();
  told = [];
  inputs = [];
  engine = new Engine({ seed: 1, definitions, latency: noLatency, wall: { time, speed: 10 } });
  engine.record({
    fault: (what, atMs, band) => band && told.push({ what, atMs: atMs - begun, band }),
    input: (input) => inputs.push(input),
  });
  for (const [name, { zone }] of roster.machines) engine.place(name, { zone });
  const puppet = (node: string) => engine.puppet(`c.node.${node}.voice`, undefined, { machine: node });
  puppets = { n1: puppet('n1'), n2: puppet('n2'), n3: puppet('n3') };
  engine.spawn('c.node.n1.kubelet', 'doer', {}, { machine: 'n1' });
  engine.spawn('c.node.n2.kubelet', 'doer', {}, { machine: 'n2' });
  begun = engine.now();
  faults = new HostFaults({ engine, host: 'here', speed: 10, roster: () => roster, time });
  void engine.start();
  time.pass(1);
  inputs.length = 0;
});

function command(fault: Fault, rest: object = {}): FaultAnswer {
  return faults.answer({ do: 'fault', command: { id: 'f1', by: 'test', at: 0, fault, ...rest } });
}

/** Whether a message gets from one machine to another now. */
function gets(from: keyof typeof puppets, to: keyof typeof puppets): boolean {
  puppets[to].take();
  puppets[from].send(puppets[to].address, 'thing.said', 1);
  time.pass(2);
  return puppets[to].take().length > 0;
}

const ids = (reports: readonly FaultReport[]) => reports.map(({ id }) => id);

describe('a fault lasts as long as it is told to', () => {
  test('so many ms of the run, and not a µs longer, however late this process looks', () => {
    command({ kind: 'cut', a: 'n1', b: 'n2' }, { forMs: 5_000 });
    expect(gets('n1', 'n2')).toBe(false);
    // The process is stopped for an hour of the run, and makes up for it.
    time.jump(360_000);
    time.pass(100);
    expect(told.map(({ what, band }) => [what, band])).toEqual([
      ['cut n1 and n2', { id: 'f1', is: 'begin' }],
      ['cut n1 and n2: ended after 1, its time is over', { id: 'f1', is: 'end' }],
    ]);
    expect(Number(told[1]?.atMs) - Number(told[0]?.atMs)).toBeCloseTo(5_000, 1);
    expect(gets('n1', 'n2')).toBe(true);
    expect(faults.inForce()).toEqual([]);
  });

  test('as long as its commander says so, and not longer than a lease after it has died', () => {
    command({ kind: 'cut', a: 'n1', b: 'n2' });
    for (let i = 0; i < 5; i++) {
      time.pass(8_000);
      expect(command({ kind: 'cut', a: 'n1', b: 'n2' })).toMatchObject({ did: 'known' });
    }
    expect(gets('n1', 'n2')).toBe(false);
    time.pass(10_001);
    expect(gets('n1', 'n2')).toBe(true);
    expect(told.at(-1)?.what).toContain('its commander is silent');
    // It was only away: what it says again is in force again.
    expect(command({ kind: 'cut', a: 'n1', b: 'n2' })).toMatchObject({ did: 'begun' });
  });

  test('for ever, until it is healed', () => {
    command({ kind: 'cut', a: 'n1', b: '*' }, { isForever: true });
    time.pass(1_000_000);
    expect(gets('n3', 'n1')).toBe(false);
    expect(faults.answer({ do: 'heal', ids: ['f1', 'f9'] })).toMatchObject({
      healed: [{ id: 'f1', touched: 1, words: 'cut n1 and everything' }],
      unknown: ['f9'],
    });
    expect(gets('n3', 'n1')).toBe(true);
    expect(command({ kind: 'cut', a: 'n1', b: '*' }, { isForever: true })).toMatchObject({ did: 'healed' });
    expect(gets('n3', 'n1')).toBe(true);
  });
});

test('a command that comes twice is done once; another fault under its id is refused', () => {
  expect(command({ kind: 'crash', actor: 'node.n1.kubelet' })).toMatchObject({
    did: 'done',
    met: ['c.node.n1.kubelet'],
  });
  engine.restart('c.node.n1.kubelet');
  expect(command({ kind: 'crash', actor: 'node.n1.kubelet' })).toMatchObject({ did: 'done', touched: 1 });
  expect(engine.inspect('c.node.n1.kubelet')).toMatchObject({ isAlive: true, incarnation: 2 });
  expect(command({ kind: 'crash', actor: 'node.n2.kubelet' })).toMatchObject({ did: 'refused', field: 'command.id' });
});

test('heals all, and tells what is in force with what it has touched and what is left of it', () => {
  command({ kind: 'cut', a: 'n1', b: 'n2' }, { forMs: 60_000 });
  command({ kind: 'drop', type: 'thing.said', between: ['n2', 'west'], oneWay: true }, { id: 'f2' });
  gets('n2', 'n3');
  gets('n3', 'n2');
  const { faults: found } = faults.answer({ do: 'faults' }) as Extract<FaultAnswer, { did: 'faults' }>;
  expect(found).toMatchObject([
    { id: 'f1', touched: 0, by: 'test', forMs: 60_000 },
    { id: 'f2', touched: 1, words: 'drop thing.said from n2 to west' },
  ]);
  expect(found[0]?.leftMs).toBeLessThan(60_000);
  expect(found[1]?.leaseLeftMs).toBeLessThan(10_000);
  expect(faults.answer({ do: 'heal', all: true })).toMatchObject({ healed: [{ id: 'f1' }, { id: 'f2' }], unknown: [] });
  expect(faults.inForce()).toEqual([]);
  expect(gets('n2', 'n3')).toBe(true);
});

describe('what faults do', () => {
  test('messages are late, come twice, are overtaken, or wait', () => {
    const bodies = (name: keyof typeof puppets) => puppets[name].take().map(({ body }) => body);
    command({ kind: 'delay', from: 'node.n1.>', byMs: 100 }, { id: 'late' });
    command({ kind: 'duplicate', from: 'node.n2.>', afterMs: 10 }, { id: 'twice' });
    puppets.n1.send(puppets.n3.address, 'thing.said', 'late');
    puppets.n2.send(puppets.n3.address, 'thing.said', 'twice');
    time.pass(5);
    expect(bodies('n3')).toEqual(['twice', 'twice']);
    time.pass(10);
    expect(bodies('n3')).toEqual(['late']);
    faults.answer({ do: 'heal', all: true });
    command({ kind: 'reorder', type: 'thing.said', byMs: 50, count: 1 }, { id: 'overtaken' });
    for (const word of ['first', 'second']) puppets.n1.send(puppets.n3.address, 'thing.said', word);
    time.pass(10);
    expect(bodies('n3')).toEqual(['second', 'first']);
    command({ kind: 'hold', to: 'node.n3.>' }, { id: 'held' });
    puppets.n1.send(puppets.n3.address, 'thing.said', 'held');
    time.pass(1_000);
    expect(bodies('n3')).toEqual([]);
    faults.answer({ do: 'heal', ids: ['held'] });
    time.pass(1);
    expect(bodies('n3')).toEqual(['held']);
  });

  test('a link is slow', () => {
    command({ kind: 'slow', a: 'east', b: 'west', byMs: 1_000 });
    expect([gets('n1', 'n2'), gets('n1', 'n3')]).toEqual([true, false]);
    time.pass(100);
    expect(puppets.n3.take()).toHaveLength(1);
  });

  test('processes crash by pattern, all of a process at once; puppets are nobody', () => {
    expect(command({ kind: 'crash', actor: 'node.*.>' })).toMatchObject({ touched: 2, did: 'done' });
    expect(engine.actors('c.node.n1.>')).toEqual(['c.node.n1.voice']);
    expect(command({ kind: 'restart', actor: 'node.n1.kubelet' }, { id: 'f2' })).toMatchObject({ touched: 1 });
    expect(engine.inspect('c.node.n1.kubelet')?.isAlive).toBe(true);
  });

  test('nobody is met where nobody lives, and the nearest who does is named', () => {
    expect(command({ kind: 'crash', actor: 'node.n1.kublet' })).toMatchObject({
      touched: 0,
      near: 'c.node.n1.kubelet',
    });
  });

  test('a pause ends with its time, by command, and with the last of several', () => {
    const pausedUntil = () => {
      engine.inject('c.node.n1.kubelet', 'thing.said', 1);
      time.pass(1);
      return engine.inspect('c.node.n1.kubelet')?.inbox.length;
    };
    command({ kind: 'pause', place: 'here' }, { id: 'p1', forMs: 3_000 });
    command({ kind: 'pause', actor: 'node.n1.kubelet' }, { id: 'p2', forMs: 9_000 });
    expect(pausedUntil()).toBe(1);
    expect(command({ kind: 'pause', place: 'there' }, { id: 'p0' })).toMatchObject({ met: [] });
    faults.answer({ do: 'heal', ids: ['p2'] });
    expect(pausedUntil()).toBe(2);
    time.pass(300);
    expect(pausedUntil()).toBe(0);
    command({ kind: 'pause', actor: 'node.n1.>' }, { id: 'p3' });
    expect(pausedUntil()).toBe(1);
    faults.answer({ do: 'heal', all: true });
    time.pass(1);
    expect(pausedUntil()).toBe(0);
  });

  test('machines go off and on; only those of this host; on again when the last fault has ended', () => {
    expect(command({ kind: 'power-off', place: '*' }, { forMs: 1_000 })).toMatchObject({ met: ['n1', 'n2', 'n3'] });
    command({ kind: 'power-off', place: 'n1' }, { id: 'f2', forMs: 2_000 });
    expect(engine.isUp('n1')).toBe(false);
    time.pass(101);
    expect([engine.isUp('n1'), engine.isUp('n2')]).toEqual([false, true]);
    expect(engine.inspect('c.node.n2.kubelet')?.isAlive).toBe(true);
    time.pass(101);
    expect(engine.isUp('n1')).toBe(true);
    command({ kind: 'power-off', place: 'n1' }, { id: 'f3', isForever: true });
    expect(command({ kind: 'power-on', place: 'east' }, { id: 'f4' })).toMatchObject({ met: ['n1'] });
    expect(engine.isUp('n1')).toBe(true);
  });

  test('disks and clocks are what they were before when the last fault on them has ended', () => {
    engine.setDisk('n1', { fsyncMs: 7 });
    const disk = () => engine.machines().find(({ name }) => name === 'n1')?.disk;
    command({ kind: 'disk', place: 'n1', fsyncMs: 200 }, { id: 'd1' });
    command({ kind: 'disk', place: 'n1', failure: 'no space', tearsWrites: true }, { id: 'd2' });
    expect(disk()).toMatchObject({ fsyncMs: 200, failure: 'no space', tearsWrites: true });
    faults.answer({ do: 'heal', ids: ['d1'] });
    expect(disk()).toMatchObject({ fsyncMs: 7, failure: 'no space' });
    faults.answer({ do: 'heal', ids: ['d2'] });
    expect(disk()).toEqual({ fsyncMs: 7, failure: undefined, tearsWrites: false });
    const clock = () => Math.round(puppets.n1.self.now() - engine.now());
    command({ kind: 'clock', place: 'n1', aheadMs: 60_000 }, { id: 'c1' });
    command({ kind: 'clock', place: 'n1', aheadMs: -5_000 }, { id: 'c2' });
    expect(clock()).toBe(-5_000);
    faults.answer({ do: 'heal', ids: ['c2'] });
    expect(clock()).toBe(60_000);
    faults.answer({ do: 'heal', ids: ['c1'] });
    expect(clock()).toBe(0);
  });
});

test('a host that joins later has what others have, for the time that is left of it, and not what is over', () => {
  command({ kind: 'cut', a: 'n1', b: 'n2' }, { id: 'timed', forMs: 60_000 });
  command({ kind: 'cut', a: 'n1', b: 'n3' }, { id: 'leased' });
  command({ kind: 'cut', a: 'n2', b: 'n3' }, { id: 'ended' });
  time.pass(3_000);
  const late = new HostFaults({ engine, host: 'there', speed: 10, roster: () => roster, time });
  late.adopt(faults.inForce(), faults.past);
  expect(ids(late.inForce())).toEqual(['timed', 'leased', 'ended']);
  expect(late.inForce()[0]?.leftMs).toBeLessThan(30_100);
  expect(late.inForce()[1]?.leaseLeftMs).toBeLessThan(7_001);
  faults.answer({ do: 'heal', ids: ['ended'] });
  late.adopt(faults.inForce(), faults.past);
  expect(ids(late.inForce())).toEqual(['timed', 'leased']);
  // Nobody brings back what was ended here.
  faults.adopt([...late.inForce(), { ...(late.inForce()[0] as FaultReport), id: 'ended' }], []);
  expect(ids(faults.inForce())).toEqual(['timed', 'leased']);
  time.pass(4_000);
  // Its lease is nearly over: whether anybody wants it still is not known.
  const later = new HostFaults({ engine, host: 'there', speed: 10, roster: () => roster, time });
  later.adopt(late.inForce(), late.past);
  expect(later.inForce()).toEqual([]);
  for (const one of [late, later]) one.stop();
});

test('all that faults do is recorded as inputs, so that the run can be had again', () => {
  command({ kind: 'cut', a: 'n1', b: 'n2' }, { forMs: 5_000 });
  gets('n1', 'n2');
  time.pass(1_000);
  gets('n1', 'n2');
  const verbs = inputs.map(({ deed }) => ('do' in deed ? deed.do : deed.say));
  expect(verbs.filter((verb) => verb !== 'send')).toEqual(['fault', 'tellFault', 'lift', 'tellFault']);
});

describe('what is not right is refused by the name of its field, with the fix, and nothing is done', () => {
  test.each<[object, string, string, string]>([
    [{ kind: 'cutt', a: 'n1', b: 'n2' }, 'fault.kind', 'there is no kind "cutt"', 'did you mean "cut"?'],
    [{ kind: 'cut', a: 'n1' }, 'fault.b', 'is not told', 'give a text'],
    [{ kind: 'cut', a: 'n1', b: 'nn2' }, 'fault.b', 'there is no machine, zone or host "nn2"', 'did you mean "n2"?'],
    [{ kind: 'slow', a: 'n1', b: 'n2', byMs: '3s' }, 'fault.byMs', 'is "3s"', 'give a number of ms, more than 0'],
    [{ kind: 'drop', probabilty: 1 }, 'fault.probabilty', 'there is no such field', 'did you mean "probability"?'],
    [{ kind: 'drop', probability: 2 }, 'fault.probability', 'is 2', 'give a number from 0 to 1'],
    [{ kind: 'drop', from: 'node.n4.kubelet' }, 'fault.from', 'there is no machine "n4"', 'did you mean "n1"?'],
    [
      { kind: 'drop', to: 'mastr.etcd.0' },
      'fault.to',
      '"mastr.etcd.0" is no address of this cluster',
      'did you mean "master.etcd.0"?',
    ],
    [
      { kind: 'drop', to: 'a..b' },
      'fault.to',
      '"a..b" is no address',
      'write one such as node.NODE.kubelet or master.scheduler.0',
    ],
    [{ kind: 'drop', oneWay: true }, 'fault.oneWay', 'is of the way between two places', 'give them as between'],
    [{ kind: 'pause' }, 'fault.actor', 'a pause is of an actor or of a place', 'give one of actor and place'],
    [{ kind: 'disk', place: 'n1' }, 'fault', 'says nothing of the disk', 'give fsyncMs, failure or tearsWrites'],
    [{ kind: 'clock', place: 'n1' }, 'fault', 'says nothing of the clock', 'give aheadMs or driftPpm'],
    [
      { kind: 'clock', place: 'zone/est', driftPpm: 3 },
      'fault.place',
      'there is no zone "est"',
      'did you mean "east"?',
    ],
  ])('%j', (fault, field, what, fix) => {
    expect(command(fault as Fault)).toEqual({ host: 'here', did: 'refused', field, what, fix });
    expect(faults.inForce()).toEqual([]);
  });

  test('a name that is of several things', () => {
    const twice = { ...roster, machines: new Map([...roster.machines, ['east', { zone: 'west', hosts: ['here'] }]]) };
    const other = new HostFaults({ engine, host: 'here', roster: () => twice, time });
    expect(other.answer({ do: 'fault', command: { fault: { kind: 'cut', a: 'east', b: '*' } } })).toMatchObject({
      field: 'fault.a',
      what: '"east" is a machine and a zone',
      fix: 'write machine/east or zone/east',
    });
  });

  test.each<[object, string]>([
    [{ do: 'brake' }, 'do'],
    [{ do: 'heal' }, 'ids'],
    [{ do: 'fault' }, 'fault.kind'],
    [{ do: 'fault', command: { fault: { kind: 'crash', actor: 'node.n1.kubelet' }, forMs: 5 } }, 'command.forMs'],
    [{ do: 'fault', command: { fault: { kind: 'cut', a: 'n1', b: '*' }, forMs: 0 } }, 'command.forMs'],
    [
      { do: 'fault', command: { fault: { kind: 'cut', a: 'n1', b: '*' }, forMs: 5, isForever: true } },
      'command.isForever',
    ],
    [{ do: 'fault', command: { id: 'a.b', fault: { kind: 'cut', a: 'n1', b: '*' } } }, 'command.id'],
  ])('%j', (request, field) => {
    expect(faults.answer(request)).toMatchObject({ did: 'refused', field });
  });
});
