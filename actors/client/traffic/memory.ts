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
  sentAt: number;
  deadlineAt: number;
  /** Who asked for it, where it is not one of the flow. */
  question: TrafficAsk | undefined;
}

export interface TrafficMemory {
  input: TrafficInput;
  nodes: readonly TrafficNode[];
  /** ms since the epoch of the next request to send; Infinity for none. */
  nextSendAt: number;
  /** Requests made so far; the number of the last. */
  count: number;
  /** By count. All have one timeout, so the first is the first that is over. */
  exchanges: Map<number, Exchange>;
  /** The node that requests enter by, as an index; changed when it does not answer. */
  entry: number;
  /** Resolved names, and how long they hold. */
  names: Map<string, { addresses: readonly string[]; untilMs: number }>;
  measurements: Measurements;
}

export type Me = Self<TrafficMemory>;

/** Makes what a new generator knows. */
export function makeMemory(input: TrafficInput): TrafficMemory {
  return {
    input,
    nodes: input.nodes,
    nextSendAt: Number.POSITIVE_INFINITY,
    count: 0,
    exchanges: new Map(),
    entry: 0,
    names: new Map(),
    measurements: { seconds: [], byServer: {} },
  };
}
