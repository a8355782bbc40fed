/** Where NATS is and who we are there: options checked and read from their files, before any connection is tried. */

import { readFileSync } from 'node:fs';
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  type TlsOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from 'nats';
import { NatsProblem } from './problem.ts';

/** Where NATS is, and who we are there. */
export interface NatsOptions {
  /** `nats://host:port` or `tls://host:port`, of one server or of several of one cluster; a user and password may stand in it. */
  servers: readonly string[];
  /** What the server calls this connection in its own lists. */
  name: string;
  user?: string;
  password?: string;
  token?: string;
  /** A file with an nkey's seed (`SU...`). */
  nkeyFile?: string;
  /** A file with a user's JWT and seed, as `nsc` writes them. */
  credsFile?: string;
  /** Certificates that may have signed the server's; the system's unless told. */
  caFile?: string;
  /** This host's own certificate and key, where the server wants one. */
  certFile?: string;
  keyFile?: string;
}

/** What a connection is made of. */
export interface Credentials {
  /** `host:port`, each. */
  servers: string[];
  /** As they are shown: no password is in them. */
  shown: string;
  authenticator: Authenticator | undefined;
  tls: TlsOptions | undefined;
}

/** Reads and checks. @throws NatsProblem naming the option and what is wrong with it */
export function readCredentials(options: NatsOptions): Credentials {
  if (options.servers.length === 0) {
    throw new NatsProblem('address', 'no NATS server is named', 'give its URL, such as nats://127.0.0.1:4222');
  }
  const urls = options.servers.map(parseUrl);
  const inUrl = urls.find(({ username }) => username !== '');
  const user = options.user ?? (inUrl && decodeURIComponent(inUrl.username));
  const password = options.password ?? (inUrl && decodeURIComponent(inUrl.password));
  const isTls = urls.some(({ protocol }) => protocol === 'tls:');
  const servers = urls.map(({ host, port }) => (port === '' ? `${host}:4222` : host));
  return {
    servers,
    shown: servers.join(', '),
    authenticator: authenticatorOf({ ...options, ...(user && { user }), ...(password && { password }) }),
    tls: tlsOf(options, isTls),
  };
}

function parseUrl(text: string): URL {
  const full = text.includes('://') ? text : `nats://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !['nats:', 'tls:'].includes(url.protocol) || url.hostname === '') {
    throw new NatsProblem(
      'address',
      `"${text.replace(/\/\/.*@/, '//')}" is no URL of a NATS server`,
      'write nats://HOST:PORT, or tls://HOST:PORT for TLS',
    );
  }
  return url;
}

function authenticatorOf({ user, password, token, nkeyFile, credsFile }: NatsOptions): Authenticator | undefined {
  const given = Object.entries({ user, token, nkeyFile, credsFile }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name).join(' and ');
    throw new NatsProblem('credentials', `two ways to say who this host is (${names})`, 'give one of them');
  }
  if (credsFile !== undefined) return checked(credsAuthenticator(readFile('creds', credsFile)), 'creds', credsFile);
  if (nkeyFile !== undefined) {
    const seed = new TextEncoder().encode(new TextDecoder().decode(readFile('nkey', nkeyFile)).trim());
    return checked(nkeyAuthenticator(seed), 'nkey', nkeyFile);
  }
  if (token !== undefined) return tokenAuthenticator(token);
  return user === undefined ? undefined : usernamePasswordAuthenticator(user, password);
}

/** Tries an authenticator that was made of a file: what is wrong with the file must not show at the first connection only. */
function checked(authenticator: Authenticator, what: string, file: string): Authenticator {
  try {
    authenticator('try');
  } catch (error) {
    const fix = what === 'creds' ? 'a JWT and a seed, as nsc writes them' : "a user's seed, SU...";
    throw new NatsProblem('file', `${file} is no ${what} file`, `it must hold ${fix}`, { cause: error });
  }
  return authenticator;
}

function tlsOf({ caFile, certFile, keyFile }: NatsOptions, isTls: boolean): TlsOptions | undefined {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const missing = certFile === undefined ? 'certificate' : 'key';
    throw new NatsProblem('tls', 'a certificate and its key go together', `give the file of the ${missing} too`);
  }
  if (!isTls && caFile === undefined && certFile === undefined) return undefined;
  return {
    ...(caFile !== undefined && { ca: text('CA', caFile) }),
    ...(certFile !== undefined && { cert: text('certificate', certFile) }),
    ...(keyFile !== undefined && { key: text('key', keyFile) }),
  };
}

function text(what: string, file: string): string {
  return new TextDecoder().decode(readFile(what, file));
}

function readFile(what: string, file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new NatsProblem('file', `the ${what} file for NATS cannot be read (${words})`, 'look at its path and rights');
  }
}
