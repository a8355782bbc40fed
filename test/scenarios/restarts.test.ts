/**
 * Goal: containers are restarted by policy with a back-off of 10 s that doubles to 5 minutes and is forgotten after 10 minutes
 * of running; probes decide on traffic and restarts; and kubectl shows the reasons it shows in a real cluster.
 *
 * Method: programs that exit, hang and fail their probes on cue; every start is noted with its time.
 */

import { describe, expect, test } from 'vitest';
import { summarize } from '../../lab/story/tables/pod-status.ts';
import type { Pod, PodSpec } from '../../protocol/objects.ts';
import type { Workload } from '../../protocol/workload.ts';
import { type World, world } from '../world.ts';

function pod(spec: Partial<PodSpec> = {}, container: object = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app', labels: { app: 'app' } },
    spec: { containers: [{ name: 'main', image: 'example.com/app:1', ...container }], ...spec },
  };
}

/** A world of one node in which the program of the image does this. */
function worldWith(workload: Workload): World {
  return world({ nodes: 1, images: [{ image: 'example.com/app', workload }] });
}

/** Notes when the program is started, in seconds, as the difference to the start before. */
function noteStarts(cluster: World): () => number[] {
  const starts: number[] = [];
  cluster.engine.record({
    spawned: ({ address }, atMs) => {
      if (address.endsWith('.container.main')) starts.push(atMs / 1000);
    },
  });
  return () => starts.slice(1).map((at, i) => Math.round(at - (starts[i] ?? 0)));
}

const current = (cluster: World) => cluster.get<Pod>('pods', 'app');
const shown = (cluster: World) => summarize(current(cluster)).status;

describe('a container that exits', () => {
  test('is restarted after 10 s, 20 s, 40 s, 80 s, 160 s, then every 5 minutes', () => {
    const cluster = worldWith({ exitAfterMs: 1000, exitCode: 1 });
    const gaps = noteStarts(cluster);
    cluster.create(pod());
    cluster.until('it was started nine times', () => gaps().length === 8, { withinMs: 3_600_000, everyMs: 5000 });
    // The first restart comes at once; a second passes until it exits again.
    const [first = 0, ...rest] = gaps();
    expect(first).toBeLessThanOrEqual(3);
    const wanted = [10, 20, 40, 80, 160, 300, 300];
    for (const [i, gap] of rest.entries()) expect(Math.abs(gap - (wanted[i] ?? 0) - 1)).toBeLessThanOrEqual(2);
    cluster.until('it shows', () => shown(cluster) === 'CrashLoopBackOff');
    expect(cluster.events('app').join('\n')).toContain(
      'BackOff: Back-off restarting failed container main in pod app_default',
    );
  });

  test('is restarted soon again once it has run for 10 minutes', () => {
    const cluster = worldWith({ exitAfterMs: 660_000, exitCode: 1 });
    const gaps = noteStarts(cluster);
    cluster.create(pod());
    cluster.until('it was started four times', () => gaps().length === 3, { withinMs: 4_000_000, everyMs: 5000 });
    for (const gap of gaps()) expect(gap).toBeLessThan(660 + 15);
  });

  test('stays ended under policy Never, and under OnFailure where it ended well', () => {
    const failing = worldWith({ exitAfterMs: 1000, exitCode: 3 });
    failing.create(pod({ restartPolicy: 'Never' }));
    failing.until('it has failed', () => current(failing).status?.phase === 'Failed');
    expect(shown(failing)).toBe('Error');
    expect(current(failing).status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 3,
      reason: 'Error',
    });

    const done = worldWith({ exitAfterMs: 1000, exitCode: 0 });
    done.create(pod({ restartPolicy: 'OnFailure' }));
    done.until('it has succeeded', () => current(done).status?.phase === 'Succeeded');
    done.advance(120_000);
    expect(shown(done)).toBe('Completed');
    expect(current(done).status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });
});

describe('an image that cannot be pulled', () => {
  test('is tried again with a growing pause, as ErrImagePull and ImagePullBackOff', () => {
    const cluster = world({ nodes: 1, images: [{ image: 'example.com/app', failure: 'not-found' }] });
    cluster.create(pod());
    cluster.until('it backs off', () => shown(cluster) === 'ImagePullBackOff');
    cluster.advance(240_000);
    const pulls = cluster.events('app').filter((event) => event.startsWith('Pulling'));
    expect(pulls).toEqual(['Pulling: Pulling image "example.com/app:1"']);
    expect(cluster.events('app').join('\n')).toContain('Failed: Error: ErrImagePull');
    expect(cluster.events('app')).toContain('BackOff: Back-off pulling image "example.com/app:1"');
    expect(current(cluster).status?.phase).toBe('Pending');
  });
});

describe('memory', () => {
  test('over the limit kills the container: OOMKilled, exit code 137', () => {
    const cluster = worldWith({ memoryBytes: 10e6, memoryGrowthBytesPerSecond: 20e6 });
    cluster.create(pod({}, { resources: { limits: { memory: '100Mi' } } }));
    cluster.until('it was killed', () => shown(cluster) === 'OOMKilled');
    const [status] = current(cluster).status?.containerStatuses ?? [];
    expect(status?.state?.terminated ?? status?.lastState?.terminated).toMatchObject({
      reason: 'OOMKilled',
      exitCode: 137,
    });
  });
});

describe('probes', () => {
  const readiness = {
    readinessProbe: { httpGet: { path: '/ready', port: 80 }, periodSeconds: 2, failureThreshold: 2 },
  };
  const liveness = { livenessProbe: { httpGet: { path: '/alive', port: 80 }, periodSeconds: 5, failureThreshold: 3 } };
  const ports = [{ containerPort: 80 }];

  test('readiness: a pod whose probe fails is not ready, and is so again when it passes; nothing is restarted', () => {
    const cluster = worldWith({ failProbes: [{ match: '/ready', fromMs: 30_000, untilMs: 60_000 }] });
    cluster.create(pod({}, { ports, ...readiness }));
    cluster.until('it is ready', () => cluster.readyPods().length === 1);
    cluster.until('it is ready no more', () => cluster.readyPods().length === 0, { withinMs: 60_000 });
    expect(current(cluster).status?.phase).toBe('Running');
    cluster.until('it is ready again', () => cluster.readyPods().length === 1, { withinMs: 60_000 });
    expect(current(cluster).status?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect(cluster.events('app').join('\n')).toContain('Unhealthy: Readiness probe failed: ');
  });

  test('liveness: a container whose probe fails three times is killed and started again', () => {
    const cluster = worldWith({ failProbes: [{ match: '/alive', fromMs: 30_000, untilMs: 60_000 }] });
    cluster.create(pod({ terminationGracePeriodSeconds: 1 }, { ports, ...liveness }));
    cluster.until('it is ready', () => cluster.readyPods().length === 1);
    const passed = cluster.until('it was restarted', () => summarize(current(cluster)).restarts === 1, {
      withinMs: 90_000,
    });
    expect(passed).toBeGreaterThan(35_000);
    expect(cluster.events('app').join('\n')).toContain('Unhealthy: Liveness probe failed: ');
    expect(cluster.events('app')).toContain('Killing: Container main failed liveness probe, will be restarted');
  });
});
