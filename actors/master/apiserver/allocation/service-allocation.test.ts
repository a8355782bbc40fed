import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { apiservers, service, World } from '../testing/world.ts';

const open = (config: Record<string, unknown> = {}, replicas = 1) =>
  new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }), { config, replicas });

let world: World;
beforeEach(() => {
  world = open();
});

const at = (name: string) => ({ resource: 'services', namespace: 'default', name });
const create = (object: object) => ({ resource: 'services', namespace: 'default', object });

describe('the ClusterIP of a Service', () => {
  it('is chosen above the band that is kept for those who name one', () => {
    const { spec } = world.create('services', service('web'));
    expect(spec.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\./);
    expect(spec).toMatchObject({
      clusterIPs: [spec.clusterIP],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      type: 'ClusterIP',
    });
  });

  it('can be named', () => {
    expect(world.create('services', service('web', { clusterIP: '10.96.0.10' })).spec.clusterIPs).toEqual([
      '10.96.0.10',
    ]);
  });

  it('is refused where another Service has it', () => {
    const status = world.refused('object.create', create(service('web', { clusterIP: '10.96.0.1' })));
    expect(status).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(status.message).toBe(
      'Service "web" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.1"}: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    );
  });

  it('is refused outside the range', () => {
    expect(world.refused('object.create', create(service('web', { clusterIP: '192.168.1.1' }))).message).toBe(
      'Service "web" is invalid: spec.clusterIPs: Invalid value: []string{"192.168.1.1"}: failed to allocate IP 192.168.1.1: the provided IP (192.168.1.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12',
    );
  });

  it('is free again when the Service is gone', () => {
    world.create('services', service('web', { clusterIP: '10.96.0.10' }));
    world.do('object.delete', at('web'));
    expect(world.create('services', service('next', { clusterIP: '10.96.0.10' })).spec.clusterIP).toBe('10.96.0.10');
  });

  it('is free again when the Service becomes a mere name elsewhere', () => {
    world.create('services', service('web', { clusterIP: '10.96.0.10' }));
    const patch = { spec: { type: 'ExternalName', externalName: 'example.com' } };
    const { spec } = world.do('object.patch', { ...at('web'), patchType: 'merge', patch }).object;
    expect(spec.clusterIP).toBeUndefined();
    expect(world.create('services', service('next', { clusterIP: '10.96.0.10' })).spec.clusterIP).toBe('10.96.0.10');
  });

  it('stays when an update leaves it out', () => {
    const made = world.create('services', service('web', { clusterIP: '10.96.0.10' }));
    const { clusterIP: _, clusterIPs: __, ipFamilies: ___, ipFamilyPolicy: ____, ...spec } = made.spec;
    const got = world.do('object.replace', {
      ...at('web'),
      object: { ...made, spec: { ...spec, ports: [{ port: 81 }] } },
    }).object;
    expect(got.spec).toMatchObject({ clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'] });
  });

  it('cannot be changed', () => {
    world.create('services', service('web', { clusterIP: '10.96.0.10' }));
    const patch = { spec: { clusterIP: '10.96.0.11', clusterIPs: ['10.96.0.11'] } };
    expect(world.refused('object.patch', { ...at('web'), patchType: 'merge', patch }).code).toBe(422);
    expect(world.create('services', service('next', { clusterIP: '10.96.0.11' })).spec.clusterIP).toBe('10.96.0.11');
  });

  it('is None for a headless Service', () => {
    expect(world.create('services', service('web', { clusterIP: 'None' })).spec.clusterIPs).toEqual(['None']);
    expect(world.create('services', service('db', { clusterIP: 'None' })).spec.clusterIP).toBe('None');
  });

  it('is refused when the range is full', () => {
    world = open({ 'service-cluster-ip-range': '10.0.0.0/30' });
    world.create('services', service('one'));
    expect(world.refused('object.create', create(service('two')))).toMatchObject({
      code: 500,
      message: 'Internal error occurred: failed to allocate a serviceIP: range is full',
    });
  });

  it('is never given twice by servers that choose at the same time', () => {
    world = open({ 'service-cluster-ip-range': '10.0.0.0/28' }, 3);
    const asked = Array.from({ length: 12 }, (_, i) =>
      world.player.ask(`${apiservers}.${i % 3}`, 'object.create', create(service(`s${i}`))),
    );
    const given = asked.map((request) => world.answer(request) as { object: { spec: { clusterIP: string } } });
    expect(new Set(given.map(({ object }) => object.spec.clusterIP)).size).toBe(12);
  });
});

describe('the NodePorts of a Service', () => {
  it('are chosen from the range, above the band for those who name one', () => {
    const [port] = world.create('services', service('web', { type: 'NodePort' })).spec.ports;
    expect(port.nodePort).toBeGreaterThanOrEqual(30_086);
    expect(port.nodePort).toBeLessThanOrEqual(32_767);
  });

  it('can be named, once', () => {
    const spec = { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] };
    expect(world.create('services', service('web', spec)).spec.ports[0].nodePort).toBe(30_080);
    expect(world.refused('object.create', create(service('next', spec))).message).toBe(
      'Service "next" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
  });

  it('are refused outside the range', () => {
    const spec = { type: 'NodePort', ports: [{ port: 80, nodePort: 8080 }] };
    expect(world.refused('object.create', create(service('web', spec))).message).toBe(
      'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
  });

  it('are one for the same port over two protocols', () => {
    const ports = [
      { name: 't', port: 53, protocol: 'TCP' },
      { name: 'u', port: 53, protocol: 'UDP' },
      { name: 'w', port: 80 },
    ];
    const [tcp, udp, web] = world.create('services', service('dns', { type: 'NodePort', ports })).spec.ports;
    expect(tcp.nodePort).toBe(udp.nodePort);
    expect(web.nodePort).not.toBe(tcp.nodePort);
  });

  it('are free again when the Service has no use for them', () => {
    world.create('services', service('web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }));
    const patch = { spec: { type: 'ClusterIP' } };
    const { spec } = world.do('object.patch', { ...at('web'), patchType: 'strategic', patch }).object;
    expect(spec.ports[0].nodePort).toBeUndefined();
    const again = service('next', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
    expect(world.create('services', again).spec.ports[0].nodePort).toBe(30_080);
  });

  it('stay when an update leaves them out', () => {
    const made = world.create('services', service('web', { type: 'NodePort' }));
    const object = { ...made, spec: { ...made.spec, ports: [{ port: 80, targetPort: 8080 }] } };
    const got = world.do('object.replace', { ...at('web'), object }).object;
    expect(got.spec.ports[0].nodePort).toBe(made.spec.ports[0].nodePort);
  });
});
