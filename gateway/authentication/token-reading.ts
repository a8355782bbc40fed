/** What a ServiceAccount's token says, and the user it makes (pkg/serviceaccount). */

import type { UserInfo } from '../../protocol/messages/api.ts';

/** A name and the uid it had when the token was made. */
export interface Named {
  readonly name: string;
  readonly uid: string;
}

/** The claims that matter here. */
export interface AccountClaims {
  readonly id: string;
  readonly audiences: readonly string[];
  readonly namespace: string;
  readonly account: Named;
  readonly pod: Named | undefined;
  readonly secret: Named | undefined;
  readonly node: Named | undefined;
}

/** Who issues the tokens that are kept in Secrets. */
export const secretIssuer = 'kubernetes/serviceaccount';
const secretClaims = 'kubernetes.io/serviceaccount';

/** An object that must be there for a token to be worth something; any of its name where it has no uid. */
export interface Reference extends Named {
  readonly resource: string;
  readonly namespace: string;
  /** What messages call it. */
  readonly what: string;
}

/** Reads verified claims; gives an error where they are not a ServiceAccount's. */
export function readClaims(claims: Record<string, unknown>): AccountClaims | { error: string } {
  const own = (claims['kubernetes.io'] ?? {}) as Record<string, unknown>;
  const account = named(own.serviceaccount);
  const { namespace } = own;
  const { aud = [], sub, jti } = claims;
  const isWhole = typeof namespace === 'string' && account !== undefined;
  if (!isWhole || sub !== `system:serviceaccount:${namespace}:${account.name}`) {
    return { error: 'invalid bearer token' };
  }
  return {
    id: typeof jti === 'string' ? jti : '',
    audiences: [aud].flat().filter((one) => typeof one === 'string'),
    namespace,
    account,
    pod: named(own.pod),
    secret: named(own.secret),
    node: named(own.node),
  };
}

/** Reads the verified claims of a token that is kept in a Secret: it is good as long as it is kept there. */
export function readSecretClaims(
  claims: Record<string, unknown>,
  audiences: readonly string[],
): AccountClaims | { error: string } {
  const [namespace, name, uid, secret] = [
    'namespace',
    'service-account.name',
    'service-account.uid',
    'secret.name',
  ].map((claim) => String(claims[`${secretClaims}/${claim}`] ?? ''));
  if (!namespace || !name || !uid || !secret || claims.sub !== `system:serviceaccount:${namespace}:${name}`) {
    return { error: 'invalid bearer token' };
  }
  const account = { name, uid };
  return { id: '', audiences, namespace, account, pod: undefined, secret: { name: secret, uid: '' }, node: undefined };
}

/** Makes the claims of a token that is to be kept in a Secret (pkg/serviceaccount `LegacyClaims`). */
export function secretClaimsOf(namespace: string, account: Named, secret: string): Readonly<Record<string, unknown>> {
  return {
    iss: secretIssuer,
    [`${secretClaims}/namespace`]: namespace,
    [`${secretClaims}/secret.name`]: secret,
    [`${secretClaims}/service-account.name`]: account.name,
    [`${secretClaims}/service-account.uid`]: account.uid,
    sub: `system:serviceaccount:${namespace}:${account.name}`,
  };
}

function named(claim: unknown): Named | undefined {
  const { name, uid = '' } = (claim ?? {}) as { name?: unknown; uid?: unknown };
  return typeof name === 'string' && typeof uid === 'string' ? { name, uid } : undefined;
}

/** Gives the objects that must be there as they were. */
export function boundReferences({ namespace, account, pod, secret }: AccountClaims): Reference[] {
  return [
    { resource: 'serviceaccounts', namespace, what: 'service account', ...account },
    ...(pod === undefined ? [] : [{ resource: 'pods', namespace, what: 'pod', ...pod }]),
    ...(secret === undefined ? [] : [{ resource: 'secrets', namespace, what: 'secret', ...secret }]),
  ];
}

/** Gives the user that a token makes of who shows it. */
export function accountUser({ id, namespace, account, pod, node }: AccountClaims): UserInfo {
  const extra: Record<string, readonly string[]> = {};
  const add = (key: string, value: string | undefined) => {
    if (value) extra[`authentication.kubernetes.io/${key}`] = [value];
  };
  add('credential-id', id && `JTI=${id}`);
  add('node-name', node?.name);
  add('node-uid', node?.uid);
  add('pod-name', pod?.name);
  add('pod-uid', pod?.uid);
  return {
    name: `system:serviceaccount:${namespace}:${account.name}`,
    uid: account.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}
