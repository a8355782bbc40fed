/** When a lease may be believed: never longer than nobody else can have it, whatever the clocks and NATS do. */

import { expect, test } from 'vitest';
import { HostsError } from './hosts-error.ts';
import { Lease } from './lease.ts';
import type { Leases } from './leases.ts';
import { processOf } from './testing/example.ts';

/** ms that a lease of the tests lives; four fifths of it count. */
const maxAgeMs = 200;

/** A lease on a NATS that answers when it is told to, and clocks that are set by hand. */
function stage() {
  const time = { monotonic: 1_000, wall: 50_000 };
  const told: string[] = [];
  const waiting: { confirm: () => void; refuse: (error: Error) => void }[] = [];
  let renewals = 0;
  let onRenewal = () => {};
  const leases = {
    maxAgeMs,
    renew: () => {
      renewals++;
      onRenewal();
      if (renewals === 1) return Promise.resolve(1);
      return new Promise<number>((resolve, reject) => {
        waiting.push({ confirm: () => resolve(renewals), refuse: reject });
      });
    },
  } as unknown as Leases;
  let confirm: () => Promise<unknown> = () => Promise.resolve();
  const holder = {
    host: 'a',
    process: processOf('1'),
    confirm: () => {
      told.push('looked');
      return confirm();
    },
  };
  const lease = new Lease(leases, holder, { monotonic: () => time.monotonic, wall: () => time.wall });
  const watch = {
    unsure: () => told.push('unsure'),
    sure: () => told.push('sure'),
    lost: () => told.push('lost'),
  };
  return {
    lease,
    told,
    waiting,
    /** Takes and keeps it. */
    begin: async () => {
      await lease.take();
      await lease.keep(watch);
    },
    /** Lets time pass: on both clocks, or on one of them. */
    pass: (monotonic: number, wall = monotonic) => {
      time.monotonic += monotonic;
      time.wall += wall;
    },
    /** Waits until the next renewal was sent. */
    sent: () =>
      new Promise<void>((resolve) => {
        onRenewal = resolve;
      }),
    confirmWith: (next: typeof confirm) => {
      confirm = next;
    },
    until: async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
    },
  };
}

test('it counts from before the renewal was sent that NATS confirmed last', async () => {
  const { lease, begin, pass, sent, waiting, told, until } = stage();
  await begin();
  await sent();
  pass(100); // On its way for so long.
  expect(lease.isSurelyValid()).toBe(true);
  waiting[0]?.confirm();
  await until(() => lease.ageMs === 100);
  pass(59);
  expect(lease.isSurelyValid()).toBe(true);
  pass(1);
  expect(lease.isSurelyValid()).toBe(false);
  await until(() => told.includes('unsure'));
  lease.stop();
});

test('a confirmation that comes too late counts for nothing before the document was looked at', async () => {
  const { lease, begin, pass, sent, waiting, told, until } = stage();
  await begin();
  await sent();
  pass(161);
  waiting[0]?.confirm();
  await until(() => told.includes('looked'));
  expect(lease.isSurelyValid()).toBe(false);
  // The next one is confirmed in time.
  await until(() => waiting.length === 2);
  waiting[1]?.confirm();
  await until(() => told.includes('sure'));
  expect(told).toEqual(['unsure', 'looked', 'looked', 'sure']);
  expect(lease.isSurelyValid()).toBe(true);
  lease.stop();
});

test.each([
  ['a process that was stopped', 500, 500],
  ['a machine that slept, whose monotonic clock stood still', 0, 3_600_000],
  ['a wall clock that was set back meanwhile', 500, -3_600_000],
])('%s is not believed from its first instant on', async (_, monotonic, wall) => {
  const { lease, begin, pass } = stage();
  await begin();
  expect(lease.isSurelyValid()).toBe(true);
  pass(monotonic, wall);
  expect(lease.isSurelyValid()).toBe(false);
  lease.stop();
});

test('once it was unsure it stays so until the document was looked at, also when a clock is set back', async () => {
  const { lease, begin, pass, told, until } = stage();
  await begin();
  pass(0, 10_000);
  await until(() => told.includes('unsure'));
  pass(0, -10_000);
  expect(lease.isSurelyValid()).toBe(false);
  lease.stop();
});

test('what another has is lost for good', async () => {
  const { lease, begin, pass, sent, waiting, told, until, confirmWith } = stage();
  await begin();
  confirmWith(() => Promise.reject(new HostsError('lost', 'host a', 'is another process now', 'x')));
  await sent();
  pass(500);
  waiting[0]?.confirm();
  await until(() => told.includes('lost'));
  expect(told).toEqual(['unsure', 'looked', 'lost']);
  expect(lease.isSurelyValid()).toBe(false);
});

test('NATS that refuses for a while makes it unsure, with the reason', async () => {
  const { lease, pass, sent, waiting, until } = stage();
  const why: string[] = [];
  await lease.take();
  await lease.keep({ unsure: (reason) => why.push(reason), sure: () => {}, lost: () => {} });
  await sent();
  waiting[0]?.refuse(new Error('no room left'));
  pass(161);
  await until(() => why.length > 0);
  expect(why).toEqual(['no room left']);
  lease.stop();
});
