import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, Pod } from '../../../protocol/objects.ts';
import { selectorFromLabels } from '../../../protocol/selectors.ts';
import { podMatch } from './affinity.ts';
import {
  assumePod,
  type Cache,
  countMatching,
  makeCache,
  nodesInOrder,
  putNode,
  putPod,
  removeNode,
  removePod,
  topologySize,
} from './cache.ts';
import { needsOf } from './needs.ts';
import { makeNominations } from './nominations.ts';
import { place } from './placement.ts';
import { preempt } from './preemption.ts';
import { node, onNode, pod } from './testing/sample-objects.ts';

const candidateFor = (cache: Cache, object: Pod) => ({
  pod: object,
  needs: needsOf(object),
  cache,
  services: [],
  owners: new Map(),
  hardPodAffinityWeight: 1,
});
/** What must hold in any cache: the sums are those of the pods, and no node has given away more than it has. */
function expectSound(cache: Cache): void {
  for (const entry of cache.nodes.values()) {
    const pods = [...entry.pods.values()];
    const sum = (of: (object: Pod) => number) => pods.reduce((total, { pod: object }) => total + of(object), 0);
    expect(entry.requested.milliCpu).toBe(sum((object) => needsOf(object).requests.milliCpu));
    expect(entry.requested.memory).toBe(sum((object) => needsOf(object).requests.memory));
    expect(entry.requested.milliCpu).toBeLessThanOrEqual(entry.allocatable.milliCpu);
    expect(entry.requested.memory).toBeLessThanOrEqual(entry.allocatable.memory);
    expect(entry.pods.size).toBeLessThanOrEqual(entry.maxPods);
  }
  const match = podMatch(['default'], selectorFromLabels({ app: 'web' }));
  const counted = new Map<string, number>();
  for (const { pod: object, node: name } of cache.pods.values()) {
    if (object.metadata.labels?.app === 'web') counted.set(name, (counted.get(name) ?? 0) + 1);
  }
  expect(new Map(countMatching(cache, [match], true))).toEqual(counted);
}

const step = fc.record({
  what: fc.constantFrom('place', 'place', 'place', 'confirm', 'remove', 'preempt'),
  which: fc.nat(19),
  cpu: fc.constantFrom('0', '100m', '333m', '1', '2500m'),
  memory: fc.constantFrom('0', '64Mi', '1G', '3Gi'),
  isWeb: fc.boolean(),
  priority: fc.nat(3),
});

test('whatever comes and goes, no node is over-committed, sums stay true, and asking "what if" leaves no trace', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (steps, draws) => {
        const random = () => draws.next().value as number;
        const cache = makeCache();
        for (let i = 0; i < 3; i++) putNode(cache, node(`n${i}`, { cpu: '3', memory: '4Gi', pods: '5' }));
        const sweep = { percentage: 0, next: 0 };
        const nominations = makeNominations();
        for (const { what, which, cpu, memory, isWeb, priority } of steps) {
          const object = pod(`p${which}`, { cpu, memory, priority, ...(isWeb ? { labels: { app: 'web' } } : {}) });
          const known = cache.pods.get(`default/p${which}`);
          if (what === 'remove') removePod(cache, `default/p${which}`);
          else if (what === 'confirm' && known !== undefined) putPod(cache, onNode(known.pod, known.node));
          else if (known === undefined) {
            const candidate = candidateFor(cache, object);
            const placement = place(candidate, nominations, sweep, random);
            if (placement.node !== undefined) assumePod(cache, object, candidate.needs, placement.node);
            else if (what === 'preempt') {
              const before = [...cache.pods.keys()].sort();
              const { eviction } = preempt(candidate, placement.refusals, nominations, random);
              expect([...cache.pods.keys()].sort()).toEqual(before);
              expectSound(cache);
              for (const victim of eviction?.victims ?? []) {
                expect(victim.needs.priority).toBeLessThan(priority);
                removePod(cache, victim.key);
              }
              if (eviction !== undefined) expect(place(candidate, nominations, sweep, random).node).toBeDefined();
            }
          }
          expectSound(cache);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('counts of many kinds of pods are kept up side by side', () => {
  const cache = makeCache();
  const match = (app: string) => podMatch(['default'], selectorFromLabels({ app, tier: 'front' }));
  const apps = Array.from({ length: 300 }, (_, i) => `app-${i}`);
  for (const app of apps) countMatching(cache, [match(app)], true);
  for (const app of apps) {
    for (const name of ['a', 'b']) {
      putPod(cache, onNode(pod(`${app}-${name}`, { labels: { app, tier: 'front' } }), 'n0'));
    }
  }
  removePod(cache, 'default/app-7-a');
  for (const app of apps) {
    expect(countMatching(cache, [match(app)], true).get('n0')).toBe(app === 'app-7' ? 1 : 2);
  }
});

const zone = 'topology.kubernetes.io/zone';
const nodeStep = fc.record({
  isGone: fc.boolean(),
  which: fc.nat(4),
  zone: fc.constantFrom('a', 'b', 'c', undefined),
  isCordoned: fc.boolean(),
  effects: fc.subarray(['NoSchedule', 'NoExecute', 'PreferNoSchedule']),
});

test('whatever nodes come, change and go, they are counted as if all had just come', () => {
  fc.assert(
    fc.property(fc.array(nodeStep, { maxLength: 30 }), (steps) => {
      const cache = makeCache();
      const nodes = new Map<string, Node>();
      for (const { isGone, which, zone: value, isCordoned, effects } of steps) {
        const name = `n${which}`;
        if (isGone) {
          removeNode(cache, name);
          nodes.delete(name);
        } else {
          const taints = effects.map((effect) => ({ key: 'k', effect }));
          const made = node(name, { taints, ...(value === undefined ? {} : { labels: { [zone]: value } }) });
          nodes.set(name, { ...made, spec: { ...made.spec, unschedulable: isCordoned } });
          putNode(cache, nodes.get(name) as Node);
        }
        const anew = makeCache();
        for (const one of nodes.values()) putNode(anew, one);
        expect(cache.traits).toEqual(anew.traits);
        expect(topologySize(cache, zone)).toBe(topologySize(anew, zone));
        expect(nodesInOrder(cache).length).toBe(nodes.size);
      }
    }),
  );
});

test('nodes are looked at one zone after the other', () => {
  const cache = makeCache();
  for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) {
    putNode(cache, node(name, { labels: { [zone]: name.slice(0, 1) } }));
  }
  expect(nodesInOrder(cache).map(({ name }) => name)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});
