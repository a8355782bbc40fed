import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../../engine/engine.ts';
import { etcd } from '../../../etcd/actor.ts';
import { apiserver } from '../../actor.ts';
import { apiservers, World } from '../../testing/world.ts';
import { rule } from './notation.ts';
import { reconciled } from './reconcile.ts';

const clusterRoles = 'clusterroles.rbac.authorization.k8s.io';
const clusterRoleBindings = 'clusterrolebindings.rbac.authorization.k8s.io';

const engine = () => new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true });

describe('a new cluster', () => {
  it('has the roles and bindings of Kubernetes, marked as its own', () => {
    const world = new World(engine());
    expect(world.get(clusterRoles, 'cluster-admin')).toMatchObject({
      metadata: {
        labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
        annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
      },
      rules: [
        { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
        { nonResourceURLs: ['*'], verbs: ['*'] },
      ],
    });
    expect(world.get(clusterRoles, 'edit')).toMatchObject({
      metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' } },
      aggregationRule: {
        clusterRoleSelectors: [{ matchLabels: { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' } }],
      },
    });
    expect(world.get(clusterRoleBindings, 'system:controller:job-controller')).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:controller:job-controller' },
      subjects: [{ kind: 'ServiceAccount', name: 'job-controller', namespace: 'kube-system' }],
    });
    expect(
      world.get('roles.rbac.authorization.k8s.io', 'system:controller:token-cleaner', 'kube-system').rules[0],
    ).toEqual({
      apiGroups: [''],
      resources: ['secrets'],
      verbs: ['delete', 'get', 'list', 'watch'],
    });
    expect(world.do('object.list', { resource: clusterRoles }).object.items).toHaveLength(64);
  });

  it('lets everybody who is known see what there is and what they may do, and no more', () => {
    const world = new World(engine());
    const user = { name: 'jane', groups: ['system:authenticated'] };
    for (const path of ['/api', '/apis/apps/v1', '/version', '/healthz', '/openapi/v2']) {
      expect(world.do('path.check', { user, verb: 'get', path }).code).toBe(200);
    }
    expect(world.refused('path.check', { user, verb: 'get', path: '/metrics' }).code).toBe(403);
    expect(world.refused('path.check', { user: { name: 'x' }, verb: 'get', path: '/version' }).code).toBe(403);
  });
});

describe('a server that starts again', () => {
  it('adds what is missing to the default roles, and leaves what somebody added, or keeps for themselves', () => {
    const world = new World(engine(), { replicas: 2 });
    const change = (resource: string, name: string, patch: object) =>
      world.do('object.patch', { resource, name, patchType: 'merge', patch });
    change(clusterRoles, 'system:kube-dns', { rules: [{ verbs: ['get'], apiGroups: ['x'], resources: ['y'] }] });
    change(clusterRoles, 'system:discovery', {
      metadata: { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' } },
      rules: [],
    });
    change(clusterRoleBindings, 'system:basic-user', { subjects: null });
    world.do('object.delete', { resource: clusterRoles, name: 'system:heapster' });
    world.engine.spawn(`${apiservers}.2`, 'kube-apiserver', world.input);
    world.engine.runFor(1000);
    expect(world.get(clusterRoles, 'system:kube-dns').rules).toHaveLength(5);
    expect(world.get(clusterRoles, 'system:discovery').rules).toEqual([]);
    expect(world.get(clusterRoleBindings, 'system:basic-user').subjects).toHaveLength(1);
    expect(world.get(clusterRoles, 'system:heapster').rules).toHaveLength(2);
  });

  it('writes nothing where all is as it should be', () => {
    const world = new World(engine());
    const before = world.do('object.list', { resource: clusterRoles }).object.metadata.resourceVersion;
    world.engine.spawn(`${apiservers}.1`, 'kube-apiserver', world.input);
    world.engine.runFor(1000);
    const versions = world
      .do('object.list', { resource: clusterRoles })
      .object.items.map(({ metadata }: { metadata: { resourceVersion: string } }) => Number(metadata.resourceVersion));
    expect(Math.max(...versions)).toBeLessThanOrEqual(Number(before));
  });
});

it('a binding that leads elsewhere is led back', () => {
  const of = (name: string) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'b', labels: { a: 'b' }, annotations: { c: 'd' } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  });
  expect(reconciled(of('other'), of('own'))).toMatchObject({ roleRef: { name: 'own' } });
  expect(reconciled(of('own'), of('own'))).toBeUndefined();
});

it('rules are written short', () => {
  expect(rule('read delete: core apps: pods deployments: web')).toEqual({
    verbs: ['delete', 'get', 'list', 'watch'],
    apiGroups: ['', 'apps'],
    resources: ['deployments', 'pods'],
    resourceNames: ['web'],
  });
  expect(rule('get: /version /api/*')).toEqual({ verbs: ['get'], nonResourceURLs: ['/api/*', '/version'] });
});
