/** Where requests from outside begin: who asks is found, and may do it, or is refused. */

import type { Message } from '../../../../protocol/message.ts';
import type { Asker, Authorization, PathCheck, Target, UserInfo } from '../../../../protocol/messages/api.ts';
import type { Status } from '../../../../protocol/objects.ts';
import type { Memory } from '../memory.ts';
import type { Pending } from '../pending.ts';
import type { Attributes } from './attributes.ts';
import { attributesOf } from './attributes.ts';
import { authorize } from './authorize.ts';
import { forbiddenStatus } from './forbidden.ts';
import { impersonatedUser, impersonations } from './impersonation.ts';
import { authenticated, masters } from './users.ts';

/** A user who may do what they ask, and how that was decided. */
export interface Admitted {
  /** Who it counts as: the one they act as, where they do. */
  readonly user: UserInfo;
  readonly authorization: Authorization;
}

/** Why somebody is not let in. */
export interface NotAdmitted {
  readonly status: Status;
  readonly authorization: Authorization;
}

type Known = Pick<Memory, 'caches'>;

/** Tells who may not from who may. */
export function isNotAdmitted(one: Admitted | NotAdmitted): one is NotAdmitted {
  return 'status' in one;
}

/**
 * Decides on a request for objects, a connection to one, or a check of a path; undefined for a component of the
 * cluster, which may do what its part needs.
 */
export function letIn(memory: Known, message: Pick<Message, 'type' | 'body'>): Admitted | NotAdmitted | undefined {
  const { user, impersonated } = message.body as Asker;
  if (user === undefined) return undefined;
  if (impersonated !== undefined) {
    for (const attributes of impersonations(user, impersonated)) {
      const authorization = authorize(memory, attributes);
      if (authorization.decision === 'forbid') return notAdmitted(attributes, authorization);
    }
  }
  const acting = impersonated === undefined ? user : impersonatedUser(impersonated);
  const attributes = attributesAsked(acting, message);
  const authorization = authorize(memory, attributes);
  return authorization.decision === 'allow' ? { user: acting, authorization } : notAdmitted(attributes, authorization);
}

function attributesAsked(user: UserInfo, { type, body }: Pick<Message, 'type' | 'body'>): Attributes {
  if (type !== 'path.check') return attributesOf(user, type, body as Target & { verb?: string });
  const { verb, path } = body as PathCheck['body'];
  return { user, verb, path };
}

function notAdmitted(attributes: Attributes, authorization: Authorization): NotAdmitted {
  return { status: forbiddenStatus(attributes, authorization.reason), authorization };
}

/** Gives who asks, for what is written down of it; a component of the cluster is known by its address, and may do everything. */
export function askerOf({ asker, question }: Pick<Pending, 'asker' | 'question'>): UserInfo {
  return asker?.user ?? { name: question.from, groups: [masters, authenticated] };
}
