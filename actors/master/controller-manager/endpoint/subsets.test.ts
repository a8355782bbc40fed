/** The subsets of an Endpoints object. */

import { describe, expect, test } from 'vitest';
import type { ObjectMeta, Pod } from '../../../../protocol/objects.ts';
import { pod, ready, service } from '../testing/objects.ts';
import { subsetsOf } from './subsets.ts';

/** A ready pod of this address. */
function at(
  name: string,
  podIP: string,
  given: { meta?: Partial<ObjectMeta>; spec?: object; status?: object } = {},
): Pod {
  return pod(name, { ...given, status: { podIP, ...given.status } });
}

/** Addresses and ports in short. */
function short(service_: ReturnType<typeof service>, pods: readonly Pod[]) {
  return subsetsOf(service_, pods).map(({ addresses = [], notReadyAddresses = [], ports = [] }) => ({
    ready: addresses.map(({ ip }) => ip),
    unready: notReadyAddresses.map(({ ip }) => ip),
    ports: ports.map(({ name, port, protocol }) => `${name ?? '-'}:${port}/${protocol}`),
  }));
}

const unready = { status: { conditions: [ready(false)] } };
const deleted = { meta: { deletionTimestamp: '2026-01-01T00:01:00Z' } };

describe('addresses', () => {
  test('are those of ready pods, with pod and node, in order', () => {
    expect(subsetsOf(service(), [at('b', '10.244.0.3'), at('a', '10.244.0.2')])).toEqual([
      {
        addresses: [
          {
            ip: '10.244.0.2',
            nodeName: 'n1',
            targetRef: { kind: 'Pod', namespace: 'default', name: 'a', uid: 'a' },
          },
          {
            ip: '10.244.0.3',
            nodeName: 'n1',
            targetRef: { kind: 'Pod', namespace: 'default', name: 'b', uid: 'b' },
          },
        ],
        ports: [{ port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  test.each([
    ['a pod that is not ready', at('a', '10.244.0.2', unready), [{ ready: [], unready: ['10.244.0.2'] }]],
    ['a pod without address', pod('a'), []],
    ['a pod that is being deleted', at('a', '10.244.0.2', deleted), []],
    ['a pod that has ended', at('a', '10.244.0.2', { status: { phase: 'Succeeded' } }), []],
    ['a pod that has failed', at('a', '10.244.0.2', { status: { phase: 'Failed' } }), []],
  ])('of %s', (_, one, subsets) => {
    expect(short(service(), [one])).toMatchObject(subsets);
    expect(short(service(), [one])).toHaveLength(subsets.length);
  });

  test.each([
    ['a pod that is not ready', unready],
    ['a pod that is being deleted', deleted],
  ])('of %s are ready where the Service wants them all', (_, given) => {
    const all = service({ spec: { publishNotReadyAddresses: true } });
    expect(short(all, [at('a', '10.244.0.2', given)])).toMatchObject([{ ready: ['10.244.0.2'] }]);
  });

  test('have the hostname of a pod that names this Service as its subdomain', () => {
    const named = (subdomain: string) => at('a', '10.244.0.2', { spec: { hostname: 'db-0', subdomain } });
    expect(subsetsOf(service(), [named('web')])[0]?.addresses?.[0]?.hostname).toBe('db-0');
    expect(subsetsOf(service(), [named('other')])[0]?.addresses?.[0]?.hostname).toBeUndefined();
  });
});

describe('ports', () => {
  const http = { name: 'http', port: 80, targetPort: 8080 };
  const admin = { name: 'admin', port: 81, targetPort: 'admin' };
  const listening = (containerPort: number, protocol = 'TCP') => ({
    spec: { containers: [{ name: 'c', image: 'i', ports: [{ name: 'admin', containerPort, protocol }] }] },
  });
  const both = service({ spec: { ports: [http, admin] } });

  test('of one number are in one subset', () => {
    expect(short(both, [at('a', '10.244.0.2', listening(9000)), at('b', '10.244.0.3', listening(9000))])).toEqual([
      { ready: ['10.244.0.2', '10.244.0.3'], unready: [], ports: ['admin:9000/TCP', 'http:8080/TCP'] },
    ]);
  });

  test('by name may have another number in each pod', () => {
    expect(short(both, [at('a', '10.244.0.2', listening(9000)), at('b', '10.244.0.3', listening(9001))])).toEqual([
      { ready: ['10.244.0.2'], unready: [], ports: ['admin:9000/TCP'] },
      { ready: ['10.244.0.3'], unready: [], ports: ['admin:9001/TCP'] },
      { ready: ['10.244.0.2', '10.244.0.3'], unready: [], ports: ['http:8080/TCP'] },
    ]);
  });

  test('by a name that a pod does not have leave the pod out', () => {
    expect(short(both, [at('a', '10.244.0.2'), at('b', '10.244.0.3', listening(9000, 'UDP'))])).toEqual([
      { ready: ['10.244.0.2', '10.244.0.3'], unready: [], ports: ['http:8080/TCP'] },
    ]);
  });

  test('without a target lead to the same port', () => {
    const plain = service({ spec: { ports: [{ port: 5432, protocol: 'UDP' }] } });
    expect(short(plain, [at('a', '10.244.0.2')])[0]?.ports).toEqual(['-:5432/UDP']);
  });

  test('need not be for a headless Service', () => {
    const headless = service({ spec: { clusterIP: 'None', ports: [] } });
    expect(subsetsOf(headless, [at('a', '10.244.0.2')])).toMatchObject([{ addresses: [{ ip: '10.244.0.2' }] }]);
    expect(subsetsOf(headless, [at('a', '10.244.0.2')])[0]).not.toHaveProperty('ports');
    expect(subsetsOf(headless, [])).toEqual([]);
  });
});

test('the same pods in another order give the same subsets', () => {
  const pods = [at('c', '10.244.1.9'), at('a', '10.244.0.2', unready), at('b', '10.244.0.3')];
  expect(subsetsOf(service(), [...pods].reverse())).toEqual(subsetsOf(service(), pods));
});
