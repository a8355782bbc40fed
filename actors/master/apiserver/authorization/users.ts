/** The names and groups that Kubernetes itself gives to users. */

/** May do everything, whatever any role says. */
export const masters = 'system:masters';
/** Everybody who showed who they are. */
export const authenticated = 'system:authenticated';
/** Everybody who did not. */
export const unauthenticated = 'system:unauthenticated';
/** The user who showed nothing. */
export const anonymous = 'system:anonymous';

const accountPrefix = 'system:serviceaccount:';
const accountsGroup = 'system:serviceaccounts';

/** Gives the user that a ServiceAccount is. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `${accountPrefix}${namespace}:${name}`;
}

/** Gives the groups that a ServiceAccount of a namespace is in. */
export function serviceAccountGroups(namespace: string): string[] {
  return [accountsGroup, `${accountsGroup}:${namespace}`];
}

/** Finds the ServiceAccount that a user is; undefined for any other. */
export function serviceAccountOf(user: string): { namespace: string; name: string } | undefined {
  if (!user.startsWith(accountPrefix)) return undefined;
  const [namespace = '', name = '', ...more] = user.slice(accountPrefix.length).split(':');
  return namespace === '' || name === '' || more.length > 0 ? undefined : { namespace, name };
}
