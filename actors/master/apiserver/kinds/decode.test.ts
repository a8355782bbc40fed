import { describe, expect, it } from 'vitest';
import { decodeObject, decodingRefusal, strictDecodingError, unknownFields } from './decode.ts';

const object = (kind: string, body: object, apiVersion = 'v1') => ({ apiVersion, kind, ...body });

describe('unknown fields', () => {
  it('are named with their place, and left out', () => {
    const pod = object('Pod', {
      metadata: { name: 'a', colour: 'red' },
      spec: { foo: 1, containers: [{ name: 'a' }, { name: 'b', imagePullPolcy: 'Always' }] },
    });
    expect(unknownFields(pod)).toEqual([
      'unknown field "metadata.colour"',
      'unknown field "spec.foo"',
      'unknown field "spec.containers[1].imagePullPolcy"',
    ]);
    expect(decodeObject(pod).object).toEqual(
      object('Pod', { metadata: { name: 'a' }, spec: { containers: [{ name: 'a' }, { name: 'b' }] } }),
    );
  });

  it('are never the keys of maps', () => {
    const pod = object('Pod', { metadata: { name: 'a', labels: { anything: 'goes' } } });
    expect(unknownFields(pod)).toEqual([]);
  });

  it('refuse the object in the words of the API server', () => {
    const problem = strictDecodingError(['unknown field "spec.foo"', 'unknown field "spec.bar"']);
    expect(decodingRefusal('Deployment', 'v1', problem)).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo", unknown field "spec.bar"',
    );
  });
});

describe('what has another type', () => {
  it.each([
    [
      object('ReplicationController', { spec: { replicas: 'two' } }),
      'json: cannot unmarshal string into Go struct field ReplicationControllerSpec.spec.replicas of type int32',
    ],
    [
      object('ReplicationController', { spec: { replicas: 1.5 } }),
      'json: cannot unmarshal number 1.5 into Go struct field ReplicationControllerSpec.spec.replicas of type int32',
    ],
    [
      object('ReplicationController', { spec: { replicas: 3_000_000_000 } }),
      'json: cannot unmarshal number 3000000000 into Go struct field ReplicationControllerSpec.spec.replicas of type int32',
    ],
    [
      object('Pod', { metadata: { labels: { port: 80 } } }),
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      object('Deployment', { spec: { template: { spec: { containers: [{ env: [{ value: true }] }] } } } }, 'apps/v1'),
      'json: cannot unmarshal bool into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
    [
      object('Pod', { spec: { containers: { name: 'a' } } }),
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      object('Pod', { spec: { containers: ['a'] } }),
      'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container',
    ],
    [
      object('Pod', { spec: { hostNetwork: 'true' } }),
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      object('Pod', { spec: { nodeSelector: 'disk' } }),
      'json: cannot unmarshal string into Go struct field PodSpec.spec.nodeSelector of type map[string]string',
    ],
    [
      object('Pod', { spec: { containers: [{ resources: { limits: { cpu: 'much' } } }] } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      object('Service', { spec: { ports: [{ targetPort: {} }] } }),
      'json: cannot unmarshal object into Go value of type int32',
    ],
    [
      object('Pod', { metadata: { creationTimestamp: 'yesterday' } }),
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ],
  ])('is refused as Go does it', (given, message) => {
    expect(decodeObject(given).typeError).toBe(message);
  });
});

describe('the field of another type', () => {
  it.each([
    [object('Pod', { spec: { containers: [{}, { env: [{ value: true }] }] } }), 'spec.containers[1].env[0].value'],
    [
      object('Pod', { spec: { containers: [{ resources: { limits: { cpu: 'x' } } }] } }),
      'spec.containers[0].resources.limits.cpu',
    ],
    [object('Pod', { metadata: { creationTimestamp: 'now' } }), 'metadata.creationTimestamp'],
  ])('is named with its place in every list', (given, field) => {
    expect(decodeObject(given).typeErrorField).toBe(field);
  });
});

describe('a decoded object', () => {
  it('has quantities in canonical form, and no nulls', () => {
    const pod = object('Pod', {
      metadata: { name: 'a', creationTimestamp: null },
      spec: { containers: [{ resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }], nodeName: null },
    });
    expect(decodeObject(pod)).toEqual({
      object: object('Pod', {
        metadata: { name: 'a' },
        spec: { containers: [{ resources: { limits: { cpu: '500m', memory: '1Gi' } } }] },
      }),
      unknownFields: [],
    });
  });

  it('has no empty maps, and no empty list in its metadata', () => {
    // What was left of the last label, annotation or owner taken away stayed as `{}` or `[]`.
    const metadata = { labels: {}, annotations: {}, ownerReferences: [], finalizers: [] };
    const pod = object('Pod', { metadata: { name: 'a', ...metadata }, spec: { nodeSelector: {}, containers: [] } });
    expect(decodeObject(pod).object).toEqual(object('Pod', { metadata: { name: 'a' }, spec: { containers: [] } }));
  });

  it('is the very one that was given where nothing had to change', () => {
    const pod = object('Pod', { metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'i' }] } });
    expect(decodeObject(pod).object).toBe(pod);
  });

  it('is taken as it is where its kind is not known', () => {
    const wish = object('Wish', { spec: { anything: null } }, 'example.com/v1');
    expect(decodeObject(wish)).toEqual({ object: wish, unknownFields: [] });
  });

  it('shares what it has in common with the one before, and reads only the rest', () => {
    const status = { phase: 'Pending', conditions: [{ type: 'Ready', status: 'False', reason: null }] };
    const before = object('Pod', { metadata: { name: 'a' }, status });
    const after = { ...before, status: { ...status, phase: 'Running', hostIP: null } };
    const read = decodeObject(after, before).object as unknown as typeof before & { status: typeof status };
    expect(read).toEqual({ ...before, status: { ...status, phase: 'Running' } });
    expect(read.status.conditions).toBe(status.conditions);
  });

  it('has a fault each time it comes, though the same spec came before', () => {
    const spec = { containers: [{ name: 'a' }], foo: 1 };
    const pod = (name: string) => object('Pod', { metadata: { name }, spec });
    for (const name of ['a', 'b']) expect(unknownFields(pod(name))).toEqual(['unknown field "spec.foo"']);
  });
});
