/** Who may read metrics: asked of the API server by SubjectAccessReviews, as every server behind its aggregation layer asks. */

import type { Self } from '../../../protocol/actor.ts';
import type {
  ObjectCreate,
  ObjectGet,
  ObjectList,
  RequestRefused,
  RequestSucceeded,
} from '../../../protocol/messages/api.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { failure } from '../../../protocol/status.ts';
import { attributesOf, type ResourceAttributes } from '../apiserver/authorization/attributes.ts';
import { forbiddenStatus } from '../apiserver/authorization/forbidden.ts';
import { impersonatedUser, impersonations } from '../apiserver/authorization/impersonation.ts';

/** A question for metrics. */
export type Asked = ObjectGet | ObjectList;

/** What still has to be allowed before a question is answered. */
export interface Review {
  readonly question: Asked;
  readonly left: readonly ResourceAttributes[];
}

/** Gives what must be allowed: acting as somebody else, part by part, then the reading. Components of the cluster may read. */
export function reviewOf(question: Asked): Review {
  const { user, impersonated } = question.body;
  if (user === undefined) return { question, left: [] };
  const acting = impersonated === undefined ? user : impersonatedUser(impersonated);
  const before = impersonated === undefined ? [] : impersonations(user, impersonated);
  return { question, left: [...before, attributesOf(acting, question.type, question.body)] };
}

/** Asks whether the next thing is allowed. */
export function askReview(self: Self, apiserver: string, review: Review): void {
  const [{ user, ...resourceAttributes }] = review.left as [ResourceAttributes];
  const spec = {
    user: user.name,
    ...(user.groups && { groups: user.groups }),
    ...(user.uid && { uid: user.uid }),
    ...(user.extra && { extra: user.extra }),
    resourceAttributes,
  };
  // A review has no name: it is answered, and not kept.
  const object = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: {}, spec };
  const body = { resource: 'subjectaccessreviews.authorization.k8s.io', object: object as unknown as KubernetesObject };
  self.request<ObjectCreate>(apiserver, 'object.create', body, {
    deadlineMs: 30_000,
    retries: 2,
    retryMs: 10_000,
    note: { review },
  });
}

/** Takes what is known of it: what is left to be allowed, or undefined where the question was refused. */
export function takeReview(self: Self, event: RequestSucceeded | RequestRefused | RequestExpired): Review | undefined {
  const { review } = (event.note ?? {}) as { review?: Review };
  if (review === undefined) return undefined;
  const { question, left } = review;
  if (event.type !== 'request.succeeded') {
    const why = event.type === 'request.refused' ? event.body.status.message : 'the API server does not answer';
    const status = failure.internalError(`the access to metrics could not be reviewed: ${why}`);
    self.reply<RequestRefused>(question, 'request.refused', { status });
    return undefined;
  }
  const { status = { allowed: false } } = event.body.object as KubernetesObject & {
    status?: { allowed: boolean; reason?: string };
  };
  if (status.allowed) return { question, left: left.slice(1) };
  const refusal = forbiddenStatus(left[0] as ResourceAttributes, status.reason ?? '');
  self.reply<RequestRefused>(question, 'request.refused', { status: refusal });
  return undefined;
}
