/**
 * Goal: containers are restarted by policy, with a back-off of 10 s that doubles to 5 minutes and is forgotten after 10 minutes
 * of running; images that cannot be had are tried again alike; and kubectl shows the reasons it shows in a real cluster.
 *
 * Method: programs exit on cue or leak, images are missing or come late; every end, start and pull is noted with its time.
 */

import { describe, expect, test } from 'vitest';
import type { ProcessExit } from '../../protocol/messages/container.ts';
import type { RegistryFail, RegistryRecover } from '../../protocol/messages/registry.ts';
import type { ContainerStatus, Pod, PodSpec } from '../../protocol/objects.ts';
import { containerAddress, registryAddress } from '../../protocol/subjects.ts';
import { summarize } from '../../protocol/tables/pod-status.ts';
import type { Workload } from '../../protocol/workload.ts';
import { type World, world } from '../world.ts';

function pod(spec: Partial<PodSpec> = {}, container: object = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app' },
    spec: { containers: [{ name: 'main', image: 'example.com/app:1', ...container }], ...spec },
  };
}

/** A world of one node in which the program of the image does this. */
function worldWith(workload: Workload): World {
  return world({ nodes: 1, images: [{ image: 'example.com/app', workload }] });
}

/** Notes how long each restart of the program was waited for, in s. */
function notePauses(cluster: World): readonly number[] {
  const pauses: number[] = [];
  let endedAt: number | undefined;
  const isProgram = (address: string) => address.endsWith('.container.main');
  cluster.engine.record({
    ended: (address, _kind, _reason, _error, atMs) => {
      if (isProgram(address)) endedAt = atMs;
    },
    spawned: ({ address }, atMs) => {
      if (isProgram(address) && endedAt !== undefined) pauses.push(Math.round((atMs - endedAt) / 100) / 10);
    },
  });
  return pauses;
}

const current = (cluster: World): Pod => cluster.get<Pod>('pods', 'app');
const shown = (cluster: World): string => summarize(current(cluster)).status;
const statusOf = (cluster: World): ContainerStatus | undefined => current(cluster).status?.containerStatuses?.[0];

/** Looks on until it runs again after so many restarts; gives all that kubectl showed, one after the other. */
function shownUntil(cluster: World, restarts: number): string[] {
  const all = [shown(cluster)];
  cluster.until(
    `it was restarted ${restarts} times`,
    () => {
      const { status, restarts: count } = summarize(current(cluster));
      if (status !== all.at(-1)) all.push(status);
      return count === restarts && status === 'Running';
    },
    { withinMs: 1_200_000 },
  );
  return all;
}

/** Lets a running program exit, as if by itself. */
function exit(cluster: World, exitCode: number): void {
  cluster.until('it runs', () => statusOf(cluster)?.state?.running !== undefined, { withinMs: 400_000 });
  const address = containerAddress('c', 'node-1', current(cluster).metadata.uid ?? '', 'main');
  cluster.engine.inject<ProcessExit>(address, 'process.exit', { exitCode });
}

describe('a container that exits', () => {
  test('is restarted at once, then after 10 s, 20 s, 40 s, 80 s, 160 s, then every 5 minutes', () => {
    const cluster = worldWith({ exitAfterMs: 1000, exitCode: 1 });
    const pauses = notePauses(cluster);
    const { metadata } = cluster.create(pod());
    cluster.until('it was restarted nine times', () => pauses.length === 9, { withinMs: 3_600_000, everyMs: 5000 });

    expect(pauses).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
    cluster.until('it waits again', () => shown(cluster) === 'CrashLoopBackOff');
    expect(summarize(current(cluster))).toMatchObject({ restarts: 9, ready: 0 });
    expect(current(cluster).status?.phase).toBe('Running');
    const named = `container=main pod=app_default(${metadata.uid})`;
    expect(statusOf(cluster)?.state).toEqual({
      waiting: { reason: 'CrashLoopBackOff', message: `back-off 5m0s restarting failed ${named}` },
    });
    expect(statusOf(cluster)?.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(cluster.events('app')).toContain(
      `BackOff: Back-off restarting failed container main in pod app_default(${metadata.uid})`,
    );
  });

  test.each([
    [1, 'Error'],
    [0, 'Completed'],
  ])('with %i shows as %s for a moment, then as CrashLoopBackOff', (exitCode, reason) => {
    const cluster = worldWith({ exitAfterMs: 3000, exitCode });
    cluster.create(pod());
    cluster.until('it runs', () => shown(cluster) === 'Running');

    expect(shownUntil(cluster, 3)).toEqual([
      ...['Running', reason, 'CrashLoopBackOff'],
      ...['Running', reason, 'CrashLoopBackOff', 'Running'],
    ]);
    expect(statusOf(cluster)?.lastState?.terminated).toMatchObject({ exitCode, reason });
  });

  test('is restarted at once, and waits from 10 s on, when it has run for 10 minutes; for 9 is not enough', () => {
    const cluster = worldWith({});
    const pauses = notePauses(cluster);
    cluster.create(pod());
    for (let times = 0; times < 4; times++) {
      exit(cluster, 1);
      cluster.advance(1000);
    }
    cluster.until('it was restarted four times', () => pauses.length === 4);
    expect(pauses).toEqual([0, 10, 20, 40]);

    const runFor = (minutes: number) => {
      const before = pauses.length;
      cluster.advance(minutes * 60_000);
      exit(cluster, 1);
      cluster.until('it was restarted', () => pauses.length > before, { withinMs: 400_000 });
      return pauses.at(-1);
    };
    expect([runFor(9), runFor(10.1), runFor(0), runFor(0)]).toEqual([80, 0, 10, 20]);
  });

  test.each([
    ['Never', 0, 'Succeeded', 'Completed'],
    ['Never', 3, 'Failed', 'Error'],
    ['OnFailure', 0, 'Succeeded', 'Completed'],
  ])('under policy %s and with %i stays ended: %s, shown as %s', (restartPolicy, exitCode, phase, reason) => {
    const cluster = worldWith({ exitAfterMs: 1000, exitCode });
    cluster.create(pod({ restartPolicy }));
    cluster.until('it has ended', () => current(cluster).status?.phase === phase);
    cluster.advance(600_000);

    expect(shown(cluster)).toBe(reason);
    expect(statusOf(cluster)).toMatchObject({ restartCount: 0, state: { terminated: { exitCode, reason } } });
  });

  test('under policy OnFailure is restarted until it ends well', () => {
    const cluster = worldWith({});
    const pauses = notePauses(cluster);
    cluster.create(pod({ restartPolicy: 'OnFailure' }));
    exit(cluster, 1);
    cluster.until('it was restarted', () => pauses.length === 1);
    exit(cluster, 0);
    cluster.until('it is done', () => current(cluster).status?.phase === 'Succeeded');

    expect(summarize(current(cluster))).toMatchObject({ status: 'Completed', restarts: 1 });
  });

  test('as an init container holds the others back, with the same back-off', () => {
    const cluster = worldWith({});
    const init = { name: 'setup', image: 'busybox:1.36', command: ['false'] };
    cluster.create(pod({ initContainers: [init] }));
    cluster.until('it waits', () => shown(cluster) === 'Init:CrashLoopBackOff');

    expect(statusOf(cluster)?.state?.waiting).toEqual({ reason: 'PodInitializing' });
    expect(current(cluster).status?.phase).toBe('Pending');

    const never = worldWith({});
    never.create(pod({ initContainers: [init], restartPolicy: 'Never' }));
    never.until('it has failed', () => current(never).status?.phase === 'Failed');
    expect(shown(never)).toBe('Init:Error');
  });
});

describe('an image that cannot be pulled', () => {
  /** Notes how long after the one before each pull began, in s. */
  function notePulls(cluster: World): readonly number[] {
    const gaps: number[] = [];
    let last: number | undefined;
    cluster.engine.record({
      delivered: ({ type }, _receiver, atMs) => {
        if (type !== 'image.pull') return;
        if (last !== undefined) gaps.push(Math.round((atMs - last) / 1000));
        last = atMs;
      },
    });
    return gaps;
  }

  test('is tried again after 10 s, 20 s, 40 s..., as ErrImagePull and ImagePullBackOff', () => {
    const cluster = world({ nodes: 1, images: [{ image: 'example.com/app', failure: 'not-found' }] });
    const gaps = notePulls(cluster);
    cluster.create(pod());
    cluster.until('it was not found', () => shown(cluster) === 'ErrImagePull');
    cluster.until('it backs off', () => shown(cluster) === 'ImagePullBackOff');
    cluster.until('it was tried eight times', () => gaps.length === 7, { withinMs: 1_200_000, everyMs: 1000 });

    expect(gaps).toEqual([10, 20, 40, 80, 160, 300, 300]);
    expect(current(cluster).status?.phase).toBe('Pending');
    expect(statusOf(cluster)).toMatchObject({ restartCount: 0, ready: false });
    const events = cluster.events('app');
    expect(events).toContain('Pulling: Pulling image "example.com/app:1"');
    expect(events.find((event) => event.startsWith('Failed: Failed to pull image'))).toContain('not found');
    expect(events).toContain('Failed: Error: ErrImagePull');
    expect(events).toContain('BackOff: Back-off pulling image "example.com/app:1"');
    expect(events).toContain('Failed: Error: ImagePullBackOff');
  });

  test('is there with the next try, once its registry is', () => {
    const cluster = worldWith({});
    // Without a pod before it, not even the pause container's image would be on the node.
    cluster.create({ ...pod({}, { image: 'busybox:1.36', command: ['true'] }), metadata: { name: 'early' } });
    cluster.until('its image is there', () => cluster.get<Pod>('pods', 'early').status?.phase === 'Running');
    const registry = registryAddress('c');
    cluster.engine.inject<RegistryFail>(registry, 'registry.fail', { how: 'unavailable' });
    cluster.create(pod());
    cluster.until('it backs off', () => shown(cluster) === 'ImagePullBackOff');

    cluster.engine.inject<RegistryRecover>(registry, 'registry.recover', undefined);
    cluster.until('it runs', () => shown(cluster) === 'Running', { withinMs: 45_000 });
    expect(summarize(current(cluster)).restarts).toBe(0);
  });

  test('and must not be is not tried: ErrImageNeverPull', () => {
    const cluster = worldWith({});
    const gaps = notePulls(cluster);
    cluster.create(pod({}, { imagePullPolicy: 'Never' }));
    cluster.until('it is known', () => shown(cluster) === 'ErrImageNeverPull');
    cluster.advance(60_000);
    expect(gaps).toEqual([]);
  });
});

describe('a container that takes more memory than its limit', () => {
  test('is killed, and started again with the back-off: OOMKilled, exit code 137', () => {
    const cluster = worldWith({ memoryBytes: 10e6, memoryGrowthBytesPerSecond: 20e6 });
    const pauses = notePauses(cluster);
    cluster.create(pod({}, { resources: { limits: { memory: '100Mi' } } }));
    cluster.until('it runs', () => shown(cluster) === 'Running');

    expect(shownUntil(cluster, 3)).toEqual([
      ...['Running', 'OOMKilled', 'CrashLoopBackOff'],
      ...['Running', 'OOMKilled', 'CrashLoopBackOff', 'Running'],
    ]);
    expect(pauses).toEqual([0, 10, 20]);
    expect(statusOf(cluster)?.lastState?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });
});
