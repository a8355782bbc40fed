/** Patterns in schemas and rules: regular expressions as Go has them, each read only once. */

import { GoExpression } from '../../regular-expressions/expression.ts';
import { PatternError } from '../../regular-expressions/reading.ts';

const compiled = new Map<string, GoExpression | string>();
/** Patterns come from clients: so many are kept. */
const mostKept = 1_000;

/** Gives the expression, or (a text) what is wrong with it, in Go's words. */
export function goRegExp(pattern: string): GoExpression | string {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  if (compiled.size >= mostKept) compiled.clear();
  compiled.set(pattern, made);
  return made;
}

function compile(pattern: string): GoExpression | string {
  try {
    return new GoExpression(pattern);
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}
