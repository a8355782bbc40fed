/** CertificateSigningRequests: what is asked for, who approves it, and the certificate in the end. */

import type * as certificates from 'kubernetes-types/certificates/v1.js';
import { copyWith, withFields } from '../../../../protocol/copy.ts';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import type { UserInfo } from '../../../../protocol/messages/api.ts';
import { dns1123Label, dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { decodeBase64 } from './base64.ts';
import type { SubjectNames } from './der.ts';
import { isCertificate, readPem, readRequestSubject } from './der.ts';
import { validateMetaUpdate } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

export type CertificateSigningRequest = Omit<
  certificates.CertificateSigningRequest,
  'apiVersion' | 'kind' | 'metadata'
> &
  KubernetesObject;
type Condition = certificates.CertificateSigningRequestCondition;

/** The name of the resource in messages. */
export const certificateRequests = 'certificatesigningrequests.certificates.k8s.io';

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const legacySigner = 'kubernetes.io/legacy-unknown';
const shortestSeconds = 600;
/** Once there, such a condition stays. */
const lasting = ['Approved', 'Denied', 'Failed'];
const decisions = ['Approved', 'Denied'];

/** As the real strategy: what is asked for never changes, the status only through its own doors. */
export const certificateSigningRequestStrategy = defineStrategy<CertificateSigningRequest>(certificateRequests, {
  nameRule: () => [],
  firstStatus: () => ({}),
  prepareUpdate: (request, old) => (request.spec === old.spec ? request : copyWith(request, { spec: old.spec })),
  validate: validateRequest,
  validateUpdate: (request, old) => validateChange(request, old),
  validateStatus: (request, old) => [...validateRequest(request), ...validateChange(request, old, 'certificate')],
});

/** Keeps all but the conditions, which are all that an update of the approval may touch. */
export function prepareForApproval(given: CertificateSigningRequest, old: CertificateSigningRequest) {
  const status = withFields(given.status ?? {}, { certificate: old.status?.certificate });
  return certificateSigningRequestStrategy.prepareForStatusUpdate(copyWith(given, { status }), old);
}

/** Checks an update of the approval. */
export function validateApproval(request: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] {
  return [
    ...validateMetaUpdate(request.metadata, old.metadata),
    ...validateRequest(request),
    ...validateChange(request, old, 'approval'),
  ];
}

/** Writes into a new request who asks; nobody can say that of themselves. */
export function askedBy(request: CertificateSigningRequest, user: UserInfo): CertificateSigningRequest {
  const { name: username, uid, groups, extra } = user;
  const isExtra = extra !== undefined && Object.keys(extra).length > 0;
  const spec = withFields(request.spec ?? {}, { username, uid, groups, extra: isExtra ? extra : undefined });
  return copyWith(request, { spec: spec as unknown as CertificateSigningRequest['spec'] });
}

/** Dates the conditions that came without a time (the strategy's `populateConditionTimestamps`). */
export function withTimes(request: CertificateSigningRequest, old: CertificateSigningRequest, nowMs: number) {
  const { conditions } = request.status ?? {};
  if (conditions === undefined) return request;
  const now = toRfc3339(nowMs);
  const before = old.status?.conditions ?? [];
  const dated = conditions.map((condition) => {
    const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
    const times = {
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? same?.lastTransitionTime ?? now,
    };
    return condition.lastUpdateTime && condition.lastTransitionTime ? condition : copyWith(condition, times);
  });
  return dated.every((condition, i) => condition === conditions[i])
    ? request
    : copyWith(request, { status: copyWith(request.status ?? {}, { conditions: dated }) });
}

/** Reads whose certificate is requested; undefined where it cannot be read. */
export function subjectOfRequest(request: string): SubjectNames | undefined {
  const [block] = pemOf(request);
  return block?.label === 'CERTIFICATE REQUEST' ? readRequestSubject(block.bytes) : undefined;
}

function pemOf(encoded: string) {
  const bytes = decodeBase64(encoded);
  return (bytes === undefined ? undefined : readPem(new TextDecoder().decode(bytes))) ?? [];
}

function validateRequest({ spec, status }: CertificateSigningRequest): FieldError[] {
  const { request = '', usages: asked = [], signerName = '', expirationSeconds } = spec ?? {};
  const errors = validateForm(request);
  if (asked.length === 0) errors.push(required('spec.usages', 'usages must be provided'));
  asked.forEach((usage, i) => {
    if (!usages.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, usages));
  });
  asked.forEach((usage, i) => {
    if (asked.indexOf(usage) < i) errors.push(duplicate(`spec.usages[${i}]`, usage));
  });
  errors.push(...validateSigner(signerName));
  if (expirationSeconds !== undefined && expirationSeconds < shortestSeconds) {
    const detail = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', expirationSeconds, detail));
  }
  return [...errors, ...validateConditions(status?.conditions ?? []), ...validateCertificate(status?.certificate)];
}

function validateForm(request: string): FieldError[] {
  if (subjectOfRequest(request) !== undefined) return [];
  const isOfType = pemOf(request)[0]?.label === 'CERTIFICATE REQUEST';
  const detail = isOfType ? 'asn1: structure error' : 'PEM block type must be CERTIFICATE REQUEST';
  return [invalid('spec.request', [...(decodeBase64(request) ?? [])], detail)];
}

function validateSigner(name: string): FieldError[] {
  const path = 'spec.signerName';
  if (name === '') return [required(path)];
  if (name === legacySigner) return [invalid(path, name, 'the legacy signerName is not allowed via this API version')];
  const [domain = '', rest = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  }
  const labels = domain.split('.');
  const errors = labels.flatMap((label) =>
    dns1123Label(label).map((message) =>
      invalid(path, domain, `validating label ${JSON.stringify(label)}: ${message}`),
    ),
  );
  if (labels.length < 2) {
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  for (const label of rest.split('.')) {
    for (const message of dns1123Subdomain(label)) {
      errors.push(invalid(path, rest, `validating label ${JSON.stringify(label)}: ${message}`));
    }
  }
  return errors;
}

function validateConditions(conditions: readonly Condition[]): FieldError[] {
  const errors: FieldError[] = [];
  conditions.forEach(({ type, status }, i) => {
    const path = `status.conditions[${i}]`;
    const before = conditions.slice(0, i).map((one) => one.type);
    if (!type) errors.push(required(`${path}.type`));
    if (before.includes(type)) errors.push(duplicate(`${path}.type`, type));
    const allowed = lasting.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (!status) errors.push(required(`${path}.status`));
    else if (!allowed.includes(status)) errors.push(notSupported(`${path}.status`, status, allowed));
    const isBoth = decisions.includes(type) && decisions.some((other) => other !== type && before.includes(other));
    if (isBoth) errors.push(invalid(`${path}.type`, type, 'Approved and Denied conditions are mutually exclusive'));
  });
  return errors;
}

function validateCertificate(certificate: string | undefined): FieldError[] {
  if (!certificate) return [];
  const problem = certificateProblem(pemOf(certificate));
  return problem === undefined ? [] : [invalid('status.certificate', '<certificate data>', problem)];
}

function certificateProblem(blocks: ReturnType<typeof pemOf>): string | undefined {
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const { label, hasHeaders, bytes } of blocks) {
    if (label !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(label)}`;
    if (hasHeaders) return 'no PEM block headers are permitted';
    if (!isCertificate(bytes)) return 'x509: malformed certificate';
  }
  return undefined;
}

/** Checks what was done to conditions and certificate; `door` is what this update may set. */
function validateChange(
  { status = {} }: CertificateSigningRequest,
  { status: before = {} }: CertificateSigningRequest,
  door?: 'approval' | 'certificate',
): FieldError[] {
  const errors: FieldError[] = [];
  const of = (type: string, conditions: readonly Condition[] = []) => conditions.filter((one) => one.type === type);
  const refuse = (how: string, type: string) =>
    errors.push(forbidden('status.conditions', `updates may not ${how} a condition of type ${JSON.stringify(type)}`));
  for (const type of lasting) {
    const [now, then] = [of(type, status.conditions), of(type, before.conditions)];
    if (now.length < then.length) refuse('remove', type);
    else if (door === 'approval' || !decisions.includes(type)) continue;
    else if (now.length > then.length) refuse('add', type);
    else if (!deepEqual(now, then)) refuse('modify', type);
  }
  if ((status.certificate ?? '') === (before.certificate ?? '')) return errors;
  if (door !== 'certificate') errors.push(forbidden('status.certificate', 'updates may not set certificate content'));
  else if (before.certificate) {
    errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'));
  }
  return errors;
}
