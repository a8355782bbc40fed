/** The keys and certificates of a cluster that runs: its authority's last as long as its data, the others are new each time. */

import { generateKeyPair } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import {
  issueClientCertificate,
  issueServerCertificate,
  type KeyedCertificate,
  type Lifetime,
  makeAuthority,
} from '../certificates/authority.ts';

/** Where keys are kept; without it they live as long as the process. */
export interface KeyStore {
  key(name: string): string | undefined;
  keepKey(name: string, pem: string): void;
}

/** All that a server and its administrator need. PEM, all of it. */
export interface Credentials {
  readonly authority: KeyedCertificate;
  readonly server: KeyedCertificate;
  readonly admin: KeyedCertificate;
  /** The private key (PKCS #8, RSA) that service account tokens are signed with. */
  readonly serviceAccountKey: string;
}

/** As kubeadm's certificates: ten years for an authority, one for what it issues; good from a little before now. */
const yearMs = 365 * 24 * 3_600_000;
const earlierMs = 5 * 60_000;

/** The Service `kubernetes`: the first address of `--service-cluster-ip-range` as it is unless told. */
const serviceIP = '10.96.0.1';
/** The names a kube-apiserver of kubeadm answers to, for clients on this computer. */
const serverNames = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

/**
 * Makes the credentials, of keys that are kept where there are any. `nowMs` is real time: real clients look at theirs.
 * `reachedBy`: the server's names and addresses beside those that it has on this computer.
 */
export async function makeCredentials(
  nowMs: number,
  options: { store?: KeyStore; reachedBy?: readonly string[] } = {},
): Promise<Credentials> {
  const { store, reachedBy = [] } = options;
  const names = [...serverNames, ...reachedBy.filter((name) => isIP(name) === 0)];
  const addresses = ['127.0.0.1', '::1', serviceIP, ...reachedBy.filter((name) => isIP(name) > 0)];
  const authority = await keptAuthority(nowMs, store);
  const lifetime = lifetimeOf(nowMs, 1);
  const [server, admin, serviceAccountKey] = await Promise.all([
    issueServerCertificate(authority, names, addresses, lifetime),
    issueClientCertificate(authority, 'kubernetes-admin', ['system:masters'], lifetime),
    keptSigningKey(store),
  ]);
  return { authority, server, admin, serviceAccountKey };
}

async function keptAuthority(nowMs: number, store: KeyStore | undefined): Promise<KeyedCertificate> {
  const [certificate, key] = [store?.key('ca.crt'), store?.key('ca.key')];
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  const made = await makeAuthority('kubernetes', lifetimeOf(nowMs, 10));
  store?.keepKey('ca.crt', made.certificate);
  store?.keepKey('ca.key', made.key);
  return made;
}

async function keptSigningKey(store: KeyStore | undefined): Promise<string> {
  const known = store?.key('sa.key');
  if (known !== undefined) return known;
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  store?.keepKey('sa.key', pem);
  return pem;
}

function lifetimeOf(nowMs: number, years: number): Lifetime {
  return { notBeforeMs: nowMs - earlierMs, notAfterMs: nowMs + years * yearMs };
}
