/** Zones: how they stand, and at which rate their nodes' pods are evicted. */

import { describe, expect, test } from 'vitest';
import { node } from '../testing/objects.ts';
import {
  give,
  judgeDisruption,
  makeZone,
  nextNode,
  putBack,
  setRate,
  stateOf,
  takeBack,
  untilNextNodeMs,
  type ZoneState,
  zoneOf,
} from './zones.ts';

test.each([
  ['all ready', { ready: 9, notReady: 0 }, 'normal'],
  ['few not ready', { ready: 9, notReady: 2 }, 'normal'],
  ['most not ready, but only two of them', { ready: 1, notReady: 2 }, 'normal'],
  ['the share that makes it unhealthy', { ready: 9, notReady: 11 }, 'partial'],
  ['just under it', { ready: 10, notReady: 12 }, 'normal'],
  ['none ready', { ready: 0, notReady: 1 }, 'full'],
])('a zone with %s', (_, count, state) => {
  expect(stateOf(count, 0.55)).toBe(state);
});

describe('disruption', () => {
  const states = (...list: ZoneState[]) => new Map(list.map((state, i) => [`z${i}`, state]));
  const judge = (before: ZoneState[], now: ZoneState[]) => {
    const zones = new Map([...states(...before)].map(([name, state]) => [name, { state }]));
    return judgeDisruption(zones, states(...now));
  };

  test.each([
    ['of one zone is its own affair', ['normal', 'normal'], ['full', 'normal'], 'local'],
    ['of all zones is total', ['full', 'normal'], ['full', 'full'], 'total'],
    ['of all zones that lasts is no news', ['full', 'full'], ['full', 'full'], 'same'],
    ['is over when one zone has a ready node', ['full', 'full'], ['full', 'partial'], 'over'],
    ['of all zones at first sight is total', ['initial'], ['full'], 'total'],
  ] as const)('%s', (_, before, now, verdict) => {
    expect(judge([...before], [...now])).toBe(verdict);
  });
});

describe('the nodes of a zone', () => {
  test('have their turn one every ten seconds, in the order they came', () => {
    const zone = makeZone(0.1);
    for (const name of ['a', 'b', 'c']) give(zone, name, 0);
    expect([nextNode(zone, 0), nextNode(zone, 0)]).toEqual(['a', undefined]);
    expect(untilNextNodeMs(zone, 0)).toBe(10_000);
    expect(nextNode(zone, 9_999)).toBeUndefined();
    expect(nextNode(zone, 10_000)).toBe('b');
  });

  test('are given once until they are taken back', () => {
    const zone = makeZone(0.1);
    expect([give(zone, 'a', 0), give(zone, 'a', 0)]).toEqual([true, false]);
    nextNode(zone, 0);
    expect(give(zone, 'a', 1)).toBe(false);
    takeBack(zone, 'a');
    expect(give(zone, 'a', 2)).toBe(true);
  });

  test('that were taken back have no turn', () => {
    const zone = makeZone(0.1);
    give(zone, 'a', 0);
    takeBack(zone, 'a');
    expect([nextNode(zone, 0), untilNextNodeMs(zone, 0)]).toEqual([undefined, undefined]);
    putBack(zone, 'a', 0);
    expect(nextNode(zone, 0)).toBeUndefined();
  });

  test('wait for as long as nothing is evicted, and then have their turn', () => {
    const zone = makeZone(0.1);
    setRate(zone, 0, 0);
    give(zone, 'a', 0);
    expect([nextNode(zone, 60_000), untilNextNodeMs(zone, 60_000)]).toEqual([undefined, undefined]);
    setRate(zone, 0.1, 60_000);
    // As the new limiter begins without the token the old one held back.
    expect(untilNextNodeMs(zone, 60_000)).toBe(10_000);
    expect(nextNode(zone, 70_000)).toBe('a');
  });
});

test('a node is in the zone that its labels say, in one of its own without', () => {
  const at = (labels: Record<string, string>) => zoneOf(node('n1', 'True', { meta: { labels } }));
  const region = { 'topology.kubernetes.io/region': 'eu' };
  const places = [at({}), at(region), at({ ...region, 'topology.kubernetes.io/zone': 'a' })];
  expect(new Set(places).size).toBe(3);
  expect(at({ 'failure-domain.beta.kubernetes.io/zone': 'a' })).toBe(at({ 'topology.kubernetes.io/zone': 'a' }));
});
