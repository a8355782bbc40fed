/** Continue tokens: where the next page of a list begins, and of which snapshot. */

import type { Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';

/** What a token says. `revision` -1: the newest, of a list whose snapshot is gone. */
export interface Continuation {
  readonly revision: number;
  /** The key the page begins with. */
  readonly startKey: string;
}

/** Makes a token of the key after the last one of a page. */
export function encodeContinue(prefix: string, lastKey: string, revision: number): string {
  const token = { v: 'meta.k8s.io/v1', rv: revision, start: `${lastKey.slice(prefix.length)}\u0000` };
  return btoa(encodeURIComponent(JSON.stringify(token))).replace(/=+$/, '');
}

/** Reads a token of a list under a prefix, or refuses it. */
export function decodeContinue(token: string, prefix: string): Continuation | Status {
  try {
    const { v, rv, start } = JSON.parse(decodeURIComponent(atob(token))) as { v: unknown; rv: unknown; start: unknown };
    if (v !== 'meta.k8s.io/v1') return notValid(`server does not recognize this encoded version "${v}"`);
    if (typeof rv !== 'number' || rv === 0)
      return notValid('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
    if (typeof start !== 'string' || start === '') return notValid('encoded start key empty (version meta.k8s.io/v1)');
    if (start.startsWith('/') || start.includes('../')) return notValid(start);
    return { revision: rv, startKey: prefix + start };
  } catch {
    return notValid('the token cannot be read');
  }
}

function notValid(reason: string): Status {
  return failure.badRequest(`invalid continue token: continue key is not valid: ${reason}`);
}

/** Refuses a token whose snapshot is compacted away, and offers one that goes on with the newest objects. */
export function continueExpired(prefix: string, { startKey }: Continuation): Status {
  const refusal = failure.expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
  );
  // The key in the token stands after the last one told already.
  const lastKey = startKey.endsWith('\u0000') ? startKey.slice(0, -1) : startKey;
  return { ...refusal, metadata: { continue: encodeContinue(prefix, lastKey, -1) } };
}

/** Refuses a list at a revision that is compacted away. */
export function listExpired(): Status {
  return failure.expired('The resourceVersion for the provided list is too old.');
}
