import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import type { UserInfo } from '../../../../protocol/messages/api.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const clusterRoles = 'clusterroles.rbac.authorization.k8s.io';
const clusterRoleBindings = 'clusterrolebindings.rbac.authorization.k8s.io';
const roleBindings = 'rolebindings.rbac.authorization.k8s.io';
const jane: UserInfo = { name: 'jane', groups: ['devs', 'system:authenticated'] };

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const clusterRole = (name: string, rules: object[], more: object = {}) => ({
  resource: clusterRoles,
  object: { apiVersion, kind: 'ClusterRole', metadata: { name }, rules, ...more },
});

const binding = (name: string, to: string, user = 'joe') => ({
  resource: clusterRoleBindings,
  object: {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { kind: 'ClusterRole', name: to },
    subjects: [{ kind: 'User', name: user }],
  },
});

/** Lets jane do this everywhere. */
function allow(...rules: object[]) {
  world.do('object.create', clusterRole('of-jane', rules));
  world.do('object.create', binding('of-jane', 'of-jane', 'jane'));
  world.settle();
}

const writeRoles = { verbs: ['create', 'update'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'] };
const readPods = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] };

describe('a role', () => {
  it('gives no more than its writer has, and the refusal lists what is missing', () => {
    allow(writeRoles, { verbs: ['get'], apiGroups: [''], resources: ['pods'] });
    const wanted = clusterRole('mighty', [
      readPods,
      { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a'] },
      { verbs: ['get'], nonResourceURLs: ['/metrics'] },
    ]);
    expect(world.refused('object.create', { ...wanted, user: jane })).toMatchObject({
      code: 403,
      message: [
        'clusterroles.rbac.authorization.k8s.io "mighty" is forbidden: user "jane" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:',
        '{APIGroups:[""], Resources:["pods"], Verbs:["list"]}',
        '{APIGroups:[""], Resources:["pods/log"], Verbs:["get" "list"]}',
        '{APIGroups:[""], Resources:["secrets"], ResourceNames:["a"], Verbs:["get"]}',
        '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
      ].join('\n'),
    });
    const modest = clusterRole('modest', [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }]);
    expect(world.do('object.create', { ...modest, user: jane }).code).toBe(201);
    const more = { ...modest, name: 'modest', object: { ...modest.object, rules: [readPods] } };
    expect(world.refused('object.replace', { ...more, user: jane }).code).toBe(403);
  });

  it('may give anything from whoever may escalate, or is a master', () => {
    allow(writeRoles, { verbs: ['escalate'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'] });
    expect(world.do('object.create', { ...clusterRole('mighty', [readPods]), user: jane }).code).toBe(201);
    const master = { name: 'root', groups: ['system:masters'] };
    expect(world.do('object.create', { ...clusterRole('more', [readPods]), user: master }).code).toBe(201);
  });

  it('gathers others only for whoever has everything', () => {
    allow(writeRoles);
    const gathering = clusterRole('all', [], {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
    });
    expect(world.refused('object.create', { ...gathering, user: jane }).message).toBe(
      'clusterroles.rbac.authorization.k8s.io "all" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    );
  });
});

describe('a binding', () => {
  it('gives no more than its writer has, unless that one may bind the role', () => {
    world.do('object.create', clusterRole('reader', [readPods]));
    allow(writeRoles);
    expect(world.refused('object.create', { ...binding('b', 'reader'), user: jane }).message).toContain(
      'clusterrolebindings.rbac.authorization.k8s.io "b" is forbidden: user "jane" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
    );
    world.do(
      'object.create',
      clusterRole('binder', [
        {
          verbs: ['bind'],
          apiGroups: ['rbac.authorization.k8s.io'],
          resources: ['clusterroles'],
          resourceNames: ['reader'],
        },
      ]),
    );
    world.do('object.create', binding('jane-binds', 'binder', 'jane'));
    world.settle();
    expect(world.do('object.create', { ...binding('b', 'reader'), user: jane }).code).toBe(201);
    expect(world.refused('object.create', { ...binding('c', 'cluster-admin'), user: jane }).code).toBe(403);
  });

  it('is refused where its role is not there, for whoever may not bind it', () => {
    allow(writeRoles);
    expect(world.refused('object.create', { ...binding('b', 'nothing'), user: jane }).message).toBe(
      'clusterroles.rbac.authorization.k8s.io "nothing" not found',
    );
    expect(world.do('object.create', binding('b', 'nothing')).code).toBe(201);
  });

  it('cannot be led to another role, and must name known kinds', () => {
    const made = world.do('object.create', binding('b', 'view')).object;
    const other = { ...made, roleRef: { ...made.roleRef, name: 'edit' } };
    const refusal = world.refused('object.replace', { resource: clusterRoleBindings, name: 'b', object: other });
    expect(refusal.message).toBe(
      'ClusterRoleBinding.rbac.authorization.k8s.io "b" is invalid: roleRef: Invalid value: rbac.RoleRef{APIGroup:"rbac.authorization.k8s.io", Kind:"ClusterRole", Name:"edit"}: cannot change roleRef',
    );
    const wrong = {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name: 'w', namespace: 'default' },
      roleRef: { kind: 'Thing', name: '' },
      subjects: [
        { kind: 'Robot', name: 'x' },
        { kind: 'User', name: '', apiGroup: 'apps' },
      ],
    };
    expect(
      world.refused('object.create', { resource: roleBindings, namespace: 'default', object: wrong }).details?.causes,
    ).toEqual([
      {
        reason: 'FieldValueNotSupported',
        message: 'Unsupported value: "Thing": supported values: "Role", "ClusterRole"',
        field: 'roleRef.kind',
      },
      { reason: 'FieldValueRequired', message: 'Required value', field: 'roleRef.name' },
      {
        reason: 'FieldValueNotSupported',
        message: 'Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
        field: 'subjects[0].kind',
      },
      { reason: 'FieldValueRequired', message: 'Required value', field: 'subjects[1].name' },
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "": user name cannot be empty',
        field: 'subjects[1].name',
      },
      {
        reason: 'FieldValueNotSupported',
        message: 'Unsupported value: "apps": supported values: "rbac.authorization.k8s.io"',
        field: 'subjects[1].apiGroup',
      },
    ]);
  });
});
