/** The simulated disk: what every disk must do, then what it costs and how it fails. */

import { expect, test } from 'vitest';
import { Engine } from '../engine.ts';
import type { Puppet } from '../puppet.ts';
import { SimulatedDisk } from './disk.ts';
import { disksMustConform } from './testing/conformance.ts';

disksMustConform('simulated', () => {
  const running: { disk: SimulatedDisk; run: number }[] = [];
  const disk = new SimulatedDisk((started) => running.push({ disk: started, run: started.run }));
  return {
    disk,
    settle: () => {
      const notes: unknown[] = [];
      for (let one = running.shift(); one !== undefined; one = running.shift()) {
        if (one.run === disk.run) notes.push(...disk.finishSync(true));
      }
      return notes;
    },
    crash: () => {
      disk.crash();
      return disk;
    },
    losePower: () => {
      disk.losePower();
      return disk;
    },
  };
});

function world() {
  const engine = new Engine({ seed: 1, definitions: [] });
  const writer = engine.puppet('c.writer', undefined, { machine: 'm' });
  return { engine, writer };
}

const notes = (puppet: Puppet): unknown[] => puppet.take().map(({ type, note }) => `${type} ${note}`);

test('a sync takes as long as the machine’s disk is slow', () => {
  const { engine, writer } = world();
  writer.self.disk.sync('fast');
  engine.runFor(0.999);
  expect(notes(writer)).toEqual([]);
  engine.runFor(0.001);
  expect(notes(writer)).toEqual(['disk.synced fast']);
  engine.setDisk('m', { fsyncMs: 500 });
  writer.self.disk.sync('slow');
  engine.runFor(499);
  expect(notes(writer)).toEqual([]);
  engine.runFor(1);
  expect(notes(writer)).toEqual(['disk.synced slow']);
});

test('syncs asked for while one runs share the next', () => {
  const { engine, writer } = world();
  for (const note of [1, 2, 3]) writer.self.disk.sync(note);
  engine.runFor(1);
  expect(notes(writer)).toEqual(['disk.synced 1']);
  engine.runFor(1);
  expect(notes(writer)).toEqual(['disk.synced 2', 'disk.synced 3']);
});

test('a sync without a note is told only where it fails', () => {
  const { engine, writer } = world();
  writer.self.disk.sync();
  engine.runFor(1);
  expect(notes(writer)).toEqual([]);
  engine.setDisk('m', { failure: 'input/output error' });
  writer.self.disk.sync();
  engine.runFor(1);
  expect(notes(writer)).toEqual(['disk.failed undefined']);
});

test('a failing disk says so, and makes nothing durable', () => {
  const { engine, writer } = world();
  engine.setDisk('m', { failure: 'input/output error' });
  writer.self.disk.append('wal', 1);
  writer.self.disk.sync('n');
  engine.runFor(1);
  expect(writer.take()).toMatchObject([{ type: 'disk.failed', body: { message: 'input/output error' }, note: 'n' }]);
  engine.setDisk('m', { failure: undefined });
  engine.crash('c.writer', { loseUnsynced: true });
  engine.restart('c.writer');
  expect(writer.self.disk.read('wal')).toEqual([]);
});

test('a crash leaves what was written, a power cut only what was synced', () => {
  const { engine, writer } = world();
  writer.self.disk.append('wal', 1);
  writer.self.disk.sync();
  engine.runFor(1);
  writer.self.disk.append('wal', 2);
  engine.crash('c.writer');
  engine.restart('c.writer');
  expect(writer.self.disk.read('wal')).toEqual([1, 2]);
  engine.powerOff('m');
  engine.powerOn('m');
  expect(writer.self.disk.read('wal')).toEqual([1]);
});

test('where writes tear, a power cut leaves some of what was appended, and the next record half written', () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const engine = new Engine({ seed, definitions: [] });
    const writer = engine.puppet('c.writer', undefined, { machine: 'm' });
    engine.setDisk('m', { tearsWrites: true });
    writer.self.disk.append('wal', 1);
    writer.self.disk.sync();
    engine.runFor(1);
    for (const record of [2, 3]) writer.self.disk.append('wal', record);
    writer.self.disk.replace('new', ['never synced']);
    engine.crash('c.writer', { loseUnsynced: true });
    engine.restart('c.writer');
    expect(writer.self.disk.files()).toEqual(['wal']);
    seen.add(JSON.stringify(writer.self.disk.read('wal')));
  }
  const torn = { damage: 'torn' };
  expect([...seen].sort()).toEqual(
    [
      [1, 2, 3],
      [1, 2, torn],
      [1, torn],
    ]
      .map((one) => JSON.stringify(one))
      .sort(),
  );
});

test('a record that decays reads as damaged, whatever happens after', () => {
  const { engine, writer } = world();
  for (const record of [1, 2, 3]) writer.self.disk.append('wal', record);
  writer.self.disk.sync();
  engine.runFor(1);
  engine.damage('c.writer', 'wal', 1);
  engine.crash('c.writer', { loseUnsynced: true });
  engine.restart('c.writer');
  expect(writer.self.disk.read('wal')).toEqual([1, { damage: 'decayed' }, 3]);
  expect(() => engine.damage('c.writer', 'wal', 3)).toThrow('there is no record 3 in "wal"');
});
