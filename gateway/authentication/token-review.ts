/** TokenReviews: somebody asks whose a token is. */

import type { RequestSucceeded, UserInfo } from '../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import type { TokenVerdict } from './authentication.ts';

/** Writes the verdict into a review that the API server has let pass. */
export async function reviewed(
  answer: RequestSucceeded['body'],
  verify: (token: string, audiences: readonly string[]) => Promise<TokenVerdict>,
): Promise<RequestSucceeded['body']> {
  const { spec = {} } = answer.object as { spec?: { token?: string; audiences?: readonly string[] } };
  const status = statusOf(await verify(spec.token ?? '', spec.audiences ?? []));
  return { ...answer, object: { ...answer.object, status } as KubernetesObject };
}

function statusOf(verdict: TokenVerdict): object {
  if (verdict === undefined) return { user: {} };
  if ('error' in verdict) return { user: {}, error: verdict.error };
  const { user, audiences } = verdict;
  return { authenticated: true, user: shownUser(user), audiences };
}

function shownUser({ name, uid, groups, extra }: UserInfo): object {
  return {
    username: name,
    ...(uid && { uid }),
    ...(groups && groups.length > 0 && { groups }),
    ...(extra && Object.keys(extra).length > 0 && { extra }),
  };
}
