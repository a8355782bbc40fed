/**
 * Goal: a Service is one steady name and address for pods that come and go.
 *
 * Method: Services of every kind are made, changed and deleted; clients outside and programs inside look for them by name,
 * by address, by node and in their environment.
 */

import { describe, expect, test } from 'vitest';
import type { Endpoints, Pod, Service } from '../../protocol/objects.ts';
import { answersOf, nameOf, namespace, probedPods, shell, untilServed, webService } from '../web.ts';
import { world } from '../world.ts';

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
    cluster.create(probedPods(2));
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
    cluster.create(probedPods(1));
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
    cluster.create(probedPods(1));
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

describe('a Service without a selector', () => {
  test('leads where its Endpoints are told to, and nowhere before', () => {
    const cluster = world({ nodes: 2 });
    const { selector: _none, ...spec } = webService({ ports: [{ port: 8080, targetPort: 80 }] }).spec;
    cluster.create({ ...webService({}, { name: 'by-hand' }), spec });
    cluster.create(probedPods(2));
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
    cluster.create(probedPods(2));
    cluster.create(webService({ clusterIP: 'None' }));
    const pods = untilServed(cluster, 2);

    expect(new Set(answersOf(cluster, 'http://web.default/', 30))).toEqual(new Set(pods.map(nameOf)));
    // Nothing translates the port: the pods' own is the one to ask.
    expect(cluster.reach('http://web.default:8080/').failure).toBe('refused');
  });
});

describe('a Service that changes', () => {
  test('keeps its ClusterIP, gives its NodePort back, and is served on its new port only', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(probedPods(1));
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
    cluster.create(probedPods(1));
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
