import { expect, test } from 'vitest';
import { SimulatedDisk } from '../../../engine/disk/disk.ts';
import type { RaftEntry } from '../../../protocol/messages/raft.ts';
import { emptyRaftLog, lastIndex, type RaftLog, termAt, truncateAfter } from './raft/raft-log.ts';
import { snapshotOf } from './store/snapshot.ts';
import { apply, type Entry, emptyStore, type Store } from './store/store.ts';
import {
  beginSync,
  emptyWal,
  hasUnsynced,
  markDurable,
  noteCut,
  type Recovered,
  recover,
  replaceAll,
  rewriteUnsynced,
  writeEntries,
  writeSnapshot,
  writeState,
} from './wal.ts';

function put(key: string): Entry {
  const txn = { compare: [], success: [{ op: 'put' as const, key, value: key }], failure: [] };
  return { kind: 'txn', txn, valueBytes: [key.length + 2], cost: 256 };
}

/** A log, its store and its disk, driven by hand. */
function bench() {
  const disk = new SimulatedDisk(() => {});
  const [wal, log, store] = [emptyWal(), emptyRaftLog(), emptyStore()];
  const add = (key: string, term = 1) => {
    log.entries.push({ term, command: put(key), proposer: '', number: 0 });
    writeEntries(wal, disk, log);
  };
  let applied = 0;
  const sync = (isGood = true) => {
    const point = beginSync(wal);
    disk.sync();
    disk.finishSync(isGood);
    if (!isGood) {
      // As Linux may: pages whose writing failed are marked clean, and no later sync writes them.
      (disk as unknown as { dirty: Set<unknown> }).dirty.clear();
      return;
    }
    markDurable(wal, disk, point);
    for (applied = Math.max(applied, log.offset); applied < wal.durable; applied++)
      applyTo(store, log.entries[applied - log.offset]!);
  };
  const snapshot = () => writeSnapshot(wal, disk, store, applied, termAt(log, applied)!);
  return { disk, wal, log, store, add, sync, snapshot };
}

function applyTo(store: Store, { command }: RaftEntry): void {
  apply(store, command as Entry);
}

function recovered(disk: SimulatedDisk): Recovered {
  const found = recover(disk);
  if ('corrupt' in found) throw new Error(found.corrupt);
  return found;
}

const keysOf = ({ entries }: RaftLog) =>
  entries.map(({ command }) => (command as { txn: { success: { key: string }[] } }).txn.success[0]!.key);

test('a power loss takes what was not synced, and only that', () => {
  const { disk, wal, add, sync } = bench();
  add('a');
  add('b');
  sync();
  add('c');
  expect(hasUnsynced(wal)).toBe(true);
  disk.losePower();
  const found = recovered(disk);
  expect(keysOf(found.log)).toEqual(['a', 'b']);
  expect(found).toMatchObject({ applied: 0, wal: { written: 2, durable: 0 } });
});

test('the term and the vote come back, and are lost as all else is', () => {
  const { disk, wal, sync } = bench();
  expect(recovered(disk).state).toEqual({ term: 0, vote: '' });
  writeState(wal, disk, { term: 2, vote: 'b' });
  expect(hasUnsynced(wal)).toBe(true);
  sync();
  expect(hasUnsynced(wal)).toBe(false);
  writeState(wal, disk, { term: 3, vote: 'c' });
  disk.losePower();
  expect(recovered(disk).state).toEqual({ term: 2, vote: 'b' });
});

test('what takes the place of entries that were cut off is what comes back', () => {
  const { disk, wal, log, add, sync } = bench();
  for (const key of ['a', 'b', 'c']) add(key);
  sync();
  truncateAfter(log, 1);
  noteCut(wal, 1);
  expect(wal.durable).toBe(1);
  add('x', 2);
  sync();
  disk.losePower();
  const found = recovered(disk);
  expect(keysOf(found.log)).toEqual(['a', 'x']);
  expect(found.log.entries.map(({ term }) => term)).toEqual([1, 2]);
});

test('a sync makes nothing durable that was cut off while it ran', () => {
  const { disk, wal, log, add } = bench();
  for (const key of ['a', 'b', 'c']) add(key);
  const point = beginSync(wal);
  disk.sync();
  truncateAfter(log, 1);
  noteCut(wal, 1);
  add('x', 2);
  add('y', 2);
  disk.finishSync(true);
  markDurable(wal, disk, point);
  expect(wal).toMatchObject({ durable: 1, written: 3 });
});

test('a snapshot from the leader takes the place of all there was', () => {
  const { disk, wal, log, add, sync } = bench();
  for (const key of ['a', 'b']) add(key);
  sync();
  const leader = bench();
  for (const key of ['p', 'q', 'r']) leader.add(key, 2);
  leader.sync();
  replaceAll(wal, disk, snapshotOf(leader.store, 3, 2), 3);
  Object.assign(log, { offset: 3, offsetTerm: 2, entries: [] });
  add('s', 2);
  sync();
  disk.losePower();
  const found = recovered(disk);
  expect(found.store).toEqual(leader.store);
  expect(found).toMatchObject({ applied: 3, log: { offset: 3, offsetTerm: 2 }, wal: { written: 4 } });
  expect(keysOf(found.log)).toEqual(['s']);
});

test('a snapshot cuts the log once it is durable, and recovery goes on from it', () => {
  const { disk, store, log, add, sync, snapshot } = bench();
  for (const key of ['a', 'b', 'c']) add(key);
  sync();
  add('d');
  snapshot();
  expect(disk.files()).toEqual(['snapshot', 'wal-0000000000000001']);
  add('e');
  sync();
  expect(disk.files()).toEqual(['snapshot', 'wal-0000000000000001', 'wal-0000000000000002']);
  snapshot();
  add('f');
  const asWritten = structuredClone(store);
  sync();
  expect(disk.files()).toEqual(['snapshot', 'wal-0000000000000003']);
  disk.losePower();
  const found = recovered(disk);
  expect(found.store).toEqual(asWritten);
  expect(keysOf(found.log)).toEqual(['f']);
  expect(lastIndex(found.log)).toBe(lastIndex(log));
});

test('files of the log are read in the order they were begun, also where entries were cut off in between', () => {
  const { disk, wal, log, add, sync, snapshot } = bench();
  add('a');
  sync();
  // Written, never committed, and cut off by the next leader.
  for (const key of ['b', 'c', 'd']) add(key);
  snapshot();
  truncateAfter(log, 1);
  noteCut(wal, 1);
  add('x', 2);
  snapshot();
  add('y', 2);
  expect(keysOf(recovered(disk).log)).toEqual(['x', 'y']);
  expect(recovered(disk).log.offset).toBe(1);
});

test('entries that were cut off do not come back behind a snapshot that was written after the cut', () => {
  const { disk, wal, log, add, sync, snapshot } = bench();
  add('a');
  sync();
  add('b');
  add('c');
  truncateAfter(log, 1);
  noteCut(wal, 1);
  add('x', 2);
  sync();
  snapshot();
  const found = recovered(disk);
  expect(found).toMatchObject({ applied: 2, log: { offset: 2, offsetTerm: 2, entries: [] } });
});

test('a snapshot that a power loss takes leaves the log it would have replaced', () => {
  const { disk, add, sync, snapshot } = bench();
  add('a');
  sync();
  snapshot();
  add('b');
  disk.losePower();
  expect(keysOf(recovered(disk).log)).toEqual(['a']);
});

test('after a sync that failed, all it covered is written again', () => {
  const { disk, wal, add, sync, snapshot } = bench();
  add('a');
  sync();
  snapshot();
  add('b');
  writeState(wal, disk, { term: 1, vote: 'a' });
  sync(false);
  expect(wal.durable).toBe(1);
  rewriteUnsynced(wal, disk);
  sync();
  disk.losePower();
  const found = recovered(disk);
  expect(found).toMatchObject({ applied: 1, state: { term: 1, vote: 'a' } });
  expect(keysOf(found.log)).toEqual(['b']);
});

test('a log with a hole, or half a snapshot, is not taken for a store', () => {
  const { disk, add, sync, snapshot } = bench();
  for (const key of ['a', 'b', 'c']) add(key);
  sync();
  const file = 'wal-0000000000000001';
  const records = [...disk.read(file)];
  disk.replace(file, [records[0], records[2]]);
  expect(recover(disk)).toEqual({ corrupt: `${file}: record 3 after 1` });
  disk.replace(file, records);
  snapshot();
  disk.replace('snapshot', disk.read('snapshot').slice(0, 1));
  expect(recover(disk)).toEqual({ corrupt: 'snapshot: not whole' });
});

test('half a record at the end is cut off, and what is written next stands in its place', () => {
  const { disk, wal, log, add, sync } = bench();
  for (const key of ['a', 'b']) add(key);
  sync();
  for (const key of ['c', 'd']) add(key);
  disk.losePower(() => 1);
  const found = recovered(disk);
  expect(keysOf(found.log)).toEqual(['a', 'b', 'c']);
  expect(disk.read('wal-0000000000000001')).toHaveLength(3);
  Object.assign(wal, found.wal);
  Object.assign(log, found.log);
  add('x', 2);
  sync();
  disk.losePower();
  expect(keysOf(recovered(disk).log)).toEqual(['a', 'b', 'c', 'x']);
});

test('an entry of a term that the hard state has not yet shows that the term was entered', () => {
  const { disk, wal, add, sync } = bench();
  writeState(wal, disk, { term: 1, vote: 'a' });
  add('a');
  sync();
  writeState(wal, disk, { term: 2, vote: 'b' });
  add('b', 2);
  disk.losePower(() => 1);
  expect(recovered(disk).state).toEqual({ term: 2, vote: '' });
});

test('a record that has decayed is never taken for one that was not written', () => {
  for (const place of [0, 1, 2]) {
    const { disk, add, sync } = bench();
    for (const key of ['a', 'b', 'c']) add(key);
    sync();
    disk.damage('wal-0000000000000001', place);
    expect(recover(disk)).toEqual({ corrupt: 'wal-0000000000000001: record checksum does not match' });
  }
});

test('a snapshot or a hard state that has decayed is not taken either', () => {
  const { disk, wal, add, sync, snapshot } = bench();
  for (const key of ['a', 'b', 'c']) add(key);
  sync();
  snapshot();
  writeState(wal, disk, { term: 1, vote: '' });
  sync();
  disk.damage('hard-state', 0);
  expect(recover(disk)).toEqual({ corrupt: 'hard-state: record checksum does not match' });
  writeState(wal, disk, { term: 1, vote: '' });
  disk.damage('snapshot', 1);
  expect(recover(disk)).toEqual({ corrupt: 'snapshot: not whole' });
});
