/** An actor as plain data, and back: to save it, to look into it elsewhere, to let it go on from an earlier time. */

import type { AnyEvent } from '../../protocol/actor.ts';
import { ASK, Envelope } from '../bus/envelope.ts';
import { Pending } from '../bus/requests.ts';
import { Reading } from '../bus/stream-reading.ts';
import { addServed, Served } from '../bus/stream-serving.ts';
import { type RandomState, restoreRandom } from '../random.ts';
import type { StateValue } from '../stepper/chart.ts';
import type { Host } from './host.ts';
import type { Life } from './life.ts';
import { Timer } from './timer.ts';

/** All that one actor is. Times are µs since the run's beginning. */
export interface ActorSnapshot {
  readonly address: string;
  readonly kind: string;
  readonly incarnation: number;
  readonly takenUs: number;
  /** What it was spawned with, and would be again. */
  readonly input: unknown;
  readonly state: StateValue;
  readonly context: unknown;
  readonly memory: unknown;
  readonly timers: readonly { name: string; dueUs: number; event: AnyEvent }[];
  readonly requests: readonly PendingSnapshot[];
  readonly reading: readonly ReadingSnapshot[];
  readonly serving: readonly ServedSnapshot[];
  readonly subscriptions: readonly { pattern: string; isQueue: boolean }[];
  /** Undefined when it never drew. */
  readonly random: RandomState | undefined;
  /** The counts of what it sent and asked; they only ever grow, so a restored actor repeats no id. */
  readonly seq: number;
  readonly numbers: number;
}

interface PendingSnapshot {
  number: number;
  to: string;
  type: string;
  body: unknown;
  note: unknown;
  seq: number;
  dueUs: number;
  deadlineUs: number;
  retryUs: number;
  retriesLeft: number;
}

interface ReadingSnapshot {
  stream: number;
  to: string;
  type: string;
  note: unknown;
  seq: number;
  server: string;
  lastPlace: number;
  heardUs: number;
}

interface ServedSnapshot {
  reader: string;
  stream: number;
  place: number;
  pushedUs: number;
  keptUs: number;
  heardUs: number;
  hasNews: boolean;
}

/** Takes a snapshot of a living actor. What it holds is copied: it stays as it is. @throws Error where none lives. */
export function snapshotActor(host: Host, address: string): ActorSnapshot {
  const life = host.seats.get(address)?.life;
  if (life === undefined) throw new Error(`nothing lives at ${address}: there is nothing to take a snapshot of`);
  const { queue } = host;
  return structuredClone({
    address,
    kind: life.definition.kind,
    incarnation: life.incarnation,
    takenUs: host.nowUs,
    input: life.seat.input,
    state: life.chart.value(life),
    context: life.context,
    memory: life.memory,
    timers: [...(life.timers?.values() ?? [])]
      .filter((timer) => timer.handle >= 0)
      .map(({ name, event, handle }) => ({ name, dueUs: queue.timeOf(handle), event })),
    requests: [...(life.pending?.values() ?? [])].map(
      ({ number, to, type, body, note, seq, handle, deadlineUs, retryUs, retriesLeft }) => ({
        number,
        to,
        type,
        body,
        note,
        seq,
        dueUs: queue.timeOf(handle),
        deadlineUs,
        retryUs,
        retriesLeft,
      }),
    ),
    reading: [...(life.reading?.values() ?? [])].map(({ stream, to, type, note, seq, server, lastPlace, heardUs }) => ({
      stream,
      to,
      type,
      note,
      seq,
      server,
      lastPlace,
      heardUs,
    })),
    serving: [...(life.served?.values() ?? [])].flatMap((streams) =>
      [...streams.values()].map(({ reader, stream, place, pushedUs, keptUs, heardUs, hasNews }) => ({
        reader,
        stream,
        place,
        pushedUs,
        keptUs,
        heardUs,
        hasNews,
      })),
    ),
    subscriptions: [...(life.subscriptions ?? [])].map(([pattern, isQueue]) => ({ pattern, isQueue })),
    random: life.randomStream?.state(),
    seq: life.seat.seq,
    numbers: life.seat.numbers,
  });
}

/**
 * Puts an actor where a snapshot has it, in place of whoever lives at its address; its children stay as they are.
 *
 * Waits that were running have as long to run as they had. No message and no notice tells of it.
 */
export function restoreActor(host: Host, snapshot: ActorSnapshot): void {
  const taken = structuredClone(snapshot) as ActorSnapshot;
  const seat = host.seatOf(taken.address);
  const life = host.lives.replace(seat, taken.kind, taken.memory, taken.incarnation);
  seat.input = taken.input;
  const laterUs = host.nowUs - taken.takenUs;
  life.context = taken.context;
  life.chart.restore(life, taken.state);
  life.randomStream = taken.random && restoreRandom(taken.random);
  seat.seq = Math.max(seat.seq, taken.seq);
  seat.numbers = Math.max(seat.numbers, taken.numbers);
  for (const { name, dueUs, event } of taken.timers) restoreTimer(life, name, dueUs + laterUs, event);
  for (const pending of taken.requests) restorePending(life, pending, laterUs);
  for (const reading of taken.reading) restoreReading(life, reading, laterUs);
  for (const served of taken.serving) restoreServed(life, served, laterUs);
  for (const { pattern, isQueue } of taken.subscriptions) host.routes.subscribe(life, pattern, isQueue);
}

function restoreTimer(life: Life, name: string, dueUs: number, event: AnyEvent): void {
  const timer = new Timer(life, name);
  timer.event = event;
  timer.armAt(dueUs);
  life.timers ??= new Map();
  life.timers.set(name, timer);
}

function restorePending(life: Life, taken: PendingSnapshot, laterUs: number): void {
  const { to, type, body, number, seq } = taken;
  const sent = new Envelope(type, body, life.address, to, seq, '', 0, 0, number, 0, 0, ASK);
  const pending = new Pending(life, sent, taken.note, taken.deadlineUs + laterUs, taken.retryUs, taken.retriesLeft);
  pending.armAt(taken.dueUs + laterUs);
  life.pending ??= new Map();
  life.pending.set(number, pending);
}

function restoreReading(life: Life, taken: ReadingSnapshot, laterUs: number): void {
  const reading = new Reading(life, taken.stream, taken.to, taken.type, taken.note, taken.seq);
  reading.server = taken.server;
  reading.lastPlace = taken.lastPlace;
  reading.heardUs = taken.heardUs + laterUs;
  life.reading ??= new Map();
  life.reading.set(taken.stream, reading);
  reading.watch();
}

function restoreServed(life: Life, taken: ServedSnapshot, laterUs: number): void {
  const served = new Served(life, taken.reader, taken.stream);
  served.place = taken.place;
  served.pushedUs = taken.pushedUs + laterUs;
  served.keptUs = taken.keptUs + laterUs;
  served.heardUs = taken.heardUs + laterUs;
  served.hasNews = taken.hasNews;
  addServed(life, served);
}
