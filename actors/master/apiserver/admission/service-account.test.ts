import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { apiservers, pod, World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }), { serviceAccounts: true });
});

const account = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'default' },
  ...more,
});
const creation = (object: object) => ({ resource: 'pods', namespace: 'default', object });
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const owned = (uid: string) => ({
  ownerReferences: [{ apiVersion: 'v1', kind: 'ReplicationController', name: 'rc', uid, controller: true }],
});

describe('a new pod', () => {
  it('runs as its account, and finds the account’s token mounted in every container', () => {
    world.create('serviceaccounts', account('default'));
    const spec = { initContainers: [{ name: 'init', image: 'busybox' }] };
    const made = world.create('pods', pod('web', { spec }));
    expect(made.spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default' });
    const [volume] = made.spec.volumes;
    expect(volume.name).toMatch(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(volume.projected).toEqual({
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    });
    for (const { volumeMounts } of [...made.spec.initContainers, ...made.spec.containers]) {
      expect(volumeMounts).toEqual([{ name: volume.name, readOnly: true, mountPath }]);
    }
  });

  it('gets no token where it, or else its account, says so', () => {
    world.create('serviceaccounts', account('default', { automountServiceAccountToken: false }));
    expect(world.create('pods', pod('a')).spec.volumes).toBeUndefined();
    const spec = { automountServiceAccountToken: true };
    expect(world.create('pods', pod('b', { spec })).spec.volumes).toHaveLength(1);
  });

  it('keeps what it mounts there itself', () => {
    world.create('serviceaccounts', account('default'));
    const volumeMounts = [{ name: 'own', mountPath }];
    const spec = {
      containers: [{ name: 'main', image: 'nginx', volumeMounts }],
      volumes: [{ name: 'own', emptyDir: {} }],
    };
    const made = world.create('pods', pod('web', { spec }));
    expect(made.spec.volumes.map(({ name }: { name: string }) => name)).toEqual(['own']);
    expect(made.spec.containers[0].volumeMounts).toEqual(volumeMounts);
  });

  it('takes over the pull secrets of its account, unless it has its own', () => {
    world.create('serviceaccounts', account('builder', { imagePullSecrets: [{ name: 'registry' }] }));
    const spec = { serviceAccountName: 'builder' };
    expect(world.create('pods', pod('a', { spec })).spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
    const own = { ...spec, imagePullSecrets: [{ name: 'mine' }] };
    expect(world.create('pods', pod('b', { spec: own })).spec.imagePullSecrets).toEqual([{ name: 'mine' }]);
  });

  it('whose account is not there is refused', () => {
    const object = pod('web', { spec: { serviceAccountName: 'x' } });
    expect(world.refused('object.create', creation(object))).toMatchObject({
      code: 403,
      message: 'pods "web" is forbidden: error looking up service account default/x: serviceaccount "x" not found',
    });
  });

  it('waits a little for the account "default" of a new namespace, but not for long', () => {
    const question = world.player.ask(apiservers, 'object.create', creation(pod('web')));
    world.engine.runFor(400);
    world.create('serviceaccounts', account('default'));
    expect(world.answer(question)).toMatchObject({ code: 201 });
    world.do('object.delete', { resource: 'serviceaccounts', namespace: 'default', name: 'default' });
    world.settle();
    expect(world.refused('object.create', creation(pod('late'))).message).toBe(
      'pods "late" is forbidden: error looking up service account default/default: serviceaccount "default" not found',
    );
  });

  it('runs as an account made a moment ago, of which the cache has not heard', () => {
    world.do('object.create', { resource: 'serviceaccounts', namespace: 'default', object: account('fresh') });
    const object = pod('web', { spec: { serviceAccountName: 'fresh' } });
    expect(world.ask('object.create', creation(object))).toMatchObject({ code: 201 });
  });

  it('shares its spec with the others of its controller', () => {
    world.create('serviceaccounts', account('default'));
    const spec = { containers: [{ name: 'main', image: 'nginx' }] };
    const made = ['a', 'b'].map((name) => world.create('pods', { ...pod(name, { metadata: owned('u1') }), spec }));
    expect(made[1].spec).toBe(made[0].spec);
    const other = world.create('pods', { ...pod('c', { metadata: owned('u2') }), spec });
    expect(other.spec.volumes[0].name).not.toBe(made[0].spec.volumes[0].name);
  });

  it('that mirrors a static one has no account', () => {
    const annotations = { 'kubernetes.io/config.mirror': 'x' };
    const made = world.create('pods', pod('static', { metadata: { annotations }, spec: { nodeName: 'n1' } }));
    expect(made.spec.serviceAccountName).toBeUndefined();
    const spec = { nodeName: 'n1', serviceAccountName: 'default' };
    expect(world.refused('object.create', creation(pod('bad', { metadata: { annotations }, spec }))).message).toBe(
      'pods "bad" is forbidden: a mirror pod may not reference service accounts',
    );
  });
});
