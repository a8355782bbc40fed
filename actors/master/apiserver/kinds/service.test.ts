import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../../../../protocol/field-errors.ts';
import type { Service } from '../../../../protocol/objects.ts';
import { serviceStrategy as strategy } from './service.ts';

const service = (spec: object, metadata: object = {}): Service =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', resourceVersion: '1', ...metadata },
    spec,
  }) as unknown as Service;
const http = { port: 80 };
const born = (spec: object) => strategy.prepareForCreate(strategy.applyDefaults(service(spec)));
const errorsOf = (spec: object) => strategy.validateCreate(born(spec)).map(formatFieldError);
const updated = (spec: object, old: Service) => strategy.prepareForUpdate(strategy.applyDefaults(service(spec)), old);
const changeErrors = (spec: object, old: Service) =>
  strategy.validateUpdate(updated(spec, old), old).map(formatFieldError);

describe('the defaults of a Service', () => {
  it('are those of Kubernetes', () => {
    const { spec, status } = born({ ports: [http], selector: { app: 'web' } });
    expect(spec).toEqual({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      selector: { app: 'web' },
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    expect(status).toEqual({ loadBalancer: {} });
  });

  it('let affinity last three hours', () => {
    expect(born({ ports: [http], sessionAffinity: 'ClientIP' }).spec.sessionAffinityConfig).toEqual({
      clientIP: { timeoutSeconds: 10_800 },
    });
  });

  it('give a policy to outside traffic where there is any', () => {
    expect(born({ ports: [http], type: 'NodePort' }).spec.externalTrafficPolicy).toBe('Cluster');
    expect(born({ ports: [http] }).spec).not.toHaveProperty('externalTrafficPolicy');
    expect(born({ ports: [http], type: 'LoadBalancer' }).spec.allocateLoadBalancerNodePorts).toBe(true);
  });

  it('let a headless Service without selector be of both families', () => {
    expect(born({ clusterIP: 'None' }).spec).toMatchObject({
      clusterIPs: ['None'],
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
    });
  });
});

describe('a Service that is refused', () => {
  it.each<[object, string[]]>([
    [{}, ['spec.ports: Required value']],
    [
      { ports: [{ port: 0 }] },
      [
        'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      { ports: [{ port: 80 }, { port: 81 }] },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 81 },
        ],
      },
      ['spec.ports[1].name: Duplicate value: "a"'],
    ],
    [
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
      [
        'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
      ],
    ],
    [
      { ports: [{ port: 80, nodePort: 30080 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      { ports: [http], type: 'Magic' },
      [
        'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [
      { ports: [http], sessionAffinity: 'Cookie' },
      ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ],
    [
      { ports: [http], sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } },
      [
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
      ],
    ],
    [
      { ports: [http], clusterIP: '10.0.0.256' },
      [
        'spec.clusterIPs[0]: Invalid value: "10.0.0.256": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [
      { ports: [http], type: 'NodePort', clusterIP: 'None' },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services'],
    ],
    [{ type: 'ExternalName' }, ['spec.externalName: Required value']],
    [
      { ports: [http], externalTrafficPolicy: 'Local' },
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      { ports: [http], externalIPs: ['127.0.0.1'] },
      ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ],
    [{ clusterIP: 'None' }, []],
    [{ ports: [{ port: 80, targetPort: 'http' }] }, []],
  ])('%j', (spec, expected) => {
    expect(errorsOf(spec)).toEqual(expected);
  });

  it('is not named as DNS wants it', () => {
    const [error] = strategy.validateCreate({
      ...born({ ports: [http] }),
      metadata: { name: '1web', namespace: 'default' },
    });
    expect(error && formatFieldError(error)).toContain(
      'metadata.name: Invalid value: "1web": a DNS-1035 label must consist of',
    );
  });
});

describe('a Service that changes', () => {
  const given = {
    ports: [{ port: 80, nodePort: 30_080 }],
    type: 'NodePort',
    clusterIP: '10.96.0.7',
    clusterIPs: ['10.96.0.7'],
  };
  const old = born(given);

  it('keeps its address and node ports where the update leaves them out', () => {
    const { spec } = updated({ ports: [http], type: 'NodePort' }, old);
    expect([spec.clusterIP, spec.clusterIPs, spec.ports?.[0]?.nodePort]).toEqual(['10.96.0.7', ['10.96.0.7'], 30_080]);
    expect(changeErrors({ ports: [http], type: 'NodePort' }, old)).toEqual([]);
  });

  it('gives up node ports with the type that had them, though the client still sends them', () => {
    const { spec } = updated({ ...given, type: 'ClusterIP', externalTrafficPolicy: 'Cluster' }, old);
    expect(spec.ports?.[0]).not.toHaveProperty('nodePort');
    expect(spec).not.toHaveProperty('externalTrafficPolicy');
    expect(changeErrors({ ...given, type: 'ClusterIP' }, old)).toEqual([]);
  });

  it('gives up its address when it only names something outside', () => {
    const { spec } = updated({ type: 'ExternalName', externalName: 'example.com', clusterIP: '10.96.0.7' }, old);
    expect(spec).toEqual({ type: 'ExternalName', externalName: 'example.com', sessionAffinity: 'None' });
  });

  it('may not get another address', () => {
    expect(changeErrors({ ports: [http], type: 'NodePort', clusterIP: '10.96.0.8' }, old)).toEqual([
      'spec.clusterIPs[0]: Invalid value: []string{"10.96.0.8"}: may not change once set',
    ]);
  });
});
