import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import type { UserInfo } from '../../../../protocol/messages/api.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';

const authorization = 'authorization.k8s.io';
const jane: UserInfo = { name: 'jane', groups: ['system:authenticated'] };
const admin: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const question = (kind: string, spec: object, more: object = {}, metadata: object = {}) => ({
  resource: `${kind.toLowerCase()}s.${authorization}`,
  object: { apiVersion: `${authorization}/v1`, kind, metadata, spec },
  ...more,
});

const pods = (verb: string, namespace = 'default') => ({ resourceAttributes: { verb, resource: 'pods', namespace } });
const status = (body: object) => world.do('object.create', body).object.status;

describe('reviews', () => {
  it('tell somebody whether they may', () => {
    const mine = (spec: object, user: UserInfo) => status(question('SelfSubjectAccessReview', spec, { user }));
    expect(mine(pods('list'), jane)).toEqual({ allowed: false });
    expect(mine(pods('list'), admin)).toEqual({ allowed: true });
    expect(mine({ nonResourceAttributes: { verb: 'get', path: '/version' } }, jane)).toEqual({
      allowed: true,
      reason:
        'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
    });
  });

  it('tell whether somebody else may, to those who may ask that', () => {
    const spec = { user: 'joe', groups: ['system:masters'], ...pods('delete') };
    expect(status(question('SubjectAccessReview', spec, { user: admin }))).toEqual({ allowed: true });
    expect(status(question('SubjectAccessReview', { ...spec, groups: [] }))).toEqual({ allowed: false });
    expect(world.refused('object.create', question('SubjectAccessReview', spec, { user: jane })).message).toBe(
      'subjectaccessreviews.authorization.k8s.io is forbidden: User "jane" cannot create resource "subjectaccessreviews" in API group "authorization.k8s.io" at the cluster scope',
    );
    const local = question('LocalSubjectAccessReview', spec, { namespace: 'default' });
    expect(world.do('object.create', local)).toMatchObject({ code: 201, object: { status: { allowed: true } } });
  });

  it('tell somebody all they may in a namespace', () => {
    const mine = status(question('SelfSubjectRulesReview', { namespace: 'default' }, { user: jane }));
    expect(mine.resourceRules).toContainEqual({
      verbs: ['create'],
      apiGroups: [authorization],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    });
    expect(mine.nonResourceRules).toContainEqual({
      verbs: ['get'],
      nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'],
    });
    expect(mine.incomplete).toBe(false);
    expect(world.refused('object.create', question('SelfSubjectRulesReview', {}, { user: jane })).message).toBe(
      'no namespace on request',
    );
  });

  it('are refused when they ask nothing, or too much', () => {
    const refused = (...given: Parameters<typeof question>) =>
      world
        .refused('object.create', question(...given))
        .details?.causes?.map(({ field, message }) => `${field}: ${message}`);
    expect(refused('SelfSubjectAccessReview', {})).toEqual([
      'spec.resourceAttributes: Invalid value: "null": exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ]);
    expect(refused('SubjectAccessReview', pods('get'))).toEqual([
      'spec.user: Invalid value: "": at least one of user or group must be specified',
    ]);
    const both = { user: 'joe', ...pods('get'), nonResourceAttributes: { path: '/', verb: 'get' } };
    expect(refused('SubjectAccessReview', both)?.[0]).toContain(
      'cannot be specified in combination with resourceAttributes',
    );
    const elsewhere = { user: 'joe', ...pods('get', 'kube-system') };
    expect(refused('LocalSubjectAccessReview', elsewhere, { namespace: 'default' })).toEqual([
      'spec.resourceAttributes.namespace: Invalid value: "kube-system": must match metadata.namespace',
    ]);
    expect(refused('SelfSubjectAccessReview', pods('get'), {}, { name: 'x' })?.[0]).toContain('must be empty');
  });

  it('are only ever made: nothing of them is kept', () => {
    for (const type of ['object.list', 'object.get', 'object.delete']) {
      const body = { resource: `subjectaccessreviews.${authorization}`, name: 'x' };
      expect(world.refused(type, body).code).toBe(405);
    }
  });
});

describe('a token that is asked for', () => {
  const token = (spec: object, more: object = {}, metadata: object = {}) => ({
    resource: 'serviceaccounts',
    namespace: 'default',
    name: 'robot',
    subresource: 'token',
    object: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec },
    ...more,
  });

  beforeEach(() => {
    world.create('serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot', namespace: 'default' },
    });
    world.settle();
  });

  it('has its claims decided here, to be signed elsewhere', () => {
    const account = world.get('serviceaccounts', 'robot', 'default');
    const got = world.do('object.create', token({})) as { object: object; claims?: Record<string, number> };
    const { iat = 0 } = got.claims ?? {};
    expect(got.claims).toEqual({
      aud: ['https://kubernetes.default.svc.cluster.local'],
      exp: iat + 3600,
      iat,
      iss: 'https://kubernetes.default.svc.cluster.local',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'robot', uid: account.metadata.uid } },
      nbf: iat,
      sub: 'system:serviceaccount:default:robot',
    });
    expect(got.object).toMatchObject({
      metadata: { name: 'robot', namespace: 'default' },
      spec: { audiences: ['https://kubernetes.default.svc.cluster.local'], expirationSeconds: 3600 },
      status: { token: '', expirationTimestamp: expect.stringMatching(/^2026-01-01T01:00:\d\dZ$/) },
    });
  });

  it('may be bound to a secret of that uid, and to nothing that is not there', () => {
    const secret = world.create('secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'default' },
    });
    const ref = { apiVersion: 'v1', kind: 'Secret', name: 's', uid: secret.metadata.uid };
    const got = world.do('object.create', token({ boundObjectRef: ref })) as { claims?: Record<string, unknown> };
    expect(got.claims?.['kubernetes.io']).toMatchObject({ secret: { name: 's', uid: secret.metadata.uid } });
    const refused = (boundObjectRef: object) => world.refused('object.create', token({ boundObjectRef })).message;
    expect(refused({ ...ref, uid: 'old' })).toBe(
      'Operation cannot be fulfilled on Secret "s": the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated',
    );
    expect(refused({ apiVersion: 'v1', kind: 'Pod', name: 'web' })).toBe('pods "web" not found');
    expect(refused({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' })).toBe(
      'cannot bind token to object of type apps/v1, Kind=Deployment',
    );
    expect(refused({ apiVersion: 'v1', kind: 'Node', name: 'n1' })).toContain('feature-gate is disabled');
  });

  it('lives ten minutes at least, and is for an account that is there', () => {
    expect(world.refused('object.create', token({ expirationSeconds: 60 })).message).toBe(
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    );
    expect(world.refused('object.create', token({}, { name: 'ghost' })).message).toBe(
      'serviceaccounts "ghost" not found',
    );
    expect(world.refused('object.create', token({}, {}, { name: 'other' })).message).toContain(
      'must match the service account name if specified',
    );
    expect(world.refused('object.create', token({}, { user: jane })).message).toContain(
      'User "jane" cannot create resource "serviceaccounts/token" in API group "" in the namespace "default"',
    );
  });
});
