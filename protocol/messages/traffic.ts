/** What a traffic generator is told to do, and what it measured. */

import type { Message } from '../message.ts';

/** A steady flow of requests from one client. */
export interface TrafficInput {
  name: string;
  /** `http://frontend.default` (by DNS and ClusterIP, from a node) or `http://<node>:<nodePort>`; the port is 80 unless told. */
  target: string;
  path: string;
  method: string;
  /** Requests per second, sent at exponentially distributed intervals unless `steady`. */
  ratePerSecond: number;
  steady: boolean;
  /** ms until a request counts as failed; 1,000 unless told. */
  timeoutMs: number;
  /** The node whose network in-cluster traffic enters by; absent: one of the nodes, changed when it does not answer. */
  node?: string;
  /** All nodes' names, for `node` absent and to find a node's address. */
  nodes: readonly string[];
  /** ms since the epoch when to begin and (absent: never) to end. */
  startAt: number;
  endAt?: number;
}

export type FailureKind = 'timeout' | 'refused' | 'unreachable' | 'dns' | 'http-error';

/** What a generator has measured in one second of its run. */
export interface TrafficSecond {
  /** ms since the epoch, a whole second. Requests count in the second they were sent. */
  at: number;
  ok: number;
  failed: number;
  latencyMsSum: number;
  latencyMsMax: number;
  failures: Partial<Record<FailureKind, number>>;
}

export type TrafficStop = Message<'traffic.stop', undefined>;
/** Asks a generator for all it has measured so far. */
export type TrafficReport = Message<'traffic.report', undefined>;
export type TrafficReported = Message<'traffic.reported', { name: string; seconds: readonly TrafficSecond[] }>;
