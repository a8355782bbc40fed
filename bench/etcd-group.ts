/** etcd alone: so many members, and one who keeps them busy. */

import { etcd } from '../actors/master/etcd/actor.ts';
import { flags } from '../actors/master/etcd/flags.ts';
import { Engine } from '../engine/engine.ts';
import { defaultsOf } from '../protocol/flags.ts';
import type { KvTxn } from '../protocol/messages/etcd.ts';

/** Transactions under way at any time, as from many clients. */
const outstanding = 256;

/** Has a group of so many members commit so many transactions, each a put of one of 10,000 keys. */
export function commitTransactions(members: number, transactions: number): void {
  const engine = new Engine({ seed: 1, definitions: [etcd] });
  const addresses = Array.from({ length: members }, (_, i) => `bench.master.etcd.${i}`);
  addresses.forEach((address, i) => {
    engine.place(`master-${i}`, {});
    engine.spawn(address, 'etcd', { members: addresses, config: defaultsOf(flags) }, { machine: `master-${i}` });
  });
  engine.runFor(5_000); // until one leads
  let asked = 0;
  let committed = 0;
  const user = engine.puppet('bench.client.user', ({ type }) => {
    if (type !== 'kv.committed') throw new Error(`etcd answered with ${type}`);
    committed++;
    if (asked < transactions) ask();
  });
  const ask = () => {
    const number = asked++;
    const put = { op: 'put', key: `/bench/${number % 10_000}`, value: { number } } as const;
    const body = { compare: [], success: [put], failure: [] };
    user.ask<KvTxn>(addresses[number % members] as string, 'kv.txn', body);
  };
  for (let i = 0; i < outstanding; i++) ask();
  engine.runUntil(() => committed === transactions);
}
