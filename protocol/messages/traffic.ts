/** What a traffic generator is told to do, and what it measured. */

import type { Message } from '../message.ts';

/** A flow of requests from outside, as clients of an application send it. */
export interface TrafficInput {
  name: string;
  /**
   * Where to: `http://frontend.default/path` by DNS and ClusterIP, or `http://<node>:<nodePort>/path`;
   * port 80 unless told.
   */
  target: string;
  /** `GET` unless told. */
  method?: string;
  /** Requests per second, at exponentially distributed intervals unless `steady`; 0 for one that is only asked. */
  ratePerSecond: number;
  steady?: boolean;
  /** ms until a request counts as failed; 1,000 unless told. */
  timeoutMs?: number;
  /** How many source addresses take turns: as many clients, for session affinity; 1 unless told. */
  clients?: number;
  /** The node whose network the requests enter by; absent: one of the nodes, the next when it does not answer. */
  node?: string;
  nodes: readonly TrafficNode[];
  /** The DNS servers' queue group. */
  dns: string;
  /** ms since the epoch when to begin and (absent: never) to end. */
  startAt: number;
  endAt?: number;
}

/** A node, as a generator reaches it. */
export interface TrafficNode {
  name: string;
  address: string;
}

/** Why a request failed: `unreachable` is no route or no host, `refused` a TCP reset, `http-error` a status of 500 and above. */
export type FailureKind = 'timeout' | 'refused' | 'unreachable' | 'dns' | 'http-error';

/** What was sent in one second of a run, and what became of it. */
export interface TrafficSecond {
  /** ms since the epoch, a whole second. A request counts in the second it was sent. */
  at: number;
  ok: number;
  failed: number;
  failures: Partial<Record<FailureKind, number>>;
  /** Latencies of those answered well, in buckets: see `latencyBucket` of protocol/latency-buckets.ts. */
  latency: Record<number, number>;
}

export type TrafficStop = Message<'traffic.stop', undefined>;
/** Tells a generator of nodes that joined. */
export type TrafficNodesChanged = Message<'traffic.nodes-changed', { nodes: readonly TrafficNode[] }>;
/** Asks a generator for all it has measured so far. */
export type TrafficReport = Message<'traffic.report', undefined>;
export type TrafficReported = Message<
  'traffic.reported',
  {
    name: string;
    seconds: readonly TrafficSecond[];
    /** Requests without answer yet. */
    inFlight: number;
    /** Good answers by who gave them: pod names. */
    byServer: Readonly<Record<string, number>>;
  }
>;
/** Sends one request at once, measured apart: does this answer? */
export type TrafficAsk = Message<'traffic.ask', { target: string; node?: string }>;
export type TrafficAnswered = Message<
  'traffic.answered',
  { ok: boolean; status: number; failure?: FailureKind; latencyMs: number; servedBy: string }
>;
