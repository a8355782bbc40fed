/** What a client asks next: creates, guarded updates and deletes as an API server's, reads of all kinds, leases. */

import {
  type KvOp,
  type LeaseGrant,
  prefixEnd,
  type RangeBody,
  type TxnBody,
} from '../../../protocol/messages/etcd.ts';
import type { Asked } from './history.ts';
import type { Me } from './memory.ts';

/** What is asked, and how often in a thousand calls. */
const mix: readonly (readonly [share: number, make: (self: Me) => Asked])[] = [
  [150, create],
  [260, update],
  [40, putBlindly],
  [90, removeGuarded],
  [20, removeBlindly],
  [40, putTwo],
  [120, get],
  [60, getLocally],
  [90, list],
  [30, listPast],
  [95, useLease],
  [5, compact],
];

/** Chooses the next call. */
export function chooseCall(self: Me): Asked {
  let drawn = self.random() * 1_000;
  for (const [share, make] of mix) {
    drawn -= share;
    if (drawn < 0) return make(self);
  }
  return get(self);
}

function anyKey(self: Me): string {
  const { keys } = self.memory.input;
  return keys[Math.floor(self.random() * keys.length)]!;
}

/** A value that no other put has: it tells, wherever it is seen, which call wrote it. */
function freshValue({ memory }: Me): string {
  return `${memory.input.name}:${++memory.writes}`;
}

function txn(compare: TxnBody['compare'], success: readonly KvOp[], failure: readonly KvOp[] = []): Asked {
  return { type: 'kv.txn', body: { compare, success, failure } };
}

function read(key: string): KvOp {
  return { op: 'range', range: { key } };
}

/** As the API server creates an object: only where the key does not exist. */
function create(self: Me): Asked {
  const key = anyKey(self);
  const { lease } = self.memory;
  const put: KvOp = { op: 'put', key, value: freshValue(self), ...(lease !== 0 && self.random() < 0.3 && { lease }) };
  return txn([{ key, target: 'version', op: '=', value: 0 }], [put], [read(key)]);
}

/** As the API server updates an object: only at the revision it knows. */
function update(self: Me): Asked {
  const key = anyKey(self);
  const value = self.memory.known.get(key) ?? 0;
  const put: KvOp = { op: 'put', key, value: freshValue(self), prevKv: self.random() < 0.5 };
  return txn([{ key, target: 'mod', op: '=', value }], [put], [read(key)]);
}

function putBlindly(self: Me): Asked {
  return txn([], [{ op: 'put', key: anyKey(self), value: freshValue(self) }]);
}

function removeGuarded(self: Me): Asked {
  const key = anyKey(self);
  const value = self.memory.known.get(key) ?? 0;
  return txn([{ key, target: 'mod', op: '=', value }], [{ op: 'delete', key, prevKv: true }], [read(key)]);
}

function removeBlindly(self: Me): Asked {
  return txn([], [{ op: 'delete', key: anyKey(self) }]);
}

/** Two keys in one revision, one of them read back: nobody may see one without the other. */
function putTwo(self: Me): Asked {
  const { keys } = self.memory.input;
  const at = Math.floor(self.random() * keys.length);
  const [one, other] = [keys[at]!, keys[(at + 1) % keys.length]!];
  const value = freshValue(self);
  return txn([], [{ op: 'put', key: one, value }, { op: 'put', key: other, value }, read(one)]);
}

function get(self: Me): Asked {
  return { type: 'kv.range', body: { key: anyKey(self) } };
}

function getLocally(self: Me): Asked {
  return { type: 'kv.range', body: { ...all(self), serializable: true } };
}

function list(self: Me): Asked {
  const limit = self.random() < 0.3 ? 2 : 0;
  return { type: 'kv.range', body: { ...all(self), ...(limit > 0 && { limit }) } };
}

/** A page of an earlier list. */
function listPast(self: Me): Asked {
  const revision = Math.max(1, self.memory.newest - Math.floor(self.random() * 20));
  return { type: 'kv.range', body: { ...all(self), revision } };
}

function all({ memory }: Me): RangeBody {
  const { prefix } = memory.input;
  return { key: prefix, rangeEnd: prefixEnd(prefix) };
}

function useLease(self: Me): Asked {
  const { memory } = self;
  const id = memory.lease;
  if (id === 0) {
    const body: LeaseGrant['body'] = { id: leaseId(self), ttlSeconds: memory.input.leaseSeconds };
    return { type: 'lease.grant', body };
  }
  if (self.random() < 0.7) return { type: 'lease.keep-alive', body: { id } };
  if (self.random() < 0.5) return { type: 'lease.revoke', body: { id } };
  return txn([], [{ op: 'put', key: anyKey(self), value: freshValue(self), lease: id }]);
}

/** A number that no other client's lease has. */
function leaseId({ memory }: Me): number {
  const base = [...memory.input.name].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) % 1_000_000, 7);
  return base * 100_000 + ++memory.grants;
}

function compact(self: Me): Asked {
  const revision = Math.max(1, self.memory.newest - 10 - Math.floor(self.random() * 100));
  return { type: 'kv.compact', body: { revision } };
}
