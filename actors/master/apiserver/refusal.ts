/** Telling a refusal from what was wanted: decisions give one or the other. */

import type { Status } from '../../../protocol/objects.ts';

/** Tells whether a decision gave a Status instead of what was asked of it. */
export function isRefusal<T>(given: T | Status): given is Status {
  return (given as Status).kind === 'Status';
}
