import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import type { UserInfo } from '../../../../protocol/messages/api.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, World } from '../testing/world.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const roles = 'roles.rbac.authorization.k8s.io';
const clusterRoles = 'clusterroles.rbac.authorization.k8s.io';
const roleBindings = 'rolebindings.rbac.authorization.k8s.io';
const clusterRoleBindings = 'clusterrolebindings.rbac.authorization.k8s.io';

const jane: UserInfo = { name: 'jane', groups: ['system:authenticated'] };
const admin: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

type Rule = {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
};

function clusterRole(name: string, ...rules: Rule[]) {
  return world.create(clusterRoles, { apiVersion, kind: 'ClusterRole', metadata: { name }, rules });
}

function role(name: string, ...rules: Rule[]) {
  return world.create(roles, { apiVersion, kind: 'Role', metadata: { name, namespace: 'default' }, rules });
}

/** Binds everywhere, or in the namespace `default`; the servers hear of it before this returns. */
function bind(kind: 'ClusterRoleBinding' | 'RoleBinding', roleRef: string, subject: object) {
  const [roleKind, name] = roleRef.split(' ');
  const isEverywhere = kind === 'ClusterRoleBinding';
  const metadata = { name: `of-${name}`, ...(isEverywhere ? {} : { namespace: 'default' }) };
  const object = { apiVersion, kind, metadata, roleRef: { kind: roleKind, name }, subjects: [subject] };
  const made = world.create(isEverywhere ? clusterRoleBindings : roleBindings, object);
  world.settle();
  return made;
}

const readPods: Rule = { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods'] };
const list = (user: UserInfo, more: object = {}) => ({ resource: 'pods', namespace: 'default', user, ...more });

describe('a user from outside', () => {
  it('may do nothing that no role allows, and is told so in the words of Kubernetes', () => {
    expect(world.refused('object.list', list(jane))).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
      reason: 'Forbidden',
      details: { kind: 'pods' },
      code: 403,
    });
    const messages = [
      world.refused('object.list', { resource: 'nodes', user: jane }),
      world.refused('object.get', { resource: 'deployments.apps', namespace: 'default', name: 'web', user: jane }),
      world.refused('object.get', { resource: 'namespaces', name: 'default', user: jane }),
      world.refused('object.patch', {
        ...list(jane),
        name: 'web',
        subresource: 'status',
        patchType: 'merge',
        patch: {},
      }),
      world.refused('object.delete-collection', list(jane)),
      world.refused('path.check', { user: jane, verb: 'get', path: '/metrics' }),
      world.refused('object.list', list({ name: '<b>' })),
    ].map(({ message }) => message);
    expect(messages).toEqual([
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
      'deployments.apps "web" is forbidden: User "jane" cannot get resource "deployments" in API group "apps" in the namespace "default"',
      'namespaces "default" is forbidden: User "jane" cannot get resource "namespaces" in API group "" in the namespace "default"',
      'pods "web" is forbidden: User "jane" cannot patch resource "pods/status" in API group "" in the namespace "default"',
      'pods is forbidden: User "jane" cannot deletecollection resource "pods" in API group "" in the namespace "default"',
      'forbidden: User "jane" cannot get path "/metrics"',
      'pods is forbidden: User "&lt;b&gt;" cannot list resource "pods" in API group "" in the namespace "default"',
    ]);
  });

  it('may do everything as one of system:masters, and a component without a user may too', () => {
    expect(world.do('object.list', list(admin)).code).toBe(200);
    expect(world.do('object.list', { resource: 'pods', namespace: 'default' })).not.toHaveProperty('authorization');
  });

  it('may do what a ClusterRole allows everywhere, and is told by which binding', () => {
    clusterRole('reader', readPods);
    bind('ClusterRoleBinding', 'ClusterRole reader', { kind: 'User', name: 'jane' });
    expect(world.do('object.list', list(jane))).toMatchObject({
      authorization: {
        decision: 'allow',
        reason: 'RBAC: allowed by ClusterRoleBinding "of-reader" of ClusterRole "reader" to User "jane"',
      },
    });
    expect(world.do('object.list', { resource: 'pods', user: jane }).code).toBe(200);
    expect(world.refused('object.delete', { ...list(jane), name: 'web' }).code).toBe(403);
    expect(world.refused('object.get', { ...list(jane), name: 'web' }).code).toBe(404);
  });

  it('may do in one namespace what is bound there: by a Role or a ClusterRole, as a user, a group or a ServiceAccount', () => {
    role('reader', readPods);
    bind('RoleBinding', 'Role reader', { kind: 'Group', name: 'developers' });
    expect(world.do('object.list', list({ name: 'joe', groups: ['developers'] })).code).toBe(200);
    expect(world.refused('object.list', { resource: 'pods', user: { name: 'joe', groups: ['developers'] } }).code).toBe(
      403,
    );
    clusterRole('watcher', readPods);
    bind('RoleBinding', 'ClusterRole watcher', { kind: 'ServiceAccount', name: 'robot' });
    expect(world.do('object.list', list({ name: 'system:serviceaccount:default:robot' }))).toMatchObject({
      authorization: {
        reason:
          'RBAC: allowed by RoleBinding "of-watcher/default" of ClusterRole "watcher" to ServiceAccount "robot/default"',
      },
    });
    expect(world.refused('object.list', list({ name: 'system:serviceaccount:kube-system:robot' })).code).toBe(403);
  });

  it('loses the right with the binding, or with the role', () => {
    clusterRole('reader', readPods);
    bind('ClusterRoleBinding', 'ClusterRole reader', { kind: 'User', name: 'jane' });
    world.do('object.delete', { resource: clusterRoles, name: 'reader' });
    world.settle();
    expect(world.refused('object.list', list(jane)).message).toBe(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "reader" not found',
    );
    clusterRole('reader', readPods);
    world.do('object.delete', { resource: clusterRoleBindings, name: 'of-reader' });
    world.settle();
    expect(world.refused('object.list', list(jane)).code).toBe(403);
  });

  it('is held to subresources, names, stars and paths', () => {
    clusterRole(
      'mixed',
      { verbs: ['get'], apiGroups: [''], resources: ['pods/log', '*/scale'] },
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'] },
      { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] },
      { verbs: ['get'], nonResourceURLs: ['/logs/*'] },
    );
    bind('ClusterRoleBinding', 'ClusterRole mixed', { kind: 'User', name: 'jane' });
    const code = (type: string, body: object) => {
      const got = world.ask(type, { user: jane, namespace: 'default', ...body });
      return 'status' in got ? got.status.code : got.code;
    };
    expect(code('object.get', { resource: 'pods', name: 'web' })).toBe(403);
    expect(code('object.get', { resource: 'replicationcontrollers', name: 'web', subresource: 'scale' })).toBe(404);
    expect(code('object.get', { resource: 'configmaps', name: 'mine' })).toBe(404);
    expect(code('object.get', { resource: 'configmaps', name: 'other' })).toBe(403);
    expect(code('object.list', { resource: 'configmaps' })).toBe(403);
    expect(code('object.list', { resource: 'configmaps', fieldSelector: 'metadata.name=mine' })).toBe(200);
    expect(code('object.list', { resource: 'configmaps', fieldSelector: 'metadata.name!=mine' })).toBe(403);
    expect(code('object.delete', { resource: 'deployments.apps', name: 'web' })).toBe(404);
    expect(code('object.get', { resource: 'statefulsets.apps', name: 'web', subresource: 'scale' })).toBe(404);
    expect(world.do('path.check', { user: jane, verb: 'get', path: '/logs/a' }).object).toMatchObject({
      status: 'Success',
    });
    expect(world.refused('path.check', { user: jane, verb: 'get', path: '/log' }).code).toBe(403);
  });

  it('opens a watch only where allowed, and hears by which right', () => {
    const refused = world.watch(list(jane));
    expect(refused.take()).toMatchObject([{ type: 'ERROR', object: { code: 403, reason: 'Forbidden' } }]);
    expect(refused.ended).toBe('Forbidden');
    world.create('pods', pod('web'));
    const watch = world.watch({ ...list(admin), resourceVersion: '0' });
    expect(watch.lines()).toEqual(['ADDED web']);
  });

  it('may not create by replacing or applying what it may only update', () => {
    clusterRole('updater', { verbs: ['update', 'patch'], apiGroups: ['coordination.k8s.io'], resources: ['leases'] });
    bind('ClusterRoleBinding', 'ClusterRole updater', { kind: 'User', name: 'jane' });
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'one', namespace: 'default' },
    };
    const replace = { resource: 'leases.coordination.k8s.io', namespace: 'default', name: 'one', object: lease };
    expect(world.refused('object.replace', { ...replace, user: jane }).message).toBe(
      'leases.coordination.k8s.io "one" is forbidden: ',
    );
    const applying = { patchType: 'apply', patch: lease, fieldManager: 'jane' };
    expect(world.refused('object.patch', { ...replace, ...applying, user: jane }).message).toBe(
      'leases.coordination.k8s.io "one" is forbidden: ',
    );
    const made = world.do('object.replace', replace);
    expect(made.code).toBe(201);
    expect(world.do('object.replace', { ...replace, object: made.object, user: jane }).code).toBe(200);
  });
});

describe('acting as somebody else', () => {
  it('needs the right to each part of who that is', () => {
    const as = (impersonated: UserInfo, user = jane) => ({ ...list(user), impersonated });
    expect(world.refused('object.list', as({ name: 'joe' })).message).toBe(
      'users "joe" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    clusterRole('actor', { verbs: ['impersonate'], apiGroups: [''], resources: ['users'] });
    bind('ClusterRoleBinding', 'ClusterRole actor', { kind: 'User', name: 'jane' });
    const messages = [
      as({ name: 'joe', groups: ['system:masters'] }),
      as({ name: 'system:serviceaccount:default:robot' }),
      as({ name: 'joe', uid: '7' }),
      as({ name: 'joe', extra: { scopes: ['a'] } }),
      as({ name: 'joe' }),
    ].map((body) => world.refused('object.list', body).message);
    expect(messages).toEqual([
      'groups "system:masters" is forbidden: User "jane" cannot impersonate resource "groups" in API group "" at the cluster scope',
      'serviceaccounts "robot" is forbidden: User "jane" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "default"',
      'uids.authentication.k8s.io "7" is forbidden: User "jane" cannot impersonate resource "uids" in API group "authentication.k8s.io" at the cluster scope',
      'userextras.authentication.k8s.io "a" is forbidden: User "jane" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope',
      'pods is forbidden: User "joe" cannot list resource "pods" in API group "" in the namespace "default"',
    ]);
  });

  it('gives the groups that come by themselves', () => {
    const review = (impersonated: UserInfo) =>
      world.do('object.create', {
        resource: 'selfsubjectreviews.authentication.k8s.io',
        object: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} },
        user: admin,
        impersonated,
      }).object.status.userInfo;
    expect(review({ name: 'joe' })).toEqual({ username: 'joe', groups: ['system:authenticated'] });
    expect(review({ name: 'joe', groups: ['ops'] }).groups).toEqual(['ops', 'system:authenticated']);
    expect(review({ name: 'system:serviceaccount:shop:robot' }).groups).toEqual([
      'system:serviceaccounts',
      'system:serviceaccounts:shop',
      'system:authenticated',
    ]);
    world.do('object.create', {
      resource: clusterRoleBindings,
      object: {
        apiVersion,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'anybody' },
        roleRef: { kind: 'ClusterRole', name: 'system:basic-user' },
        subjects: [{ kind: 'Group', name: 'system:unauthenticated' }],
      },
    });
    world.settle();
    expect(review({ name: 'system:anonymous' }).groups).toEqual(['system:unauthenticated']);
  });
});
