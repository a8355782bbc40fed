/** What keeps a host from NATS, in words for people: what is wrong, where, and what to do. */

import { errors } from 'nats';

/** What is wrong. */
export type ProblemKind = 'address' | 'file' | 'no server' | 'credentials' | 'tls' | 'server';

/** A connection that cannot be had. */
export class NatsProblem extends Error {
  override readonly name = 'NatsProblem';
  readonly kind: ProblemKind;
  readonly fix: string;
  /** It may be well in a moment, without anybody doing anything here. */
  readonly mayPass: boolean;

  constructor(kind: ProblemKind, what: string, fix: string, options: { mayPass?: boolean; cause?: unknown } = {}) {
    super(`${what}: ${fix}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.fix = fix;
    this.mayPass = options.mayPass ?? false;
  }
}

/** Codes of the system for a server that is not there, or not yet. */
const absent = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ECONNRESET', 'it broke off the connection'],
  ['EPIPE', 'it broke off the connection'],
  ['ENOTFOUND', 'no host has that name'],
  ['EAI_AGAIN', 'its name cannot be looked up now'],
  ['EHOSTUNREACH', 'no way leads there'],
  ['ENETUNREACH', 'no way leads there'],
  ['ETIMEDOUT', 'it does not answer'],
]);

/** Codes of a certificate that is not believed; and what to do. */
const untrusted = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'name its certificate, or the one that signed it, with the CA file'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'name the certificate that signed it with the CA file'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'name the certificate that signed it with the CA file'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'name the certificate that signed it with the CA file'],
  ['CERT_HAS_EXPIRED', 'it has expired: give the server a new one'],
  ['CERT_NOT_YET_VALID', 'it is not valid yet: look at the clocks of both machines'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'it is for other names: connect by one of them, or give the server another one'],
]);

/** Says what an attempt to connect failed of. */
export function problemOf(error: unknown, servers: string): NatsProblem {
  if (error instanceof NatsProblem) return error;
  const all = chainOf(error);
  const codes = all.map(({ code }) => code).filter((code) => code !== undefined);
  const words = all.map(({ message }) => message).find((message) => message !== '') ?? 'no reason was given';
  const options = { cause: error };
  for (const code of codes) {
    const fix = untrusted.get(code);
    if (fix !== undefined) {
      return new NatsProblem(
        'tls',
        `the certificate of the NATS server at ${servers} is not trusted (${words})`,
        fix,
        options,
      );
    }
    const why = absent.get(code);
    if (why !== undefined) return noServer(servers, why, options);
    if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code.startsWith('ERR_OSSL')) {
      return new NatsProblem(
        'tls',
        `no TLS with the NATS server at ${servers} (${words})`,
        'look at the certificate and key of this host, and whether the server wants one',
        options,
      );
    }
  }
  return byClass(all, words, servers, options);
}

function byClass(all: readonly Failing[], words: string, servers: string, options: { cause: unknown }): NatsProblem {
  if (
    all.some((one) => one instanceof errors.AuthorizationError || one instanceof errors.UserAuthenticationExpiredError)
  ) {
    return new NatsProblem(
      'credentials',
      `the NATS server at ${servers} refuses these credentials (${words})`,
      'give the user and password, token, nkey seed or creds file that the server knows',
      options,
    );
  }
  if (/server does not support 'tls'/.test(words)) {
    return new NatsProblem(
      'tls',
      `the NATS server at ${servers} offers no TLS`,
      'connect by nats:// and without a CA file, or give the server a certificate',
      options,
    );
  }
  if (all.some((one) => one instanceof errors.TimeoutError)) return noServer(servers, 'it does not answer', options);
  if (/connection (closed|refused|disconnected)|undefined error/.test(words)) return noServer(servers, words, options);
  return new NatsProblem(
    'server',
    `no connection to the NATS server at ${servers} (${words})`,
    'look at its log',
    options,
  );
}

function noServer(servers: string, why: string, options: { cause: unknown }): NatsProblem {
  const fix = 'start it, or give the URL of one that runs';
  return new NatsProblem('no server', `no NATS server at ${servers}, ${why}`, fix, { ...options, mayPass: true });
}

type Failing = Error & { code?: string };

/** The error, what caused it, and so on. */
function chainOf(error: unknown): Failing[] {
  const chain: Failing[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) {
    chain.push(at);
    if (at instanceof AggregateError) chain.push(...at.errors.flatMap(chainOf));
  }
  return chain;
}
