import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KvOp, prefixEnd } from '../../../protocol/messages/etcd.ts';
import { isWithin } from './requests.ts';
import { type Applied, apply, emptyStore, type Store } from './store/store.ts';
import { keyWatchers, rangeWatchers } from './watch-index.ts';
import {
  closeWatch,
  dueForProgress,
  emptyWatches,
  isCompacted,
  mayTellProgress,
  notify,
  openWatch,
  replay,
  replayBatch,
  type Telling,
  type Watches,
} from './watches.ts';

function run(store: Store, ...success: KvOp[]): Applied {
  return apply(store, { kind: 'txn', txn: { compare: [], success, failure: [] }, valueBytes: [], cost: 0 });
}

function put(key: string, value: unknown = 0): KvOp {
  return { op: 'put', key, value };
}

function said({ watcher, revision, events }: Telling): string {
  return `${watcher.stream}@${revision}: ${events.map(({ type, kv }) => `${type} ${kv.key}`).join(', ')}`;
}

function runAndTell(store: Store, watches: Watches, ...ops: KvOp[]): string[] {
  const { changes } = run(store, ...ops);
  return notify(watches, store.mvcc.revision, changes).map(said);
}

test('a change is told to those who watch its key, and nobody else is looked at', () => {
  const store = emptyStore();
  const watches = emptyWatches();
  for (let i = 0; i < 20; i++) {
    const key = `/registry/kind-${String.fromCharCode(97 + i)}/`;
    openWatch(watches, store.mvcc, { from: 'api', stream: i + 1 }, { key, rangeEnd: prefixEnd(key), startRevision: 0 });
  }
  openWatch(watches, store.mvcc, { from: 'x', stream: 21 }, { key: '/registry/kind-c/1', startRevision: 0 });
  expect(runAndTell(store, watches, put('/registry/kind-c/1'))).toEqual([
    '3@2: put /registry/kind-c/1',
    '21@2: put /registry/kind-c/1',
  ]);
  expect(rangeWatchers(watches.synced, '/registry/kind-c/1')).toEqual(['api/3']);
  expect(keyWatchers(watches.synced, '/registry/kind-c/2')).toEqual([]);
  expect(runAndTell(store, watches, put('/other'))).toEqual([]);
});

test('all changes of a revision come in one message, in the order they were made', () => {
  const store = emptyStore();
  const watches = emptyWatches();
  openWatch(watches, store.mvcc, { from: 'api', stream: 1 }, { key: 'a', rangeEnd: '\0', startRevision: 0 });
  openWatch(watches, store.mvcc, { from: 'api', stream: 2 }, { key: 'b', startRevision: 0 });
  run(store, put('z'));
  expect(runAndTell(store, watches, put('b'), put('a'), { op: 'delete', key: 'z' })).toEqual([
    '1@3: put b, put a, delete z',
    '2@3: put b',
  ]);
});

test('what was there before is told to those who asked for it', () => {
  const store = emptyStore();
  const watches = emptyWatches();
  run(store, put('a', 'old'));
  openWatch(watches, store.mvcc, { from: 'api', stream: 1 }, { key: 'a', startRevision: 0, prevKv: true });
  openWatch(watches, store.mvcc, { from: 'api', stream: 2 }, { key: 'a', startRevision: 0 });
  const { changes } = run(store, { op: 'delete', key: 'a' });
  const [first, second] = notify(watches, 3, changes);
  const kv = { key: 'a', value: undefined, createRevision: 0, modRevision: 3, version: 0, lease: 0 };
  expect(first!.events).toEqual([
    { type: 'delete', kv, prevKv: expect.objectContaining({ value: 'old', modRevision: 2 }) },
  ]);
  expect(second!.events).toEqual([{ type: 'delete', kv }]);
});

test('a watch from a revision that is yet to come hears nothing before it', () => {
  const store = emptyStore();
  const watches = emptyWatches();
  const watcher = openWatch(watches, store.mvcc, { from: 'api', stream: 1 }, { key: 'a', startRevision: 3 });
  expect(mayTellProgress(watches, store.mvcc, watcher)).toBe(false);
  expect(runAndTell(store, watches, put('a'))).toEqual([]);
  expect(mayTellProgress(watches, store.mvcc, watcher)).toBe(true);
  expect(runAndTell(store, watches, put('a'))).toEqual(['1@3: put a']);
});

test('the past comes in portions, and nothing new overtakes it', () => {
  const store = emptyStore();
  const watches = emptyWatches();
  for (let i = 0; i < replayBatch + 2; i++) run(store, put('a', i), put('b', i));
  const watcher = openWatch(
    watches,
    store.mvcc,
    { from: 'api', stream: 1 },
    { key: 'a', rangeEnd: 'c', startRevision: 2 },
  );
  const first = replay(watches, store.mvcc, watcher);
  expect(first).toHaveLength(replayBatch);
  expect(first.every(({ events }) => events.length === 2)).toBe(true);
  expect(mayTellProgress(watches, store.mvcc, watcher)).toBe(false);
  expect(runAndTell(store, watches, put('a', 'new'))).toEqual([]);
  const rest = replay(watches, store.mvcc, watcher);
  expect(rest.map(({ revision }) => revision)).toEqual([replayBatch + 2, replayBatch + 3, replayBatch + 4]);
  expect(mayTellProgress(watches, store.mvcc, watcher)).toBe(true);
  expect(runAndTell(store, watches, put('b'))).toEqual([`1@${store.mvcc.revision}: put b`]);
});

test('a watch is compacted away only when it waits for something before the compaction', () => {
  const store = emptyStore();
  for (let i = 0; i < 4; i++) run(store, put('a', i));
  run(store, { op: 'delete', key: 'a' });
  apply(store, { kind: 'compact', revision: 6 });
  const watches = emptyWatches();
  const open = (startRevision: number) =>
    openWatch(watches, store.mvcc, { from: 'api', stream: startRevision }, { key: 'a', startRevision, prevKv: true });
  expect(isCompacted(store.mvcc, open(5))).toBe(true);
  const fromThere = open(6);
  expect(isCompacted(store.mvcc, fromThere)).toBe(false);
  expect(replay(watches, store.mvcc, fromThere).map(said)).toEqual(['6@6: delete a']);
});

test('progress is told after a quiet interval, and only to those who asked', () => {
  const store = emptyStore();
  const watches = emptyWatches();
  openWatch(watches, store.mvcc, { from: 'api', stream: 1 }, { key: 'a', startRevision: 0, progressNotify: true });
  openWatch(watches, store.mvcc, { from: 'api', stream: 2 }, { key: 'a', startRevision: 0 });
  runAndTell(store, watches, put('a'));
  expect(dueForProgress(watches, store.mvcc)).toEqual([]);
  expect(dueForProgress(watches, store.mvcc).map(({ stream }) => stream)).toEqual([1]);
});

const key = fc.constantFrom('a', 'a/1', 'a/2', 'b', 'b/1', 'c');
const op: fc.Arbitrary<KvOp> = fc.oneof(
  fc.record({ op: fc.constant('put' as const), key, value: fc.nat(9) }),
  fc.record({ op: fc.constant('delete' as const), key, rangeEnd: fc.constantFrom('', 'b', '\0') }),
);
const watched = fc
  .record({ key, rangeEnd: fc.constantFrom('', 'a0', 'b', 'c', '\0') })
  .filter(({ key, rangeEnd }) => rangeEnd === '' || rangeEnd === '\0' || key < rangeEnd);

test('a watch from any revision is told exactly what changed in its range since, whenever it is opened', () => {
  const story = fc.array(
    fc.oneof(fc.array(op, { minLength: 1, maxLength: 3 }), fc.record({ watch: watched, from: fc.nat(20) })),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(story, (steps) => {
      const store = emptyStore();
      const watches = emptyWatches();
      const all: { revision: number; key: string; type: string }[] = [];
      const told = new Map<number, string[]>();
      const wanted = new Map<number, { key: string; rangeEnd: string; from: number }>();
      const hear = (tellings: Telling[]) => {
        for (const { watcher, revision, events } of tellings) {
          told.get(watcher.stream)!.push(`${revision}: ${events.map((e) => `${e.type} ${e.kv.key}`).join()}`);
        }
      };
      steps.forEach((step, stream) => {
        if (Array.isArray(step)) {
          const { changes } = run(store, ...step);
          for (const { kv } of changes)
            all.push({ revision: kv.modRevision, key: kv.key, type: kv.version > 0 ? 'put' : 'delete' });
          if (changes.length > 0) hear(notify(watches, store.mvcc.revision, changes));
          return;
        }
        const { watch, from } = step;
        const startRevision = from === 0 ? store.mvcc.revision + 1 : from;
        const watcher = openWatch(watches, store.mvcc, { from: 'w', stream }, { ...watch, startRevision: from });
        told.set(stream, []);
        wanted.set(stream, { ...watch, from: startRevision });
        if (watches.behind.has(watcher.id)) hear(replay(watches, store.mvcc, watcher));
        if (stream % 5 === 4) {
          closeWatch(watches, watcher.id);
          told.delete(stream);
          wanted.delete(stream);
        }
      });
      for (const [stream, { key, rangeEnd, from }] of wanted) {
        const lines = new Map<number, string[]>();
        for (const change of all) {
          if (change.revision < from || !isWithin(change.key, key, rangeEnd)) continue;
          lines.set(change.revision, [...(lines.get(change.revision) ?? []), `${change.type} ${change.key}`]);
        }
        expect(told.get(stream)).toEqual([...lines].map(([revision, events]) => `${revision}: ${events.join()}`));
      }
      for (const id of [...watches.watchers.keys()]) closeWatch(watches, id);
      expect(watches).toEqual(emptyWatches());
    }),
    { numRuns: 300 },
  );
});
