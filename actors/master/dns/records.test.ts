/** Which records the cluster's zone holds. */

import { describe, expect, test } from 'vitest';
import type { Endpoints, Service } from '../../../protocol/objects.ts';
import { resolve, type Zone } from './records.ts';

const service = (name: string, spec: Partial<Service['spec']>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec,
});

const services = [
  service('web', { clusterIP: '10.96.0.7', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }),
  service('db', { clusterIP: 'None', ports: [{ name: 'redis', port: 6379 }] }),
  service('empty', { clusterIP: 'None' }),
  service('outside', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' }),
  service('loop', { type: 'ExternalName', externalName: 'loop.shop.svc.cluster.local' }),
];
const db: Endpoints = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'db', namespace: 'shop' },
  subsets: [
    {
      addresses: [{ ip: '10.244.1.2', hostname: 'db-0' }, { ip: '10.244.2.2' }],
      notReadyAddresses: [{ ip: '10.244.3.2', hostname: 'db-1' }],
      ports: [{ name: 'redis', port: 6379 }],
    },
  ],
};
const zone: Zone = {
  domain: 'cluster.local',
  service: (namespace, name) => services.find((s) => s.metadata.namespace === namespace && s.metadata.name === name),
  endpoints: (_, name) => (name === 'db' ? db : undefined),
};

const a = (name: string, namespace = 'shop') => {
  const found = resolve(zone, { name, namespace, type: 'A' });
  return typeof found === 'string' ? found : found.addresses;
};
const srv = (name: string) => {
  const found = resolve(zone, { name, namespace: 'shop', type: 'SRV' });
  return typeof found === 'string' ? found : found.services;
};

describe('a name', () => {
  test.each([
    ['web', ['10.96.0.7']],
    ['web.shop', ['10.96.0.7']],
    ['web.shop.svc', ['10.96.0.7']],
    ['web.shop.svc.cluster.local', ['10.96.0.7']],
    ['web.shop.svc.cluster.local.', ['10.96.0.7']],
    ['WEB', ['10.96.0.7']],
    ['web.', 'NXDOMAIN'],
    ['nobody', 'NXDOMAIN'],
    ['web.other', 'NXDOMAIN'],
    ['example.org', 'NXDOMAIN'],
  ])('%s resolves to %j from a pod of its namespace', (name, expected) => {
    expect(a(name)).toEqual(expected);
  });

  test('of another namespace needs that namespace', () => {
    expect(a('web', 'default')).toBe('NXDOMAIN');
    expect(a('web.shop', 'default')).toEqual(['10.96.0.7']);
  });

  test('of a headless Service is its ready endpoints', () => {
    expect(a('db')).toEqual(['10.244.1.2', '10.244.2.2']);
    expect(a('empty')).toBe('NOERROR');
  });

  test('of an endpoint is its hostname, or its address with dashes', () => {
    expect(a('db-0.db')).toEqual(['10.244.1.2']);
    expect(a('10-244-2-2.db')).toEqual(['10.244.2.2']);
    expect(a('db-1.db')).toBe('NXDOMAIN');
  });

  test('of a pod is its address', () => {
    expect(a('10-244-9-9.shop.pod')).toEqual(['10.244.9.9']);
    expect(a('999-1-1-1.shop.pod')).toBe('NXDOMAIN');
  });

  test('of an ExternalName leads where it points, and never round in a circle', () => {
    expect(a('outside')).toEqual(['10.96.0.7']);
    expect(a('loop')).toBe('NXDOMAIN');
  });
});

describe('a port', () => {
  test('is found by name and protocol', () => {
    expect(srv('_http._tcp.web')).toEqual([{ target: 'web.shop.svc.cluster.local', port: 80 }]);
    expect(srv('_http._udp.web')).toBe('NXDOMAIN');
  });

  test('of a headless Service is one record an endpoint', () => {
    expect(srv('_redis._tcp.db')).toEqual([
      { target: 'db-0.db.shop.svc.cluster.local', port: 6379 },
      { target: '10-244-2-2.db.shop.svc.cluster.local', port: 6379 },
    ]);
  });
});
