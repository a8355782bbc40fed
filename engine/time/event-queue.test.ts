/** The event queue against its definition: a list sorted by (time, key, address, count). */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue, type Sender } from './event-queue.ts';

interface Entry {
  time: number;
  sender: Sender;
  count: number;
  handle: number;
}

/** Two senders share a key, as two addresses might share a hash. */
const senders: Sender[] = [
  { key: 7, address: 'b' },
  { key: 7, address: 'a' },
  { key: 3, address: 'c' },
  { key: 2 ** 52 + 1, address: 'd' },
];

function before(a: Entry, b: Entry): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.sender.key !== b.sender.key) return a.sender.key - b.sender.key;
  if (a.sender.address !== b.sender.address) return a.sender.address < b.sender.address ? -1 : 1;
  return a.count - b.count;
}

/** Near and far, crowded and sparse: within a message's travel, within a bucket, minutes away. */
const delay = fc.oneof(
  fc.constantFrom(0, 1, 250),
  // Many in one far bucket.
  fc.integer({ min: 10_000_000, max: 10_000_003 }),
  fc.integer({ min: 0, max: 70_000 }),
  fc.integer({ min: 0, max: 400_000_000 }),
);
const deed = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('push' as const), delay, sender: fc.integer({ min: 0, max: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pop' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), at: fc.nat(1000) }) },
);

test('events come in the order of time, sender and count, whatever is pushed, taken and cancelled between', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 300, size: 'max' }), (deeds) => {
      const queue = new EventQueue<Entry, string>();
      const model: Entry[] = [];
      let now = 0;
      let count = 0;
      const pop = (): void => {
        const wanted = model.sort(before).shift();
        expect(queue.nextTime()).toBe(wanted?.time ?? Number.POSITIVE_INFINITY);
        expect(queue.pop()).toBe(wanted !== undefined);
        if (wanted === undefined) return;
        expect(queue.what).toBe(wanted);
        expect(queue.whom).toBe(`for ${wanted.count}`);
        now = wanted.time;
      };
      for (const one of deeds) {
        if (one.do === 'pop') pop();
        else if (one.do === 'push') {
          const entry = { time: now + one.delay, sender: senders[one.sender] as Sender, count: ++count, handle: -1 };
          entry.handle = queue.push(entry.time, entry.sender, entry.count, entry, `for ${entry.count}`);
          model.push(entry);
        } else if (model.length > 0) {
          const [gone] = model.splice(one.at % model.length, 1);
          queue.cancel((gone as Entry).handle);
        }
        expect(queue.size).toBe(model.length);
      }
      while (model.length > 0) pop();
      pop();
    }),
    { numRuns: 300 },
  );
});

test('the order does not depend on the order of insertion', () => {
  const entries = fc.uniqueArray(
    fc.record({
      time: fc.integer({ min: 0, max: 200_000 }),
      sender: fc.integer({ min: 0, max: 3 }),
      count: fc.nat(50),
    }),
    { selector: ({ time, sender, count }) => `${time} ${sender} ${count}`, maxLength: 60, size: 'max' },
  );
  fc.assert(
    fc.property(entries, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (list, draw) => {
      const run = (order: typeof list): object[] => {
        const queue = new EventQueue<(typeof list)[number], undefined>();
        for (const one of order) queue.push(one.time, senders[one.sender] as Sender, one.count, one, undefined);
        const seen: object[] = [];
        while (queue.pop()) seen.push(queue.what as object);
        return seen;
      };
      const shuffled = list.map((one) => ({ one, at: draw.next().value as number }));
      shuffled.sort((a, b) => a.at - b.at);
      expect(run(shuffled.map(({ one }) => one))).toEqual(run(list));
    }),
  );
});
