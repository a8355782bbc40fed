/** The cluster's certificate authority, and the certificates it gives to servers and clients. ECDSA P-256, all of it PEM. */

import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { alternativeNames, usageExtensions } from './signers.ts';

/** A certificate and the private key to it (PKCS #8). */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** When a certificate is good, in ms since the Unix epoch; certificates know whole seconds. */
export interface Lifetime {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Makes a new authority, self-signed. */
export async function makeAuthority(commonName: string, lifetime: Lifetime): Promise<KeyedCertificate> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(lifetime),
    name: distinguishedName(commonName, []),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      // As client-go's NewSelfSignedCACert.
      usage(x509.KeyUsageFlags.digitalSignature, x509.KeyUsageFlags.keyEncipherment, x509.KeyUsageFlags.keyCertSign),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: commonName }]),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** Issues what a server shows: good for these DNS names and IP addresses. The first of them is its common name. */
export async function issueServerCertificate(
  authority: KeyedCertificate,
  names: readonly string[],
  ips: readonly string[],
  lifetime: Lifetime,
): Promise<KeyedCertificate> {
  const alternatives = [
    ...names.map((value) => ({ type: 'dns' as const, value })),
    ...ips.map((value) => ({ type: 'ip' as const, value })),
  ];
  return issueWithNewKey(authority, {
    subject: distinguishedName(names[0] ?? ips[0] ?? '', []),
    lifetime,
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternatives),
    ],
  });
}

/** Issues what a client shows: the common name is the user, the organizations are its groups. */
export async function issueClientCertificate(
  authority: KeyedCertificate,
  commonName: string,
  organizations: readonly string[],
  lifetime: Lifetime,
): Promise<KeyedCertificate> {
  return issueWithNewKey(authority, {
    subject: distinguishedName(commonName, organizations),
    lifetime,
    extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
  });
}

/**
 * Signs a certificate request (PKCS #10, PEM): its subject, its names and its key, for these usages.
 *
 * It ends with the authority, at the latest. @throws Error where the request is not signed with its own key
 */
export async function signRequest(
  authority: KeyedCertificate,
  request: x509.Pkcs10CertificateRequest,
  usages: readonly string[],
  lifetime: Lifetime,
): Promise<string> {
  if (!(await request.verify())) throw new Error('unable to verify certificate request signature');
  const names = alternativeNames(request);
  const end = new x509.X509Certificate(authority.certificate).notAfter.getTime();
  return sign(authority, request.publicKey, {
    subject: request.subjectName,
    lifetime: { ...lifetime, notAfterMs: Math.min(lifetime.notAfterMs, end) },
    extensions: [
      ...usageExtensions(usages),
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...(names === undefined ? [] : [names]),
    ],
  });
}

/** What is to be said of a key, apart from who says it. */
interface Claims {
  readonly subject: x509.Name;
  readonly lifetime: Lifetime;
  readonly extensions: readonly x509.Extension[];
}

async function issueWithNewKey(authority: KeyedCertificate, claims: Claims): Promise<KeyedCertificate> {
  const keys = await newKeys();
  const extensions = [
    usage(x509.KeyUsageFlags.digitalSignature, x509.KeyUsageFlags.keyEncipherment),
    new x509.BasicConstraintsExtension(false, undefined, true),
    ...claims.extensions,
  ];
  const certificate = await sign(authority, keys.publicKey, { ...claims, extensions });
  return { certificate, key: await exportKey(keys.privateKey) };
}

/** Signs what is said of a public key. */
async function sign(
  authority: KeyedCertificate,
  publicKey: x509.PublicKeyType,
  { subject, lifetime, extensions }: Claims,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(lifetime),
    subject,
    issuer: issuer.subjectName,
    publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [...extensions, await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false)],
  });
  return certificate.toString('pem');
}

function validity({ notBeforeMs, notAfterMs }: Lifetime) {
  return { notBefore: new Date(notBeforeMs), notAfter: new Date(notAfterMs) };
}

function usage(...flags: x509.KeyUsageFlags[]) {
  return new x509.KeyUsagesExtension(
    flags.reduce((all, flag) => all | flag, 0),
    true,
  );
}

/** Each organization stands apart, as Go's `pkix.Name` reads them. */
function distinguishedName(commonName: string, organizations: readonly string[]): x509.Name {
  const attribute = (value: string) =>
    x509.Name.isPrintableString(value) ? { printableString: value } : { utf8String: value };
  return new x509.Name([
    ...organizations.map((organization) => ({ O: [attribute(organization)] })),
    { CN: [attribute(commonName)] },
  ]);
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, false, ['sign']);
}
