import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../protocol/objects.ts';
import { pickPreempted } from './preemption.ts';
import { podOf, sizedPod } from './testing/samples.ts';

const critical = podOf('critical', { priority: 2_000_000_000 });

const burstable = (name: string, requests: Record<string, string>) => sizedPod(name, requests);
const bestEffort = (name: string) => podOf(name);
function guaranteed(name: string, amounts: Record<string, string>): Pod {
  const resources = { requests: amounts, limits: amounts };
  return podOf(name, { containers: [{ name: 'main', image: 'a:1', resources }] });
}

/** The names of those who give way, or why nobody does. */
function picked(others: Pod[], lacking: Record<string, number>, by = critical): string[] | string {
  const found = pickPreempted(by, others, lacking);
  return 'failure' in found ? found.failure : found.victims.map(({ metadata }) => metadata.name);
}

describe('who gives way to a critical pod', () => {
  test('one that frees enough, rather than two', () => {
    const others = [
      burstable('small', { cpu: '300m' }),
      burstable('other', { cpu: '300m' }),
      burstable('big', { cpu: '500m' }),
    ];
    expect(picked(others, { cpu: 500 })).toEqual(['big']);
  });

  test('of those that free enough the one that requests least', () => {
    const others = [
      burstable('huge', { cpu: '3' }),
      burstable('fitting', { cpu: '600m' }),
      burstable('big', { cpu: '1' }),
    ];
    expect(picked(others, { cpu: 500 })).toEqual(['fitting']);
  });

  test('no Guaranteed pod where Burstable ones do, however many those are', () => {
    const others = [
      guaranteed('one', { cpu: '500m', memory: '1Gi' }),
      burstable('two', { cpu: '250m' }),
      burstable('three', { cpu: '250m' }),
    ];
    expect(picked(others, { cpu: 500 })).toEqual(['three', 'two']);
  });

  test('a Guaranteed one where nothing else does, and then as few of the others as are still needed', () => {
    const others = [
      burstable('some', { cpu: '100m' }),
      burstable('more', { cpu: '200m' }),
      guaranteed('much', { cpu: '400m', memory: '1Gi' }),
    ];
    expect(picked(others, { cpu: 550 })).toEqual(['more', 'much']);
  });

  test('for a place on the node any will do: a BestEffort one goes', () => {
    const others = [burstable('some', { cpu: '100m' }), bestEffort('first'), bestEffort('second')];
    expect(picked(others, { pods: 1 })).toHaveLength(1);
    expect(picked(others, { pods: 1 })).not.toContain('some');
  });

  test('what is lacking of two resources counts alike', () => {
    const others = [
      burstable('cpu', { cpu: '1' }),
      burstable('memory', { memory: '1Gi' }),
      burstable('both', { cpu: '900m', memory: '900Mi' }),
    ];
    expect(picked(others, { cpu: 900, memory: 900 * 2 ** 20 })).toEqual(['both']);
  });
});

describe('who does not', () => {
  test('all of them together are not enough', () => {
    expect(picked([burstable('a', { cpu: '100m' }), bestEffort('b')], { cpu: 500, pods: 1 })).toBe(
      'no set of running pods found to reclaim resources: [(res: cpu, q: 400), ]',
    );
  });

  test('other critical pods, but of a lower priority', () => {
    const static_ = podOf('static', {}, { annotations: { 'kubernetes.io/config.source': 'file' } });
    const equal = podOf('equal', { priority: 2_000_000_000 });
    const higher = podOf('higher', { priority: 2_000_001_000 });
    expect(picked([static_, equal], { pods: 1 })).toContain('no set of running pods');
    expect(picked([static_, equal], { pods: 1 }, higher)).toEqual(['equal']);
  });
});
