/** What can be seen of an actor from outside, between any two of its steps. */

import type { Message } from '../../protocol/message.ts';
import { Envelope } from '../bus/envelope.ts';
import type { StateValue } from '../stepper/chart.ts';
import type { Host } from './host.ts';
import type { Life } from './life.ts';
import type { Seat } from './seat.ts';

/** An actor as it is now. Its memory, context and messages are the actor's own: look, and change nothing. */
export interface Inspection {
  readonly address: string;
  readonly kind: string;
  readonly isAlive: boolean;
  readonly incarnation: number;
  /** Empty when it is on none. */
  readonly machine: string;
  readonly parent: string;
  readonly input: unknown;
  /** Undefined where nothing lives, or what lives has not taken its first step; so is the context. */
  readonly state: StateValue | undefined;
  readonly context: unknown;
  readonly memory: unknown;
  readonly timers: readonly { name: string; dueMs: number; event: unknown }[];
  /** Its requests that wait for an answer. */
  readonly requests: readonly { number: number; to: string; type: string; note: unknown; deadlineMs: number }[];
  /** The streams it reads; `server` is empty until something came. */
  readonly reading: readonly { stream: number; to: string; type: string; server: string; lastPlace: number }[];
  /** The streams it serves. */
  readonly serving: readonly { from: string; stream: number; place: number }[];
  readonly subscriptions: readonly string[];
  readonly children: readonly string[];
  /** What is on its way to it. */
  readonly inbox: readonly { message: Message; dueMs: number }[];
  readonly disk: Readonly<Record<string, readonly unknown[]>>;
}

/** An actor at a glance: cheap for as many as there are, where `Inspection` looks into all of one. */
export type Glance = Pick<Inspection, 'address' | 'kind' | 'incarnation' | 'machine' | 'state'>;

/** Glances at a living actor; undefined where none lives. */
export function glance(host: Host, address: string): Glance | undefined {
  const seat = host.seats.get(address);
  const life = seat?.life;
  if (seat === undefined || life === undefined) return undefined;
  const { kind, incarnation, machine } = seat;
  const state = life.state === undefined ? undefined : life.chart.value(life);
  return { address, kind, incarnation, machine: machine?.name ?? '', state };
}

/** Looks at whatever is, or was, at an address; undefined when nothing ever was. */
export function inspect(host: Host, address: string): Inspection | undefined {
  const seat = host.seats.get(address);
  if (seat === undefined || seat.incarnation === 0) return undefined;
  const { life } = seat;
  return {
    address,
    kind: seat.kind,
    isAlive: life !== undefined,
    incarnation: seat.incarnation,
    machine: seat.machine?.name ?? '',
    parent: seat.parent,
    input: seat.input,
    state: life?.state === undefined ? undefined : life.chart.value(life),
    context: life?.context,
    memory: life?.memory,
    timers: timersOf(host, life),
    requests: requestsOf(host, life),
    reading: [...(life?.reading?.values() ?? [])].map(({ stream, to, type, server, lastPlace }) => ({
      stream,
      to,
      type,
      server,
      lastPlace,
    })),
    serving: [...(life?.served?.values() ?? [])].flatMap((streams) =>
      [...streams.values()].map(({ reader, stream, place }) => ({ from: reader, stream, place })),
    ),
    subscriptions: [...(life?.subscriptions?.keys() ?? [])],
    children: [...(life?.children ?? [])].map((child) => child.address),
    inbox: inboxOf(host, seat),
    disk: seat.disk?.contents() ?? {},
  };
}

function timersOf(host: Host, life: Life | undefined): Inspection['timers'] {
  const armed = [...(life?.timers?.values() ?? [])].filter((timer) => timer.handle >= 0);
  return armed.map(({ name, event, handle }) => ({ name, dueMs: host.toMs(host.queue.timeOf(handle)), event }));
}

function requestsOf(host: Host, life: Life | undefined): Inspection['requests'] {
  return [...(life?.pending?.values() ?? [])].map(({ number, to, type, note, deadlineUs }) => ({
    number,
    to,
    type,
    note,
    deadlineMs: host.toMs(deadlineUs),
  }));
}

function inboxOf(host: Host, seat: Seat): Inspection['inbox'] {
  const found: { message: Message; dueMs: number }[] = [];
  host.queue.visit((timeUs, what, whom) => {
    if (whom === seat && what instanceof Envelope) found.push({ message: what, dueMs: host.toMs(timeUs) });
  });
  return found.sort((a, b) => a.dueMs - b.dueMs);
}
