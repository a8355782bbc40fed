/** The small kinds: each with what it is given and what it refuses. */

import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../../../../protocol/field-errors.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import { encodeBase64 } from './base64.ts';
import { prepareForFinalize, validateFinalize } from './namespace.ts';
import { strategyOf } from './registry.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of many kinds are looked into.
type Any = any;
function born(resource: string, body: object, metadata: object = {}): KubernetesObject & Any {
  const strategy = strategyOf(resource);
  const { kind } = strategy;
  const namespace = kind.namespaced ? { namespace: 'default' } : {};
  const object = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { name: 'a', ...namespace, resourceVersion: '1', ...metadata },
    ...body,
  };
  return strategy.prepareForCreate(strategy.applyDefaults(object));
}
const errorsOf = (resource: string, body: object, metadata: object = {}) =>
  strategyOf(resource)
    .validateCreate(born(resource, body, metadata))
    .map(formatFieldError);
const changeErrors = (resource: string, body: object, old: object) =>
  strategyOf(resource).validateUpdate(born(resource, body), born(resource, old)).map(formatFieldError);

describe('a Namespace', () => {
  it('is active, held, and bears its name', () => {
    expect(born('namespaces', {})).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'a' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  });

  it('is let go only by finalizing', () => {
    const old = born('namespaces', {});
    const update = { ...old, spec: { finalizers: [] } };
    expect(strategyOf('namespaces').prepareForUpdate(update, old).spec.finalizers).toEqual(['kubernetes']);
    expect(prepareForFinalize(update, old).spec?.finalizers).toEqual([]);
    expect(validateFinalize(prepareForFinalize(update, old), old)).toEqual([]);
    expect(validateFinalize({ ...old, spec: { finalizers: ['mine'] } }, old).map(formatFieldError)).toEqual([
      'spec.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });

  it('ends only once it is being deleted', () => {
    const old = born('namespaces', {});
    const ending = { ...old, status: { phase: 'Terminating' } };
    expect(strategyOf('namespaces').validateStatusUpdate(ending, old).map(formatFieldError)).toEqual([
      'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    ]);
  });
});

describe('a Node', () => {
  it('comes with its status, and allocates all it has unless told', () => {
    const node = born('nodes', { status: { capacity: { cpu: '4' } } });
    expect(node.status).toEqual({ capacity: { cpu: '4' }, allocatable: { cpu: '4' } });
  });

  it('says what it refuses', () => {
    expect(errorsOf('nodes', { spec: { taints: [{ key: 'a', effect: 'Repel' }] } })).toEqual([
      'metadata.taints[0].effect: Unsupported value: "Repel": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ]);
    expect(errorsOf('nodes', { status: { capacity: { pods: '1.5' } } })).toContain(
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
    );
    expect(
      changeErrors('nodes', { spec: { podCIDRs: ['10.0.1.0/24'] } }, { spec: { podCIDRs: ['10.0.0.0/24'] } }),
    ).toEqual(['spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid']);
  });
});

describe('Endpoints', () => {
  it('say what they refuse', () => {
    expect(errorsOf('endpoints', { subsets: [{ ports: [{ port: 80 }] }] })).toEqual([
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
    ]);
    expect(errorsOf('endpoints', { subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 80 }] }] })).toEqual([
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ]);
    expect(errorsOf('endpoints', { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] })).toEqual(
      [],
    );
  });

  it('in slices are of one family', () => {
    const slice = { addressType: 'IPv4', endpoints: [{ addresses: ['::1'] }] };
    expect(errorsOf('endpointslices.discovery.k8s.io', slice)).toEqual([
      'endpoints[0].addresses[0]: Invalid value: "::1": must be a valid IPv4 address',
    ]);
    expect(errorsOf('endpointslices.discovery.k8s.io', {})).toEqual(['addressType: Required value']);
  });
});

describe('ConfigMaps and Secrets', () => {
  it('say what they refuse', () => {
    expect(errorsOf('configmaps', { data: { 'a/b': 'x' } })).toEqual([
      "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ]);
    expect(errorsOf('configmaps', { data: { a: 'x' }, binaryData: { a: '' } })).toEqual([
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ]);
    expect(errorsOf('configmaps', { data: { a: 'x'.repeat(1024 * 1024 + 1) } })).toEqual([
      '<nil>: Too long: must have at most 1048576 bytes',
    ]);
    expect(errorsOf('secrets', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } })).toEqual([
      'data[tls.key]: Required value',
    ]);
    expect(errorsOf('secrets', { type: 'kubernetes.io/basic-auth', data: { username: '' } })).toEqual([]);
  });

  it('take text for bytes', () => {
    const secret = born('secrets', { stringData: { user: 'Ünal', empty: '' }, data: { old: 'eA==' } });
    expect(secret).toMatchObject({ type: 'Opaque', data: { user: 'w5xuYWw=', empty: '', old: 'eA==' } });
    expect(secret).not.toHaveProperty('stringData');
    for (const text of ['', 'a', 'ab', 'abc', 'ü€😀'])
      expect(encodeBase64(text)).toBe(Buffer.from(text).toString('base64'));
  });

  it('stay as they are once immutable', () => {
    expect(changeErrors('configmaps', { data: { a: '2' } }, { data: { a: '1' }, immutable: true })).toEqual([
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
    expect(changeErrors('secrets', { type: 'b' }, { type: 'a' })).toEqual([
      'type: Invalid value: "b": field is immutable',
    ]);
  });
});

describe('Events and Leases', () => {
  it('of an event: its object lives where the event does', () => {
    expect(errorsOf('events', { involvedObject: { namespace: 'other' } })).toEqual([
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ]);
    expect(errorsOf('events', { involvedObject: { kind: 'Node', name: 'n1' } })).toEqual([]);
    expect(errorsOf('events', { involvedObject: { kind: 'Node' } }, { namespace: 'other' })).toHaveLength(1);
  });

  it('of a lease: it lasts a while', () => {
    expect(errorsOf('leases.coordination.k8s.io', { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } })).toEqual(
      [
        'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
        'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
      ],
    );
    expect(strategyOf('leases.coordination.k8s.io').allowsUnconditionalUpdate).toBe(false);
  });
});

describe('what a namespace may use', () => {
  it('is counted by names that exist', () => {
    expect(errorsOf('resourcequotas', { spec: { hard: { pods: '1.5', gold: '1' } } })).toEqual([
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      'spec.hard[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
      'spec.hard[gold]: Invalid value: "gold": must be a standard resource for quota',
    ]);
    expect(errorsOf('resourcequotas', { spec: { hard: { 'requests.cpu': '1', 'count/pods': '3' } } })).toEqual([]);
  });

  it('has limits that fit each other, each standing in for the next', () => {
    const range = born('limitranges', {
      spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' } }] },
    });
    expect(range.spec.limits[0]).toMatchObject({ default: { cpu: '2' }, defaultRequest: { cpu: '2', memory: '1Mi' } });
    expect(
      errorsOf('limitranges', { spec: { limits: [{ type: 'Pod', max: { cpu: '1' }, min: { cpu: '2' } }] } }),
    ).toEqual(['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1']);
  });
});

describe('storage', () => {
  it('of a claim: how much, and how it is reached', () => {
    expect(errorsOf('persistentvolumeclaims', { spec: {} })).toEqual([
      'spec.accessModes: Required value: at least 1 access mode is required',
      'spec.resources[storage]: Required value',
    ]);
    const claim = (storage: string) => ({
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    });
    expect(born('persistentvolumeclaims', claim('1Gi'))).toMatchObject({
      spec: { volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    });
    expect(changeErrors('persistentvolumeclaims', claim('1Gi'), claim('2Gi'))).toEqual([
      'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      'spec.resources.requests.storage: Forbidden: field can not be less than previous value',
    ]);
  });

  it('of a volume: what it is made of', () => {
    expect(
      errorsOf('persistentvolumes', { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } } }),
    ).toEqual(['spec: Required value: must specify a volume type']);
  });
});

describe('priorities, budgets and templates', () => {
  it('leave the highest priorities to the system', () => {
    expect(errorsOf('priorityclasses.scheduling.k8s.io', { value: 2_000_000_000 })).toEqual([
      'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ]);
    expect(
      errorsOf('priorityclasses.scheduling.k8s.io', { value: 2_000_000_000 }, { name: 'system-cluster-critical' }),
    ).toEqual([]);
    expect(changeErrors('priorityclasses.scheduling.k8s.io', { value: 2 }, { value: 1 })).toEqual([
      'value: Forbidden: may not be changed in an update.',
    ]);
  });

  it('let a budget say one thing, not two', () => {
    const [error] = errorsOf('poddisruptionbudgets.policy', { spec: { minAvailable: 1, maxUnavailable: 1 } });
    expect(error).toContain('minAvailable and maxUnavailable cannot be both set');
    expect(errorsOf('poddisruptionbudgets.policy', { spec: { minAvailable: '50%' } })).toEqual([]);
  });

  it('check a template as a pod is checked', () => {
    expect(errorsOf('podtemplates', { template: { spec: { containers: [] } } })).toEqual([
      'template.spec.containers: Required value',
    ]);
  });
});
