/** What a Service and its Endpoints mean for the forwarding table. */

import { describe, expect, test } from 'vitest';
import type { Endpoints, Service } from '../../../protocol/objects.ts';
import { rulesOf } from './rules.ts';

const view = { node: 'n1', balancing: 'random' } as const;

const service = (spec: Partial<Service['spec']>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { clusterIP: '10.96.0.7', ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }], ...spec },
});

const endpoints: Endpoints = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'web', namespace: 'shop' },
  subsets: [
    {
      addresses: [
        { ip: '10.244.1.2', nodeName: 'n1' },
        { ip: '10.244.2.2', nodeName: 'n2' },
      ],
      notReadyAddresses: [{ ip: '10.244.3.2', nodeName: 'n3' }],
      ports: [{ port: 8080, protocol: 'TCP' }],
    },
  ],
};

const first = (spec: Partial<Service['spec']>) => rulesOf(service(spec), endpoints, view)[0];

describe('the rules of a Service', () => {
  test('send its port to the ready addresses only', () => {
    expect(rulesOf(service({}), endpoints, view)).toEqual([
      {
        key: 'shop/web:',
        protocol: 'TCP',
        clusterIP: '10.96.0.7',
        port: 80,
        nodePort: 0,
        externalIPs: [],
        balancing: 'random',
        affinitySeconds: 0,
        endpoints: [
          { ip: '10.244.1.2', port: 8080 },
          { ip: '10.244.2.2', port: 8080 },
        ],
      },
    ]);
  });

  test('stand without endpoints where there are none, so that connections are refused', () => {
    expect(rulesOf(service({}), undefined, view)).toMatchObject([{ endpoints: [] }]);
  });

  test('match ports by name', () => {
    const ports = [
      { name: 'http', port: 80 },
      { name: 'admin', port: 81 },
    ];
    const named: Endpoints = {
      ...endpoints,
      subsets: [{ addresses: [{ ip: '10.244.1.2' }], ports: [{ name: 'admin', port: 9000 }] }],
    };
    expect(rulesOf(service({ ports }), named, view)).toMatchObject([
      { key: 'shop/web:http', endpoints: [] },
      { key: 'shop/web:admin', endpoints: [{ ip: '10.244.1.2', port: 9000 }] },
    ]);
  });

  test.each([
    ['headless', { clusterIP: 'None' }],
    ['an ExternalName', { type: 'ExternalName', externalName: 'example.org' }],
    ['without address yet', { clusterIP: '' }],
  ])('are none where it is %s', (_, spec) => {
    expect(rulesOf(service(spec), endpoints, view)).toEqual([]);
  });

  test('keep a client with its endpoint for three hours unless told otherwise', () => {
    expect(first({ sessionAffinity: 'ClientIP' })?.affinitySeconds).toBe(10_800);
    expect(
      first({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } })
        ?.affinitySeconds,
    ).toBe(60);
  });

  test('keep outside traffic on this node where externalTrafficPolicy is Local', () => {
    const rule = first({ type: 'NodePort', externalTrafficPolicy: 'Local' });
    expect(rule?.localEndpoints).toEqual([{ ip: '10.244.1.2', port: 8080 }]);
    expect(rule?.endpoints).toHaveLength(2);
  });

  test('keep inside traffic on this node where internalTrafficPolicy is Local', () => {
    const rule = first({ internalTrafficPolicy: 'Local' });
    expect(rule?.endpoints).toEqual([{ ip: '10.244.1.2', port: 8080 }]);
    expect(rule?.localEndpoints).toHaveLength(2);
  });
});
