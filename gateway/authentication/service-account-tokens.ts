/** The tokens of ServiceAccounts: signed for those who ask, and worth something while account, pod and secret are there. */

import { decodeJwt, errors } from 'jose';
import type { Message } from '../../protocol/message.ts';
import type { ObjectGet, RequestSucceeded, UserInfo } from '../../protocol/messages/api.ts';
import type { KubernetesObject, Secret } from '../../protocol/objects.ts';
import type { ClusterLink } from '../cluster-link.ts';
import type { TokenVerdict } from './authentication.ts';
import type { TokenKey } from './token-key.ts';
import {
  type AccountClaims,
  accountUser,
  boundReferences,
  type Reference,
  readClaims,
  readSecretClaims,
  secretIssuer,
} from './token-reading.ts';

/** ms that a token which was good counts as good (`tokenSuccessCacheTTL`). */
const trustedMs = 10_000;
const mostTrusted = 4_096;
/** ms after its deletion that an object still vouches for tokens (`deletionTimestamp` and a minute's grace). */
const graceMs = 60_000;

/** What signing and verifying take. */
export interface TokenParts {
  readonly link: Pick<ClusterLink, 'ask' | 'now'>;
  /** The address of the API servers. */
  readonly apiserver: string;
  readonly key: TokenKey;
  /** `--service-account-issuer` */
  readonly issuer: string;
  /** `--api-audiences`; the issuer where there are none. */
  readonly audiences?: readonly string[];
}

/** Signs and verifies. */
export class ServiceAccountTokens {
  readonly #parts: TokenParts;
  readonly #audiences: readonly string[];
  /** Verdicts by token, and until when they hold; the oldest first. */
  readonly #trusted = new Map<string, { untilMs: number; user: UserInfo; audiences: readonly string[] }>();

  constructor(parts: TokenParts) {
    this.#parts = parts;
    this.#audiences = parts.audiences?.length ? parts.audiences : [parts.issuer];
  }

  /** Gives those of the wanted audiences that the API server is; all of its own where none is wanted. */
  audiencesOf(wanted: readonly string[]): readonly string[] {
    return wanted.length === 0 ? this.#audiences : this.#audiences.filter((one) => wanted.includes(one));
  }

  /** Puts the token into a TokenRequest whose claims the API server has decided. */
  async signed({ claims = {}, ...answer }: RequestSucceeded['body']): Promise<RequestSucceeded['body']> {
    const object = answer.object as KubernetesObject & { status?: object };
    const status = { ...object.status, token: await this.#parts.key.sign(claims) };
    return { ...answer, object: { ...object, status } as KubernetesObject };
  }

  /** Tells whose a token is. */
  async verify(token: string, wanted: readonly string[]): Promise<TokenVerdict> {
    const issuer = issuerOf(token);
    if (issuer !== this.#parts.issuer && issuer !== secretIssuer) return undefined;
    const known = this.#trusted.get(token);
    if (known !== undefined && known.untilMs > this.#parts.link.now()) return this.#forAudiences(known, wanted);
    this.#trusted.delete(token);
    const read = await this.#read(token, issuer);
    if ('error' in read) return read;
    const gone = await this.#goneOf(read, issuer === secretIssuer ? token : undefined);
    if (gone !== undefined) return { error: gone };
    const verdict = { user: accountUser(read), audiences: read.audiences };
    this.#trust(token, verdict);
    return this.#forAudiences(verdict, wanted);
  }

  async #read(token: string, issuer: string): Promise<AccountClaims | { error: string }> {
    try {
      const claims = await this.#parts.key.verify(token, this.#parts.link.now());
      return issuer === secretIssuer ? readSecretClaims(claims, this.#audiences) : readClaims(claims);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { error: 'service account token has expired' };
      if (error instanceof errors.JWTClaimValidationFailed) return { error: 'service account token is not valid yet' };
      return { error: 'invalid bearer token' };
    }
  }

  #forAudiences(verdict: { user: UserInfo; audiences: readonly string[] }, wanted: readonly string[]): TokenVerdict {
    const asked = wanted.length === 0 ? this.#audiences : wanted;
    const audiences = asked.filter((one) => verdict.audiences.includes(one));
    if (audiences.length > 0) return { user: verdict.user, audiences };
    return { error: `token audiences ${shown(verdict.audiences)} is invalid for the target audiences ${shown(asked)}` };
  }

  #trust(token: string, verdict: { user: UserInfo; audiences: readonly string[] }): void {
    const oldest = this.#trusted.keys().next();
    if (this.#trusted.size >= mostTrusted && !oldest.done) this.#trusted.delete(oldest.value);
    this.#trusted.set(token, { ...verdict, untilMs: this.#parts.link.now() + trustedMs });
  }

  /** Says which of the objects that vouch for a token is not there any more; `kept` is one that its secret must hold. */
  async #goneOf(claims: AccountClaims, kept: string | undefined): Promise<string | undefined> {
    const problems = await Promise.all(boundReferences(claims).map((reference) => this.#problemOf(reference, kept)));
    return problems.find((problem) => problem !== undefined);
  }

  async #problemOf(reference: Reference, kept: string | undefined): Promise<string | undefined> {
    const object = (await this.#find(reference, '0')) ?? (await this.#find(reference));
    const { what } = reference;
    if (object === undefined) return `${what} has been deleted`;
    const { uid, deletionTimestamp } = object.metadata;
    const isEnding =
      deletionTimestamp !== undefined && Date.parse(String(deletionTimestamp)) + graceMs < this.#parts.link.now();
    if (isEnding) return `${what} has been deleted`;
    if (kept !== undefined && object.kind === 'Secret' && tokenIn(object) !== kept) {
      return "token does not match server's copy";
    }
    if (reference.uid !== '' && uid !== reference.uid)
      return `${what} UID (${uid}) does not match claim (${reference.uid})`;
    return undefined;
  }

  /** Any version will do first (`0`): it is read out of a cache. What is not found may be too new for that. */
  async #find({ resource, namespace, name }: Reference, resourceVersion?: string) {
    const target = { resource, name, ...(namespace !== '' && { namespace }) };
    const body = { ...target, ...(resourceVersion !== undefined && { resourceVersion }) };
    const answer: Message = await this.#parts.link.ask<ObjectGet>(this.#parts.apiserver, 'object.get', body);
    return answer.type === 'request.succeeded' ? (answer as RequestSucceeded).body.object : undefined;
  }
}

function tokenIn(secret: KubernetesObject): string {
  return Buffer.from((secret as Secret).data?.token ?? '', 'base64').toString('utf8');
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** As Go's `%q` writes a list. */
function shown(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;
}
