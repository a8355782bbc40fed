import { describe, expect, test } from 'vitest';
import { describeEviction, type PodUsage, pickVictim, rankForMemory } from './eviction.ts';
import { podOf, sizedPod } from './testing/samples.ts';

const mebibyte = 2 ** 20;

/** A pod, what it requests and what it uses of memory, in MiB. */
function usageOf(name: string, requestMi: number, usedMi: number | undefined, priority?: number): PodUsage {
  const spec = priority === undefined ? {} : { priority };
  const pod = requestMi === 0 ? podOf(name, spec) : sizedPod(name, { memory: `${requestMi}Mi` }, spec);
  const podUid = `uid-${name}`;
  const memoryBytes = (usedMi ?? 0) * mebibyte;
  const usage = { containerId: name, podUid, name: 'main', cpuMilli: 1, startedAt: 0, usedCpuMs: 0, memoryBytes };
  return { pod, containers: usedMi === undefined ? [] : [usage] };
}

const ranked = (...pods: PodUsage[]) => rankForMemory(pods).map(({ pod }) => pod.metadata.name);

describe('who goes first', () => {
  test('those over their requests before those within, however much these use', () => {
    expect(ranked(usageOf('large', 4096, 4000), usageOf('over', 100, 101))).toEqual(['over', 'large']);
  });

  test('of those over their requests the less important, whatever they use', () => {
    const pods = [usageOf('important', 100, 900, 1000), usageOf('common', 100, 110)];
    expect(ranked(...pods)).toEqual(['common', 'important']);
  });

  test('of equally important ones the one furthest over its request', () => {
    const pods = [usageOf('guaranteed', 500, 500), usageOf('burstable', 100, 400), usageOf('best-effort', 0, 350)];
    expect(ranked(...pods)).toEqual(['best-effort', 'burstable', 'guaranteed']);
  });

  test('within requests too, the less important and then the nearest to them', () => {
    const pods = [usageOf('idle', 500, 10), usageOf('busy', 500, 490), usageOf('important', 500, 499, 5)];
    expect(ranked(...pods)).toEqual(['busy', 'idle', 'important']);
  });

  test('before all others one of which nothing is known', () => {
    expect(ranked(usageOf('over', 100, 900), usageOf('unknown', 100, undefined))).toEqual(['unknown', 'over']);
  });

  test('critical and static pods are spared', () => {
    const critical = usageOf('critical', 0, 900, 2_000_000_000);
    const annotations = { 'kubernetes.io/config.source': 'file' };
    const still: PodUsage = { ...usageOf('static', 0, 900), pod: podOf('static', {}, { annotations }) };
    expect(pickVictim([critical, still])).toBeUndefined();
    expect(pickVictim([critical, still, usageOf('other', 100, 50)])?.pod.metadata.name).toBe('other');
  });
});

describe('what is said of it', () => {
  const now = '2026-01-01T00:00:00Z';

  test('the threshold, what is left, and each container that uses more than it requested', () => {
    const pod = sizedPod('a', { memory: '100Mi' });
    pod.spec.containers.push({ name: 'side', image: 'a:1', resources: { requests: { memory: '1Gi' } } });
    const containers = [
      {
        containerId: '1',
        podUid: 'uid-a',
        name: 'main',
        cpuMilli: 1,
        startedAt: 0,
        usedCpuMs: 0,
        memoryBytes: 150 * mebibyte,
      },
      {
        containerId: '2',
        podUid: 'uid-a',
        name: 'side',
        cpuMilli: 1,
        startedAt: 0,
        usedCpuMs: 0,
        memoryBytes: 150 * mebibyte,
      },
    ];
    const { status, annotations } = describeEviction({ pod, containers }, 100 * mebibyte, 60 * mebibyte, now);
    expect(status).toEqual({
      reason: 'Evicted',
      message:
        'The node was low on resource: memory. Threshold quantity: 100Mi, available: 61440Ki. ' +
        'Container main was using 153600Ki, request is 100Mi, has larger consumption of memory. ',
      condition: {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'TerminationByKubelet',
        message: status.message,
        lastTransitionTime: now,
      },
    });
    expect(annotations).toEqual({
      offending_containers: 'main',
      offending_containers_usage: '153600Ki',
      starved_resource: 'memory',
    });
  });

  test('a container that requested nothing is compared with 0', () => {
    const { status } = describeEviction(usageOf('a', 0, 1), 100 * mebibyte, 0, now);
    expect(status.message).toContain('available: 0Ki. Container main was using 1024Ki, request is 0, has larger');
  });
});
