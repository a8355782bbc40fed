/** What the issuer of service account tokens says of itself, for those who check tokens without asking the API server. */

import type { HttpResponse } from '../http.ts';

/** A public key as a JSON Web Key: `kid`, `kty`, `alg`, `use` and the key's own numbers. */
export type PublicKey = Readonly<Record<string, unknown>>;

/** Who issues tokens, and the keys they are signed with. */
export interface TokenIssuer {
  /** `https://kubernetes.default.svc.cluster.local` */
  readonly issuer: string;
  /** Where the keys are, as clients reach it: `https://10.0.0.1:6443/openid/v1/jwks`. */
  readonly keysUrl: string;
  readonly keys: readonly PublicKey[];
}

const paths = { configuration: '/.well-known/openid-configuration', keys: '/openid/v1/jwks' };

/** The paths that are answered. */
export const issuerPaths: readonly string[] = Object.values(paths);

/** Answers the two paths of OpenID discovery; undefined for any other. */
export function answerIssuer(path: string, { issuer, keysUrl, keys }: TokenIssuer): HttpResponse | undefined {
  if (path === paths.keys) return json('application/jwk-set+json', { keys });
  if (path !== paths.configuration) return undefined;
  const algorithms = new Set(keys.map(({ alg }) => alg).filter((alg) => typeof alg === 'string'));
  return json('application/json', {
    issuer,
    jwks_uri: keysUrl,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...algorithms].sort(),
  });
}

function json(contentType: string, document: object): HttpResponse {
  const headers = { 'content-type': contentType, 'cache-control': 'public, max-age=3600' };
  return { status: 200, headers, body: JSON.stringify(document) };
}
