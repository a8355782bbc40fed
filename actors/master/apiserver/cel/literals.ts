/** Texts in an expression that must have a form are checked with it (cel-go's `ASTValidators`, since Kubernetes 1.29). */

import { goRegExp } from '../custom-resources/schema/patterns.ts';
import { parseDuration, parseTimestamp } from './moment.ts';
import type { Expression, Issue } from './syntax.ts';

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  matches: (text) => typeof goRegExp(text) !== 'string',
  duration: (text) => parseDuration(text) !== undefined,
  timestamp: (text) => parseTimestamp(text) !== undefined,
};

/** Says what is wrong with what a function is given; undefined where nothing is, or it cannot be known yet. */
export function literalIssue(name: string, args: readonly Expression[]): Issue | undefined {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  const last = args.at(-1);
  if (check === undefined || last?.kind !== 'literal' || typeof last.value !== 'string') return undefined;
  return check(last.value) ? undefined : { at: last.at, message: `invalid ${name} argument` };
}
