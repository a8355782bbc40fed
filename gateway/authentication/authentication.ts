/** Who asks: found by certificate or bearer token, with whom they act as; and the tokens that go out and are looked into. */

import type { Message } from '../../protocol/message.ts';
import type { Asker, RequestSucceeded, UserInfo } from '../../protocol/messages/api.ts';
import { failure } from '../../protocol/status.ts';
import type { ClientCertificate, HttpRequest } from '../http.ts';
import { Refused } from '../refused.ts';
import { bearerToken } from './bearer-token.ts';
import { impersonatedBy } from './impersonation.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';
import type { StaticTokens } from './static-tokens.ts';
import { reviewed } from './token-review.ts';

const authenticated = 'system:authenticated';
const unauthenticated = 'system:unauthenticated';

/** What a token turned out to be. */
export type TokenVerdict =
  | { readonly user: UserInfo; readonly audiences: readonly string[] }
  /** It is of a kind that is known here, and not good. */
  | { readonly error: string }
  /** Nobody here knows such a token. */
  | undefined;

/** Finds out who asks; nobody unknown is let in (`--anonymous-auth=false`). */
export class Authentication {
  readonly #staticTokens: StaticTokens;
  readonly #accountTokens: ServiceAccountTokens;

  constructor(parts: { staticTokens: StaticTokens; accountTokens: ServiceAccountTokens }) {
    this.#staticTokens = parts.staticTokens;
    this.#accountTokens = parts.accountTokens;
  }

  /** Gives who asks, and whom they act as. @throws Refused 401, or 500 for impersonation that makes no sense */
  readonly authenticate = async (request: HttpRequest): Promise<Asker> => {
    const known = byCertificate(request.certificate);
    const user = known ?? withEverybody(await this.#byToken(request));
    if (user === undefined) throw new Refused(failure.unauthorized());
    const impersonated = impersonatedBy(request);
    return impersonated === undefined ? { user } : { user, impersonated };
  };

  /** Completes what the API server cannot: signs the token that was asked for, looks into the one that is reviewed. */
  readonly finish = async (
    question: Pick<Message, 'type' | 'body'>,
    answer: RequestSucceeded['body'],
  ): Promise<RequestSucceeded['body']> => {
    const { resource, subresource } = question.body as { resource?: string; subresource?: string };
    if (question.type !== 'object.create') return answer;
    if (answer.claims !== undefined) return this.#accountTokens.signed(answer);
    if (resource === 'tokenreviews.authentication.k8s.io' && subresource === undefined) {
      return reviewed(answer, (token, audiences) => this.#verify(token, audiences));
    }
    return answer;
  };

  async #byToken(request: HttpRequest): Promise<UserInfo | undefined> {
    const token = bearerToken(request);
    const verdict = token === undefined ? undefined : await this.#verify(token, []);
    return verdict !== undefined && 'user' in verdict ? verdict.user : undefined;
  }

  /** Without audiences: those of the API server itself. */
  async #verify(token: string, audiences: readonly string[]): Promise<TokenVerdict> {
    const known = this.#staticTokens.find(token);
    if (known === undefined) {
      const verdict = await this.#accountTokens.verify(token, audiences);
      return verdict !== undefined && 'user' in verdict ? { ...verdict, user: withEverybody(verdict.user) } : verdict;
    }
    // Such a token says nothing of audiences: it is for the API server.
    const meant = this.#accountTokens.audiencesOf(audiences);
    return meant.length === 0 ? undefined : { user: withEverybody(known), audiences: meant };
  }
}

/** Connections serve many requests, all by the same user. */
const certified = new WeakMap<ClientCertificate, UserInfo>();

/** As kube-apiserver's x509 authenticator: the common name is the user, organizations are the groups. */
function byCertificate(certificate: ClientCertificate | undefined): UserInfo | undefined {
  if (certificate === undefined || certificate.commonName === '') return undefined;
  const known = certified.get(certificate);
  if (known !== undefined) return known;
  const user = withEverybody({ name: certificate.commonName, groups: certificate.organizations });
  certified.set(certificate, user);
  return user;
}

/** Everybody who is known is one of them. */
function withEverybody<User extends UserInfo | undefined>(user: User): User {
  if (user === undefined) return user;
  const { groups = [] } = user;
  const isSaid = groups.includes(authenticated) || groups.includes(unauthenticated);
  return isSaid ? user : { ...user, groups: [...groups, authenticated] };
}
