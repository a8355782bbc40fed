/** How long a message travels: by how far apart two machines stand, with jitter from each link's own random stream. */

import type { Machine } from '../host/machines.ts';
import type { Random } from '../random.ts';

/** ms that a message travels at least, and how much it varies. */
export interface LatencyModel {
  /** Between two processes of one machine. */
  sameMachineMs: number;
  /** Between machines of one zone. */
  sameZoneMs: number;
  acrossZonesMs: number;
  /** The mean of the jitter as a share of the latency; now and then it is up to sixteen times that mean. 0 for none. */
  jitter: number;
}

/** Measured on ordinary cloud machines: loopback, one switch, one region. */
export const defaultLatency: LatencyModel = { sameMachineMs: 0.05, sameZoneMs: 0.25, acrossZonesMs: 1, jitter: 0.2 };

/** Messages arrive at the moment they leave: for tests of one actor. */
export const noLatency: LatencyModel = { sameMachineMs: 0, sameZoneMs: 0, acrossZonesMs: 0, jitter: 0 };

/** µs that a message travels from one machine to another before jitter; an unplaced sender stands in everybody's zone. */
export function baseUs(model: LatencyModel, from: Machine | undefined, to: Machine | undefined): number {
  if (from === undefined || to === undefined) return Math.round(model.sameZoneMs * 1000);
  if (from === to) return Math.round(model.sameMachineMs * 1000);
  return Math.round((from.zone === to.zone ? model.sameZoneMs : model.acrossZonesMs) * 1000);
}

/** The reach of the tail: the largest jitter is about 1 / tail as long as the curve's unit. */
const tail = 0.02;
/** The mean of the curve `u / (1 + tail - u)` over u in [0, 1), so that `jitter` is the mean. */
const curveMean = 3.01;

/**
 * Draws µs of jitter: mostly little, seldom much, never more than sixteen times the mean.
 *
 * Only basic arithmetic, which every machine rounds alike.
 */
export function jitterUs(base: number, jitter: number, random: Random): number {
  const u = random.unit();
  return Math.floor((base * jitter * u) / ((1 + tail - u) * curveMean));
}
