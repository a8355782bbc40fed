import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyValue, KvOp } from '../../../../protocol/messages/etcd.ts';
import { txnFault } from '../requests.ts';
import { range } from './mvcc.ts';
import { measureTxn } from './quota.ts';
import { readSnapshot, snapshotOf } from './snapshot.ts';
import { apply, type Entry, emptyStore, type Store } from './store.ts';

/** The naive store: the whole key space, copied at every revision. */
interface Model {
  readonly states: Map<number, Map<string, KeyValue>>;
  revision: number;
  compactRevision: number;
  readonly leases: Set<number>;
}

const key = fc.constantFrom('a', 'ab', 'b', 'b/1', 'b/2', 'c');
const lease = fc.constantFrom(0, 0, 1, 2);
const op: fc.Arbitrary<KvOp> = fc.oneof(
  fc.record({ op: fc.constant('put' as const), key, value: fc.nat(9), lease }),
  fc.record({ op: fc.constant('delete' as const), key }),
  fc.record({ op: fc.constant('delete' as const), key, rangeEnd: fc.constantFrom('b0', 'c', '\0') }),
);
const compare = fc.record({
  key,
  target: fc.constantFrom('mod' as const, 'version' as const, 'create' as const),
  op: fc.constantFrom('=' as const, '!=' as const, '<' as const, '>' as const),
  value: fc.nat(6),
});
const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({
        compare: fc.array(compare, { maxLength: 1 }),
        success: fc.array(op, { maxLength: 3 }),
        failure: fc.array(op, { maxLength: 2 }),
      })
      .filter((txn) => txnFault(txn, 128) === undefined)
      .map((txn) => {
        const { valueBytes, cost } = measureTxn(txn);
        return { kind: 'txn' as const, txn, valueBytes, cost };
      }),
  },
  fc.record({ kind: fc.constant('compact' as const), revision: fc.nat(40) }),
  fc.record({ kind: fc.constant('grant' as const), id: fc.constantFrom(1, 2), ttlSeconds: fc.constant(5) }),
  fc.record({ kind: fc.constant('revoke' as const), id: fc.constantFrom(1, 2) }),
);

function freshModel(): Model {
  return { states: new Map([[1, new Map()]]), revision: 1, compactRevision: 0, leases: new Set() };
}

/** What the entry must do, said in the plainest way; gives the code of a refusal. */
function applyToModel(model: Model, entry: Entry): string | undefined {
  const next = new Map(model.states.get(model.revision)!);
  const revision = model.revision + 1;
  let changed = false;
  const remove = (keys: string[]) => {
    for (const key of keys) changed = next.delete(key) || changed;
  };
  if (entry.kind === 'grant') {
    if (model.leases.has(entry.id)) return 'LeaseExist';
    model.leases.add(entry.id);
  } else if (entry.kind === 'revoke') {
    if (!model.leases.delete(entry.id)) return 'LeaseNotFound';
    remove([...next.values()].filter((kv) => kv.lease === entry.id).map((kv) => kv.key));
  } else if (entry.kind === 'compact') {
    if (entry.revision > model.revision) return 'FutureRevision';
    if (entry.revision <= model.compactRevision) return 'Compacted';
    model.compactRevision = entry.revision;
  } else if (entry.kind === 'txn') {
    const holds = entry.txn.compare.every((c) => {
      const kv = next.get(c.key);
      const held =
        kv === undefined
          ? 0
          : { mod: kv.modRevision, version: kv.version, create: kv.createRevision }[c.target as 'mod'];
      const value = c.value as number;
      return { '=': held === value, '!=': held !== value, '<': held < value, '>': held > value }[c.op];
    });
    const ops = holds ? entry.txn.success : entry.txn.failure;
    if (ops.some((op) => op.op === 'put' && op.lease !== 0 && !model.leases.has(op.lease!))) return 'LeaseNotFound';
    for (const op of ops) {
      if (op.op === 'put') {
        const old = next.get(op.key);
        const { createRevision, version } = old ?? { createRevision: revision, version: 0 };
        next.set(op.key, {
          key: op.key,
          value: op.value,
          createRevision,
          modRevision: revision,
          version: version + 1,
          lease: op.lease ?? 0,
        });
        changed = true;
      } else if (op.op === 'delete') {
        const { key: from, rangeEnd: end } = op;
        remove(
          [...next.keys()].filter((k) => (end === undefined ? k === from : k >= from && (end === '\0' || k < end))),
        );
      }
    }
  }
  if (changed) model.states.set(++model.revision, next);
  return undefined;
}

function expectAlike(store: Store, model: Model): void {
  expect(store.mvcc.revision).toBe(model.revision);
  for (let revision = Math.max(1, model.compactRevision); revision <= model.revision; revision++) {
    const wanted = [...model.states.get(revision)!.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(range(store.mvcc, { key: '\0', rangeEnd: '\0', revision }).kvs).toEqual(wanted);
    for (const kv of wanted) expect(range(store.mvcc, { key: kv.key, revision }).kvs).toEqual([kv]);
  }
}

test('the store is, at every revision not compacted, what a naive model is; and so it is after a restart', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
      let store = emptyStore();
      const model = freshModel();
      entries.forEach((entry, i) => {
        const refused = applyToModel(model, entry);
        const { reply, changes } = apply(store, entry);
        expect(reply?.type === 'etcd.refused' ? reply.body.code : undefined).toBe(refused);
        expect(changes.every(({ kv }) => kv.modRevision === model.revision)).toBe(true);
        if (i % 10 === 9) store = restarted(store);
      });
      expectAlike(store, model);
    }),
    { numRuns: 300 },
  );
});

/** Through a snapshot and back; nothing of it may differ, the bookkeeping of space included. */
function restarted(store: Store): Store {
  const read = readSnapshot(structuredClone(snapshotOf(store, 1, 1)))!.store;
  expect(read).toEqual(store);
  return read;
}

test('the memory is plain data: a clone is the same store', () => {
  const store = emptyStore();
  apply(store, { kind: 'grant', id: 1, ttlSeconds: 5 });
  const txn = { compare: [], success: [{ op: 'put' as const, key: 'a', value: { x: 1 }, lease: 1 }], failure: [] };
  apply(store, { kind: 'txn', txn, valueBytes: [9], cost: 300 });
  const clone = structuredClone(store);
  apply(clone, { kind: 'txn', txn, valueBytes: [9], cost: 300 });
  apply(store, { kind: 'txn', txn, valueBytes: [9], cost: 300 });
  expect(clone).toEqual(store);
});
