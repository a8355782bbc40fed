/** What hosts recorded is merged so that whatever led to something stands before it, however their clocks are off. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedMessage, TraceRecord } from '../../../protocol/trace/records.ts';
import { CausalMerge } from './causal-merge.ts';

const hosts = ['a', 'b', 'c'];

/** What happens next: somebody does something alone, sends to a host, or hears what was sent to it some time ago. */
interface Happening {
  readonly host: number;
  readonly to: number;
  readonly does: 'fires' | 'sends' | 'hears';
  readonly passesMs: number;
}

const happenings = fc.array(
  fc.record({
    host: fc.nat(2),
    to: fc.nat(2),
    does: fc.constantFrom('fires' as const, 'sends' as const, 'hears' as const),
    passesMs: fc.nat(5),
  }),
  { maxLength: 120 },
);
/** ms that the hosts' clocks are off, and how wrong the measure of that is. */
const clocks = fc.array(
  fc.record({ offMs: fc.integer({ min: -5000, max: 5000 }), wrongMs: fc.integer({ min: -40, max: 40 }) }),
  {
    minLength: 3,
    maxLength: 3,
  },
);

/** Plays a history; gives each host's records, in its order. */
function play(steps: readonly Happening[], off: readonly { offMs: number; wrongMs: number }[]): TraceRecord[][] {
  const records: TraceRecord[][] = [[], [], []];
  const onTheWay: RecordedMessage[][] = [[], [], []];
  const seqs = [0, 0, 0];
  const count = (host: number) => {
    seqs[host] = (seqs[host] as number) + 1;
    return seqs[host] as number;
  };
  let now = 1_000_000;
  for (const { host, to, does, passesMs } of steps) {
    now += passesMs;
    const { offMs, wrongMs } = off[host] as (typeof off)[number];
    const place = { atMs: now + offMs, clockMs: now + wrongMs, host: hosts[host] as string };
    const from = `c.node.${hosts[host]}.x`;
    if (does === 'sends') {
      const seq = count(host);
      const message = {
        type: 'a.b',
        body: { seq },
        from,
        to: `c.node.${hosts[to]}.x`,
        seq,
        sentAt: place.atMs,
        role: 0,
      };
      const whole = { ...message, causeFrom: '', causeSeq: 0, request: 0, stream: 0, place: 0 };
      onTheWay[to]?.push(whole);
      records[host]?.push({ what: 'message.sent', message: whole, ...place });
    } else if (does === 'hears') {
      const message = onTheWay[host]?.shift();
      if (message === undefined) continue;
      // Another process knows it by its contents alone.
      const copy = structuredClone(message);
      records[host]?.push({
        what: 'message.delivered',
        message: copy,
        receiver: message.to,
        isUnordered: false,
        ...place,
      });
    } else {
      const seq = count(host);
      records[host]?.push({ what: 'timer.fired', address: from, timer: 't', seq, ...place });
    }
  }
  return records;
}

/** Feeds a merge block by block, in an order that the network chose. */
function feed(
  merge: CausalMerge,
  records: readonly TraceRecord[][],
  order: readonly number[],
  blockOf: number,
): TraceRecord[] {
  const merged: TraceRecord[] = [];
  const at = [0, 0, 0];
  const addNext = (host: number) => {
    const from = at[host] as number;
    const block = (records[host] as TraceRecord[]).slice(from, from + blockOf);
    at[host] = from + block.length;
    if (block.length > 0) merge.add(hosts[host] as string, block);
    else merge.end(hosts[host] as string);
    merged.push(...merge.take());
  };
  for (const host of hosts) merge.reached(host, 0, 0);
  for (const host of order) addNext(host);
  for (let host = 0; host < 3; host++) {
    while ((at[host] as number) < (records[host] as TraceRecord[]).length) addNext(host);
  }
  merged.push(...merge.take(true));
  return merged;
}

const idOf = (message: RecordedMessage) => `${message.from}#${message.seq}`;

/** Checks that each host's order is kept and that nothing is received before it is sent; gives the marked ones. */
function checkOrder(records: readonly TraceRecord[][], merged: readonly TraceRecord[]): string[] {
  const bare = (record: TraceRecord) => ({ ...record, isUnordered: undefined });
  for (const [i, host] of hosts.entries()) {
    expect(merged.filter((record) => record.host === host).map(bare)).toEqual((records[i] as TraceRecord[]).map(bare));
  }
  const sent = new Set(merged.flatMap((record) => (record.what === 'message.sent' ? [idOf(record.message)] : [])));
  const before = new Set<string>();
  const marked: string[] = [];
  for (const record of merged) {
    if (record.what === 'message.sent') before.add(idOf(record.message));
    if (record.what !== 'message.delivered') continue;
    const id = idOf(record.message);
    if (sent.has(id)) expect(before.has(id)).toBe(true);
    if (record.isUnordered) marked.push(id);
  }
  return marked.sort();
}

const order = fc.array(fc.nat(2), { maxLength: 60 });

test('the merged order extends what happened before what, whatever the clocks say', () => {
  fc.assert(
    fc.property(happenings, clocks, order, fc.integer({ min: 1, max: 9 }), (steps, off, arrivals, blockOf) => {
      const records = play(steps, off);
      expect(checkOrder(records, feed(new CausalMerge(), records, arrivals, blockOf))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('what was received and whose sending is lost is marked, and nothing else is', () => {
  const lossy = fc.tuple(
    happenings,
    clocks,
    order,
    fc.integer({ min: 1, max: 9 }),
    fc.array(fc.nat(40), { maxLength: 8 }),
  );
  fc.assert(
    fc.property(lossy, ([steps, off, arrivals, blockOf, lost]) => {
      const whole = play(steps, off);
      const records = whole.map((all) =>
        all.filter((record, i) => record.what !== 'message.sent' || !lost.includes(i)),
      );
      const sent = new Set(records.flat().flatMap((one) => (one.what === 'message.sent' ? [idOf(one.message)] : [])));
      const orphans = records
        .flat()
        .flatMap((one) =>
          one.what === 'message.delivered' && !sent.has(idOf(one.message)) ? [idOf(one.message)] : [],
        );
      const merged = feed(new CausalMerge(), records, arrivals, blockOf);
      expect(checkOrder(records, merged)).toEqual(orphans.sort());
    }),
    { numRuns: 500 },
  );
});

test('with true clocks, and nothing else to go by, time decides', () => {
  const steps = Array.from({ length: 30 }, (_, i) => ({
    host: (i * 7) % 3,
    to: 0,
    does: 'fires' as const,
    passesMs: 1,
  }));
  const right = hosts.map(() => ({ offMs: 300, wrongMs: 0 }));
  const merged = feed(new CausalMerge(), play(steps, right), [0, 0, 1, 2], 2);
  const times = merged.map(({ clockMs }) => clockMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('a host that says nothing is waited for only until too many wait', () => {
  const steps = Array.from({ length: 50 }, (_, i) => ({ host: i % 2, to: 0, does: 'fires' as const, passesMs: 1 }));
  const records = play(
    steps,
    hosts.map(() => ({ offMs: 0, wrongMs: 0 })),
  );
  const merge = new CausalMerge({ waitingMax: 20 });
  for (const host of hosts) merge.reached(host, 0, 0);
  merge.add('a', records[0] as TraceRecord[]);
  merge.add('b', records[1] as TraceRecord[]);
  expect([...merge.take()]).toHaveLength(30);
  merge.end('c');
  expect([...merge.take()]).toHaveLength(19);
  expect([...merge.take(true)]).toHaveLength(1);
});

test('a message is written once, though its sender and its receiver recorded it each', () => {
  const steps = [
    { host: 0, to: 1, does: 'sends' as const, passesMs: 1 },
    { host: 1, to: 1, does: 'hears' as const, passesMs: 1 },
  ];
  const records = play(
    steps,
    hosts.map(() => ({ offMs: 0, wrongMs: 0 })),
  );
  const [sent, heard] = feed(new CausalMerge(), records, [1, 0], 5) as { message?: RecordedMessage }[];
  expect(heard?.message).toBe(sent?.message);
});
