import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterLink } from '../cluster-link.ts';
import { type Answered, VirtualDoor } from '../testing/virtual-door.ts';
import { Authentication } from './authentication.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';
import { parseTokenFile, StaticTokens } from './static-tokens.ts';
import { TokenKey } from './token-key.ts';
import { TokenSecrets } from './token-secrets.ts';

const issuer = 'https://kubernetes.default.svc.cluster.local';
const pem = (pair: ReturnType<typeof generateKeyPairSync>) =>
  pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const key = new TokenKey(pem(generateKeyPairSync('ec', { namedCurve: 'P-256' })));
const otherKey = new TokenKey(pem(generateKeyPairSync('rsa', { modulusLength: 2048 })));

const file = `s3cret,admin,1,system:masters
# nobody
t-jane,jane,2,"devs,""ops"""
t-joe,joe,3`;

const parts = (link: ClusterLink, apiserver: string) => {
  const accountTokens = new ServiceAccountTokens({ link, apiserver, key, issuer });
  const authentication = new Authentication({ staticTokens: new StaticTokens(parseTokenFile(file)), accountTokens });
  return { authenticate: authentication.authenticate, finish: authentication.finish };
};

let door: VirtualDoor;
beforeEach(() => {
  door = new VirtualDoor({ parts });
});

const bearing = (token: string, more: object = {}) => ({ headers: { authorization: `Bearer ${token}` }, ...more });
const admin = (body?: unknown) => bearing('s3cret', body === undefined ? {} : { body });

async function whoAmI(token: string, headers: Record<string, string> = {}) {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const saying = { headers: { authorization: `Bearer ${token}`, ...headers }, body };
  return door.ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', saying);
}

const accounts = '/api/v1/namespaces/default/serviceaccounts';

async function tokenOf(account: string, spec: object = {}): Promise<string> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const answer = await door.ask('POST', `${accounts}/${account}/token`, admin(body));
  expect(answer.json).toMatchObject({ kind: 'TokenRequest', metadata: { name: account, namespace: 'default' } });
  return answer.json.status.token;
}

const review = (token: string, audiences?: string[]) =>
  door.ask(
    'POST',
    '/apis/authentication.k8s.io/v1/tokenreviews',
    admin({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences } }),
  );

describe('who asks', () => {
  it('is let in by no name, and by no token that nobody knows', async () => {
    const unauthorized = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    };
    expect((await door.ask('GET', '/api/v1/pods')).json).toEqual(unauthorized);
    expect((await door.ask('GET', '/api/v1/pods', bearing('guess'))).json).toEqual(unauthorized);
    expect((await door.ask('GET', '/api/v1/pods', { headers: { authorization: 'Basic s3cret' } })).json).toEqual(
      unauthorized,
    );
  });

  it('is whom the certificate names, with its organizations as groups', async () => {
    const certificate = { commonName: 'jane', organizations: ['devs'] };
    const request = { method: 'GET', url: '/api/v1/nodes', headers: {}, body: new Uint8Array(), certificate };
    const { status, body } = await door.settle(door.door.handle(request));
    expect([status, JSON.parse(String(body)).message]).toEqual([
      403,
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
    ]);
  });

  it('is whom the file of tokens says', async () => {
    expect((await whoAmI('t-jane')).json.status.userInfo).toEqual({
      username: 'jane',
      uid: '2',
      groups: ['devs', '"ops"', 'system:authenticated'],
    });
    expect((await door.ask('GET', '/api/v1/pods', admin())).status).toBe(200);
    expect(() => parseTokenFile('a,b,c\nonly')).toThrow(
      'line 2 of the token file must have at least a token and a user',
    );
    expect(() => parseTokenFile('a,"b')).toThrow('line 1 of the token file is no CSV');
  });

  it('can be said in the protocols of a WebSocket, where headers cannot be set', async () => {
    const encoded = Buffer.from('s3cret').toString('base64url');
    const headers = {
      upgrade: 'websocket',
      'sec-websocket-protocol': `base64url.bearer.authorization.k8s.io.${encoded}, v4`,
    };
    expect((await door.ask('GET', '/api/v1/pods', { headers })).status).toBe(200);
  });
});

describe('what nobody here answers', () => {
  it('is decided on before it is looked for', async () => {
    const [jane, root] = [bearing('t-jane'), admin()];
    expect((await door.ask('GET', '/apis/acme.com/v1/namespaces/default/robots', jane)).json.message).toBe(
      'robots.acme.com is forbidden: User "jane" cannot list resource "robots" in API group "acme.com" in the namespace "default"',
    );
    expect((await door.ask('GET', '/apis/acme.com/v1/namespaces/default/robots', root)).status).toBe(404);
  });
});

describe('acting as somebody else', () => {
  it('is asked for by headers, and the API server decides', async () => {
    const asJoe = {
      'impersonate-user': 'joe',
      'impersonate-group': 'a, b',
      'impersonate-extra-acme.com%2Fproject': 'x',
    };
    expect((await whoAmI('s3cret', { ...asJoe, 'impersonate-uid': '9' })).json.status.userInfo).toEqual({
      username: 'joe',
      uid: '9',
      groups: ['a', 'b', 'system:authenticated'],
      extra: { 'acme.com/project': ['x'] },
    });
    expect((await whoAmI('t-jane', { 'impersonate-user': 'joe' })).json.message).toBe(
      'users "joe" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });

  it('makes no sense without a user', async () => {
    const { status, json } = await whoAmI('s3cret', { 'impersonate-group': 'ops' });
    expect([status, json.message]).toEqual([
      500,
      'Internal error occurred: requested [{Group  ops    }] without impersonating a user',
    ]);
  });
});

describe('the token of a ServiceAccount', () => {
  it('lets its bearer in as that account', async () => {
    const token = await tokenOf('default');
    const { json } = await whoAmI(token);
    expect(json.status.userInfo).toMatchObject({
      username: 'system:serviceaccount:default:default',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=[0-9a-f-]{36}$/)] },
    });
    expect((await door.ask('GET', '/api/v1/namespaces/default/pods', bearing(token))).json.message).toBe(
      'pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods" in API group "" in the namespace "default"',
    );
  });

  it('is worth nothing when it is not signed with the key, when its time is over, or when it is for others', async () => {
    const claims = { iss: issuer, aud: [issuer], sub: 'system:serviceaccount:default:default', exp: 4_000_000_000 };
    expect((await whoAmI(await otherKey.sign(claims))).status).toBe(401);
    expect((await whoAmI(await key.sign({ ...claims, 'kubernetes.io': {} }))).status).toBe(401);
    const token = await tokenOf('default', { expirationSeconds: 600 });
    expect((await whoAmI(token)).status).toBe(201);
    expect((await whoAmI(await tokenOf('default', { audiences: ['vault'] }))).status).toBe(401);
    door.engine.runFor(661_000);
    expect((await whoAmI(token)).status).toBe(401);
    expect((await review(token)).json.status).toEqual({ user: {}, error: 'service account token has expired' });
  });

  it('is worth nothing when its account is gone, though one of that name has come instead', async () => {
    await door.ask('POST', accounts, admin({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }));
    const token = await tokenOf('robot');
    expect((await whoAmI(token)).status).toBe(201);
    await door.ask('DELETE', `${accounts}/robot`, admin());
    door.engine.runFor(11_000);
    expect((await whoAmI(token)).status).toBe(401);
    await door.ask('POST', accounts, admin({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }));
    expect((await whoAmI(token)).status).toBe(401);
  });

  it('may be bound to a pod, whose name and node it tells, and whose end is its own', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'a', image: 'nginx' }] },
    };
    await door.ask('POST', pods, admin(pod));
    door.engine.runFor(5_000);
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'web' };
    const token = await tokenOf('default', { boundObjectRef });
    expect((await whoAmI(token)).json.status.userInfo.extra).toMatchObject({
      'authentication.kubernetes.io/pod-name': ['web'],
      'authentication.kubernetes.io/pod-uid': [expect.any(String)],
      'authentication.kubernetes.io/node-name': [expect.any(String)],
      'authentication.kubernetes.io/node-uid': [expect.any(String)],
    });
    await door.ask('DELETE', `${pods}/web?gracePeriodSeconds=0`, admin());
    door.engine.runFor(11_000);
    expect((await whoAmI(token)).status).toBe(401);
  });
});

describe('a Secret for a token', () => {
  const secrets = '/api/v1/namespaces/default/secrets';
  const wanted = (account: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: { name: 'kept', annotations: { 'kubernetes.io/service-account.name': account } },
  });

  let filling: TokenSecrets;
  beforeEach(() => {
    filling = new TokenSecrets({ link: door.link, apiserver: door.apiserver, key, authority: 'the certificate' });
    filling.start();
  });
  afterEach(() => filling.stop());

  /** Looks at it until it is as expected. */
  async function until(isAsExpected: (answer: Answered) => boolean) {
    let answer = await door.ask('GET', `${secrets}/kept`, admin());
    for (let looks = 0; looks < 2_000 && !isAsExpected(answer); looks++) {
      answer = await door.ask('GET', `${secrets}/kept`, admin());
    }
    return answer;
  }

  it('is given one, which is good as long as it is kept there', async () => {
    await door.ask('POST', secrets, admin(wanted('default')));
    const { data, metadata } = (await until(({ json }) => json.data !== undefined)).json;
    const text = (value: string) => Buffer.from(value, 'base64').toString();
    expect([text(data.namespace), text(data['ca.crt'])]).toEqual(['default', 'the certificate']);
    expect(metadata.annotations['kubernetes.io/service-account.uid']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await whoAmI(text(data.token))).json.status.userInfo).toMatchObject({
      username: 'system:serviceaccount:default:default',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    });
    await door.ask('PATCH', `${secrets}/kept`, admin({ data: { token: Buffer.from('other').toString('base64') } }));
    door.engine.runFor(11_000);
    expect((await whoAmI(text(data.token))).status).toBe(401);
    expect((await review(text(data.token))).json.status.error).toBe("token does not match server's copy");
  });

  it('is taken away when its account is not there, or goes', async () => {
    await door.ask('POST', secrets, admin(wanted('ghost')));
    expect((await until(({ status }) => status === 404)).status).toBe(404);
    await door.ask('POST', accounts, admin({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }));
    await door.ask('POST', secrets, admin(wanted('robot')));
    await until(({ json }) => json.data !== undefined);
    await door.ask('DELETE', `${accounts}/robot`, admin());
    expect((await until(({ status }) => status === 404)).status).toBe(404);
  });
});

describe('a TokenReview', () => {
  it('tells whose a token is, and for whom it is meant', async () => {
    const token = await tokenOf('default', { audiences: ['vault', issuer] });
    expect((await review(token)).json).toMatchObject({
      kind: 'TokenReview',
      status: { authenticated: true, user: { username: 'system:serviceaccount:default:default' }, audiences: [issuer] },
    });
    expect((await review(token, ['vault', 'x'])).json.status.audiences).toEqual(['vault']);
    expect((await review(token, ['x'])).json.status).toEqual({
      user: {},
      error: `token audiences ["vault" "${issuer}"] is invalid for the target audiences ["x"]`,
    });
    expect((await review('t-joe')).json.status).toEqual({
      authenticated: true,
      user: { username: 'joe', uid: '3', groups: ['system:authenticated'] },
      audiences: [issuer],
    });
    expect((await review('guess')).json.status).toEqual({ user: {} });
    expect((await review('')).json).toMatchObject({
      code: 400,
      message: 'token is required for TokenReview in authentication',
    });
  });
});

describe('the key', () => {
  it('is shown to those who check tokens themselves, without its secret', () => {
    expect(key.publicKey()).toEqual({
      use: 'sig',
      kid: expect.any(String),
      alg: 'ES256',
      kty: 'EC',
      crv: 'P-256',
      x: expect.any(String),
      y: expect.any(String),
    });
    expect(otherKey.publicKey()).toMatchObject({ alg: 'RS256', kty: 'RSA' });
    expect(otherKey.publicKey()).not.toHaveProperty('d');
    expect(() => new TokenKey(pem(generateKeyPairSync('ed25519') as never))).toThrow('a key of type ed25519');
  });
});
