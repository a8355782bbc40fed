/**
 * Goal: probes decide: startup on when the others begin, readiness on traffic, liveness on restarts, in the times they say.
 *
 * Method: programs that fail their probes, hang or never get ready on cue, behind a Service.
 */

import { describe, expect, test } from 'vitest';
import type { ContainerHang } from '../../protocol/messages/container.ts';
import type { Endpoints, Pod, Service } from '../../protocol/objects.ts';
import { containerAddress } from '../../protocol/subjects.ts';
import { summarize } from '../../protocol/tables/pod-status.ts';
import type { Workload } from '../../protocol/workload.ts';
import { type World, world } from '../world.ts';

/** A pod whose program listens on port 80, with these probes, in a world where it does this. */
function worldWith(workload: Workload, probes: object): World {
  const cluster = world({ nodes: 1, images: [{ image: 'example.com/app', workload }] });
  const ports = [{ containerPort: 80 }];
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app', labels: { app: 'app' } },
    spec: {
      terminationGracePeriodSeconds: 2,
      containers: [{ name: 'main', image: 'example.com/app:1', ports, ...probes }],
    },
  };
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'app' },
    spec: { selector: { app: 'app' }, ports: [{ port: 80 }] },
  };
  cluster.create(service);
  cluster.create(pod);
  return cluster;
}

const current = (cluster: World): Pod => cluster.get<Pod>('pods', 'app');
const restarts = (cluster: World): number => summarize(current(cluster)).restarts;
const isReady = (cluster: World): boolean => cluster.readyPods().length === 1;
const isServed = (cluster: World): boolean =>
  cluster.get<Endpoints>('endpoints', 'app').subsets?.[0]?.addresses !== undefined;
const condition = (cluster: World, type: string) =>
  current(cluster).status?.conditions?.find((one) => one.type === type);
const programOf = (cluster: World): string =>
  containerAddress('c', 'node-1', current(cluster).metadata.uid ?? '', 'main');

/** Notes the moments, in s since its first start, at which the program starts and ends. */
function noteLife(cluster: World): { starts: readonly number[]; ends: readonly number[] } {
  const [starts, ends]: [number[], number[]] = [[], []];
  let first = 0;
  cluster.engine.record({
    spawned: ({ address }, atMs) => {
      if (!address.endsWith('.container.main')) return;
      if (starts.length === 0) first = atMs;
      starts.push((atMs - first) / 1000);
    },
    ended: (address, _kind, _reason, _error, atMs) => {
      if (address.endsWith('.container.main')) ends.push((atMs - first) / 1000);
    },
  });
  return { starts, ends };
}

describe('a readiness probe', () => {
  const httpGet = { path: '/ready', port: 80 };

  test('that fails takes the pod out of its Services, and puts it back when it passes; nothing is restarted', () => {
    const cluster = worldWith(
      { failProbes: [{ match: '/ready', fromMs: 30_000, untilMs: 60_000 }] },
      { readinessProbe: { httpGet, periodSeconds: 2, failureThreshold: 3 } },
    );
    cluster.until('it is served', () => isReady(cluster) && isServed(cluster));
    const startedAt = cluster.engine.now();

    cluster.until('it is ready no more', () => !isReady(cluster), { withinMs: 60_000 });
    // It was ready a second or two after its start; three probes in a row fail from 30 s after the start on.
    const lastedMs = cluster.engine.now() - startedAt;
    expect(lastedMs).toBeGreaterThan(30_000);
    expect(lastedMs).toBeLessThan(37_000);
    cluster.until('it is out', () => !isServed(cluster), { withinMs: 1000 });
    expect(summarize(current(cluster))).toMatchObject({ status: 'Running', ready: 0, total: 1 });
    for (const type of ['Ready', 'ContainersReady']) {
      expect(condition(cluster, type)).toMatchObject({
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'containers with unready status: [main]',
      });
    }
    expect(cluster.events('app')).toContain(
      'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 500',
    );

    cluster.until('it is served again', () => isReady(cluster) && isServed(cluster), { withinMs: 60_000 });
    expect(cluster.engine.now() - startedAt).toBeLessThan(64_000);
    expect(restarts(cluster)).toBe(0);
  });

  test('is not asked before its initial delay is over', () => {
    const cluster = worldWith({}, { readinessProbe: { httpGet, initialDelaySeconds: 40, periodSeconds: 5 } });
    const { starts } = noteLife(cluster);
    cluster.until('it runs', () => summarize(current(cluster)).status === 'Running' && starts.length === 1);
    const passed = cluster.until('it is ready', () => isReady(cluster));
    expect(passed).toBeGreaterThan(38_000);
    expect(passed).toBeLessThan(46_000);
  });
});

describe('a liveness probe', () => {
  const livenessProbe = { httpGet: { path: '/alive', port: 80 }, periodSeconds: 5, failureThreshold: 3 };

  test('that fails three times has the container killed and started again', () => {
    const cluster = worldWith({ failProbes: [{ match: '/alive', fromMs: 30_000 }] }, { livenessProbe });
    const { starts, ends } = noteLife(cluster);
    cluster.until('it was restarted', () => restarts(cluster) === 1);

    // The third probe in a row to fail comes 10 to 15 s after the first could.
    expect(ends[0]).toBeGreaterThan(40);
    expect(ends[0]).toBeLessThan(46);
    expect((starts[1] ?? 0) - (ends[0] ?? 0)).toBeLessThan(1);
    expect(cluster.events('app')).toContain('Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500');
    expect(cluster.events('app')).toContain('Killing: Container main failed liveness probe, will be restarted');
  });

  test('that never passes leads to CrashLoopBackOff, as any other end does', () => {
    const cluster = worldWith({ failProbes: [{ match: '/alive' }] }, { livenessProbe });
    const { starts, ends } = noteLife(cluster);
    cluster.until('it waits', () => summarize(current(cluster)).status === 'CrashLoopBackOff');
    cluster.until('it was restarted three times', () => starts.length === 4, { withinMs: 300_000 });

    expect([1, 2, 3].map((i) => Math.round((starts[i] ?? 0) - (ends[i - 1] ?? 0)))).toEqual([0, 10, 20]);
  });

  test('has a program that hangs killed: it does not answer, nor hear SIGTERM', () => {
    const cluster = worldWith({}, { livenessProbe });
    const { ends } = noteLife(cluster);
    cluster.until('it is served', () => isReady(cluster) && isServed(cluster));
    cluster.advance(10_000);

    cluster.engine.inject<ContainerHang>(programOf(cluster), 'container.hang', undefined);
    expect(cluster.reach('http://app.default/').ok).toBe(false);
    cluster.until('it was restarted', () => restarts(cluster) === 1);

    expect(ends).toHaveLength(1);
    expect(current(cluster).status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(137);
    const { podIP } = current(cluster).status ?? {};
    expect(cluster.events('app')).toContain(
      `Unhealthy: Liveness probe failed: Get "http://${podIP}:80/alive": context deadline exceeded ` +
        '(Client.Timeout exceeded while awaiting headers)',
    );
    cluster.until('it serves again', () => cluster.reach('http://app.default/').ok);
  });
});

describe('a startup probe', () => {
  const startupProbe = { tcpSocket: { port: 80 }, periodSeconds: 5, failureThreshold: 12 };
  const livenessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 1 };

  test('holds the others back until a slow program is up', () => {
    const cluster = worldWith({ startupMs: 40_000 }, { startupProbe, livenessProbe });
    const passed = cluster.until('it is ready', () => isReady(cluster));

    expect(passed).toBeGreaterThan(40_000);
    expect(passed).toBeLessThan(55_000);
    expect(restarts(cluster)).toBe(0);
    expect(current(cluster).status?.containerStatuses?.[0]?.started).toBe(true);
    expect(cluster.events('app').some((event) => event.startsWith('Unhealthy: Liveness'))).toBe(false);
  });

  test('has a program killed that is not up in time', () => {
    const cluster = worldWith({ startupMs: 90_000 }, { startupProbe, livenessProbe });
    const { ends } = noteLife(cluster);
    cluster.until('it was restarted', () => restarts(cluster) === 1);

    // Twelve times 5 s.
    expect(ends[0]).toBeGreaterThan(55);
    expect(ends[0]).toBeLessThan(66);
    expect(current(cluster).status?.containerStatuses?.[0]).toMatchObject({ started: false, ready: false });
    expect(cluster.events('app')).toContain('Killing: Container main failed startup probe, will be restarted');
  });
});
