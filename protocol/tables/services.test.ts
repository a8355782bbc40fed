import { describe, expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

describe('a service', () => {
  test('shows where it is reached', () => {
    const spec = {
      type: 'NodePort',
      clusterIPs: ['10.96.0.7', 'fd00::7'],
      ports: [
        { port: 80, nodePort: 30080, protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
      ],
      selector: { tier: 'x', app: 'web' },
    };
    expect(shown('Service', { metadata: meta('web'), spec })).toEqual({
      Name: 'web',
      Type: 'NodePort',
      'Cluster-IP': '10.96.0.7',
      'External-IP': '<none>',
      'Port(s)': '80:30080/TCP,53/UDP',
      Age: '90s',
      '(Selector)': 'app=web,tier=x',
    });
  });

  const balanced = { loadBalancer: { ingress: [{ hostname: 'b.example.com' }, { ip: '1.1.1.1' }, { ip: '1.1.1.1' }] } };
  test.each([
    [{ type: 'ClusterIP' }, {}, '<none>'],
    [{ type: 'ClusterIP', externalIPs: ['2.2.2.2', '3.3.3.3'] }, {}, '2.2.2.2,3.3.3.3'],
    [{ type: 'NodePort', externalIPs: ['2.2.2.2'] }, {}, '2.2.2.2'],
    [{ type: 'LoadBalancer' }, {}, '<pending>'],
    [{ type: 'LoadBalancer' }, balanced, '1.1.1.1,b.example.com'],
    [{ type: 'LoadBalancer', externalIPs: ['0.0.0.1'] }, balanced, '1.1.1.1,b.example.com,0.0.0.1'],
    [{ type: 'LoadBalancer', externalIPs: ['0.0.0.1'] }, {}, '0.0.0.1'],
    [{ type: 'ExternalName', externalName: 'example.com' }, {}, 'example.com'],
    [{ type: 'Other' }, {}, '<unknown>'],
  ])('of %o is reached from outside as it says', (spec, status, expected) => {
    expect(cell('Service', 'External-IP', { spec, status })).toBe(expected);
  });

  test('without ports or address has none', () => {
    expect(shown('Service', {})).toMatchObject({ 'Cluster-IP': '<none>', 'Port(s)': '<none>', '(Selector)': '<none>' });
  });
});

describe('endpoints', () => {
  const ips = (...all: string[]) => all.map((ip) => ({ ip }));
  const four = ips('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4');
  test.each([
    ['nothing', undefined, '<none>'],
    ['nothing that is ready', [{ notReadyAddresses: four, ports: [{ port: 80 }] }], ''],
    ['three', [{ addresses: four.slice(0, 3), ports: [{ port: 80 }] }], '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80'],
    [
      'more',
      [
        { addresses: four, ports: [{ port: 80 }, { port: 443 }] },
        { addresses: four, ports: [{ port: 1 }] },
      ],
      '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 9 more...',
    ],
    ['addresses without ports', [{ addresses: four }], '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...'],
    ['IPv6', [{ addresses: ips('fd00::1'), ports: [{ port: 80 }] }], '[fd00::1]:80'],
  ])('of %s', (_, subsets, expected) => {
    expect(shown('Endpoints', { metadata: meta('web'), subsets })).toEqual({
      Name: 'web',
      Endpoints: expected,
      Age: '90s',
    });
  });
});

describe('an endpoint slice', () => {
  test('shows the first ports and addresses', () => {
    const slice = {
      metadata: meta('web-x'),
      addressType: 'IPv4',
      ports: [{ port: 80 }, { name: 'named' }, {}, { port: 1 }, { port: 2 }],
      endpoints: [{ addresses: ['10.0.0.1', '10.0.0.2'] }, { addresses: ['10.0.0.3'] }, { addresses: ['10.0.0.4'] }],
    };
    expect(shown('EndpointSlice.discovery.k8s.io', slice)).toEqual({
      Name: 'web-x',
      AddressType: 'IPv4',
      Ports: '80,named,* + 2 more...',
      Endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...',
      Age: '90s',
    });
  });

  test('that is empty says unset', () => {
    expect(shown('EndpointSlice.discovery.k8s.io', {})).toMatchObject({ Ports: '<unset>', Endpoints: '<unset>' });
  });
});
