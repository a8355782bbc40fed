/**
 * Goal: a node that was not heard of for a while does no harm when it is heard of again, and loses nothing it need not lose:
 * it ends what was given up, and keeps what was not.
 *
 * Method: a machine loses its power, or its wires, and gets them back before its pods are evicted, after that, and after
 * one of them was deleted by force. Without power its pods have ended with it; behind the cut they run on, unseen.
 */

import { describe, expect, test } from 'vitest';
import type { Pod } from '../../protocol/objects.ts';
import { addressesOf, nameOf } from '../web.ts';
import type { World } from '../world.ts';
import {
  aPodANode,
  evicted,
  isSound,
  isTainted,
  monitorPeriodMs,
  processesOf,
  readiness,
  taintsOf,
  tolerationMs,
} from './lost-nodes.ts';

/** How a node is lost and comes back, whether its pods run on meanwhile, and within how many ms it and they are ready again. */
const losses = [
  {
    how: 'had no power',
    lose: ({ engine }: World, node: string) => void engine.powerOff(node),
    regain: ({ engine }: World, node: string) => void engine.powerOn(node),
    runsOn: false,
    readyMs: 20_000,
    servedMs: 60_000,
  },
  {
    how: 'was cut off',
    lose: ({ engine }: World, node: string) => void engine.cut(node),
    regain: ({ engine }: World, node: string) => void engine.heal(node),
    runsOn: true,
    readyMs: 30_000,
    servedMs: 30_000,
  },
];

const restartsOf = ({ status }: Pod) => status?.containerStatuses?.[0]?.restartCount;

describe.each(losses)('a node that $how', ({ lose, regain, runsOn, readyMs, servedMs }) => {
  test('until its pods were evicted ends what runs of them, and takes pods again', () => {
    const { cluster, victim, node } = aPodANode(3);
    const running = processesOf(cluster, victim);
    expect(running.length).toBeGreaterThanOrEqual(2);

    lose(cluster, node);
    cluster.until('its pod is evicted', () => evicted(cluster).length === 1, { withinMs: 400_000, everyMs: 1000 });
    cluster.until('it is replaced', () => cluster.readyPods('app=web').length === 3);
    cluster.advance(60_000);
    // Behind the cut two of one kind run in the world, though only one is served: the price of not knowing.
    expect(processesOf(cluster, victim)).toEqual(runsOn ? running : []);

    regain(cluster, node);
    cluster.until('it is ready', () => readiness(cluster, node) === 'True', { withinMs: readyMs });
    cluster.until('it is free of taints', () => taintsOf(cluster, node).length === 0, {
      withinMs: monitorPeriodMs + 1000,
    });
    cluster.until('the evicted pod is gone', () => cluster.find('pods', nameOf(victim)) === undefined, {
      withinMs: 60_000,
    });
    expect(processesOf(cluster, victim)).toEqual([]);
    expect(cluster.pods('app=web')).toHaveLength(3);
    expect(cluster.readyPods('app=web')).toHaveLength(3);
    cluster.scale('replicationcontrollers', 'web', 6);
    cluster.until('it has pods again', () => cluster.readyPods('app=web').some(({ spec }) => spec.nodeName === node));
  });

  test('and is back before they are evicted keeps its pods where they were', () => {
    const { cluster, before, victim, node } = aPodANode(3);

    lose(cluster, node);
    cluster.until('it is tainted', () => isTainted(cluster, node));
    expect(addressesOf(cluster)).toHaveLength(2);
    cluster.advance(tolerationMs - 60_000);
    regain(cluster, node);

    cluster.until('all are served again', () => addressesOf(cluster).length === 3, { withinMs: servedMs });
    cluster.during(tolerationMs + 30_000, 'no pod is evicted', () => evicted(cluster).length === 0, 10_000);
    const after = cluster.readyPods('app=web');
    expect(after.map(nameOf)).toEqual(before.map(nameOf));
    // Only what had ended with its machine was started again.
    for (const pod of after) expect(restartsOf(pod)).toBe(nameOf(pod) === nameOf(victim) && !runsOn ? 1 : 0);
    expect(cluster.events(nameOf(victim))).toContain(
      `TaintManagerEviction: Cancelling deletion of Pod default/${nameOf(victim)}`,
    );
    expect(taintsOf(cluster, node)).toEqual([]);
  });

  test('while its pod was deleted by force ends what nobody knows of any more', () => {
    const { cluster, victim, node } = aPodANode(3);
    lose(cluster, node);
    cluster.until('it is not ready', () => readiness(cluster, node) === 'Unknown');

    // In good manners the pod would be asked to end, and nobody is there to do it.
    cluster.delete('pods', nameOf(victim));
    cluster.advance(60_000);
    expect(cluster.find('pods', nameOf(victim))).toBeDefined();

    cluster.delete('pods', nameOf(victim), { gracePeriodSeconds: 0 });
    expect(cluster.find('pods', nameOf(victim))).toBeUndefined();
    cluster.until('it is replaced', () => cluster.readyPods('app=web').length === 3, { withinMs: 10_000 });
    expect(cluster.readyPods('app=web').map(({ spec }) => spec.nodeName)).not.toContain(node);
    expect(processesOf(cluster, victim).length > 0).toBe(runsOn);

    regain(cluster, node);
    cluster.until('it is sound', () => isSound(cluster, node), { withinMs: 30_000 });
    cluster.until('the forgotten pod has ended', () => processesOf(cluster, victim).length === 0, { withinMs: 60_000 });
    expect(cluster.pods('app=web')).toHaveLength(3);
  });
});
