/** Checking a value by several schemas at once: `anyOf`, `oneOf`, `allOf` and `not`. */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid, quoted } from '../../../../../protocol/field-errors.ts';
import type { Verdict } from './values.ts';

/** Checks a value by one schema. */
type Check = (value: unknown, schema: StructuralSchema, path: string) => Verdict;

/** Checks a value by all junctors of a schema. What they say names no field. */
export function junctorErrors(value: unknown, schema: StructuralSchema, path: string, check: Check): Verdict {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  const verdict: Verdict = { errors: [], matches: 1 };
  const verdicts = (schemas: readonly StructuralSchema[]) => schemas.map((one) => check(value, one, path));
  if (anyOf.length > 0) any(verdict, verdicts(anyOf), path);
  if (oneOf.length > 0) one(verdict, verdicts(oneOf), path);
  if (allOf.length > 0) all(verdict, verdicts(allOf), path);
  if (not !== undefined && isGood(check(value, not, path))) {
    verdict.errors.push(says(path, 'must not validate the schema (not)'));
  }
  return verdict;
}

const isGood = ({ errors }: Verdict) => errors.length === 0;

function says(path: string, problem: string): FieldError {
  return invalid('', '', `${quoted(path)} ${problem}`);
}

function add(verdict: Verdict, more: Verdict | undefined): void {
  if (more === undefined) return;
  verdict.errors.push(...more.errors);
  verdict.matches += more.matches;
}

/** Of several that failed, the one that came furthest tells most. */
function closest(verdicts: readonly Verdict[]): Verdict | undefined {
  let best: Verdict | undefined;
  for (const verdict of verdicts) if (best === undefined || verdict.matches > best.matches) best = verdict;
  return best;
}

function any(verdict: Verdict, alternatives: readonly Verdict[], path: string): void {
  const good = alternatives.find(isGood);
  if (good === undefined) verdict.errors.push(says(path, 'must validate at least one schema (anyOf)'));
  add(verdict, good ?? closest(alternatives));
}

function one(verdict: Verdict, alternatives: readonly Verdict[], path: string): void {
  const good = alternatives.filter(isGood);
  if (good.length === 1) {
    add(verdict, good[0]);
    return;
  }
  const found = good.length === 0 ? 'Found none valid' : `Found ${good.length} valid alternatives`;
  verdict.errors.push(says(path, `must validate one and only one schema (oneOf). ${found}`));
  if (good.length === 0) add(verdict, closest(alternatives));
}

function all(verdict: Verdict, parts: readonly Verdict[], path: string): void {
  for (const part of parts) add(verdict, part);
  if (parts.every(isGood)) return;
  const none = parts.some(isGood) ? '' : '. None validated';
  verdict.errors.push(says(path, `must validate all the schemas (allOf)${none}`));
}
