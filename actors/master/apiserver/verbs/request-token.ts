/** serviceaccounts/token: what a token for a ServiceAccount shall say. It is signed by whoever holds the key. */

import { copyWith } from '../../../../protocol/copy.ts';
import { invalid } from '../../../../protocol/field-errors.ts';
import type { ObjectCreate } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Pod, ServiceAccount, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { makeUid } from '../../../../protocol/uid.ts';
import type { BoundObject, TokenRequest } from '../authorization/token-claims.ts';
import { claimsOf, requestErrors } from '../authorization/token-claims.ts';
import type { Conversation } from '../conversation.ts';
import { decodeObject, decodingRefusal, strictDecodingError } from '../kinds/decode.ts';
import type { World } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import type { Answer, Pending, Step } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import { shownObject } from '../shown-object.ts';
import { storageKey } from '../storage-keys.ts';
import { findEntry } from '../watch/watch-cache.ts';

/** The conversation of `object.create` on `serviceaccounts/token`. */
export const requestToken: Conversation = { begin, resume };

/** What is kept between its stages. */
interface TokenWork {
  request: TokenRequest;
  account: ServiceAccount | undefined;
}

/** The kinds a token may be bound to, as resources. */
const boundResources: Readonly<Record<string, string>> = { 'v1 Pod': 'pods', 'v1 Secret': 'secrets' };
const invalidKind = 'TokenRequest.authentication.k8s.io';

function begin(_world: World, pending: Pending): Step {
  const { object, fieldValidation = 'Strict' } = pending.question.body as ObjectCreate['body'];
  const read = readRequest(pending, object, fieldValidation);
  if (isRefusal(read)) return refuse(read);
  const refusal = placeRefusal(pending, read);
  if (refusal !== undefined) return refuse(refusal);
  pending.work = { request: read, account: undefined } satisfies TokenWork;
  // Read from etcd: a token is worth nothing for an account that is gone.
  return {
    do: 'range',
    body: { key: storageKey('serviceaccounts', pending.namespace, pending.name) },
    stage: 'account',
  };
}

function readRequest(pending: Pending, given: KubernetesObject, validation: string): TokenRequest | Status {
  const whole = {
    ...given,
    apiVersion: given.apiVersion || 'authentication.k8s.io/v1',
    kind: given.kind || 'TokenRequest',
    metadata: given.metadata ?? {},
  };
  if (whole.apiVersion !== 'authentication.k8s.io/v1' || whole.kind !== 'TokenRequest') {
    return failure.badRequest(`${whole.kind} in version "v1" cannot be handled as a TokenRequest`);
  }
  const { object, unknownFields, typeError } = decodeObject(whole);
  const isStrict = unknownFields.length > 0 && validation === 'Strict';
  const problem = typeError ?? (isStrict ? strictDecodingError(unknownFields) : undefined);
  if (problem !== undefined) return failure.badRequest(decodingRefusal('TokenRequest', 'v1', problem));
  if (validation === 'Warn') pending.warnings = unknownFields;
  return object as TokenRequest;
}

function placeRefusal({ name, namespace }: Pending, { metadata }: TokenRequest): Status | undefined {
  const check = (field: 'name' | 'namespace', value: string) =>
    metadata[field] && metadata[field] !== value
      ? failure.invalid(invalidKind, name, [
          invalid(`metadata.${field}`, metadata[field], `must match the service account ${field} if specified`),
        ])
      : undefined;
  return check('name', name) ?? check('namespace', namespace);
}

function resume(world: World, pending: Pending, answer: Answer): Step {
  if (answer.type !== 'kv.ranged') return refuse(failure.internalError(`unexpected ${answer.type}`));
  const [kv] = answer.body.kvs;
  const work = pending.work as TokenWork;
  if (pending.stage === 'account') {
    if (kv === undefined) return refuse(failure.notFound('serviceaccounts', pending.name));
    work.account = shownObject(world.memory, 'serviceaccounts', kv) as ServiceAccount;
    return withAccount(world, pending, work);
  }
  const { boundObjectRef: ref = {} } = work.request.spec;
  const resource = boundResources[`${ref.apiVersion} ${ref.kind}`] ?? '';
  if (kv === undefined) return refuse(failure.notFound(resource, ref.name ?? ''));
  return withBound(world, pending, work, shownObject(world.memory, resource, kv));
}

function withAccount(world: World, pending: Pending, work: TokenWork): Step {
  const { config } = world.memory;
  const { spec = {} } = work.request as { spec?: Partial<TokenRequest['spec']> };
  const issuer = config['service-account-issuer'];
  const audiences = config['api-audiences'].length > 0 ? config['api-audiences'] : [issuer];
  const { expirationSeconds = 3600, boundObjectRef: ref } = spec;
  const filled = {
    ...spec,
    audiences: spec.audiences !== undefined && spec.audiences.length > 0 ? spec.audiences : audiences,
    expirationSeconds,
  };
  work.request = copyWith(work.request, { spec: filled }) as TokenRequest;
  const errors = requestErrors(work.request);
  if (errors.length > 0) return refuse(failure.invalid(invalidKind, '', errors));
  if (ref === undefined) return give(world, pending, work, undefined);
  const resource = boundResources[`${ref.apiVersion} ${ref.kind}`];
  if (resource === undefined) return refuse(failure.badRequest(notBindable(ref.apiVersion ?? '', ref.kind ?? '')));
  return { do: 'range', body: { key: storageKey(resource, pending.namespace, ref.name ?? '') }, stage: 'bound' };
}

/** v1.30 knows tokens bound to a Node only behind a feature gate that is off. */
function notBindable(apiVersion: string, kind: string): string {
  if (apiVersion === 'v1' && kind === 'Node') {
    return 'cannot bind token to a Node object as the "ServiceAccountTokenNodeBinding" feature-gate is disabled';
  }
  const shown = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return `cannot bind token to object of type ${shown}, Kind=${kind}`;
}

function withBound(world: World, pending: Pending, work: TokenWork, object: KubernetesObject): Step {
  const { boundObjectRef: ref = {} } = work.request.spec;
  if (object.kind === 'Pod' && (object as Pod).spec.serviceAccountName !== pending.name) {
    const message = `cannot bind token for serviceaccount "${pending.name}" to pod running with different serviceaccount name.`;
    return refuse(failure.badRequest(message));
  }
  if (ref.uid && ref.uid !== object.metadata.uid) {
    const message = `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    return refuse(failure.conflict(object.kind, ref.name ?? '', message));
  }
  const nodeName = object.kind === 'Pod' ? ((object as Pod).spec.nodeName ?? '') : '';
  const node = nodeName === '' ? undefined : findEntry(cacheOf(world.memory, 'nodes'), '', nodeName)?.object;
  return give(world, pending, work, { object, nodeName, nodeUid: node?.metadata.uid });
}

function give(world: World, pending: Pending, work: TokenWork, bound: BoundObject | undefined): Step {
  const { config } = world.memory;
  const request = shortened(pending, work.request, config['service-account-max-token-expiration']);
  const account = work.account as ServiceAccount;
  const nowMs = world.now();
  const claims = claimsOf(request, account, bound, {
    issuer: config['service-account-issuer'],
    apiAudiences: config['api-audiences'].length > 0 ? config['api-audiences'] : [config['service-account-issuer']],
    extends: config['service-account-extend-token-expiration'],
    id: makeUid(() => world.random()),
    nowMs,
  });
  const expirationTimestamp = toRfc3339(nowMs + (request.spec.expirationSeconds ?? 0) * 1000);
  const { name, namespace } = account.metadata;
  const object = copyWith(request, {
    metadata: copyWith(request.metadata, { name, namespace, creationTimestamp: toRfc3339(nowMs) }),
    status: { token: '', expirationTimestamp },
  });
  const step = succeed(pending, 201, object as unknown as KubernetesObject);
  return step.do === 'succeed' ? { ...step, claims } : step;
}

function shortened(pending: Pending, request: TokenRequest, longestMs: number): TokenRequest {
  const asked = request.spec.expirationSeconds ?? 0;
  const longest = longestMs / 1000;
  if (longest <= 0 || asked <= longest) return request;
  const warning = `requested expiration of ${asked} seconds shortened to ${longest} seconds`;
  pending.warnings = [...pending.warnings, warning];
  return copyWith(request, { spec: copyWith(request.spec, { expirationSeconds: longest }) });
}
