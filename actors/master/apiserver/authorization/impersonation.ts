/** Acting as somebody else: each part of who that is must be allowed, then they take the user's place. */

import type { UserInfo } from '../../../../protocol/messages/api.ts';
import type { ResourceAttributes } from './attributes.ts';
import { anonymous, authenticated, serviceAccountGroups, serviceAccountOf, unauthenticated } from './users.ts';

const authenticationGroup = 'authentication.k8s.io';

/** Gives what a user must be allowed to (apiserver's `WithImpersonation`), in the order it is asked. */
export function impersonations(user: UserInfo, { name, groups = [], uid, extra = {} }: UserInfo): ResourceAttributes[] {
  const account = serviceAccountOf(name);
  const whom =
    account === undefined
      ? part(user, 'users', name)
      : { ...part(user, 'serviceaccounts', account.name), namespace: account.namespace };
  return [
    whom,
    ...groups.map((group) => part(user, 'groups', group)),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({
        ...part(user, 'userextras', value),
        group: authenticationGroup,
        subresource: key,
      })),
    ),
    ...(uid === undefined ? [] : [{ ...part(user, 'uids', uid), group: authenticationGroup }]),
  ];
}

function part(user: UserInfo, resource: string, name: string): ResourceAttributes {
  return { user, verb: 'impersonate', group: '', resource, subresource: '', namespace: '', name };
}

/** Gives who somebody is when they are acted as: with the groups that come by themselves. */
export function impersonatedUser(asked: UserInfo): UserInfo {
  const account = serviceAccountOf(asked.name);
  const groups = asked.groups ?? (account === undefined ? [] : serviceAccountGroups(account.namespace));
  const everybody = asked.name === anonymous ? unauthenticated : authenticated;
  const isSaid = groups.includes(authenticated) || groups.includes(unauthenticated);
  return { ...asked, groups: isSaid ? groups : [...groups, everybody] };
}
