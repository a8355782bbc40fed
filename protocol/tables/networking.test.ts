import { expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

const ingress = 'Ingress.networking.k8s.io';

test('an ingress tells its hosts and where it is reached', () => {
  const spec = {
    ingressClassName: 'nginx',
    rules: [{ host: 'a.example.com' }, { host: 'b.example.com' }],
    tls: [{ hosts: ['a.example.com'] }],
  };
  const status = { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'a-very-long-name.example.com' }] } };
  expect(shown(ingress, { metadata: meta('web'), spec, status })).toEqual({
    Name: 'web',
    Class: 'nginx',
    Hosts: 'a.example.com,b.example.com',
    Address: '1.2.3.4,a-very-long-name.example.com',
    Ports: '80, 443',
    Age: '90s',
  });
  expect(shown(ingress, {})).toMatchObject({ Class: '<none>', Hosts: '*', Address: '', Ports: '80' });
});

test.each([
  [['a', 'b', 'c'], 'a,b,c'],
  [['a', 'b', 'c', 'd', 'e'], 'a,b,c + 2 more...'],
  [['', 'a'], 'a'],
  [['', ''], '*'],
  // Rules without a host are counted among those left out.
  [['a', '', 'b', 'c', ''], 'a,b,c + 2 more...'],
])('of the hosts %o is shown: %s', (hosts, expected) => {
  expect(cell(ingress, 'Hosts', { spec: { rules: hosts.map((host) => ({ host })) } })).toBe(expected);
});

test('an ingress class names its parameters', () => {
  const classOf = (parameters?: object) => ({
    metadata: meta('nginx'),
    spec: { controller: 'example.com/ic', ...(parameters && { parameters }) },
  });
  const kind = 'IngressClass.networking.k8s.io';
  expect(shown(kind, classOf({ kind: 'Settings', apiGroup: 'example.com', name: 'x' }))).toEqual({
    Name: 'nginx',
    Controller: 'example.com/ic',
    Parameters: 'Settings.example.com/x',
    Age: '90s',
  });
  expect(cell(kind, 'Parameters', classOf({ kind: 'ConfigMap', name: 'x' }))).toBe('ConfigMap/x');
  expect(cell(kind, 'Parameters', classOf())).toBe('<none>');
});

test('a network policy tells whom it is for', () => {
  const policy = (podSelector: object) => ({ metadata: meta('deny'), spec: { podSelector } });
  const kind = 'NetworkPolicy.networking.k8s.io';
  expect(shown(kind, policy({ matchLabels: { app: 'web' } }))).toEqual({
    Name: 'deny',
    'Pod-Selector': 'app=web',
    Age: '90s',
  });
  expect(cell(kind, 'Pod-Selector', policy({}))).toBe('<none>');
});
