import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const storageClass = (name: string, isDefault: boolean) => {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': String(isDefault) };
  const metadata = { name, annotations };
  world.create('storageclasses.storage.k8s.io', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata,
    provisioner: 'example.com/disk',
  });
  world.engine.runFor(1_000);
};
const claim = (name: string, spec: object = {}) =>
  world.create('persistentvolumeclaims', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  }).spec.storageClassName;

it('a claim that names no storage class gets the default one, of several the youngest', () => {
  expect(claim('a')).toBeUndefined();
  storageClass('slow', false);
  storageClass('old', true);
  expect(claim('b')).toBe('old');
  storageClass('new', true);
  expect(claim('c')).toBe('new');
  expect(claim('d', { storageClassName: '' })).toBe('');
  expect(claim('e', { storageClassName: 'slow' })).toBe('slow');
});

it('an Ingress that names no class gets the default one', () => {
  world.create('ingressclasses.networking.k8s.io', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'k8s.io/ingress-nginx' },
  });
  world.settle();
  const ingress = (name: string, annotations?: object) =>
    world.create('ingresses.networking.k8s.io', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: 'default', annotations },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    });
  expect(ingress('a')).toMatchObject({
    metadata: { generation: 1 },
    spec: { ingressClassName: 'nginx' },
    status: { loadBalancer: {} },
  });
  expect(ingress('b', { 'kubernetes.io/ingress.class': 'other' }).spec.ingressClassName).toBeUndefined();
});

describe('a RuntimeClass', () => {
  const refusalOf = (spec: object) =>
    world.refused('object.create', { resource: 'pods', namespace: 'default', object: pod('web', { spec }) }).message;

  it('adds to a pod what it costs and where it can run', () => {
    world.create('runtimeclasses.node.k8s.io', {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'gvisor' },
      handler: 'runsc',
      overhead: { podFixed: { cpu: '250m' } },
      scheduling: { nodeSelector: { sandbox: 'gvisor' } },
    });
    world.settle();
    const { spec } = world.create('pods', pod('a', { spec: { runtimeClassName: 'gvisor' } }));
    expect(spec).toMatchObject({ overhead: { cpu: '250m' }, nodeSelector: { sandbox: 'gvisor' } });
    expect(refusalOf({ runtimeClassName: 'gvisor', nodeSelector: { sandbox: 'none' } })).toBe(
      'pods "web" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[sandbox] = gvisor; pod.spec.nodeSelector[sandbox] = none',
    );
  });

  it('that is not there refuses the pod; without one, there is no overhead', () => {
    expect(refusalOf({ runtimeClassName: 'kata' })).toBe(
      'pods "web" is forbidden: pod rejected: RuntimeClass "kata" not found',
    );
    expect(refusalOf({ overhead: { cpu: '1' } })).toBe(
      'pods "web" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
  });
});
