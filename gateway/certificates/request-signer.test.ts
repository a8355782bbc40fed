import { X509Certificate } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UserInfo } from '../../protocol/messages/api.ts';
import { VirtualDoor } from '../testing/virtual-door.ts';
import { type KeyedCertificate, makeAuthority } from './authority.ts';
import { RequestSigner } from './request-signer.ts';
import { makeRequest } from './testing/certificate-request.ts';

const nowMs = Date.UTC(2026, 5, 1);
const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const masters: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

let authority: KeyedCertificate;
beforeAll(async () => {
  authority = await makeAuthority('kubernetes', {
    notBeforeMs: nowMs - 1000,
    notAfterMs: nowMs + 10 * 365 * 24 * 3_600_000,
  });
});

let user = masters;
let door: VirtualDoor;
beforeEach(() => {
  user = masters;
  door = new VirtualDoor({ parts: () => ({ authenticate: () => ({ user }) }) });
});

const clientUsages = ['client auth', 'digital signature', 'key encipherment'];

async function ask(subject: string, spec: object = {}, names: string[] = []) {
  const body = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'one' },
    spec: {
      request: Buffer.from(await makeRequest(subject, names)).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: clientUsages,
      ...spec,
    },
  };
  return door.ask('POST', path, { body });
}

async function decide(type: 'Approved' | 'Denied') {
  const { json } = await door.ask('GET', `${path}/one`);
  json.status.conditions = [{ type, status: 'True', reason: 'KubectlSays', message: 'by hand' }];
  return door.ask('PUT', `${path}/one/approval`, { body: json });
}

/** Lets the signer see what there is, until it has said something; gives the request as it is then. */
async function afterSigning(isSomethingExpected = true) {
  const signer = new RequestSigner({ link: door.link, apiserver: door.apiserver, authority, nowMs: () => nowMs });
  signer.start();
  const isDone = ({ status }: { status: { certificate?: string; conditions?: { type: string }[] } }) =>
    status.certificate !== undefined || status.conditions?.some(({ type }) => type === 'Failed');
  let { json } = await door.ask('GET', `${path}/one`);
  for (let looks = 0; looks < (isSomethingExpected ? 2_000 : 50) && !isDone(json); looks++) {
    json = (await door.ask('GET', `${path}/one`)).json;
  }
  signer.stop();
  return json;
}

describe('a certificate that is asked for', () => {
  it('is signed once somebody has approved it, and says what was asked', async () => {
    user = { name: 'jane', uid: '7', groups: ['system:masters', 'system:authenticated'], extra: { scopes: ['a'] } };
    const made = await ask('O=devs, O=ops, CN=joe', { username: 'root', expirationSeconds: 3600 });
    expect(made.json).toMatchObject({
      spec: {
        username: 'jane',
        uid: '7',
        groups: ['system:masters', 'system:authenticated'],
        extra: { scopes: ['a'] },
      },
      status: {},
    });
    expect((await afterSigning(false)).status).toEqual({});
    expect((await decide('Approved')).json.status.conditions[0]).toMatchObject({
      type: 'Approved',
      lastUpdateTime: expect.any(String),
      lastTransitionTime: expect.any(String),
    });
    const { status } = await afterSigning();
    const certificate = new X509Certificate(Buffer.from(status.certificate, 'base64'));
    expect(certificate.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(certificate.subject).toBe('O=devs\nO=ops\nCN=joe');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate.ca).toBe(false);
    expect(Date.parse(certificate.validFrom)).toBe(nowMs - 300_000);
    expect(Date.parse(certificate.validTo)).toBe(nowMs + 3_600_000);
  });

  it('is not signed when it was denied, or by a signer that is none of the cluster’s', async () => {
    await ask('CN=joe');
    await decide('Denied');
    expect((await afterSigning(false)).status.certificate).toBeUndefined();
    await door.ask('DELETE', `${path}/one`);
    await ask('CN=joe', { signerName: 'acme.com/signer' });
    await decide('Approved');
    expect((await afterSigning(false)).status).not.toHaveProperty('certificate');
  });

  it.each([
    ['CN=joe', { usages: ['server auth'] }, 'invalid usage for client certificate: server auth'],
    ['CN=joe', { signerName: 'kubernetes.io/kubelet-serving' }, 'subject organization is not system:nodes'],
    [
      'O=system:nodes, CN=joe',
      { signerName: 'kubernetes.io/kube-apiserver-client-kubelet' },
      'subject common name does not begin with system:node:',
    ],
    [
      'O=system:nodes, CN=system:node:n1',
      { signerName: 'kubernetes.io/kubelet-serving' },
      'DNS or IP subjectAltName is required',
    ],
  ])('fails when the signer cannot sign it: %s %j', async (subject, spec, message) => {
    await ask(subject, spec);
    await decide('Approved');
    const { status } = await afterSigning();
    expect(status.certificate).toBeUndefined();
    expect(status.conditions).toMatchObject([
      { type: 'Approved' },
      { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message },
    ]);
  });

  it('is a kubelet’s for its server too, with its names', async () => {
    const spec = { signerName: 'kubernetes.io/kubelet-serving', usages: ['server auth', 'digital signature'] };
    await ask('O=system:nodes, CN=system:node:n1', spec, ['n1', 'n1.example.com']);
    await decide('Approved');
    const certificate = new X509Certificate(Buffer.from((await afterSigning()).status.certificate, 'base64'));
    expect(certificate.subjectAltName).toBe('DNS:n1, DNS:n1.example.com');
  });
});

describe('the API server', () => {
  it('refuses what is no request, and names every fault', async () => {
    const bad = {
      request: Buffer.from('hello').toString('base64'),
      usages: ['fly', 'fly'],
      signerName: 'joe',
      expirationSeconds: 5,
    };
    const causes = (await ask('CN=joe', bad)).json.details.causes.map(
      ({ field, message }: Record<string, string>) => `${field}: ${message}`,
    );
    expect(causes).toEqual([
      expect.stringContaining('PEM block type must be CERTIFICATE REQUEST'),
      expect.stringMatching(/^spec.usages\[0\]: Unsupported value: "fly": supported values: "any", /),
      expect.stringMatching(/^spec.usages\[1\]: Unsupported value: "fly"/),
      'spec.usages[1]: Duplicate value: "fly"',
      `spec.signerName: Invalid value: "joe": must be a fully qualified domain and path of the form 'example.com/signer-name'`,
      'spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 600 seconds (10 minutes)',
    ]);
    expect((await ask('O=system:masters, CN=joe')).json.message).toContain(
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
  });

  it('lets nobody take a decision back, change what is asked, or approve by another door', async () => {
    await ask('CN=joe');
    await decide('Approved');
    const twice = await decide('Denied');
    expect(twice.json.message).toContain('updates may not remove a condition of type "Approved"');
    let { json } = await door.ask('GET', `${path}/one`);
    const renamed = await door.ask('PUT', `${path}/one`, {
      body: { ...json, spec: { ...json.spec, username: 'root' } },
    });
    expect(renamed.json.spec.username).toBe('admin');
    json = renamed.json;
    json.status.conditions = [...json.status.conditions, { type: 'Denied', status: 'True' }];
    expect((await door.ask('PUT', `${path}/one/status`, { body: json })).json.message).toContain(
      'updates may not add a condition of type "Denied"',
    );
    json.status = { conditions: json.status.conditions.slice(0, 1), certificate: Buffer.from('x').toString('base64') };
    expect((await door.ask('PUT', `${path}/one/status`, { body: json })).json.message).toContain('status.certificate');
  });

  it('lets approve and sign only who may use the signer', async () => {
    const rules = (verb: string) => [
      { verbs: ['get', 'update'], apiGroups: ['certificates.k8s.io'], resources: ['*'] },
      ...(verb === ''
        ? []
        : [
            {
              verbs: [verb],
              apiGroups: ['certificates.k8s.io'],
              resources: ['signers'],
              resourceNames: ['kubernetes.io/*'],
            },
          ]),
    ];
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const role = (verb: string) => ({ metadata: { name: 'r' }, rules: rules(verb) });
    const subjects = [{ kind: 'User', name: 'jane' }];
    await ask('CN=joe');
    await door.ask('POST', `${rbac}/clusterroles`, { body: role('') });
    await door.ask('POST', `${rbac}/clusterrolebindings`, {
      body: { metadata: { name: 'r' }, roleRef: { kind: 'ClusterRole', name: 'r' }, subjects },
    });
    door.engine.runFor(1000);
    user = { name: 'jane' };
    expect((await decide('Approved')).json.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "one" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
    );
    user = masters;
    await door.ask('PUT', `${rbac}/clusterroles/r`, { body: role('approve') });
    door.engine.runFor(1000);
    user = { name: 'jane' };
    expect((await decide('Approved')).status).toBe(200);
    const { json } = await door.ask('GET', `${path}/one`);
    json.status.certificate = Buffer.from(authority.certificate).toString('base64');
    expect((await door.ask('PUT', `${path}/one/status`, { body: json })).json.message).toContain(
      'user not permitted to sign requests',
    );
  });
});
