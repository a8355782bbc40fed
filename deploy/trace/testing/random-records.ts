/** Random histories of a run, as calls of a recorder, and what a reader must give back of them. */

import fc from 'fast-check';
import type { Recorder } from '../../../engine/recorder.ts';
import type { Message } from '../../../protocol/message.ts';
import type { RecordedMessage, TraceRecord } from '../../../protocol/trace/records.ts';

/** One call of a recorder. */
export type Call = (recorder: Recorder) => void;

/** When the random runs begin. */
export const baseMs = Date.UTC(2026, 0, 1);

const addresses = ['c.master.etcd.0', 'c.master.apiserver', 'c.node.n1.kubelet', 'c.node.n1.pod.x%2Ey', 'outside', ''];
const address = fc.constantFrom(...addresses);
/** µs, mostly; and times that no number of µs gives. */
const time = fc.oneof(
  fc.nat(10_000_000).map((us) => baseMs + us / 1000),
  fc.double({ min: baseMs, max: baseMs + 1e6, noNaN: true }),
);

/** Any plain data: what messages carry, and what JSON has no word for. */
export const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.anything({
    withBigInt: true,
    withMap: true,
    withSet: true,
    withDate: true,
    maxDepth: 3,
    withNullPrototype: false,
  }),
);

const message: fc.Arbitrary<RecordedMessage> = fc.record(
  {
    type: fc.constantFrom('object.create', 'stream.keep-alive', 'packet.forward'),
    body: anything,
    from: address,
    to: address,
    seq: fc.oneof(fc.nat(20), fc.nat(2 ** 50)),
    causeFrom: address,
    causeSeq: fc.nat(20),
    sentAt: time,
    request: fc.oneof(fc.constant(0), fc.maxSafeNat()),
    stream: fc.oneof(fc.constant(0), fc.nat(300)),
    place: fc.nat(300),
    role: fc.nat(6),
  },
  { noNullPrototype: true },
);

/** A call, and the record it must become, without host and common time. */
interface Expected {
  readonly call: Call;
  readonly record: Record<string, unknown>;
}

function messageCalls(given: RecordedMessage, atMs: number, receiver: string): Expected[] {
  const said = given as unknown as Message;
  return [
    { call: (to) => to.sent?.(said, atMs), record: { what: 'message.sent', atMs, message: given } },
    {
      call: (to) => to.delivered?.(said, receiver, atMs),
      record: { what: 'message.delivered', atMs, message: given, receiver, isUnordered: false },
    },
    {
      call: (to) => to.dropped?.(said, receiver, 'a fault', atMs),
      record: { what: 'message.dropped', atMs, message: given, receiver, why: 'a fault' },
    },
  ];
}

const ofMessage = fc.tuple(message, time, address, fc.subarray([0, 1, 1, 2])).map(([given, atMs, receiver, which]) => {
  const calls = messageCalls(given, atMs, receiver);
  return which.map((i) => calls[i] as Expected);
});

const ofActor = fc
  .tuple(address, time, anything, fc.nat(1000), fc.nat(4))
  .map(([who, atMs, data, seq, which]): Expected[] => {
    const birth = {
      address: who,
      kind: 'pod',
      incarnation: seq,
      machine: 'm',
      parent: '',
      isDetached: true,
      input: data,
    };
    const all: Expected[] = [
      {
        call: (to) => to.timerFired?.(who, 'untilDue', seq, atMs),
        record: { what: 'timer.fired', atMs, address: who, timer: 'untilDue', seq },
      },
      {
        call: (to) => to.stepped?.(who, { type: 'pod.bind' }, seq % 2 === 0, { a: { b: 'c' } }, atMs),
        record: {
          what: 'actor.stepped',
          atMs,
          address: who,
          event: 'pod.bind',
          isAnswered: seq % 2 === 0,
          state: { a: { b: 'c' } },
        },
      },
      { call: (to) => to.spawned?.(birth, atMs), record: { what: 'actor.spawned', atMs, ...birth } },
      {
        call: (to) => to.wrote?.(who, 'append', 'wal', [data, data], atMs),
        record: { what: 'disk.written', atMs, address: who, operation: 'append', file: 'wal', records: [data, data] },
      },
      {
        call: (to) => to.logged?.(who, 'info', 'so', undefined, atMs),
        record: { what: 'line.logged', atMs, address: who, level: 'info', message: 'so', fields: undefined },
      },
    ];
    return [all[which] as Expected];
  });

/** A random history. */
export const history: fc.Arbitrary<Expected[]> = fc
  .array(fc.oneof(ofMessage, ofActor), { maxLength: 40 })
  .map((parts) => parts.flat());

/** A record without what the file adds to it. */
export function withoutPlace(record: TraceRecord): Record<string, unknown> {
  const { host: _host, clockMs: _clockMs, ...rest } = record;
  return rest;
}
