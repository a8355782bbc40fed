/** Zones: where many nodes fail at once, the fault may be in what sees them, so their pods are evicted slower or not at all. */

import type { Node } from '../../../../protocol/objects.ts';
import { type DueHeap, earliestDue, makeDueHeap, removeDue, setDue, takeDue } from '../../../client-go/due-heap.ts';
import { makeTokenBucket, type TokenBucket, tryTakeAt } from '../../../client-go/rate-limit.ts';

/** How much of a zone is ready; `initial` before it was first looked at. */
export type ZoneState = 'initial' | 'normal' | 'partial' | 'full';

/** One zone, and its nodes whose pods are to be evicted (`RateLimitedTimedQueue`). */
export interface Zone {
  state: ZoneState;
  /** Nodes per second; 0 for none. */
  rate: number;
  bucket: TokenBucket;
  waiting: DueHeap;
  /** Nodes given to it and not taken back: none is taken twice. */
  given: Set<string>;
}

/** Ready and other nodes of a zone. */
export interface ZoneCount {
  ready: number;
  notReady: number;
}

/** Gives the zone of a node by its labels; nodes without are in one of their own. */
export function zoneOf({ metadata }: Node): string {
  const labels = metadata.labels ?? {};
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '';
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  return region === '' && zone === '' ? '' : `${region}:\u0000:${zone}`;
}

/** Makes a zone that was not seen before. */
export function makeZone(rate: number): Zone {
  return { state: 'initial', rate, bucket: makeTokenBucket(rate, 1), waiting: makeDueHeap(), given: new Set() };
}

/** Decides how a zone stands (`ComputeZoneState`). */
export function stateOf({ ready, notReady }: ZoneCount, unhealthyThreshold: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'full';
  if (notReady > 2 && notReady / (notReady + ready) >= unhealthyThreshold) return 'partial';
  return 'normal';
}

/** What the state of all zones together means: `total` stops all evictions, `over` begins them anew. */
export type Disruption = 'same' | 'total' | 'over' | 'local';

/** Decides what changed since the last look; `now` has the state of every zone that has nodes. */
export function judgeDisruption(
  zones: ReadonlyMap<string, Pick<Zone, 'state'>>,
  now: ReadonlyMap<string, ZoneState>,
): Disruption {
  const isTotal = [...now.values()].every((state) => state === 'full');
  const wasTotal = [...zones].every(([name, zone]) => !now.has(name) || zone.state === 'full');
  if (isTotal) return wasTotal ? 'same' : 'total';
  return wasTotal ? 'over' : 'local';
}

/** Changes a zone's rate; one that was waiting for its turn goes on waiting. */
export function setRate(zone: Zone, rate: number, nowMs: number): void {
  if (zone.rate === rate) return;
  const wasHeld = zone.rate <= 0 || !tryTakeAt(zone.bucket, nowMs);
  zone.rate = rate;
  zone.bucket = makeTokenBucket(rate, 1);
  if (wasHeld && rate > 0) tryTakeAt(zone.bucket, nowMs);
}

/** Gives a node to a zone's queue; false where it has it already. */
export function give(zone: Zone, node: string, nowMs: number): boolean {
  if (zone.given.has(node)) return false;
  zone.given.add(node);
  setDue(zone.waiting, node, nowMs);
  return true;
}

/** Takes a node back: it can be given again. */
export function takeBack(zone: Zone, node: string): void {
  zone.given.delete(node);
  removeDue(zone.waiting, node);
}

/** Takes out the next node whose turn has come; undefined where there is none, or the rate does not allow it yet. */
export function nextNode(zone: Zone, nowMs: number): string | undefined {
  const due = earliestDue(zone.waiting);
  if (due === undefined || due > nowMs || zone.rate <= 0 || !tryTakeAt(zone.bucket, nowMs)) return undefined;
  return takeDue(zone.waiting, nowMs);
}

/** Puts a node back whose turn came too early or could not be used. */
export function putBack(zone: Zone, node: string, dueMs: number): void {
  if (zone.given.has(node)) setDue(zone.waiting, node, dueMs);
}

/** Tells in how many ms the next node may be taken; undefined where none will be. */
export function untilNextNodeMs({ waiting, rate, bucket }: Zone, nowMs: number): number | undefined {
  const due = earliestDue(waiting);
  if (due === undefined || rate <= 0) return undefined;
  const tokens = Math.min(1, bucket.tokens + (Math.max(0, nowMs - bucket.updatedAt) * rate) / 1000);
  return Math.max(0, due - nowMs, ((1 - tokens) * 1000) / rate);
}
