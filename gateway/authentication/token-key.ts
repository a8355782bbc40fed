/** The key that the tokens of ServiceAccounts are signed with. */

import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type JWK, jwtVerify, SignJWT } from 'jose';

/** Seconds that clocks may differ (go-jose's `DefaultLeeway`). */
const leewaySeconds = 60;

/** Signs claims, and tells what signed ones say. RSA keys sign as RS256, those on P-256 as ES256. */
export class TokenKey {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  readonly #algorithm: 'RS256' | 'ES256';
  readonly #id: string;

  /** Takes a private key as PEM (PKCS #8). @throws Error for a key of another kind */
  constructor(pem: string) {
    this.#private = createPrivateKey(pem);
    this.#public = createPublicKey(this.#private);
    const type = this.#private.asymmetricKeyType;
    if (type !== 'rsa' && type !== 'ec') throw new Error(`tokens cannot be signed with a key of type ${type}`);
    this.#algorithm = type === 'rsa' ? 'RS256' : 'ES256';
    const spki = this.#public.export({ type: 'spki', format: 'der' });
    this.#id = createHash('sha256').update(spki).digest('base64url');
  }

  /** Makes the token of claims. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: this.#algorithm, kid: this.#id }).sign(this.#private);
  }

  /** Gives the claims of a token that is signed with this key and good at a time. @throws jose's errors */
  async verify(token: string, nowMs: number): Promise<Record<string, unknown>> {
    const { payload } = await jwtVerify(token, this.#public, {
      algorithms: [this.#algorithm],
      currentDate: new Date(nowMs),
      clockTolerance: leewaySeconds,
    });
    return payload;
  }

  /** The public key as a JSON Web Key, for those who check tokens themselves. */
  publicKey(): JWK {
    const key = this.#public.export({ format: 'jwk' }) as JWK;
    return { use: 'sig', kid: this.#id, alg: this.#algorithm, ...key };
  }
}
