/** Whom a request asks to act as: the `Impersonate-` headers. Whether they may is for the API server to say. */

import type { UserInfo } from '../../protocol/messages/api.ts';
import { failure } from '../../protocol/status.ts';
import type { HttpRequest } from '../http.ts';
import { Refused } from '../refused.ts';

const prefix = 'impersonate-';
const extraPrefix = `${prefix}extra-`;
const authentication = 'authentication.k8s.io/v1';

/** Reads who is to be acted as; undefined for nobody else. @throws Refused 500 for parts of a user without the user */
export function impersonatedBy({ headers }: HttpRequest): UserInfo | undefined {
  if (!isAsked(headers)) return undefined;
  const name = headers['impersonate-user'] ?? '';
  const groups = valuesOf(headers['impersonate-group']);
  const uid = headers['impersonate-uid'] ?? '';
  const extra = extraOf(headers);
  const parts = [...groups.map(groupShown), ...Object.entries(extra).flatMap(extraShown), ...uidShown(uid)];
  if (name === '') {
    if (parts.length === 0) return undefined;
    throw new Refused(failure.internalError(`requested [${parts.join(' ')}] without impersonating a user`));
  }
  return {
    name,
    ...(groups.length > 0 && { groups }),
    ...(uid !== '' && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** Nearly no request does, and every one is looked at. */
function isAsked(headers: HttpRequest['headers']): boolean {
  for (const header in headers) if (header.startsWith(prefix)) return true;
  return false;
}

/** Several headers of one name come joined. */
function valuesOf(header: string | undefined): string[] {
  return header === undefined ? [] : header.split(', ').filter((value) => value !== '');
}

function extraOf(headers: HttpRequest['headers']): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith(extraPrefix)) continue;
    extra[unescaped(header.slice(extraPrefix.length))] = valuesOf(value);
  }
  return extra;
}

/** A name may hold what a header's may not; one that is escaped wrongly is taken as it is. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** As Go prints a `v1.ObjectReference`: kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath. */
const groupShown = (name: string) => `{Group  ${name}    }`;
const extraShown = ([key, values]: [string, string[]]) =>
  values.map((value) => `{UserExtra  ${value}  ${authentication}  ${key}}`);
const uidShown = (uid: string) => (uid === '' ? [] : [`{UID  ${uid}  ${authentication}  }`]);
