/**
 * Goal: in every pod the pause container comes first and goes last; the pod's address and volumes are its own, and the
 * business containers share them.
 *
 * Method: the births and ends of all actors of a pod are recorded; containers talk on localhost and through a volume; the
 * pause container is killed, with the kubelet there and without.
 */

import { describe, expect, test } from 'vitest';
import type { Endpoints, Pod, PodSpec, Service } from '../../protocol/objects.ts';
import { containerAddress, nodeAddress, pauseAddress } from '../../protocol/subjects.ts';
import { type World, world } from '../world.ts';

/** A web server with a helper beside it, that share a volume. */
function pair(spec: Partial<PodSpec> = {}): Pod {
  const ports = [{ containerPort: 80 }];
  const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 };
  const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
  const env = [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pair', labels: { app: 'pair' } },
    spec: {
      containers: [
        { name: 'server', image: 'httpd:2.4', ports, env, readinessProbe, volumeMounts },
        { name: 'helper', image: 'busybox:1.36', command: ['sleep', 'infinity'], env, volumeMounts },
      ],
      volumes: [{ name: 'shared', emptyDir: {} }],
      terminationGracePeriodSeconds: 2,
      ...spec,
    },
  };
}

const current = (cluster: World): Pod => cluster.get<Pod>('pods', 'pair');
const untilReady = (cluster: World): Pod => {
  cluster.until('the pod is ready', () => cluster.readyPods('app=pair').length === 1);
  return current(cluster);
};
const restartsOf = (cluster: World, container: string): number =>
  current(cluster).status?.containerStatuses?.find(({ name }) => name === container)?.restartCount ?? 0;
const pauseOf = ({ metadata }: Pod): string => pauseAddress('c', 'node-1', metadata.uid ?? '');
const run = (cluster: World, container: string, script: string) =>
  cluster.exec('pair', ['sh', '-c', script], container).output.trim();

/** Records who of a pod comes and goes, by the last part of the address. */
function watchPod(cluster: World): string[] {
  const seen: string[] = [];
  const note = (what: string, address: string) => {
    const part = /\.pod\.[^.]+\.(pause|container\.[^.]+)$/.exec(address)?.[1];
    if (part !== undefined) seen.push(`${part.replace('container.', '')} ${what}`);
  };
  cluster.engine.record({
    spawned: ({ address }) => note('begins', address),
    ended: (address) => note('ends', address),
  });
  return seen;
}

describe('the pause container', () => {
  test('runs before all others, init containers too, and ends after them', () => {
    const cluster = world({ nodes: 1 });
    const seen = watchPod(cluster);
    const proxy = { name: 'proxy', image: 'busybox:1.36', command: ['sleep', 'infinity'], restartPolicy: 'Always' };
    cluster.create(pair({ initContainers: [{ name: 'setup', image: 'busybox:1.36', command: ['true'] }, proxy] }));
    untilReady(cluster);
    cluster.delete('pods', 'pair');
    cluster.until('the pod is gone', () => cluster.find('pods', 'pair') === undefined);

    expect(seen.slice(0, 4)).toEqual(['pause begins', 'setup begins', 'setup ends', 'proxy begins']);
    expect(seen.slice(4, 6)).toEqual(['server begins', 'helper begins']);
    expect(seen.slice(6, 8).sort()).toEqual(['helper ends', 'server ends']);
    expect(seen.slice(8)).toEqual(['proxy ends', 'pause ends']);
  });

  test('ends by itself when the work of its pod is done', () => {
    const cluster = world({ nodes: 1 });
    const seen = watchPod(cluster);
    const containers = [{ name: 'job', image: 'busybox:1.36', command: ['sleep', '5'] }];
    const { uid = '' } = cluster.create(pair({ containers, restartPolicy: 'Never' })).metadata;
    cluster.until('it has succeeded', () => current(cluster).status?.phase === 'Succeeded');
    cluster.until('nothing of it runs', () => cluster.engine.actors(`c.node.node-1.pod.${uid}.pause`).length === 0);

    expect(seen).toEqual(['pause begins', 'job begins', 'job ends', 'pause ends']);
  });

  test('owns the address: it is every container’s, and stays when they are started again', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pair());
    const { metadata, status } = untilReady(cluster);
    const { podIP = '' } = status ?? {};

    expect(podIP).toMatch(/^10\.244\.0\.\d+$/);
    expect(status?.podIPs).toEqual([{ ip: podIP }]);
    expect(run(cluster, 'server', 'echo $POD_IP')).toBe(podIP);
    expect(run(cluster, 'helper', 'echo $POD_IP')).toBe(podIP);

    cluster.engine.crash(containerAddress('c', 'node-1', metadata.uid ?? '', 'server'));
    cluster.until('the server was started again', () => restartsOf(cluster, 'server') === 1);
    expect(untilReady(cluster).status?.podIP).toBe(podIP);
  });

  test('owns the ports: containers reach each other on localhost, and no two of them have the same', () => {
    const cluster = world({ nodes: 1 });
    const { containers } = pair().spec;
    const rival = { name: 'rival', image: 'httpd:2.4', ports: [{ containerPort: 80 }] };
    cluster.create(pair());
    const other = { name: 'other', labels: { app: 'other' } };
    cluster.create({ ...pair({ containers: [...containers, rival] }), metadata: other });
    untilReady(cluster);
    const rivalOf = () =>
      cluster.get<Pod>('pods', 'other').status?.containerStatuses?.find(({ name }) => name === 'rival');
    cluster.until('there is no place for a second server', () => (rivalOf()?.restartCount ?? 0) > 1);

    expect(cluster.exec('pair', ['wget', '-qO-', 'http://localhost:80/'], 'helper').exitCode).toBe(0);
    expect(cluster.exec('pair', ['wget', '-qO-', 'http://127.0.0.1:81/'], 'helper').exitCode).not.toBe(0);
    // The two pods have a port 80 each, as each has an address of its own.
    expect(cluster.exec('other', ['wget', '-qO-', 'http://localhost:80/'], 'helper').exitCode).toBe(0);
    expect(rivalOf()?.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
  });

  test('owns the volumes: what one container writes the other reads, it outlives both, and ends with the pod', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pair());
    const { uid = '' } = untilReady(cluster).metadata;
    run(cluster, 'helper', 'echo hello > /shared/note');
    expect(run(cluster, 'server', 'cat /shared/note')).toBe('hello');

    for (const name of ['server', 'helper']) cluster.engine.crash(containerAddress('c', 'node-1', uid, name));
    cluster.until('both were started again', () =>
      ['server', 'helper'].every((name) => restartsOf(cluster, name) === 1),
    );
    untilReady(cluster);
    expect(run(cluster, 'server', 'cat /shared/note')).toBe('hello');

    cluster.delete('pods', 'pair');
    cluster.until('the pod is gone', () => cluster.find('pods', 'pair') === undefined);
    cluster.create(pair());
    untilReady(cluster);
    expect(cluster.exec('pair', ['cat', '/shared/note'], 'server').exitCode).toBe(1);
  });
});

describe('a pause container that dies', () => {
  test('makes the kubelet end the others, rebuild the sandbox and start them again, in the same pod', () => {
    const cluster = world({ nodes: 1 });
    const setup = { name: 'setup', image: 'busybox:1.36', command: ['sh', '-c', 'echo again >> /shared/runs'] };
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
    cluster.create(pair({ initContainers: [{ ...setup, volumeMounts }] }));
    const before = untilReady(cluster);
    const seen = watchPod(cluster);

    cluster.engine.crash(pauseOf(before));
    cluster.until('all were started again', () =>
      ['server', 'helper'].every((name) => restartsOf(cluster, name) === 1),
    );
    const after = untilReady(cluster);

    expect(seen.slice(0, 3).sort()).toEqual(['helper ends', 'pause ends', 'server ends']);
    expect(seen.slice(3)).toEqual(['pause begins', 'setup begins', 'setup ends', 'server begins', 'helper begins']);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(cluster.events('pair')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
    // A new sandbox is a new address; the volumes are the pod's, and stay; what initializes runs again.
    expect(after.status?.podIP).toMatch(/^10\.244\.0\.\d+$/);
    expect(after.status?.podIP).not.toBe(before.status?.podIP);
    expect(run(cluster, 'helper', 'echo $POD_IP')).toBe(after.status?.podIP);
    expect(run(cluster, 'server', 'cat /shared/runs')).toBe('again\nagain');
    expect(cluster.exec('pair', ['wget', '-qO-', 'http://localhost:80/'], 'helper').exitCode).toBe(0);
  });

  test('takes the pod out of its Service until it is back, at its new address', () => {
    const cluster = world({ nodes: 1 });
    const service: Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'pair' },
      spec: { selector: { app: 'pair' }, ports: [{ port: 80 }] },
    };
    cluster.create(service);
    cluster.create(pair());
    const before = untilReady(cluster);
    const served = () => cluster.get<Endpoints>('endpoints', 'pair').subsets?.[0]?.addresses?.map(({ ip }) => ip);
    cluster.until('it is served', () => cluster.reach('http://pair.default/').ok);

    cluster.engine.crash(pauseOf(before));
    cluster.until('it is out', () => served() === undefined, { everyMs: 50 });
    expect(cluster.reach('http://pair.default/').ok).toBe(false);
    const after = untilReady(cluster);
    cluster.until('it is served again', () => cluster.reach('http://pair.default/').ok);
    expect(served()).toEqual([after.status?.podIP]);
  });

  test('is found out by a kubelet that was away when it died', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pair());
    const before = untilReady(cluster);
    const seen = watchPod(cluster);
    const kubelet = nodeAddress('c', 'node-1', 'kubelet');

    cluster.engine.crash(kubelet);
    cluster.engine.crash(pauseOf(before));
    cluster.advance(20_000);
    // Nobody else does anything about it.
    expect(seen).toEqual(['pause ends']);
    cluster.engine.restart(kubelet);
    cluster.until('all were started again', () =>
      ['server', 'helper'].every((name) => restartsOf(cluster, name) === 1),
    );

    expect(untilReady(cluster).metadata.uid).toBe(before.metadata.uid);
    expect(seen.slice(1, 3).sort()).toEqual(['helper ends', 'server ends']);
    expect(seen.slice(3)).toEqual(['pause begins', 'server begins', 'helper begins']);
    expect(cluster.events('pair')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
  });

  test.each([
    ['whose kubelet sees it', false],
    ['whose kubelet was away', true],
  ])('ends a pod that is never restarted, %s', (_, isAway) => {
    const cluster = world({ nodes: 1 });
    cluster.create(pair({ restartPolicy: 'Never' }));
    const before = untilReady(cluster);
    const seen = watchPod(cluster);
    const kubelet = nodeAddress('c', 'node-1', 'kubelet');

    if (isAway) cluster.engine.crash(kubelet);
    cluster.engine.crash(pauseOf(before));
    cluster.advance(5000);
    if (isAway) cluster.engine.restart(kubelet);
    cluster.until('it has failed', () => current(cluster).status?.phase === 'Failed');
    cluster.advance(60_000);

    expect(seen.sort()).toEqual(['helper ends', 'pause ends', 'server ends']);
    expect(restartsOf(cluster, 'server')).toBe(0);
  });

  test('dies with its node: when that is back, the pod gets another, and goes on', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pair());
    const before = untilReady(cluster);
    run(cluster, 'helper', 'echo hello > /shared/note');
    cluster.advance(1000);

    cluster.engine.powerOff('node-1');
    cluster.advance(5000);
    cluster.engine.powerOn('node-1');
    cluster.until('all were started again', () =>
      ['server', 'helper'].every((name) => restartsOf(cluster, name) === 1),
    );

    expect(untilReady(cluster).metadata.uid).toBe(before.metadata.uid);
    expect(cluster.events('pair')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
    expect(run(cluster, 'server', 'cat /shared/note')).toBe('hello');
  });
});
