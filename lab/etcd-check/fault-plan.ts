/** What befalls a run, drawn from its seed before it begins. */

import type { MessageMatch, Verdict } from '../../engine/bus/faults.ts';
import { type Random, seedOf, splitRandom } from '../../engine/random.ts';
import { clientMachine, memberMachine } from './world.ts';

/** A strike that waits for its moment: the first time, from then on, that a client has a write answered. */
export interface Aimed {
  readonly afterAnswer: boolean;
}

/** Something that befalls it. Members are meant by their number; machines by name, `*` for all others. */
export type Fault =
  /** The process dies; with `loseUnsynced` the system's buffers go with it. */
  | ({ readonly kind: 'crash'; readonly member: number; readonly loseUnsynced: boolean } & Aimed)
  /** Whoever leads dies. */
  | { readonly kind: 'crash-leader' }
  /**
   * The next to stand for election is not heard any more once it has asked for votes: it may be elected, and then has
   * entries that nobody else has (Raft, Figure 8).
   */
  | { readonly kind: 'mute-candidate' }
  /** The machine has no power. */
  | ({ readonly kind: 'power'; readonly member: number } & Aimed)
  /** No machine of a member has. */
  | ({ readonly kind: 'blackout' } & Aimed)
  /** The process stands still, and does not know it. */
  | { readonly kind: 'pause'; readonly member: number; readonly ms: number }
  /** Another member is asked to lead. */
  | { readonly kind: 'move-leader'; readonly member: number }
  /** Nothing reaches it or leaves it, and then everything does, in order. */
  | { readonly kind: 'hold'; readonly member: number }
  | { readonly kind: 'cut'; readonly from: string; readonly to: string; readonly oneWay: boolean }
  /** Some machines are cut off from all others. */
  | { readonly kind: 'split'; readonly apart: readonly string[] }
  | { readonly kind: 'messages'; readonly match: MessageMatch; readonly verdict: Verdict }
  | { readonly kind: 'disk'; readonly member: number; readonly fsyncMs: number; readonly failure?: string }
  | { readonly kind: 'clock'; readonly member: number; readonly offsetMs?: number; readonly driftPpm?: number };

/** The names one can ask for with `--faults`. */
export const faultNames = [
  'crash',
  'crash-leader',
  'mute-candidate',
  'power',
  'blackout',
  'pause',
  'move-leader',
  'hold',
  'cut',
  'split',
  'flap',
  'drop',
  'delay',
  'reorder',
  'double',
  'slow-disk',
  'failing-disk',
  'clock',
] as const;

/** A kind of fault as one draws it. */
export type FaultName = (typeof faultNames)[number];

/** A fault and its time, in ms from the run's beginning. */
export interface Planned {
  readonly atMs: number;
  readonly untilMs: number;
  readonly fault: Fault;
}

/** How much a clock is let run fast or slow at most, in parts per million. */
export const driftMaxPpm = 50_000;

/** Salts the plan's stream apart from all others. */
const planSalt = 0x506c616e;
/** ms that a process stays dead at least. */
export const deathMs = 500;
/** Mean time from one fault to the next, in ms. */
const gapMs = 2_500;

/**
 * Draws a plan. Each seed has some of the kinds and not others, so that one kind does not hide what another would show.
 *
 * A process that died stays so for half a second at least, longer than any single message is late: as with TCP, nothing
 * that was sent to one life of a process is delivered twice, once to it and once to its next.
 */
export function planFaults(
  world: { seed: number; members: number; clients: number; seconds: number },
  allowed: readonly FaultName[] = faultNames,
): Planned[] {
  const random = splitRandom(seedOf(world.seed), 0, 0, planSalt);
  const chosen = allowed.filter(() => random.unit() < 0.5);
  const kinds = chosen.length > 0 ? chosen : allowed;
  const plan: Planned[] = [];
  const endMs = world.seconds * 1000;
  for (let atMs = exponential(random, gapMs); atMs < endMs - deathMs; atMs += exponential(random, gapMs)) {
    const untilMs = Math.min(endMs, atMs + deathMs + exponential(random, 2_500));
    const name = kinds[random.below(kinds.length)]!;
    plan.push(...draws[name](new Draw(random, world), atMs, untilMs));
  }
  return plan.sort((a, b) => a.atMs - b.atMs);
}

/** What a drawing may draw from. */
class Draw {
  readonly random: Random;
  readonly members: number;
  readonly clients: number;

  constructor(random: Random, { members, clients }: { members: number; clients: number }) {
    this.random = random;
    this.members = members;
    this.clients = clients;
  }

  get member(): number {
    return this.random.below(this.members);
  }

  get machine(): string {
    return memberMachine(this.member);
  }

  /** A member's, more often than not. */
  get anyMachine(): string {
    return this.random.unit() < 0.6 ? this.machine : clientMachine(this.random.below(this.clients));
  }

  between(low: number, high: number): number {
    return low + this.random.unit() * (high - low);
  }

  isHeads(): boolean {
    return this.random.unit() < 0.5;
  }

  /** Which messages: of all, to or from the members, or one of them. */
  match(probability: number): MessageMatch {
    const whom = this.isHeads() ? 'c.master.etcd.>' : `c.master.etcd.${this.member}`;
    const ends: MessageMatch[] = [{}, { to: whom }, { from: whom }, { from: 'c.master.etcd.>', to: 'c.master.etcd.>' }];
    return { ...ends[this.random.below(ends.length)], probability };
  }
}

type Drawer = (draw: Draw, atMs: number, untilMs: number) => Planned[];

const one =
  (make: (draw: Draw) => Fault): Drawer =>
  (draw, atMs, untilMs) => [{ atMs, untilMs, fault: make(draw) }];

const messages = (make: (draw: Draw) => Verdict, low: number, high: number): Drawer =>
  one((draw) => ({ kind: 'messages', match: draw.match(draw.between(low, high)), verdict: make(draw) }));

const draws: Record<FaultName, Drawer> = {
  crash: one((draw) => ({
    kind: 'crash',
    member: draw.member,
    loseUnsynced: draw.isHeads(),
    afterAnswer: draw.isHeads(),
  })),
  'crash-leader': one(() => ({ kind: 'crash-leader' })),
  'mute-candidate': one(() => ({ kind: 'mute-candidate' })),
  power: one((draw) => ({ kind: 'power', member: draw.member, afterAnswer: draw.isHeads() })),
  blackout: one((draw) => ({ kind: 'blackout', afterAnswer: draw.isHeads() })),
  pause: one((draw) => ({ kind: 'pause', member: draw.member, ms: Math.round(draw.between(200, 4_000)) })),
  'move-leader': one((draw) => ({ kind: 'move-leader', member: draw.member })),
  hold: one((draw) => ({ kind: 'hold', member: draw.member })),
  cut: one((draw) => {
    const to = draw.isHeads() ? '*' : draw.machine;
    const [from, oneWay] = [draw.anyMachine, draw.isHeads()];
    return draw.isHeads() ? { kind: 'cut', from, to, oneWay } : { kind: 'cut', from: to, to: from, oneWay };
  }),
  split: one((draw) => ({ kind: 'split', apart: someMachines(draw) })),
  flap: (draw, atMs, untilMs) => {
    const periodMs = draw.between(100, 1_500);
    const fault: Fault = { kind: 'cut', from: draw.anyMachine, to: '*', oneWay: draw.isHeads() };
    const times: Planned[] = [];
    for (let at = atMs; at < untilMs; at += 2 * periodMs) {
      times.push({ atMs: at, untilMs: Math.min(untilMs, at + periodMs), fault });
    }
    return times;
  },
  drop: messages(() => 'drop', 0.05, 0.6),
  delay: messages((draw) => ({ delayMs: draw.between(5, 400) }), 0.1, 1),
  reorder: messages((draw) => ({ delayMs: draw.between(1, 200), isOvertaken: true }), 0.1, 0.9),
  double: messages((draw) => ({ duplicateAfterMs: draw.between(0, 50) }), 0.1, 0.9),
  'slow-disk': one((draw) => ({ kind: 'disk', member: draw.member, fsyncMs: draw.between(10, 1_500) })),
  'failing-disk': one((draw) => ({ kind: 'disk', member: draw.member, fsyncMs: 1, failure: 'Input/output error' })),
  clock: one((draw) =>
    draw.isHeads()
      ? { kind: 'clock', member: draw.member, offsetMs: Math.round(draw.between(-3_600_000, 3_600_000)) }
      : { kind: 'clock', member: draw.member, driftPpm: Math.round(draw.between(-driftMaxPpm, driftMaxPpm)) },
  ),
};

/** Some members and some clients. */
function someMachines(draw: Draw): string[] {
  const machines = [
    ...Array.from({ length: draw.members }, (_, i) => memberMachine(i)),
    ...Array.from({ length: draw.clients }, (_, i) => clientMachine(i)),
  ];
  return machines.filter(() => draw.isHeads());
}

function exponential(random: Random, meanMs: number): number {
  return -Math.log(1 - random.unit()) * meanMs;
}

/** Says a planned fault on one line. */
export function describePlanned({ atMs, untilMs, fault }: Planned): string {
  const { kind, ...rest } = fault;
  const about = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `${(atMs / 1000).toFixed(3)}–${(untilMs / 1000).toFixed(3)} s ${[kind, ...about].join(', ')}`;
}
