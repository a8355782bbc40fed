/**
 * Goal: a node that is only slow to be heard of, or not heard of for less than the grace period, is left alone.
 *
 * Method: messages to and from it come late, are lost one in five, or not at all for 25 seconds.
 */

import { describe, expect, test } from 'vitest';
import { addressesOf, nameOf, webPods, webService } from '../web.ts';
import { world } from '../world.ts';
import { isSound, untilAtRest } from './lost-nodes.ts';

describe('a node that is only slow', () => {
  test('is left alone: everything it says comes, three seconds late', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService());
    const before = untilAtRest(cluster, 3);

    cluster.engine.fault({ from: 'c.node.node-2.>' }, { delayMs: 3000 });
    cluster.engine.fault({ to: 'c.node.node-2.>' }, { delayMs: 1000 });
    cluster.during(600_000, 'it is ready and free of taints', () => isSound(cluster, 'node-2'), 2000);

    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
    expect(addressesOf(cluster)).toHaveLength(3);
  });

  test('is left alone: one in five of its messages is lost', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService());
    const before = untilAtRest(cluster, 3);

    cluster.engine.fault({ from: 'c.node.node-2.>', to: 'c.master.>', probability: 0.2 }, 'drop');
    cluster.engine.fault({ from: 'c.master.>', to: 'c.node.node-2.>', probability: 0.2 }, 'drop');
    cluster.during(600_000, 'it is ready and free of taints', () => isSound(cluster, 'node-2'), 2000);

    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
  });

  test('is left alone: it was away for less than the grace period', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService());
    const before = untilAtRest(cluster, 3);

    for (let i = 0; i < 10; i++) {
      cluster.engine.cut('node-2');
      cluster.advance(25_000);
      cluster.engine.heal('node-2');
      cluster.advance(20_000);
      expect(cluster.readyNodes()).toContain('node-2');
    }

    expect(cluster.events('node-2').filter((event) => event.startsWith('NodeNotReady'))).toEqual([]);
    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
  });
});
