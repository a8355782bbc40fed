import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const range = (...limits: object[]) => {
  const metadata = { name: 'limits', namespace: 'default' };
  world.create('limitranges', { apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits } });
  world.settle();
};
const asking = (resources: object, more: object = {}) =>
  pod('web', { spec: { containers: [{ name: 'main', image: 'nginx', resources }], ...more } });
const refusalOf = (object: object) =>
  world.refused('object.create', { resource: 'pods', namespace: 'default', object }).message;

describe('a limit range for containers', () => {
  it('gives them what they do not ask for, and says so', () => {
    range({ type: 'Container', default: { cpu: '500m', memory: '256Mi' }, defaultRequest: { cpu: '100m' } });
    const spec = { initContainers: [{ name: 'init', image: 'busybox', resources: { limits: { cpu: '1' } } }] };
    const made = world.create('pods', asking({ requests: { memory: '64Mi' } }, spec));
    expect(made.spec.containers[0].resources).toEqual({
      limits: { cpu: '500m', memory: '256Mi' },
      requests: { cpu: '100m', memory: '64Mi' },
    });
    // The limit of its own was its request before the limit range was asked.
    expect(made.spec.initContainers[0].resources).toEqual({
      limits: { cpu: '1', memory: '256Mi' },
      requests: { cpu: '1', memory: '256Mi' },
    });
    expect(made.metadata.annotations['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu request for container main; cpu, memory limit for container main; memory request for init container init; memory limit for init container init',
    );
    expect(made.status.qosClass).toBe('Burstable');
  });

  it('is nothing to pods of another namespace', () => {
    range({ type: 'Container', default: { cpu: '500m' } });
    const object = { ...pod('web'), metadata: { name: 'web', namespace: 'kube-public' } };
    expect(world.create('pods', object).metadata.annotations).toBeUndefined();
  });

  it.each([
    [{ max: { cpu: '1' } }, { limits: { cpu: '2' } }, 'maximum cpu usage per Container is 1, but limit is 2'],
    [
      { min: { memory: '64Mi' } },
      { requests: { memory: '32Mi' }, limits: { memory: '128Mi' } },
      'minimum memory usage per Container is 64Mi, but request is 32Mi',
    ],
    [
      { maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '100m' }, limits: { cpu: '500m' } },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 5.000000',
    ],
    [
      { maxLimitRequestRatio: { memory: '2' } },
      {},
      'memory max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ],
  ])('refuses what is outside of %j', (bounds, resources, problem) => {
    range({ type: 'Container', ...bounds });
    expect(refusalOf(asking(resources))).toBe(`pods "web" is forbidden: ${problem}`);
  });

  it('tells all that is wrong', () => {
    range({ type: 'Container', max: { cpu: '1', memory: '1Gi' } });
    expect(refusalOf(asking({ limits: { cpu: '2', memory: '2Gi' } }))).toBe(
      'pods "web" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
    );
  });
});

it('a limit range for pods looks at all containers together', () => {
  range({ type: 'Pod', max: { cpu: '1' } });
  const containers = ['a', 'b'].map((name) => ({ name, image: 'nginx', resources: { limits: { cpu: '600m' } } }));
  expect(refusalOf(pod('web', { spec: { containers } }))).toBe(
    'pods "web" is forbidden: maximum cpu usage per Pod is 1, but limit is 1200m',
  );
  expect(refusalOf(pod('web'))).toBe('pods "web" is forbidden: maximum cpu usage per Pod is 1.  No limit is specified');
});

it('a limit range for claims bounds what they ask for', () => {
  range({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } });
  const claim = (storage: string) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });
  const resource = 'persistentvolumeclaims';
  expect(world.refused('object.create', { resource, namespace: 'default', object: claim('5Gi') }).message).toBe(
    'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi',
  );
  world.create(resource, claim('1Gi'));
});
