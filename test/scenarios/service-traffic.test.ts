/**
 * Goal: what is sent to a Service reaches its ready pods and nobody else, spread as the proxy mode says.
 *
 * Method: clients ask a Service over and over, while its pods become ready, fail, change their labels and end, and the
 * proxies that lead there die and come back.
 */

import { describe, expect, test } from 'vitest';
import type { Endpoints, Pod } from '../../protocol/objects.ts';
import { addressesOf, answersOf, nameOf, probedPods, untilServed, webService } from '../web.ts';
import { world } from '../world.ts';

describe('traffic to a Service', () => {
  test('spreads over its pods at random in proxy mode iptables', () => {
    const cluster = world({ nodes: 3, settings: { 'kube-proxy': { 'proxy-mode': 'iptables' } } });
    cluster.create(probedPods(3));
    cluster.create(webService());
    const pods = untilServed(cluster, 3);

    cluster.traffic('clients', { target: 'http://web.default/', ratePerSecond: 100, steady: true });
    cluster.advance(30_000);

    const { byServer, seconds } = cluster.measured('clients');
    expect(seconds.reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
    expect(Object.keys(byServer).sort()).toEqual(pods.map(nameOf).sort());
    // 3,000 requests, a third each: three standard deviations are 77.
    for (const count of Object.values(byServer)) expect(Math.abs(count - 1000)).toBeLessThan(80);
    // In turn it would be three different ones every time.
    const runs = Array.from({ length: 20 }, () => new Set(answersOf(cluster, 'http://web.default/', 3)).size);
    expect(runs.some((different) => different < 3)).toBe(true);
  });

  test('takes its pods in turn in proxy mode ipvs', () => {
    const cluster = world({ nodes: 3, settings: { 'kube-proxy': { 'proxy-mode': 'ipvs' } } });
    cluster.create(probedPods(3));
    cluster.create(webService());
    const pods = untilServed(cluster, 3);

    const answers = answersOf(cluster, 'http://web.default/', 9, 'node-1');

    const round = answers.slice(0, 3);
    expect(round.toSorted()).toEqual(pods.map(nameOf).sort());
    expect(answers).toEqual([...round, ...round, ...round]);
  });

  test('stays with one pod for each client while its affinity is ClientIP, until the client was silent too long', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(probedPods(4));
    cluster.create(
      webService({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } } }),
    );
    const pods = untilServed(cluster, 4);

    // 40 clients, each of which asks once a second.
    cluster.traffic('clients', { target: 'http://web.default/', ratePerSecond: 40, steady: true, clients: 40 });
    cluster.advance(20_000);
    const { byServer } = cluster.measured('clients');
    expect(Object.keys(byServer).sort()).toEqual(pods.map(nameOf).sort());
    // Each pod serves whole clients: about 20 requests of each one it has, never a part of them.
    for (const count of Object.values(byServer)) expect(count % 20).toBeLessThan(2);

    const [first = ''] = answersOf(cluster, 'http://web.default/', 1);
    expect(new Set(answersOf(cluster, 'http://web.default/', 20))).toEqual(new Set([first]));
    cluster.advance(9000);
    expect(answersOf(cluster, 'http://web.default/', 1)).toEqual([first]);

    // Its pod goes: another is chosen, and kept.
    cluster.delete('pods', first);
    untilServed(cluster, 4);
    const [second = ''] = answersOf(cluster, 'http://web.default/', 1);
    expect(second).not.toBe(first);
    expect(new Set(answersOf(cluster, 'http://web.default/', 20))).toEqual(new Set([second]));

    // After a silence of more than the timeout the choice is free again.
    const afterSilence = Array.from({ length: 12 }, () => {
      cluster.advance(11_000);
      return answersOf(cluster, 'http://web.default/', 1)[0];
    });
    expect(new Set(afterSilence).size).toBeGreaterThan(1);
  });

  test('leaves out a pod that is not ready, and comes back to it when it is', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(probedPods(3));
    cluster.create(webService());
    const [sick, ...sound] = untilServed(cluster, 3) as [Pod, ...Pod[]];
    const container = `c.node.${sick.spec.nodeName}.pod.${sick.metadata.uid}.container.server`;

    cluster.engine.inject(container, 'probe.fail', { match: '/healthz' });
    untilServed(cluster, 2);
    const { subsets } = cluster.get<Endpoints>('endpoints', 'web');
    expect(subsets?.[0]?.notReadyAddresses).toMatchObject([
      { ip: sick.status?.podIP, targetRef: { name: nameOf(sick) } },
    ]);
    expect(new Set(answersOf(cluster, 'http://web.default/', 30))).toEqual(new Set(sound.map(nameOf)));
    // It is not ready, but it lives: nothing restarts it, and asked itself it answers.
    expect(cluster.get<Pod>('pods', nameOf(sick)).status?.containerStatuses?.[0]).toMatchObject({ restartCount: 0 });
    expect(cluster.reach(`http://${sick.status?.podIP}/`)).toMatchObject({ ok: true, servedBy: nameOf(sick) });

    cluster.engine.inject(container, 'probe.recover', undefined);
    untilServed(cluster, 3);
    expect(answersOf(cluster, 'http://web.default/', 60)).toContain(nameOf(sick));
  });

  test('reaches no pod that does not match its selector, from the moment on that the labels change', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(probedPods(2));
    cluster.create(webService({ selector: { app: 'web', track: 'stable' } }));
    cluster.until('the pods are ready', () => cluster.readyPods('app=web').length === 2);
    cluster.advance(3000);
    const [chosen, other] = cluster.readyPods('app=web') as [Pod, Pod];
    // Both are ready, and neither has the second label: connections are refused, as no endpoint takes them.
    expect(answersOf(cluster, 'http://web.default/', 5)).toEqual(Array(5).fill('refused'));

    cluster.patch('pods', nameOf(chosen), { metadata: { labels: { track: 'stable' } } });
    cluster.until('it is served', () => cluster.reach('http://web.default/').ok);
    expect(new Set(answersOf(cluster, 'http://web.default/', 20))).toEqual(new Set([nameOf(chosen)]));

    cluster.patch('pods', nameOf(other), { metadata: { labels: { track: 'stable' } } });
    cluster.patch('pods', nameOf(chosen), { metadata: { labels: { track: 'canary' } } });
    cluster.until('the Endpoints follow', () => addressesOf(cluster, 'web').join() === other.status?.podIP);
    cluster.advance(1500);
    expect(new Set(answersOf(cluster, 'http://web.default/', 20))).toEqual(new Set([nameOf(other)]));
  });

  test('goes to the port that each pod gives the name', () => {
    const cluster = world({ nodes: 2 });
    const pod = (name: string, containerPort: number): Pod => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'web' } },
      spec: { containers: [{ name: 'server', image: 'httpd:2.4', ports: [{ name: 'http', containerPort }] }] },
    });
    cluster.create(pod('old', 8080));
    cluster.create(pod('new', 9090));
    cluster.create(webService({ ports: [{ name: 'www', port: 80, targetPort: 'http' }] }));
    untilServed(cluster, 2);

    const { subsets = [] } = cluster.get<Endpoints>('endpoints', 'web');
    expect(subsets.map(({ ports }) => ports?.[0]?.port).toSorted()).toEqual([8080, 9090]);
    expect(new Set(answersOf(cluster, 'http://web.default/', 30))).toEqual(new Set(['old', 'new']));
  });

  test('reaches every port of a Service by its own rule, and none that it does not have', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(probedPods(1, { ports: [{ containerPort: 80 }, { containerPort: 9000 }] }));
    cluster.create(
      webService({
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81, targetPort: 9000 },
          { name: 'dead', port: 82, targetPort: 7000 },
        ],
      }),
    );
    untilServed(cluster, 1);

    expect(cluster.reach('http://web.default:80/').ok).toBe(true);
    expect(cluster.reach('http://web.default:81/').ok).toBe(true);
    // Nothing in the pod listens there.
    expect(cluster.reach('http://web.default:82/').failure).toBe('refused');
    // No rule has this port, and nobody has the address: packets to it are lost.
    expect(cluster.reach('http://web.default:9000/').ok).toBe(false);
  });

  test('reaches a pod that asks its own Service, as any other', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(probedPods(1));
    cluster.create(webService());
    const [pod] = untilServed(cluster, 1) as [Pod];

    expect(cluster.exec(nameOf(pod), ['wget', '-qO-', 'http://web/']).exitCode).toBe(0);
  });

  test('reaches pods that are not ready where the Service wants them published', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(probedPods(1, { readinessProbe: { httpGet: { path: '/', port: 7000 } } }));
    cluster.create(webService());
    cluster.create(webService({ publishNotReadyAddresses: true }, { name: 'eager' }));
    cluster.until('the pod runs', () => cluster.pods('app=web')[0]?.status?.phase === 'Running');
    cluster.until('it is published', () => addressesOf(cluster, 'eager').length === 1);
    cluster.advance(2000);

    expect(cluster.reach('http://eager.default/').ok).toBe(true);
    expect(cluster.reach('http://web.default/').failure).toBe('refused');
  });

  test('loses nothing while its pods end, where they wait for the proxies before they close their ports', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(probedPods(3, { lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } }));
    cluster.create(webService());
    const pods = untilServed(cluster, 3);

    cluster.traffic('clients', { target: 'http://web.default/', ratePerSecond: 50 });
    for (const pod of pods) {
      cluster.advance(1000);
      cluster.delete('pods', nameOf(pod));
      // An ending pod is out of the Endpoints at once, long before its hook is over.
      const { podIP = '' } = pod.status ?? {};
      cluster.until('it is out', () => !addressesOf(cluster, 'web').includes(podIP), { withinMs: 1000 });
      expect(cluster.find('pods', nameOf(pod))).toBeDefined();
      cluster.until('it is gone', () => cluster.find('pods', nameOf(pod)) === undefined);
      untilServed(cluster, 3);
    }

    const { seconds, byServer } = cluster.measured('clients');
    expect(seconds.reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
    expect(Object.keys(byServer)).toHaveLength(6);
  });
});

describe('a NodePort', () => {
  test('answers at every node, whichever nodes the pods are on', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(probedPods(1));
    cluster.create(webService({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }));
    const [pod] = untilServed(cluster, 1) as [Pod];

    for (const node of ['node-1', 'node-2', 'node-3']) {
      expect(cluster.reach(`http://${node}:30080/`)).toMatchObject({ ok: true, servedBy: nameOf(pod) });
      expect(cluster.reach(`http://${node}:30081/`)).toMatchObject({ ok: false, failure: 'refused' });
    }
  });

  test('answers only where a pod is when its external traffic is to stay local', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(probedPods(1));
    cluster.create(
      webService({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }], externalTrafficPolicy: 'Local' }),
    );
    const [pod] = untilServed(cluster, 1) as [Pod];

    for (const node of ['node-1', 'node-2', 'node-3']) {
      const expected = node === pod.spec.nodeName ? { ok: true } : { ok: false, failure: 'timeout' };
      expect(cluster.reach(`http://${node}:30080/`)).toMatchObject(expected);
      // Inside the cluster every node leads to it all the same.
      expect(cluster.reach('http://web.default/', node)).toMatchObject({ ok: true });
    }
  });
});

describe('a kube-proxy that dies', () => {
  test('leaves its rules standing, and takes up what it missed when it is back', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(probedPods(1));
    cluster.create(webService());
    const [first] = untilServed(cluster, 1) as [Pod];

    cluster.engine.crash('c.node.node-1.kube-proxy');
    expect(cluster.reach('http://web.default/', 'node-1')).toMatchObject({ ok: true, servedBy: nameOf(first) });

    cluster.delete('pods', nameOf(first));
    const [second] = untilServed(cluster, 1) as [Pod];
    cluster.until('the first is gone', () => cluster.find('pods', nameOf(first)) === undefined);
    expect(cluster.reach('http://web.default/', 'node-2')).toMatchObject({ ok: true, servedBy: nameOf(second) });
    expect(cluster.reach('http://web.default/', 'node-1').ok).toBe(false);

    cluster.engine.restart('c.node.node-1.kube-proxy');
    cluster.until('it has caught up', () => cluster.reach('http://web.default/', 'node-1').ok, { withinMs: 10_000 });
    expect(cluster.reach('http://web.default/', 'node-1').servedBy).toBe(nameOf(second));
  });
});
