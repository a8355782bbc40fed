import { expect, test } from 'vitest';
import { SimulatedDisk } from '../../../engine/disk/disk.ts';
import {
  append,
  emptyLog,
  hasUnsynced,
  type Log,
  markDurable,
  recover,
  rewriteUnsynced,
  syncPoint,
  writeSnapshot,
} from './log.ts';
import { range } from './mvcc.ts';
import { apply, type Entry, emptyStore, type Store } from './store.ts';

function put(key: string): Entry {
  const txn = { compare: [], success: [{ op: 'put' as const, key, value: key }], failure: [] };
  return { kind: 'txn', txn, valueBytes: [key.length + 2], cost: 256 };
}

/** A log, its store and its disk, driven by hand. */
function bench() {
  const disk = new SimulatedDisk(() => {});
  const [log, store] = [emptyLog(), emptyStore()];
  const sync = (isGood = true) => {
    const point = syncPoint(log);
    disk.sync();
    disk.finishSync(isGood);
    if (!isGood) {
      // As Linux may: pages whose writing failed are marked clean, and no later sync writes them.
      (disk as unknown as { dirty: Set<unknown> }).dirty.clear();
      return;
    }
    markDurable(log, disk, point);
    for (const entry of log.pending.splice(0, log.durable - log.applied)) {
      apply(store, entry);
      log.applied++;
    }
  };
  return { disk, log, store, sync };
}

function recovered(disk: SimulatedDisk): { store: Store; log: Log } {
  const found = recover(disk);
  if ('corrupt' in found) throw new Error(found.corrupt);
  return found;
}

const keysOf = (store: Store) => range(store.mvcc, { key: '\0', rangeEnd: '\0' }).kvs.map(({ key }) => key);

test('a power loss takes what was not synced, and only that', () => {
  const { disk, log, sync } = bench();
  append(log, disk, put('a'));
  append(log, disk, put('b'));
  sync();
  append(log, disk, put('c'));
  expect(hasUnsynced(log)).toBe(true);
  disk.losePower();
  const found = recovered(disk);
  expect(keysOf(found.store)).toEqual(['a', 'b']);
  expect(found.log).toMatchObject({ last: 2, applied: 2, durable: 0 });
});

test('a snapshot cuts the log once it is durable, and recovery goes on from it', () => {
  const { disk, log, store, sync } = bench();
  for (const key of ['a', 'b', 'c']) append(log, disk, put(key));
  sync();
  append(log, disk, put('d'));
  writeSnapshot(log, disk, store);
  expect(disk.files()).toEqual(['snapshot', 'wal-0000000000000001']);
  append(log, disk, put('e'));
  sync();
  expect(disk.files()).toEqual(['snapshot', 'wal-0000000000000001', 'wal-0000000000000005']);
  writeSnapshot(log, disk, store);
  append(log, disk, put('f'));
  sync();
  expect(disk.files()).toEqual(['snapshot', 'wal-0000000000000006']);
  disk.losePower();
  const found = recovered(disk);
  expect(keysOf(found.store)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(found.store).toEqual(store);
  expect(found.log.last).toBe(6);
});

test('a snapshot that a power loss takes leaves the log it would have replaced', () => {
  const { disk, log, store, sync } = bench();
  append(log, disk, put('a'));
  sync();
  writeSnapshot(log, disk, store);
  append(log, disk, put('b'));
  disk.losePower();
  expect(keysOf(recovered(disk).store)).toEqual(['a']);
});

test('after a sync that failed, all it covered is written again', () => {
  const { disk, log, store, sync } = bench();
  append(log, disk, put('a'));
  sync();
  writeSnapshot(log, disk, store);
  append(log, disk, put('b'));
  sync(false);
  expect(log.durable).toBe(1);
  rewriteUnsynced(log, disk);
  sync();
  disk.losePower();
  expect(keysOf(recovered(disk).store)).toEqual(['a', 'b']);
});

test('a log with a hole, or half a snapshot, is not taken for a store', () => {
  const { disk, log, store, sync } = bench();
  for (const key of ['a', 'b', 'c']) append(log, disk, put(key));
  sync();
  const file = 'wal-0000000000000001';
  const records = [...disk.read(file)];
  disk.replace(file, [records[0], records[2]]);
  expect(recover(disk)).toEqual({ corrupt: `${file}: record 3 after 1` });
  disk.replace(file, records);
  writeSnapshot(log, disk, store);
  disk.replace('snapshot', disk.read('snapshot').slice(0, 1));
  expect(recover(disk)).toEqual({ corrupt: 'snapshot: not whole' });
});
