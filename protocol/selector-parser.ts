/** The grammar of label selectors as text, refusing what apimachinery's parser refuses, in its words. */

import { formatFieldErrors } from './field-errors.ts';
import type { Requirement, SelectorOperator } from './requirements.ts';
import { keyErrors, makeRequirement, SelectorError } from './requirements.ts';

type Kind = 'word' | 'in' | 'notin' | ',' | '(' | ')' | '!' | '=' | '==' | '!=' | '>' | '<' | 'end';

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const symbols = ['==', '!=', '=', '!', ',', '(', ')', '>', '<'] as const;
const end: Token = { kind: 'end', text: '' };
/** In the order in which Kubernetes names them to the user. */
const binaryOperators = 'in, notin, =, ==, !=, gt, lt';
const operators: Partial<Record<Kind, SelectorOperator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

/** Reads requirements, in the order written. @throws SelectorError */
export function parseRequirements(text: string): Requirement[] {
  const tokens = new Tokens(text);
  const requirements: Requirement[] = [];
  if (tokens.peek().kind === 'end') return requirements;
  if (!startsRequirement(tokens.peek())) refuse(tokens.peek(), "!, identifier, or 'end of string'");
  for (;;) {
    requirements.push(parseRequirement(tokens));
    const next = tokens.take();
    if (next.kind === 'end') return requirements;
    if (next.kind !== ',') refuse(next, "',' or 'end of string'");
    if (!startsRequirement(tokens.peek())) refuse(tokens.peek(), "identifier after ','");
  }
}

function parseRequirement(tokens: Tokens): Requirement {
  try {
    const isNegated = tokens.peek().kind === '!';
    if (isNegated) tokens.take();
    const key = tokens.take();
    if (!isWord(key)) refuse(key, 'identifier');
    const wrong = keyErrors(key.text, '');
    if (wrong.length > 0) throw new SelectorError(formatFieldErrors(wrong));
    if (isNegated) return makeRequirement(key.text, '!', []);
    const next = tokens.peek();
    if (next.kind === 'end' || next.kind === ',') return makeRequirement(key.text, 'exists', []);
    const operator = operators[tokens.take().kind];
    if (operator === undefined) return refuse(next, binaryOperators);
    const values = operator === 'in' || operator === 'notin' ? parseSet(tokens) : [parseExact(tokens)];
    return makeRequirement(key.text, operator, values);
  } catch (error) {
    if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
    throw error;
  }
}

/** Reads one value; nothing before a comma or the end is the empty value. */
function parseExact(tokens: Tokens): string {
  const next = tokens.peek();
  if (next.kind === 'end' || next.kind === ',') return '';
  tokens.take();
  return isWord(next) ? next.text : refuse(next, 'identifier');
}

/** Reads `(a,b)`; nothing between commas or brackets is the empty value. */
function parseSet(tokens: Tokens): string[] {
  const open = tokens.take();
  if (open.kind !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
  const first = tokens.peek();
  if (first.kind !== ')' && first.kind !== ',' && !isWord(first)) refuse(first, "',', ')' or identifier");
  const values: string[] = [];
  for (;;) {
    const next = tokens.take();
    if (isWord(next)) {
      values.push(next.text);
      const after = tokens.take();
      if (after.kind === ')') return values;
      if (after.kind !== ',') refuse(after, "',' or ')'");
    } else {
      values.push('');
      if (next.kind === ')') return values;
      if (next.kind !== ',') refuse(next, "',', or identifier");
    }
  }
}

/** `in` and `notin` are words wherever no operator can stand. */
function isWord(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'in' || token.kind === 'notin';
}

function startsRequirement(token: Token): boolean {
  return isWord(token) || token.kind === '!';
}

function refuse(found: Token, expected: string): never {
  throw new SelectorError(`found '${found.text}', expected: ${expected}`);
}

/** The tokens of a selector, read one by one. */
class Tokens {
  readonly #text: string;
  #place = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(): Token {
    const token = this.peek();
    this.#place = this.#start() + token.text.length;
    return token;
  }

  peek(): Token {
    const start = this.#start();
    if (start >= this.#text.length) return end;
    const symbol = symbols.find((text) => this.#text.startsWith(text, start));
    if (symbol !== undefined) return { kind: symbol, text: symbol };
    const word = /[^\s=!(),<>]+/y;
    word.lastIndex = start;
    const text = word.exec(this.#text)?.[0] ?? '';
    return { kind: text === 'in' || text === 'notin' ? text : 'word', text };
  }

  /** Where the next token starts: blanks part tokens and mean nothing else. */
  #start(): number {
    let start = this.#place;
    while (start < this.#text.length && ' \t\r\n'.includes(this.#text.charAt(start))) start++;
    return start;
  }
}
