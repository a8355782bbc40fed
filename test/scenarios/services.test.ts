/**
 * Goal: a Service is one steady name and address for pods that come and go.
 *
 * Method: Services of every kind stand before pods of one program; clients outside and programs inside ask for them, by
 * name, by address and by node, while pods become ready, fail, change their labels and end.
 */

import { describe, expect, test } from 'vitest';
import type { Container, Endpoints, Namespace, Pod, ReplicationController, Service } from '../../protocol/objects.ts';
import { type World, world } from '../world.ts';

/** A Service for the pods labelled `app: web`, on port 80. */
function webService(spec: Partial<Service['spec']> = {}, metadata: Partial<Service['metadata']> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', ...metadata },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  };
}

/** So many pods labelled `app: web`, each ready as long as its `/healthz` answers well. */
function webPods(replicas: number, container: Partial<Container> = {}): ReplicationController {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { app: 'web' },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'server',
              image: 'httpd:2.4',
              ports: [{ containerPort: 80 }],
              readinessProbe: { httpGet: { path: '/healthz', port: 80 }, periodSeconds: 1, failureThreshold: 2 },
              ...container,
            },
          ],
        },
      },
    },
  };
}

/** A pod that serves nothing, from which one looks around. */
function shell(metadata: Pod['metadata'], spec: Partial<Pod['spec']> = {}): Pod {
  const containers = [{ name: 'shell', image: 'busybox:1.36', command: ['sleep', 'infinity'] }];
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, terminationGracePeriodSeconds: 0, ...spec } };
}

function namespace(name: string): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** Waits until so many of the pods are ready, and every node's forwarding table says so. */
function untilServed(cluster: World, pods: number): Pod[] {
  cluster.until(`${pods} pods are ready`, () => cluster.readyPods('app=web').length === pods);
  cluster.until('the Endpoints name them', () => addressesOf(cluster, 'web').length === pods);
  // kube-proxy gathers changes for iptables-min-sync-period.
  cluster.advance(1500);
  return cluster.readyPods('app=web');
}

/** The ready addresses behind a Service. */
function addressesOf(cluster: World, service: string): string[] {
  const { subsets = [] } = cluster.get<Endpoints>('endpoints', service);
  return subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip));
}

/** Who answers, by name, in so many requests one after the other. */
function answersOf(cluster: World, target: string, count: number, node?: string): string[] {
  return Array.from({ length: count }, () => {
    const { failure, servedBy } = cluster.reach(target, node);
    return failure ?? servedBy;
  });
}

const nameOf = ({ metadata }: Pod) => metadata.name;

describe('a Service is known by', () => {
  test('a name that no other of its namespace has, a ClusterIP of its own, and a NodePort where it asks for one', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(namespace('other'));

    const web = cluster.create(webService());
    const twin = cluster.create(webService({}, { namespace: 'other' }));
    const open = cluster.create(webService({ type: 'NodePort' }, { name: 'open' }));
    const { clusterIP = '' } = web.spec;

    expect(clusterIP).toMatch(/^10\.(9[6-9]|10[0-9]|11[01])\.\d+\.\d+$/);
    expect(new Set([web, twin, open].map(({ spec }) => spec.clusterIP)).size).toBe(3);
    expect(web.spec.ports).toEqual([{ protocol: 'TCP', port: 80, targetPort: 80 }]);
    expect(open.spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_000);
    expect(open.spec.ports?.[0]?.nodePort).toBeLessThanOrEqual(32_767);

    const refused = (object: Service) =>
      cluster.refusal('object.create', { resource: 'services', namespace: 'default', object }).message;
    expect(refused(webService())).toBe('services "web" already exists');
    expect(refused(webService({ clusterIP }, { name: 'late' }))).toBe(
      `Service "late" is invalid: spec.clusterIPs: Invalid value: []string{"${clusterIP}"}: ` +
        `failed to allocate IP ${clusterIP}: provided IP is already allocated`,
    );
    const nodePort = open.spec.ports?.[0]?.nodePort ?? 0;
    expect(refused(webService({ type: 'NodePort', ports: [{ port: 80, nodePort }] }, { name: 'late' }))).toBe(
      `Service "late" is invalid: spec.ports[0].nodePort: Invalid value: ${nodePort}: provided port is already allocated`,
    );

    // What a Service had is free again once it is gone.
    cluster.delete('services', 'web');
    cluster.delete('services', 'open');
    const heir = cluster.create(
      webService({ type: 'NodePort', clusterIP, ports: [{ port: 80, nodePort }] }, { name: 'heir' }),
    );
    expect(heir.spec).toMatchObject({ clusterIP, ports: [{ nodePort }] });
  });

  test('DNS: its bare name in its own namespace, its name and namespace from everywhere', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(namespace('other'));
    cluster.create(webPods(2));
    cluster.create(webService());
    cluster.create(shell({ name: 'near' }));
    cluster.create(shell({ name: 'far', namespace: 'other' }));
    untilServed(cluster, 2);

    const finds = (pod: string, host: string) => cluster.exec(pod, ['wget', '-qO-', `http://${host}/`]).exitCode === 0;
    cluster.until('the shells run', () =>
      ['near', 'other/far'].every((pod) => cluster.get<Pod>('pods', pod).status?.phase === 'Running'),
    );

    expect(finds('near', 'web')).toBe(true);
    expect(finds('near', 'web.default')).toBe(true);
    expect(finds('near', 'web.default.svc.cluster.local')).toBe(true);
    expect(finds('other/far', 'web.default')).toBe(true);
    expect(finds('other/far', 'web.default.svc.cluster.local')).toBe(true);
    expect(finds('other/far', 'web')).toBe(false);
    expect(finds('near', 'web.other')).toBe(false);

    // A name ends with its Service, as soon as nobody remembers it.
    cluster.delete('services', 'web');
    cluster.until('the name is forgotten', () => !finds('near', 'web'), { withinMs: 60_000 });
    expect(cluster.reach('http://web.default/').failure).toBe('dns');
  });

  test('DNS, as long as one of its servers lives', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(webPods(1));
    cluster.create(webService());
    cluster.create(shell({ name: 'near' }));
    untilServed(cluster, 1);
    cluster.until('the shell runs', () => cluster.get<Pod>('pods', 'near').status?.phase === 'Running');
    const finds = () => cluster.exec('near', ['nslookup', 'web']).exitCode === 0;

    cluster.engine.crash('c.master.dns.0');
    expect([finds(), finds(), finds()]).toEqual([true, true, true]);
    cluster.engine.crash('c.master.dns.1');
    expect(finds()).toBe(false);

    cluster.engine.restart('c.master.dns.0');
    cluster.until('it is found again', finds, { withinMs: 10_000 });
  });

  test('another name, where it is only an alias', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(webPods(1));
    cluster.create(webService());
    cluster.create({
      ...webService({}, { name: 'alias' }),
      spec: { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' },
    });
    const [pod] = untilServed(cluster, 1) as [Pod];

    expect(cluster.get<Service>('services', 'alias').spec.clusterIP).toBeUndefined();
    expect(cluster.reach('http://alias.default/')).toMatchObject({ ok: true, servedBy: nameOf(pod) });
  });

  test('the environment of the pods of its namespace that start after it', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(namespace('other'));
    cluster.create(shell({ name: 'early' }));
    cluster.until('the early pod runs', () => cluster.readyPods().length === 1);
    const { spec } = cluster.create(
      webService(
        {
          ports: [
            { name: 'http', port: 80 },
            { name: 'admin-api', port: 9000, protocol: 'UDP' },
          ],
        },
        { name: 'web-shop' },
      ),
    );
    cluster.create(shell({ name: 'late' }));
    cluster.create(shell({ name: 'unlinked' }, { enableServiceLinks: false }));
    cluster.create(shell({ name: 'far', namespace: 'other' }));
    cluster.until('all pods run', () => cluster.readyPods().length === 4);

    const variables = (pod: string) =>
      Object.fromEntries(
        cluster
          .exec(pod, ['env'])
          .output.trim()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
    const ip = spec.clusterIP;
    const ofWebShop = {
      WEB_SHOP_SERVICE_HOST: ip,
      WEB_SHOP_SERVICE_PORT: '80',
      WEB_SHOP_SERVICE_PORT_HTTP: '80',
      WEB_SHOP_SERVICE_PORT_ADMIN_API: '9000',
      WEB_SHOP_PORT: `tcp://${ip}:80`,
      WEB_SHOP_PORT_80_TCP: `tcp://${ip}:80`,
      WEB_SHOP_PORT_80_TCP_PROTO: 'tcp',
      WEB_SHOP_PORT_80_TCP_PORT: '80',
      WEB_SHOP_PORT_80_TCP_ADDR: ip,
      WEB_SHOP_PORT_9000_UDP: `udp://${ip}:9000`,
      WEB_SHOP_PORT_9000_UDP_PROTO: 'udp',
      WEB_SHOP_PORT_9000_UDP_PORT: '9000',
      WEB_SHOP_PORT_9000_UDP_ADDR: ip,
    };
    expect(variables('late')).toMatchObject(ofWebShop);
    for (const pod of ['early', 'unlinked', 'other/far']) {
      expect(Object.keys(variables(pod)).filter((name) => name.startsWith('WEB_SHOP'))).toEqual([]);
      // The API server is known to all.
      expect(variables(pod)).toMatchObject({ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' });
    }
  });
});

describe('traffic to a Service', () => {
  test('spreads over its pods at random in proxy mode iptables', () => {
    const cluster = world({ nodes: 3, settings: { 'kube-proxy': { 'proxy-mode': 'iptables' } } });
    cluster.create(webPods(3));
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
    cluster.create(webPods(3));
    cluster.create(webService());
    const pods = untilServed(cluster, 3);

    const answers = answersOf(cluster, 'http://web.default/', 9, 'node-1');

    const round = answers.slice(0, 3);
    expect(round.toSorted()).toEqual(pods.map(nameOf).sort());
    expect(answers).toEqual([...round, ...round, ...round]);
  });

  test('stays with one pod for each client while its affinity is ClientIP, until the client was silent too long', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(webPods(4));
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
    cluster.create(webPods(3));
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
    cluster.create(webPods(2));
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
    cluster.create(webPods(1, { ports: [{ containerPort: 80 }, { containerPort: 9000 }] }));
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
    cluster.create(webPods(1));
    cluster.create(webService());
    const [pod] = untilServed(cluster, 1) as [Pod];

    expect(cluster.exec(nameOf(pod), ['wget', '-qO-', 'http://web/']).exitCode).toBe(0);
  });

  test('reaches pods that are not ready where the Service wants them published', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(webPods(1, { readinessProbe: { httpGet: { path: '/', port: 7000 } } }));
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
    cluster.create(webPods(3, { lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } }));
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

describe('a Service without a selector', () => {
  test('leads where its Endpoints are told to, and nowhere before', () => {
    const cluster = world({ nodes: 2 });
    const { selector: _none, ...spec } = webService({ ports: [{ port: 8080, targetPort: 80 }] }).spec;
    cluster.create({ ...webService({}, { name: 'by-hand' }), spec });
    cluster.create(webPods(2));
    cluster.until('the pods are ready', () => cluster.readyPods('app=web').length === 2);
    cluster.advance(3000);
    const [first, second] = cluster.readyPods('app=web') as [Pod, Pod];

    // Nobody makes Endpoints for it.
    expect(cluster.find('endpoints', 'by-hand')).toBeUndefined();
    expect(cluster.reach('http://by-hand.default:8080/')).toMatchObject({ ok: false, failure: 'refused' });

    const subsets = (pod: Pod) => [{ addresses: [{ ip: pod.status?.podIP ?? '' }], ports: [{ port: 80 }] }];
    const endpoints: Endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'by-hand' },
      subsets: subsets(first),
    };
    cluster.create(endpoints);
    cluster.until('it is served', () => cluster.reach('http://by-hand.default:8080/').ok);
    expect(new Set(answersOf(cluster, 'http://by-hand.default:8080/', 10))).toEqual(new Set([nameOf(first)]));

    cluster.patch('endpoints', 'by-hand', { subsets: subsets(second) });
    cluster.advance(2500);
    expect(new Set(answersOf(cluster, 'http://by-hand.default:8080/', 10))).toEqual(new Set([nameOf(second)]));
  });
});

describe('a headless Service', () => {
  test('has no address of its own: its name is that of its ready pods', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(webPods(2));
    cluster.create(webService({ clusterIP: 'None' }));
    const pods = untilServed(cluster, 2);

    expect(new Set(answersOf(cluster, 'http://web.default/', 30))).toEqual(new Set(pods.map(nameOf)));
    // Nothing translates the port: the pods' own is the one to ask.
    expect(cluster.reach('http://web.default:8080/').failure).toBe('refused');
  });
});

describe('a NodePort', () => {
  test('answers at every node, whichever nodes the pods are on', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(1));
    cluster.create(webService({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }));
    const [pod] = untilServed(cluster, 1) as [Pod];

    for (const node of ['node-1', 'node-2', 'node-3']) {
      expect(cluster.reach(`http://${node}:30080/`)).toMatchObject({ ok: true, servedBy: nameOf(pod) });
      expect(cluster.reach(`http://${node}:30081/`)).toMatchObject({ ok: false, failure: 'refused' });
    }
  });

  test('answers only where a pod is when its external traffic is to stay local', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(1));
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

describe('a Service that changes', () => {
  test('keeps its ClusterIP, gives its NodePort back, and is served on its new port only', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(webPods(1));
    const { spec } = cluster.create(webService({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }));
    untilServed(cluster, 1);
    expect(cluster.reach('http://node-1:30080/').ok).toBe(true);

    const ports = [{ port: 8080, targetPort: 80 }];
    const changed = cluster.patch<Service>('services', 'web', { spec: { type: 'ClusterIP', ports } });
    expect(changed.spec.clusterIP).toBe(spec.clusterIP);
    expect(changed.spec.ports?.[0]?.nodePort).toBeUndefined();
    cluster.advance(2500);

    expect(cluster.reach('http://node-1:30080/').failure).toBe('refused');
    expect(cluster.reach('http://web.default:8080/').ok).toBe(true);
    expect(cluster.reach('http://web.default/').ok).toBe(false);
    const patch = { spec: { clusterIP: '10.96.99.99', clusterIPs: ['10.96.99.99'] } };
    const target = { resource: 'services', namespace: 'default', name: 'web' };
    expect(cluster.refusal('object.patch', { ...target, patchType: 'merge', patch }).message).toBe(
      'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: []string{"10.96.99.99"}: may not change once set',
    );
  });

  test('forgets all its addresses when it is deleted', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(webPods(1));
    const { spec } = cluster.create(webService({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }));
    untilServed(cluster, 1);
    expect(cluster.reach(`http://${spec.clusterIP}/`).ok).toBe(true);

    cluster.delete('services', 'web');
    cluster.advance(2500);

    expect(cluster.reach(`http://${spec.clusterIP}/`).ok).toBe(false);
    expect(cluster.reach('http://node-1:30080/').failure).toBe('refused');
    expect(cluster.find('endpoints', 'web')).toBeUndefined();
  });
});

describe('a kube-proxy that dies', () => {
  test('leaves its rules standing, and takes up what it missed when it is back', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(webPods(1));
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
