/** Operators, accounts and users as `nsc` makes them: for servers that know their users by signed tokens alone. */

import { nkeys } from 'nats';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** A server's configuration, and a user it knows. */
export interface Issued {
  readonly config: string;
  /** What a creds file of the user holds. */
  readonly creds: string;
}

/** Issues an operator, an account and a user. */
export function issueUser(): Issued {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const operatorToken = sign(operator, operator, 'operator', {});
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const accountToken = sign(operator, account, 'account', { limits });
  const userToken = sign(account, user, 'user', { subs: -1, data: -1, payload: -1 });
  return {
    config: `operator: "${operatorToken}"
resolver: MEMORY
resolver_preload: { ${account.getPublicKey()}: "${accountToken}" }`,
    creds: `-----BEGIN NATS USER JWT-----
${userToken}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${new TextDecoder().decode(user.getSeed())}
------END USER NKEY SEED------
`,
  };
}

function sign(issuer: KeyPair, subject: KeyPair, type: string, more: object): string {
  const head = encode(JSON.stringify({ typ: 'JWT', alg: 'ed25519-nkey' }));
  const claims = { jti: type, iat: 1_700_000_000, iss: issuer.getPublicKey(), sub: subject.getPublicKey(), name: type };
  const body = encode(JSON.stringify({ ...claims, nats: { ...more, type, version: 2 } }));
  const signature = Buffer.from(issuer.sign(new TextEncoder().encode(`${head}.${body}`))).toString('base64url');
  return `${head}.${body}.${signature}`;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
