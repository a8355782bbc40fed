/**
 * Goal: in every pod the pause container comes first and goes last; the pod's address and volumes are its own, and the
 * business containers share them.
 *
 * Method: the births and ends of all actors of a pod are recorded; containers talk on localhost and through a volume; the
 * pause container is killed.
 */

import { describe, expect, test } from 'vitest';
import type { Pod } from '../../protocol/objects.ts';
import { nodeOf, pauseAddress } from '../../protocol/subjects.ts';
import { type World, world } from '../world.ts';

/** A web server with a helper beside it, that share a volume. */
function pair(): Pod {
  const ports = [{ containerPort: 80 }];
  const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 };
  const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pair', labels: { app: 'pair' } },
    spec: {
      containers: [
        { name: 'server', image: 'httpd:2.4', ports, readinessProbe, volumeMounts },
        { name: 'helper', image: 'busybox:1.36', command: ['sleep', 'infinity'], volumeMounts },
      ],
      volumes: [{ name: 'shared', emptyDir: {} }],
      terminationGracePeriodSeconds: 2,
    },
  };
}

function untilReady(cluster: World): Pod {
  cluster.until('the pod is ready', () => cluster.readyPods('app=pair').length === 1);
  return cluster.readyPods('app=pair')[0] as Pod;
}

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
  test('runs first and ends last', () => {
    const cluster = world({ nodes: 1 });
    const seen = watchPod(cluster);
    cluster.create(pair());
    untilReady(cluster);
    cluster.delete('pods', 'pair');
    cluster.until('the pod is gone', () => cluster.find('pods', 'pair') === undefined);

    expect(seen[0]).toBe('pause begins');
    expect(seen.slice(1, 3).sort()).toEqual(['helper begins', 'server begins']);
    expect(seen.slice(3, 5).sort()).toEqual(['helper ends', 'server ends']);
    expect(seen[5]).toBe('pause ends');
    expect(seen).toHaveLength(6);
  });

  test('owns the address: containers reach each other on localhost, and both have the pod’s', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pair());
    const pod = untilReady(cluster);
    const fetched = cluster.exec('pair', ['wget', '-qO-', 'http://localhost:80/'], 'helper');
    expect(fetched.exitCode).toBe(0);
    expect(pod.status?.podIP).toMatch(/^10\.244\.0\.\d+$/);
    expect(pod.status?.podIPs).toEqual([{ ip: pod.status?.podIP }]);
  });

  test('owns the volumes: what one container writes the other reads, and it outlives both', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pair());
    const pod = untilReady(cluster);
    cluster.exec('pair', ['sh', '-c', 'echo hello > /shared/note'], 'helper');
    expect(cluster.exec('pair', ['cat', '/shared/note'], 'server').output.trim()).toBe('hello');

    const { uid = '' } = pod.metadata;
    cluster.engine.crash(`c.node.node-1.pod.${uid}.container.server`);
    cluster.until('the server was started again', () => restartsOf(cluster, 'server') === 1);
    untilReady(cluster);
    expect(cluster.exec('pair', ['cat', '/shared/note'], 'server').output.trim()).toBe('hello');
  });
});

function restartsOf(cluster: World, container: string): number {
  const { containerStatuses = [] } = cluster.get<Pod>('pods', 'pair').status ?? {};
  return containerStatuses.find(({ name }) => name === container)?.restartCount ?? 0;
}

describe('a pause container that dies', () => {
  test('makes the kubelet rebuild the sandbox and restart the others, in the same pod', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pair());
    const before = untilReady(cluster);
    const { uid = '' } = before.metadata;
    const pause = pauseAddress('c', 'node-1', uid);
    expect(nodeOf(pause)).toBe('node-1');

    cluster.engine.crash(pause);
    cluster.until('all containers were started again', () =>
      ['server', 'helper'].every((name) => restartsOf(cluster, name) === 1),
    );
    const after = untilReady(cluster);

    expect(after.metadata.uid).toBe(uid);
    expect(cluster.engine.inspect(pause)?.isAlive).toBe(true);
    expect(after.status?.podIP).toMatch(/^10\.244\.0\.\d+$/);
    expect(cluster.exec('pair', ['wget', '-qO-', 'http://localhost:80/'], 'helper').exitCode).toBe(0);
    expect(cluster.events('pair')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
  });
});
