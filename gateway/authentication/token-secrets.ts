/** Secrets of type `kubernetes.io/service-account-token` are given their token, as kube-controller-manager's `serviceaccount-token-controller`. */

import type { Message } from '../../protocol/message.ts';
import type {
  ObjectChanged,
  ObjectDelete,
  ObjectGet,
  ObjectList,
  ObjectPatch,
  RequestRefused,
  RequestSucceeded,
} from '../../protocol/messages/api.ts';
import type { KubernetesObject, Secret } from '../../protocol/objects.ts';
import type { ClusterLink } from '../cluster-link.ts';
import { Following } from '../following.ts';
import type { TokenKey } from './token-key.ts';
import { secretClaimsOf } from './token-reading.ts';

const fieldSelector = 'type=kubernetes.io/service-account-token';
const nameKey = 'kubernetes.io/service-account.name';
const uidKey = 'kubernetes.io/service-account.uid';

/** What filling them takes. */
export interface TokenSecretsParts {
  readonly link: Pick<ClusterLink, 'open' | 'ask'>;
  /** The address of the API servers. */
  readonly apiserver: string;
  readonly key: TokenKey;
  /** The certificate of the cluster's authority, PEM: what the token is shown to must have it. */
  readonly authority: string;
}

/** Fills them from `start` to `stop`, and takes away those whose account is gone. */
export class TokenSecrets {
  readonly #parts: TokenSecretsParts;
  readonly #followings: readonly Following[];

  constructor(parts: TokenSecretsParts) {
    this.#parts = parts;
    const { link, apiserver } = parts;
    this.#followings = [
      new Following({ link, apiserver, resource: 'secrets', fieldSelector, take: (event) => this.#takeSecret(event) }),
      new Following({ link, apiserver, resource: 'serviceaccounts', take: (event) => this.#takeAccount(event) }),
    ];
  }

  /** Begins with those there are. */
  start(): void {
    for (const following of this.#followings) following.start();
  }

  /** Leaves them as they are. */
  stop(): void {
    for (const following of this.#followings) following.stop();
  }

  async #takeSecret({ type, object }: ObjectChanged['body']): Promise<void> {
    if (type !== 'DELETED') await this.#settle(object as Secret);
  }

  async #takeAccount({ type, object }: ObjectChanged['body']): Promise<void> {
    if (type !== 'DELETED') return;
    const { namespace = '', name } = object.metadata;
    const answer = await this.#ask<ObjectList>('object.list', { resource: 'secrets', namespace, fieldSelector });
    const { items = [] } = (answer ?? {}) as { items?: readonly Secret[] };
    for (const secret of items) if (secret.metadata.annotations?.[nameKey] === name) await this.#settle(secret);
  }

  async #settle(secret: Secret): Promise<void> {
    const { namespace = '', name = '', annotations = {}, deletionTimestamp, uid } = secret.metadata;
    const account = annotations[nameKey] ?? '';
    if (deletionTimestamp !== undefined || account === '') return;
    const target = { resource: 'serviceaccounts', namespace, name: account };
    const answer = await this.#parts.link.ask<ObjectGet>(this.#parts.apiserver, 'object.get', target);
    const found = objectIn(answer);
    // Without an answer nothing is known.
    if (found === undefined && !isNotFound(answer)) return;
    if (found === undefined || (annotations[uidKey] ?? found.metadata.uid) !== found.metadata.uid) {
      const options = uid === undefined ? {} : { preconditions: { uid } };
      await this.#ask<ObjectDelete>('object.delete', { resource: 'secrets', namespace, name, options });
      return;
    }
    const patch = await this.#patchFor(secret, { name: account, uid: found.metadata.uid ?? '' });
    if (patch === undefined) return;
    await this.#ask<ObjectPatch>('object.patch', { resource: 'secrets', namespace, name, patchType: 'merge', patch });
  }

  async #patchFor(secret: Secret, account: { name: string; uid: string }): Promise<object | undefined> {
    const { namespace = '', name = '', annotations = {} } = secret.metadata;
    const { data = {} } = secret;
    const authority = encoded(this.#parts.authority);
    const isWhole = data.token && data.namespace && data['ca.crt'] === authority && annotations[uidKey] === account.uid;
    if (isWhole) return undefined;
    const token = data.token || encoded(await this.#parts.key.sign(secretClaimsOf(namespace, account, name)));
    return {
      metadata: { annotations: { [uidKey]: account.uid } },
      data: { 'ca.crt': authority, namespace: data.namespace || encoded(namespace), token },
    };
  }

  async #ask<M extends Message>(type: M['type'], body: M['body']): Promise<KubernetesObject | undefined> {
    return objectIn(await this.#parts.link.ask<M>(this.#parts.apiserver, type, body));
  }
}

function objectIn(answer: Message): KubernetesObject | undefined {
  return answer.type === 'request.succeeded' ? (answer as RequestSucceeded).body.object : undefined;
}

function isNotFound(answer: Message): boolean {
  return answer.type === 'request.refused' && (answer as RequestRefused).body.status.code === 404;
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
