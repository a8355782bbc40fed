/** The kubeconfig: merged as kubectl merges, read by nobody else, and good for a TLS handshake. */

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeCredentials } from './credentials.ts';
import { KubeconfigError, mergeKubeconfig, writeKubeconfig } from './kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const access = {
  name: 'troupe',
  server: 'https://127.0.0.1:6443',
  authority: 'CA',
  user: { certificate: 'CERT', key: 'KEY' },
};

test('a new file has the cluster, its user and its context, and only its owner may read it', () => {
  const path = join(folder, 'new', 'config');
  writeKubeconfig(path, access);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const config = new KubeConfig();
  config.loadFromFile(path);
  expect(config.getCurrentContext()).toBe('troupe');
  expect(config.getCurrentCluster()).toMatchObject({ name: 'troupe', server: access.server, caData: btoa('CA') });
  expect(config.getCurrentUser()).toMatchObject({ name: 'troupe', certData: btoa('CERT'), keyData: btoa('KEY') });
});

const theirs = `# mine
apiVersion: v1
kind: Config
clusters:
- name: work # the real one
  cluster: {server: https://work}
- name: troupe
  cluster: {server: https://old, insecure-skip-tls-verify: true}
contexts: []
users: null
current-context: work
preferences: {}
`;

test('what others have in the file stays, what was of this cluster gives way', () => {
  const merged = mergeKubeconfig(theirs, access);
  expect(merged).toContain('# mine');
  expect(merged).toContain('- name: work # the real one');
  expect(parse(merged)).toMatchObject({
    clusters: [
      { name: 'work', cluster: { server: 'https://work' } },
      { name: 'troupe', cluster: { server: access.server, 'certificate-authority-data': btoa('CA') } },
    ],
    contexts: [{ name: 'troupe', context: { cluster: 'troupe', user: 'troupe' } }],
    users: [{ name: 'troupe', user: { 'client-key-data': btoa('KEY') } }],
    'current-context': 'troupe',
  });
  expect(merged).not.toContain('insecure');
  expect(mergeKubeconfig(merged, access)).toBe(merged);
});

test('a file that is no kubeconfig, or is locked by kubectl, is left as it is', () => {
  const path = join(folder, 'broken');
  writeFileSync(path, 'a: [1');
  expect(() => writeKubeconfig(path, access)).toThrow(KubeconfigError);
  expect(readFileSync(path, 'utf8')).toBe('a: [1');
  writeFileSync(path, theirs);
  writeFileSync(`${path}.lock`, '');
  expect(() => writeKubeconfig(path, access)).toThrow(`${path} is locked`);
});

test('keys that are kept stay the same, what the authority issues is new', async () => {
  const kept = new Map<string, string>();
  const store = {
    key: (name: string) => kept.get(name),
    keepKey: (name: string, pem: string) => void kept.set(name, pem),
  };
  const options = { store };
  const [first, second] = [await makeCredentials(Date.now(), options), await makeCredentials(Date.now(), options)];
  expect(second.authority).toEqual(first.authority);
  expect(second.serviceAccountKey).toBe(first.serviceAccountKey);
  expect(second.admin.certificate).not.toBe(first.admin.certificate);
  expect([...kept.keys()].sort()).toEqual(['ca.crt', 'ca.key', 'sa.key']);
});
