/** What each of the cluster's signers signs, and what it refuses (pkg/controller/certificates/signer). */

import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** What is asked for: the subject and the names in the request, and the usages beside it. */
export interface Asked {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dns: readonly string[];
  readonly ips: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
  readonly usages: readonly string[];
}

const nodes = 'system:nodes';
const nodePrefix = 'system:node:';
const clientUsages = ['client auth', 'digital signature', 'key encipherment'];
const serverUsages = ['digital signature', 'key encipherment', 'server auth'];

/** By name: says why a request is not signed; undefined where it is. */
export const signers: Readonly<Record<string, (asked: Asked) => string | undefined>> = {
  'kubernetes.io/kube-apiserver-client': clientProblem,
  'kubernetes.io/kube-apiserver-client-kubelet': (asked) =>
    nodeProblem(asked) ?? noNames(asked) ?? commonNameProblem(asked) ?? usagesProblem(asked, clientUsages),
  'kubernetes.io/kubelet-serving': (asked) =>
    nodeProblem(asked) ?? someNames(asked) ?? usagesProblem(asked, serverUsages) ?? commonNameProblem(asked),
};

function clientProblem({ usages }: Asked): string | undefined {
  const strange = usages.find((usage) => !clientUsages.includes(usage));
  if (strange !== undefined) return `invalid usage for client certificate: ${strange}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

function nodeProblem({ organizations }: Asked): string | undefined {
  return organizations.length === 1 && organizations[0] === nodes ? undefined : `subject organization is not ${nodes}`;
}

function commonNameProblem({ commonName }: Asked): string | undefined {
  return commonName.startsWith(nodePrefix) ? undefined : `subject common name does not begin with ${nodePrefix}`;
}

function noNames({ dns, emails, ips, uris }: Asked): string | undefined {
  const lists = { DNS: dns, Email: emails, IP: ips, URI: uris };
  const found = Object.entries(lists).find(([, list]) => list.length > 0);
  return found && `${found[0]} subjectAltNames are not allowed`;
}

function someNames({ dns, ips, emails, uris }: Asked): string | undefined {
  if (dns.length + ips.length === 0) return 'DNS or IP subjectAltName is required';
  return noNames({ dns: [], ips: [], emails, uris } as unknown as Asked);
}

/** Keys that are not RSA encipher none. */
function usagesProblem({ usages }: Asked, wanted: readonly string[]): string | undefined {
  const isSame = (list: readonly string[]) => [...usages].sort().join() === list.join();
  const withoutRsa = wanted.filter((usage) => usage !== 'key encipherment');
  return isSame(wanted) || isSame(withoutRsa) ? undefined : `usages did not match [${wanted.join(' ')}]`;
}

/** Gives the part of a request that lists further names; undefined where there is none. */
export function alternativeNames({ extensions }: x509.Pkcs10CertificateRequest) {
  return extensions.find((one) => one instanceof x509.SubjectAlternativeNameExtension);
}

/** Reads what a request (PKCS #10) asks for. */
export function readAsked(request: x509.Pkcs10CertificateRequest, usages: readonly string[]): Asked {
  const { subjectName } = request;
  const names = alternativeNames(request)?.names.items ?? [];
  const of = (type: string) => names.filter((name) => name.type === type).map((name) => name.value);
  return {
    commonName: subjectName.getField('CN').at(-1) ?? '',
    organizations: subjectName.getField('O'),
    dns: of('dns'),
    ips: of('ip'),
    emails: of('email'),
    uris: of('url'),
    usages,
  };
}

const { KeyUsageFlags: flags, ExtendedKeyUsage: extended } = x509;
const keyUsages: Readonly<Record<string, number>> = {
  signing: flags.digitalSignature,
  'digital signature': flags.digitalSignature,
  'content commitment': flags.nonRepudiation,
  'key encipherment': flags.keyEncipherment,
  'key agreement': flags.keyAgreement,
  'data encipherment': flags.dataEncipherment,
};
const extendedUsages: Readonly<Record<string, string>> = {
  'client auth': extended.clientAuth,
  'server auth': extended.serverAuth,
};

/** Makes the extensions that say what a certificate may be used for. */
export function usageExtensions(usages: readonly string[]): x509.Extension[] {
  const known = usages.filter((usage) => keyUsages[usage] !== undefined);
  const further = usages.flatMap((usage) => extendedUsages[usage] ?? []);
  return [
    ...(known.length > 0
      ? [
          new x509.KeyUsagesExtension(
            known.reduce((sum, one) => sum | (keyUsages[one] ?? 0), 0),
            true,
          ),
        ]
      : []),
    ...(further.length > 0 ? [new x509.ExtendedKeyUsageExtension(further)] : []),
  ];
}
