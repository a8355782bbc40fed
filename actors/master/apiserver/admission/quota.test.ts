import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { apiservers, pod, service, World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const at = { resource: 'resourcequotas', namespace: 'default', name: 'q' };

/** A quota whose status says what is used already, as its controller does. */
function quota(hard: Record<string, string>, used: Record<string, string> = {}, more: object = {}): void {
  const metadata = { name: 'q', namespace: 'default' };
  world.create('resourcequotas', { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard, ...more } });
  const none = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  const patch = { status: { hard, used: { ...none, ...used } } };
  world.do('object.patch', { ...at, subresource: 'status', patchType: 'merge', patch });
  world.settle();
}

const used = () => {
  world.settle();
  return world.do('object.get', at).object.status.used;
};
const refusalOf = (object: object, resource = 'pods') =>
  world.refused('object.create', { resource, namespace: 'default', object });
const asking = (name: string, resources: object) =>
  pod(name, { spec: { containers: [{ name: 'main', image: 'nginx', resources }] } });

describe('a quota', () => {
  it('counts what is created, and refuses what is too much', () => {
    quota({ pods: '2', 'count/deployments.apps': '0' });
    world.create('pods', pod('a'));
    world.create('pods', pod('b'));
    expect(used()).toMatchObject({ pods: '2' });
    expect(refusalOf(pod('c'))).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    });
    const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'm', image: 'nginx' }] } };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'x' } }, template },
    };
    expect(refusalOf(deployment, 'deployments.apps').message).toBe(
      'deployments.apps "x" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
    );
  });

  it('of CPU or memory demands that every container says how much it asks for', () => {
    quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' });
    expect(refusalOf(pod('a')).message).toBe(
      'pods "a" is forbidden: failed quota: q: must specify limits.memory for: main; requests.cpu for: main',
    );
    world.create('pods', asking('b', { requests: { cpu: '600m' }, limits: { memory: '512Mi' } }));
    expect(used()).toEqual({ 'requests.cpu': '600m', 'limits.memory': '512Mi' });
    expect(refusalOf(asking('c', { requests: { cpu: '500m' }, limits: { memory: '1Gi' } })).message).toBe(
      'pods "c" is forbidden: exceeded quota: q, requested: limits.memory=1Gi,requests.cpu=500m, used: limits.memory=512Mi,requests.cpu=600m, limited: limits.memory=1Gi,requests.cpu=1',
    );
  });

  it('is not passed by requests that come at once, to one server or to two', () => {
    world = new World(new Engine({ seed: 2, definitions: [etcd, apiserver], freeze: true }), { replicas: 2 });
    quota({ pods: '5' });
    const asked = Array.from({ length: 12 }, (_, i) =>
      world.player.ask(`${apiservers}.${i % 2}`, 'object.create', {
        resource: 'pods',
        namespace: 'default',
        object: pod(`p${i}`),
      }),
    );
    const codes = asked.map((request) => {
      const got = world.answer(request);
      return 'status' in got ? got.status.code : got.code;
    });
    expect(codes.filter((code) => code === 201)).toHaveLength(5);
    expect(codes.filter((code) => code === 403)).toHaveLength(7);
    expect(used()).toEqual({ pods: '5' });
  });

  it('is charged nothing for what is refused for another reason, or only tried', () => {
    quota({ pods: '5' });
    world.create('pods', pod('a'));
    expect(refusalOf(pod('a')).reason).toBe('AlreadyExists');
    world.do('object.create', { resource: 'pods', namespace: 'default', object: pod('b'), dryRun: true });
    expect(used()).toEqual({ pods: '1' });
  });

  it('counts the ports of Services, also when their type changes', () => {
    quota({ services: '2', 'services.nodeports': '1' });
    world.create('services', service('web'));
    const change = { resource: 'services', namespace: 'default', name: 'web', patchType: 'merge' };
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ];
    expect(world.refused('object.patch', { ...change, patch: { spec: { type: 'NodePort', ports } } }).message).toBe(
      'services "web" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
    );
    world.do('object.patch', { ...change, patch: { spec: { type: 'NodePort' } } });
    expect(used()).toEqual({ services: '1', 'services.nodeports': '1' });
  });

  it('with scopes is about pods in all of them', () => {
    quota({ pods: '0' }, {}, { scopes: ['BestEffort'] });
    expect(refusalOf(pod('a')).message).toContain('exceeded quota: q');
    world.create('pods', asking('b', { requests: { cpu: '1' } }));
  });

  it('whose controller has not looked at it yet limits nothing; one whose use is not known refuses', () => {
    const metadata = { name: 'q', namespace: 'default' };
    world.create('resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: { hard: { pods: '0' } },
    });
    world.settle();
    world.create('pods', pod('a'));
    const patch = { status: { hard: { pods: '3' } } };
    world.do('object.patch', { ...at, subresource: 'status', patchType: 'merge', patch });
    world.settle();
    expect(refusalOf(pod('b')).message).toBe('pods "b" is forbidden: status unknown for quota: q, resources: pods');
  });
});
