import { beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, service, World } from '../testing/world.ts';

let world: World;
const open = () => new World(new Engine({ seed: 1, definitions: [apiserver, etcd], freeze: true }));

const ask = (resource: string, name: string, subresource: string, options: object = {}) => ({
  ...(resource !== 'nodes' && { namespace: 'default' }),
  ...{ resource, name, subresource, verb: 'get', options },
});
const connected = (...about: Parameters<typeof ask>) => world.do('object.connect', ask(...about)) as unknown;
const refused = (...about: Parameters<typeof ask>) => {
  const { code, reason, message } = world.refused('object.connect', ask(...about));
  return `${code} ${reason}: ${message}`;
};

const container = (name: string) => ({ name, image: 'x' });

const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } };

beforeEach(() => {
  world = open();
  world.create('nodes', { ...node, status: { addresses: [{ type: 'InternalIP', address: '172.18.0.2' }] } });
  world.create('pods', pod('web', { spec: { nodeName: 'n1' } }));
  world.create('pods', pod('nowhere'));
  const spec = { nodeName: 'n1', containers: [container('a'), container('b')], initContainers: [container('i')] };
  world.create('pods', pod('two', { spec }));
});

describe('a connection to a pod', () => {
  test('leads to the kubelet of its node, and to its only container', () => {
    const uid = world.get('pods', 'web', 'default').metadata.uid;
    const expected = { to: 'pod', kubelet: 'c.node.n1.kubelet', node: 'n1', namespace: 'default', pod: 'web', uid };
    expect(connected('pods', 'web', 'exec')).toEqual({ ...expected, container: 'main' });
    expect(connected('pods', 'two', 'log', { container: 'i' })).toMatchObject({ container: 'i' });
    expect(connected('pods', 'two', 'portforward')).toMatchObject({ to: 'pod', pod: 'two' });
  });

  test('needs a container that is one of it', () => {
    expect(refused('pods', 'two', 'log')).toBe(
      '400 BadRequest: a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [i]',
    );
    expect(refused('pods', 'web', 'exec', { container: 'c' })).toBe(
      '400 BadRequest: container c is not valid for pod web',
    );
    expect(refused('pods', 'gone', 'log')).toBe('404 NotFound: pods "gone" not found');
  });

  test('needs a pod that has a node, unless its log is wanted: that is empty', () => {
    expect(refused('pods', 'nowhere', 'exec')).toBe('400 BadRequest: pod nowhere does not have a host assigned');
    expect(connected('pods', 'nowhere', 'log')).toMatchObject({ to: 'pod', node: '' });
  });

  test('needs the node to be there', () => {
    world.create('pods', pod('lost', { spec: { nodeName: 'gone' } }));
    expect(refused('pods', 'lost', 'exec')).toBe('404 NotFound: nodes "gone" not found');
  });

  test('checks the options of a log', () => {
    expect(refused('pods', 'web', 'log', { tailLines: -1, limitBytes: 0 })).toBe(
      '422 Invalid: PodLogOptions "web" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be greater than 0]',
    );
    expect(refused('pods', 'web', 'log', { sinceSeconds: 1, sinceTime: 'x' })).toMatch(/at most one of/);
  });
});

describe('a proxy', () => {
  const endpoints = (subsets: object[]) => ({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'default' },
    subsets,
  });
  const address = { ip: '10.244.1.5', nodeName: 'n1', targetRef: { kind: 'Pod', name: 'web', namespace: 'default' } };

  test('to a Service leads to one of its ready endpoints, by the name or the number of its port', () => {
    world.create('services', service('web', { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }));
    world.create('endpoints', endpoints([{ addresses: [address], ports: [{ name: 'http', port: 8080 }] }]));
    const expected = { to: 'address', node: 'n1', ip: '10.244.1.5', port: 8080 };
    expect(connected('services', 'web:http', 'proxy')).toEqual({ ...expected, scheme: 'http' });
    expect(connected('services', 'https:web:80', 'proxy')).toEqual({ ...expected, scheme: 'https' });
    expect(refused('services', 'web:81', 'proxy')).toBe(
      '503 ServiceUnavailable: no service port 81 found for service "web"',
    );
    expect(refused('services', 'web', 'proxy')).toBe(
      '503 ServiceUnavailable: no endpoints available for service "web"',
    );
    expect(refused('services', 'ftp:web:80', 'proxy')).toBe('400 BadRequest: invalid service request "ftp:web:80"');
  });

  test('to a Service without ready endpoints is refused', () => {
    world.create('endpoints', endpoints([{ notReadyAddresses: [address], ports: [{ port: 8080 }] }]));
    expect(refused('services', 'web', 'proxy')).toBe(
      '503 ServiceUnavailable: no endpoints available for service "web"',
    );
    expect(refused('services', 'none', 'proxy')).toBe('404 NotFound: endpoints "none" not found');
  });

  test('to a pod or a node leads to its address', () => {
    world.do('object.patch', {
      ...{ resource: 'pods', namespace: 'default', name: 'web', subresource: 'status' },
      ...{ patchType: 'merge', patch: { status: { podIP: '10.244.1.5' } } },
    });
    expect(connected('pods', 'web:9090', 'proxy')).toMatchObject({ node: 'n1', ip: '10.244.1.5', port: 9090 });
    expect(refused('pods', 'two', 'proxy')).toBe('400 BadRequest: address not allowed');
    expect(connected('nodes', 'n1', 'proxy')).toMatchObject({ ip: '172.18.0.2', port: 10250, scheme: 'https' });
  });
});
