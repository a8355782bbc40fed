/** What a traffic generator knows. */

import type { Self } from '../../../protocol/actor.ts';
import type { TrafficAsk, TrafficInput, TrafficNode } from '../../../protocol/messages/traffic.ts';
import type { Measurements } from './measurements.ts';
import type { Destination } from './target.ts';

/** A request on its way. */
export interface Exchange {
  count: number;
  destination: Destination;
  /** The node it is to enter by, where that is fixed. */
  node: string | undefined;
  /** When it was sent, in ms since the epoch, to be counted by, and on the monotonic clock; and when it is over, there. */
  sentAt: number;
  sentMs: number;
  deadlineMs: number;
  /** Who asked for it, where it is not one of the flow. */
  question: TrafficAsk | undefined;
}

export interface TrafficMemory {
  input: TrafficInput;
  nodes: readonly TrafficNode[];
  /** When to send the next request, in ms on the monotonic clock; Infinity for none. */
  nextSendMs: number;
  /** Requests made so far; the number of the last. */
  count: number;
  /** By count. All have one timeout, so the first is the first that is over. */
  exchanges: Map<number, Exchange>;
  /** The node that requests enter by, as an index; changed when it does not answer. */
  entry: number;
  /** Resolved names, and how long they hold, in ms on the monotonic clock. */
  names: Map<string, { addresses: readonly string[]; untilMs: number }>;
  measurements: Measurements;
}

export type Me = Self<TrafficMemory>;

/** Makes what a new generator knows. */
export function makeMemory(input: TrafficInput): TrafficMemory {
  return {
    input,
    nodes: input.nodes,
    nextSendMs: Number.POSITIVE_INFINITY,
    count: 0,
    exchanges: new Map(),
    entry: 0,
    names: new Map(),
    measurements: { seconds: [], byServer: {} },
  };
}
