/** Patterns in schemas and rules: regular expressions as Go has them, each read only once, and none takes for ever. */

import { RE2JS, RE2JSException } from 're2js';

/** A regular expression of Go's. */
export class GoExpression {
  readonly #compiled: RE2JS;

  /** @throws RE2JSException where the text is none */
  constructor(pattern: string) {
    this.#compiled = RE2JS.compile(pattern);
  }

  /** How many steps it has: how long it takes for each sign of a text. */
  get size(): number {
    return this.#compiled.programSize();
  }

  /** Tells whether it fits anywhere in a text. */
  test(text: string): boolean {
    return this.#compiled.matcher(text).find();
  }

  /** Gives the first part of a text it fits, as Go's `FindString`; undefined for none. */
  find(text: string): string | undefined {
    return this.findAll(text, 1)[0];
  }

  /**
   * Gives the parts of a text it fits, none of them over another, as Go's `FindAllString`. Each look for the next may go
   * to the end of the text: `look` is told how much of it there is, and may throw.
   */
  findAll(text: string, most: number, look?: (signs: number) => void): string[] {
    const matcher = this.#compiled.matcher(text);
    const found: string[] = [];
    let last = -1;
    for (let from = 0; found.length < most; from = matcher.end()) {
      look?.(text.length - from);
      if (!matcher.find()) break;
      // Nothing right after something is not told.
      if (matcher.end() > matcher.start() || matcher.start() !== last) found.push(matcher.group() ?? '');
      last = matcher.end();
    }
    return found;
  }
}

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
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}
