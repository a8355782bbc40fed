/** What the token of a ServiceAccount says (pkg/serviceaccount/claims.go), as JWT claims. */

import type * as authentication from 'kubernetes-types/authentication/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid } from '../../../../protocol/field-errors.ts';
import type { KubernetesObject, ServiceAccount } from '../../../../protocol/objects.ts';
import { serviceAccountUser } from './users.ts';

export type TokenRequest = Omit<authentication.TokenRequest, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

/** What a token is bound to: it is worth nothing any more when that is gone. */
export interface BoundObject {
  readonly object: KubernetesObject;
  /** The node of a pod; empty where it has none, or the object is none. */
  readonly nodeName: string;
  readonly nodeUid: string | undefined;
}

/** What is the same for all tokens of a server, and what is each one's own. */
export interface Issuing {
  readonly issuer: string;
  /** Whom the API server itself answers to. */
  readonly apiAudiences: readonly string[];
  /** `--service-account-extend-token-expiration` */
  readonly extends: boolean;
  readonly id: string;
  readonly nowMs: number;
}

const shortestSeconds = 600;
const longestSeconds = 2 ** 32;
/** Tokens that kubelets ask for pods say this; they are good for longer, so that old clients need not read them anew. */
const projectedSeconds = 3607;
const extendedSeconds = 365 * 24 * 3600;

/** Checks what is asked for. */
export function requestErrors({ spec }: TokenRequest): FieldError[] {
  const { expirationSeconds = 0 } = spec;
  const path = 'spec.expirationSeconds';
  const errors: FieldError[] = [];
  if (expirationSeconds < shortestSeconds) {
    errors.push(invalid(path, expirationSeconds, 'may not specify a duration less than 10 minutes'));
  }
  if (expirationSeconds > longestSeconds) {
    errors.push(invalid(path, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  return errors;
}

/** Makes the claims. */
export function claimsOf(
  { spec }: TokenRequest,
  account: ServiceAccount,
  bound: BoundObject | undefined,
  issuing: Issuing,
): Readonly<Record<string, unknown>> {
  const { name, namespace = '' } = account.metadata;
  const now = Math.floor(issuing.nowMs / 1000);
  const asked = spec.expirationSeconds ?? 0;
  const isExtended =
    issuing.extends &&
    bound?.object.kind === 'Pod' &&
    asked === projectedSeconds &&
    spec.audiences.every((audience) => issuing.apiAudiences.includes(audience));
  return {
    aud: spec.audiences,
    exp: now + (isExtended ? extendedSeconds : asked),
    iat: now,
    iss: issuing.issuer,
    jti: issuing.id,
    'kubernetes.io': {
      namespace,
      ...nodeClaim(bound),
      ...objectClaim(bound),
      serviceaccount: reference(account),
      ...(isExtended && { warnafter: now + asked }),
    },
    nbf: now,
    sub: serviceAccountUser(namespace, name),
  };
}

function nodeClaim(bound: BoundObject | undefined) {
  if (bound === undefined || bound.nodeName === '') return {};
  const { nodeName: name, nodeUid: uid } = bound;
  return { node: uid === undefined ? { name } : { name, uid } };
}

function objectClaim(bound: BoundObject | undefined) {
  if (bound === undefined) return {};
  return { [bound.object.kind === 'Pod' ? 'pod' : 'secret']: reference(bound.object) };
}

function reference({ metadata: { name, uid } }: KubernetesObject) {
  return { name, uid };
}
