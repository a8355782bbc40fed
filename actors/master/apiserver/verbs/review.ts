/** review: a question about rights or about oneself, put as an object, answered in its status and forgotten. */

import { copyWith } from '../../../../protocol/copy.ts';
import type { ObjectCreate, UserInfo } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { groupKind } from '../../../../protocol/resources.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Attributes } from '../authorization/attributes.ts';
import { authorize, rulesFor } from '../authorization/authorize.ts';
import { askerOf } from '../authorization/let-in.ts';
import type { PolicyRule } from '../authorization/roles.ts';
import type { Conversation } from '../conversation.ts';
import type { AccessReview } from '../kinds/reviews.ts';
import type { World } from '../memory.ts';
import type { Pending, Step } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import { readGiven, strategyFor } from '../write-rules.ts';

/** The conversation of `object.create` on a kind of review. */
export const review: Conversation = {
  begin,
  resume: (_world, _pending, answer) => refuse(failure.internalError(`unexpected ${answer.type}`)),
};

function begin(world: World, pending: Pending): Step {
  const { object, fieldValidation = 'Strict' } = pending.question.body as ObjectCreate['body'];
  const given = readGiven(pending, object, fieldValidation);
  if (isRefusal(given)) return refuse(given);
  const errors = strategyFor(pending).validateCreate(given);
  if (errors.length > 0) {
    return refuse(failure.invalid(groupKind(pending.kind), given.metadata.name ?? '', errors));
  }
  const status = answers[pending.kind.kind]?.(world, pending, given as AccessReview) ?? {};
  return isRefusal(status) ? refuse(status) : succeed(pending, 201, copyWith(given, { status }));
}

type AnswerTo = (world: World, pending: Pending, review: AccessReview) => object | Status;

/** What the status of each kind of review says. Tokens are looked into by whoever has the keys to them. */
const answers: Readonly<Record<string, AnswerTo>> = {
  SelfSubjectAccessReview: (world, pending, { spec = {} }) => access(world, askerOf(pending), spec),
  SubjectAccessReview: (world, _pending, { spec = {} }) => access(world, subjectOf(spec), spec),
  LocalSubjectAccessReview: (world, _pending, { spec = {} }) => access(world, subjectOf(spec), spec),
  SelfSubjectRulesReview: (world, pending, review) => rights(world, askerOf(pending), review),
  SelfSubjectReview: (_world, pending) => ({ userInfo: shownUser(askerOf(pending)) }),
  TokenReview: (_world, _pending, review) => tokenAnswer(review),
};

function subjectOf({ user = '', groups = [] }: NonNullable<AccessReview['spec']>): UserInfo {
  return { name: user, groups };
}

function access({ memory }: World, user: UserInfo, spec: NonNullable<AccessReview['spec']>): object {
  const { decision, reason } = authorize(memory, attributesOf(user, spec));
  return { allowed: decision === 'allow', ...(reason !== '' && { reason }) };
}

function attributesOf(user: UserInfo, spec: NonNullable<AccessReview['spec']>): Attributes {
  const { resourceAttributes: asked, nonResourceAttributes: path } = spec;
  if (asked === undefined) return { user, verb: path?.verb ?? '', path: path?.path ?? '' };
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = asked;
  return { user, verb, group, resource, subresource, namespace, name };
}

function rights({ memory }: World, user: UserInfo, review: AccessReview): object | Status {
  const { namespace = '' } = (review.spec ?? {}) as { namespace?: string };
  if (namespace === '') return failure.badRequest('no namespace on request');
  const { rules, error } = rulesFor(memory, user, namespace);
  return {
    resourceRules: rules.filter(({ resources = [] }) => resources.length > 0).map(resourceRule),
    nonResourceRules: rules
      .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
    ...(error !== '' && { evaluationError: error }),
  };
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule) {
  return { verbs, apiGroups, resources, ...(resourceNames !== undefined && { resourceNames }) };
}

/** Writes a user as the API's objects do. */
function shownUser({ name, uid, groups, extra }: UserInfo): object {
  return {
    username: name,
    ...(uid !== undefined && uid !== '' && { uid }),
    ...(groups !== undefined && groups.length > 0 && { groups }),
    ...(extra !== undefined && Object.keys(extra).length > 0 && { extra }),
  };
}

function tokenAnswer(review: KubernetesObject): object | Status {
  const { token = '' } = (review as { spec?: { token?: string } }).spec ?? {};
  if (token === '') return failure.badRequest('token is required for TokenReview in authentication');
  return {};
}
