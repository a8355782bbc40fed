/** The work that is measured with the bus and without it: the same messages, flooded within the same window or asked one by one. */

/** Messages under way at most: the reader gives credit for as many as it has taken. */
export const window = 8192;
/** Messages that one credit is for. */
export const credit = 2048;

/** What one message says; about as much as a kubelet says of a pod. */
export interface Report {
  n: number;
  pod: string;
  namespace: string;
  phase: string;
  hostIP: string;
  podIP: string;
  conditions: { type: string; status: string }[];
}

/** The n-th message's body. */
export function report(n: number): Report {
  return {
    n,
    pod: `web-${n % 1000}`,
    namespace: 'default',
    phase: 'Running',
    hostIP: '10.0.0.17',
    podIP: '10.244.17.9',
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'PodScheduled', status: 'True' },
    ],
  };
}

/** The same as bytes, for who sends no envelopes: encoded once, so that no codec is in the bare pair's figures. */
export function payload(): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(report(500)));
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
