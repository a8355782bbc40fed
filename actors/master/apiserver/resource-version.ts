/** What a resourceVersion in a request means, and what is said of one that cannot be served. */

import { forbidden, invalid } from '../../../protocol/field-errors.ts';
import type { ObjectList } from '../../../protocol/messages/api.ts';
import type { Status } from '../../../protocol/objects.ts';
import { failure } from '../../../protocol/status.ts';

/** Reads a version that was checked; absent is 0. */
export function versionOf(text: string | undefined): number {
  return text === undefined || text === '' ? 0 : Number(text);
}

/** Refuses what is no version. */
export function findRefusal(text: string): Status | undefined {
  if (/^\d*$/.test(text)) return undefined;
  const problem = invalid('resourceVersion', text, `strconv.ParseUint: parsing "${text}": invalid syntax`);
  return failure.invalid('', '', [problem]);
}

/** Refuses list options that contradict each other (apimachinery's `ValidateListOptions`). */
export function listOptionsRefusal(body: ObjectList['body']): Status | undefined {
  const { resourceVersion = '', resourceVersionMatch: match, continue: token = '' } = body;
  const refuse = (problem: ReturnType<typeof forbidden>) => failure.invalid('ListOptions.meta.k8s.io', '', [problem]);
  if (match !== undefined) {
    if (resourceVersion === '') {
      return refuse(
        forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
      );
    }
    if (token !== '')
      return refuse(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    if (match === 'Exact' && resourceVersion === '0') {
      return refuse(
        forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
    }
  }
  if (token !== '' && resourceVersion !== '' && resourceVersion !== '0') {
    return failure.badRequest('specifying resource version is not allowed when using continue');
  }
  return findRefusal(resourceVersion);
}

/** Says that the caches have not come to a version in time (`storage.NewTooLargeResourceVersionError`). */
export function tooLarge(revision: number, current: number): Status {
  const refusal = failure.timeout(`Too large resource version: ${revision}, current: ${current}`, 1);
  const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' };
  return { ...refusal, details: { ...refusal.details, causes: [cause] } };
}
