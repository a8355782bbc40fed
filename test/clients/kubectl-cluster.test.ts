/** A working week with kubectl, third day: the cluster itself. Nodes, rights, documents, certificates, events. */

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveCluster, squeeze } from './cluster.ts';

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await LiveCluster.start();
});
afterAll(() => cluster.stop());

describe('what the cluster is', () => {
  it('its versions, its address, its health', async () => {
    expect(JSON.parse(await cluster.run('version -o json')).serverVersion).toMatchObject({ major: '1', minor: '30' });
    expect(await cluster.run('cluster-info')).toMatch(
      /Kubernetes (control plane|master).* is running at .*https:\/\/127\.0\.0\.1:\d+/,
    );
    expect(await cluster.run('get --raw /healthz')).toBe('ok');
    expect(await cluster.run('get --raw /readyz?verbose')).toContain('readyz check passed');
    expect(squeeze(await cluster.run('get componentstatuses'))[0]).toBe('NAME | STATUS | MESSAGE | ERROR');
  });

  it('its resources and versions', async () => {
    const resources = squeeze(await cluster.run('api-resources'));
    expect(resources.some((row) => /^pods \| po \| (v1 \| )?(\| )?true \| Pod$/.test(row))).toBe(true);
    expect(await cluster.run('api-resources --verbs=create --namespaced=false -o name')).toContain('namespaces\n');
    expect((await cluster.run('api-versions')).split('\n')).toEqual(
      expect.arrayContaining(['apps/v1', 'batch/v1', 'v1']),
    );
  });

  it('its fields, explained', async () => {
    const text = await cluster.run('explain deployment.spec.replicas');
    expect(text).toMatch(/^KIND: +Deployment$/m);
    expect(text).toMatch(/FIELD: +replicas/);
    expect(text).toMatch(/Number of desired pods/);
    expect(await cluster.run('explain pod.spec.containers --recursive')).toMatch(/containerPort/);
  });

  it('the configuration to reach it', async () => {
    expect(await cluster.run('config current-context')).toBe('troupe\n');
    expect(await cluster.run('config view')).toMatch(/current-context: troupe/);
    expect(squeeze(await cluster.run('config get-contexts'))[1]).toMatch(/^\* \| troupe \| troupe \| troupe/);
  });
});

describe('nodes', () => {
  it('are looked at', async () => {
    const [head, ...rows] = squeeze(await cluster.run('get nodes'));
    expect(head).toBe('NAME | STATUS | ROLES | AGE | VERSION');
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/^node-\d \| Ready \| <none> \| \S+ \| v1\.30\.\d/);
    expect(await cluster.run('describe node node-1')).toMatch(/^Allocated resources:$/m);
  });

  it('are cordoned, drained and let in again', async () => {
    await cluster.run('create deployment web --image=web --replicas=3');
    await cluster.run('rollout status deployment/web --timeout=60s');
    expect(await cluster.run('cordon node-1')).toBe('node/node-1 cordoned\n');
    expect(squeeze(await cluster.run('get node node-1'))[1]).toContain('Ready,SchedulingDisabled');
    expect(await cluster.run('drain node-1 --ignore-daemonsets')).toMatch(/node\/node-1 (drained|evicted)/);
    const where = await cluster.run("get pods -l app=web -o 'jsonpath={.items[*].spec.nodeName}'");
    expect(where).not.toContain('node-1');
    expect(await cluster.run('uncordon node-1')).toBe('node/node-1 uncordoned\n');
  });

  it('are tainted', async () => {
    expect(await cluster.run('taint nodes node-2 team=a:NoSchedule')).toBe('node/node-2 tainted\n');
    expect(await cluster.refused('taint nodes node-2 team=b:NoSchedule')).toMatch(/already has|overwrite/);
    expect(await cluster.run('taint nodes node-2 team-')).toBe('node/node-2 untainted\n');
  });
});

describe('rights', () => {
  it('are asked for', async () => {
    expect(await cluster.run('auth can-i delete pods')).toBe('yes\n');
    expect((await cluster.kubectl('auth can-i list secrets --as=jane')).out).toBe('no\n');
  });

  it('are given by roles, and no further', async () => {
    await cluster.run('create role reader --verb=get,list,watch --resource=pods');
    await cluster.run('create rolebinding jane --role=reader --user=jane');
    expect((await cluster.run('get pods --as=jane -o name')).length).toBeGreaterThan(0);
    expect(await cluster.refused('get secrets --as=jane')).toBe(
      'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "default"',
    );
    expect(await cluster.refused('get nodes --as=jane')).toBe(
      'Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expect(await cluster.refused('delete pod x --as=jane')).toContain(
      'pods "x" is forbidden: User "jane" cannot delete resource "pods" in API group "" in the namespace "default"',
    );
    expect(await cluster.run('auth can-i --list --as=jane')).toMatch(/pods +\[\] +\[\] +\[get list watch\]/);
  });

  it('of service accounts come with their tokens', async () => {
    if (cluster.minor < 24) return;
    const token = (await cluster.run('create token default')).trim();
    expect(token.split('.')).toHaveLength(3);
    expect(
      await cluster.refused(`get pods --token=${token} --kubeconfig=/dev/null --server=https://127.0.0.1:1`),
    ).toMatch(/refused/);
  });
});

describe('certificates', () => {
  it('are asked for, approved and signed', async () => {
    const request = cluster.file(
      'csr.yaml',
      `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: jane}
spec:
  request: ${Buffer.from(await certificateRequest()).toString('base64')}
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
`,
    );
    expect(await cluster.run(`create -f ${request}`)).toBe(
      'certificatesigningrequest.certificates.k8s.io/jane created\n',
    );
    expect(squeeze(await cluster.run('get csr jane'))[1]).toMatch(/Pending$/);
    expect(await cluster.run('certificate approve jane')).toBe(
      'certificatesigningrequest.certificates.k8s.io/jane approved\n',
    );
    let row = '';
    while (!/Approved,Issued$/.test(row)) row = squeeze(await cluster.run('get csr jane'))[1] ?? '';
    const issued = await cluster.run("get csr jane -o 'jsonpath={.status.certificate}'");
    expect(Buffer.from(issued, 'base64').toString()).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });
});

async function certificateRequest(): Promise<string> {
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const { webcrypto } = await import('node:crypto');
  generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=jane,O=team',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return request.toString('pem');
}

describe('events', () => {
  it('are listed', async () => {
    const [head, ...rows] = squeeze(await cluster.run('get events'));
    expect(head).toBe('LAST SEEN | TYPE | REASON | OBJECT | MESSAGE');
    expect(rows.length).toBeGreaterThan(5);
    if (cluster.minor >= 23) expect(await cluster.run('events')).toMatch(/Scheduled/);
  });
});

describe('kinds of one’s own', () => {
  it('are defined, used, shown by their columns, scaled, and go with all that is of them', async () => {
    await cluster.run(`apply -f ${cluster.file('crd.yaml', definition)}`);
    await cluster.run('wait --for=condition=Established crd/gardens.plants.example --timeout=60s');
    const garden = cluster.file(
      'garden.yaml',
      'apiVersion: plants.example/v1\nkind: Garden\nmetadata: {name: g}\nspec: {beds: 2}\n',
    );
    expect(await cluster.run(`apply -f ${garden}`)).toBe('garden.plants.example/g created\n');
    expect(squeeze(await cluster.run('get gardens'))).toEqual([
      'NAME | BEDS | AGE',
      expect.stringMatching(/^g \| 2 \| \S+$/),
    ]);
    expect(await cluster.run('get gd g -o name')).toBe('garden.plants.example/g\n');
    expect(await cluster.run('scale garden g --replicas=3')).toBe('garden.plants.example/g scaled\n');
    expect(await cluster.run('explain garden.spec.beds')).toMatch(/How many beds/);
    const wrong = cluster.file(
      'wrong.yaml',
      'apiVersion: plants.example/v1\nkind: Garden\nmetadata: {name: w}\nspec: {beds: 99}\n',
    );
    expect(await cluster.refused(`create -f ${wrong}`)).toContain(
      'spec.beds: Invalid value: 99: spec.beds in body should be less than or equal to 10',
    );
    await cluster.run('delete crd gardens.plants.example');
    expect(await cluster.refused('get gardens')).toMatch(
      /the server doesn't have a resource type "gardens"|the server could not find the requested resource/,
    );
  });
});

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gardens.plants.example}
spec:
  group: plants.example
  scope: Namespaced
  names: {plural: gardens, singular: garden, kind: Garden, shortNames: [gd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.beds, statusReplicasPath: .status.beds}
    additionalPrinterColumns:
    - {name: Beds, type: integer, jsonPath: .spec.beds}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              beds: {type: integer, minimum: 0, maximum: 10, description: How many beds there are.}
          status:
            type: object
            properties:
              beds: {type: integer}
`;
