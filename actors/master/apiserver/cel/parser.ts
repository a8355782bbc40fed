/** Reading an expression: operators by their precedence, macros as what they stand for (the CEL language definition). */

import type { Token } from './lexer.ts';
import { SyntaxIssue, tokenize } from './lexer.ts';
import type { Entry, Expression, FoldName, Item } from './syntax.ts';

/** As cel-go's `maxRecursionDepth`; one that is deeper would also be too much for those who read it after. */
const mostDepth = 250;
/** As cel-go's `expressionSizeCodePointLimit`. */
const mostSigns = 100_000;

const precedence: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ...['==', '!=', '<', '<=', '>', '>=', 'in'].map((sign) => [sign, 3] as const),
  ...['+', '-'].map((sign) => [sign, 4] as const),
  ...['*', '/', '%'].map((sign) => [sign, 5] as const),
]);
/** Words that are values. */
const words: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const reserved =
  /^(?:as|break|const|continue|else|false|for|function|if|import|in|let|loop|package|namespace|null|return|true|var|void|while)$/;
const startWords =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** Reads an expression. @throws SyntaxIssue */
export function parse(text: string): Expression {
  const size = text.length <= mostSigns ? 0 : [...text].length;
  if (size > mostSigns) {
    throw new SyntaxIssue(0, `expression code point size exceeds limit: size: ${size}, limit ${mostSigns}`);
  }
  return new Parser(tokenize(text)).whole();
}

/** Leaves out `depth`, which follows from the inner expressions. */
type Made = Expression extends infer One ? (One extends Expression ? Omit<One, 'depth'> : never) : never;

class Parser {
  readonly #tokens: readonly Token[];
  #place = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#expression();
    if (this.#next.kind !== 'end') {
      // One word too many is told as such.
      const what = this.#tokens[this.#place + 1]?.kind === 'end' ? 'extraneous' : 'mismatched';
      throw this.#error(`${what} input '${this.#next.text}' expecting <EOF>`);
    }
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#place] as Token;
  }

  #error(problem: string, at = this.#next.at): SyntaxIssue {
    return new SyntaxIssue(at, `Syntax error: ${problem}`);
  }

  #isNext(sign: string): boolean {
    return this.#next.kind === 'sign' && this.#next.text === sign;
  }

  #skip(sign: string): boolean {
    if (!this.#isNext(sign)) return false;
    this.#place++;
    return true;
  }

  #expect(sign: string): Token {
    const token = this.#next;
    if (!this.#skip(sign)) throw this.#error(`mismatched input '${token.text}' expecting '${sign}'`);
    return token;
  }

  /** Adds up how deep it is; refuses what is too deep. */
  #make(node: Made, inner: readonly (Expression | undefined)[] = []): Expression {
    let deepest = 0;
    for (const one of inner) if (one !== undefined && one.depth > deepest) deepest = one.depth;
    if (deepest >= mostDepth) throw this.#tooDeep();
    return { ...node, depth: deepest + 1 } as Expression;
  }

  #tooDeep(): SyntaxIssue {
    return new SyntaxIssue(0, `expression recursion limit exceeded: ${mostDepth}`);
  }

  #expression(): Expression {
    if (++this.#depth > mostDepth) throw this.#tooDeep();
    const condition = this.#operators(1);
    const { at } = this.#next;
    let made = condition;
    if (this.#skip('?')) {
      const yes = this.#operators(1);
      this.#expect(':');
      made = this.#call('_?_:_', undefined, [condition, yes, this.#expression()], at);
    }
    this.#depth--;
    return made;
  }

  #call(name: string, target: Expression | undefined, args: readonly Expression[], at: number): Expression {
    return this.#make({ kind: 'call', name, target, args, at }, [target, ...args]);
  }

  #operators(least: number): Expression {
    if (least <= 2) return this.#chain(least === 1 ? '||' : '&&', least);
    let left = this.#unary();
    for (;;) {
      const { text, at, kind } = this.#next;
      const level = kind === 'literal' || kind === 'end' ? undefined : precedence.get(text);
      if (level === undefined || level < least) return left;
      this.#place++;
      const right = this.#operators(level + 1);
      left = this.#call(text === 'in' ? '@in' : `_${text}_`, undefined, [left, right], at);
    }
  }

  /** Long chains of one logical operator become balanced trees, so that they may be as long as they like. */
  #chain(sign: string, level: number): Expression {
    const terms = [this.#operators(level + 1)];
    const places: number[] = [];
    while (this.#isNext(sign)) {
      places.push(this.#next.at);
      this.#place++;
      terms.push(this.#operators(level + 1));
    }
    const join = (from: number, to: number): Expression => {
      const middle = (from + to) >> 1;
      if (from === to) return terms[from] as Expression;
      return this.#call(`_${sign}_`, undefined, [join(from, middle), join(middle + 1, to)], places[middle] ?? 0);
    };
    return join(0, terms.length - 1);
  }

  #unary(): Expression {
    const { at } = this.#next;
    for (const sign of ['!', '-']) {
      if (!this.#isNext(sign)) continue;
      const number = this.#tokens[this.#place + 1];
      if (sign === '-' && number?.kind === 'literal' && !isTextual(number)) return this.#member();
      let count = 0;
      while (this.#skip(sign)) count++;
      const operand = this.#member();
      return count % 2 === 0 ? operand : this.#call(sign === '!' ? '!_' : '-_', undefined, [operand], at);
    }
    return this.#member();
  }

  #member(): Expression {
    let made = this.#primary();
    for (;;) {
      const { at } = this.#next;
      if (this.#skip('.')) made = this.#field(made, at);
      else if (this.#skip('[')) {
        const isOptional = this.#skip('?');
        const index = this.#expression();
        this.#expect(']');
        made = this.#call(isOptional ? '_[?_]' : '_[_]', undefined, [made, index], at);
      } else return made;
    }
  }

  #field(operand: Expression, at: number): Expression {
    const isOptional = this.#skip('?');
    const name = this.#next;
    if (name.kind !== 'name' || name.text === 'in') {
      throw this.#error(`mismatched input '${name.text}' expecting IDENTIFIER`);
    }
    this.#place++;
    const open = this.#next.at;
    if (isOptional) {
      const field = this.#make({ kind: 'literal', value: name.text, at: name.at });
      return this.#call('_?._', undefined, [operand, field], at);
    }
    if (this.#skip('(')) return this.#macro(operand, name.text, this.#items(')'), open);
    return this.#make({ kind: 'select', operand, field: name.text, isTest: false, at }, [operand]);
  }

  #items(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#isNext(end)) {
      items.push(this.#expression());
      if (!this.#skip(',')) break;
      if (end === ')' && this.#isNext(end)) throw this.#expected();
    }
    this.#expect(end);
    return items;
  }

  #expected(): SyntaxIssue {
    const { text, kind } = this.#next;
    const what = kind === 'end' ? 'mismatched' : 'extraneous';
    return this.#error(`${what} input '${text}' expecting ${startWords}`);
  }

  #primary(): Expression {
    const token = this.#next;
    const { at, kind, text } = token;
    this.#place++;
    if (kind === 'literal') return this.#literal(token, false);
    if (kind === 'name') return this.#word(token);
    if (text === '-' && this.#next.kind === 'literal' && !isTextual(this.#next)) return this.#negative(at);
    if (text === '(') {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (text === '[') return this.#list(at);
    if (text === '{') return this.#map(at);
    if (text === '.' && this.#next.kind === 'name') {
      this.#place++;
      return this.#word(this.#tokens[this.#place - 1] as Token);
    }
    this.#place--;
    throw this.#expected();
  }

  #negative(at: number): Expression {
    const number = this.#next;
    this.#place++;
    const made = this.#literal(number, true);
    return { ...made, at };
  }

  #literal({ value, at }: Token, isNegative: boolean): Expression {
    const isTooBig = typeof value === 'bigint' && value === 2n ** 63n && !isNegative;
    if (isTooBig) throw new SyntaxIssue(at, 'invalid int literal');
    const signed = isNegative && (typeof value === 'bigint' || typeof value === 'number') ? -value : value;
    return this.#make({ kind: 'literal', value: signed ?? null, at });
  }

  #word({ text, at }: Token): Expression {
    const constant = words.get(text);
    if (constant !== undefined) return this.#make({ kind: 'literal', value: constant, at });
    const open = this.#next.at;
    if (text !== 'in' && this.#skip('(')) return this.#function(text, this.#items(')'), open);
    if (text === 'in') {
      this.#place--;
      throw this.#expected();
    }
    if (reserved.test(text)) throw new SyntaxIssue(at, `reserved identifier: ${text}`);
    return this.#make({ kind: 'name', name: text, at });
  }

  #list(at: number): Expression {
    const items: Item[] = [];
    while (!this.#isNext(']')) {
      const isOptional = this.#skip('?');
      items.push({ value: this.#expression(), isOptional });
      if (!this.#skip(',')) break;
    }
    this.#expect(']');
    const inner = items.map(({ value }) => value);
    return this.#make({ kind: 'list', items, at }, inner);
  }

  #map(at: number): Expression {
    const entries: Entry[] = [];
    while (!this.#isNext('}')) {
      const isOptional = this.#skip('?');
      const key = this.#expression();
      this.#expect(':');
      entries.push({ key, value: this.#expression(), isOptional });
      if (!this.#skip(',')) break;
    }
    this.#expect('}');
    const inner = entries.flatMap(({ key, value }) => [key, value]);
    return this.#make({ kind: 'map', entries, at }, inner);
  }

  #function(name: string, args: readonly Expression[], at: number): Expression {
    const [only] = args;
    if (name !== 'has' || only === undefined || args.length !== 1) return this.#call(name, undefined, args, at);
    if (only.kind !== 'select') throw new SyntaxIssue(only.at, 'invalid argument to has() macro');
    return { ...only, isTest: true };
  }

  #macro(target: Expression, name: string, args: readonly Expression[], at: number): Expression {
    const [first, second, third] = args;
    const isOptional = (name === 'optMap' || name === 'optFlatMap') && args.length === 2;
    const fold = foldOf(name, args.length);
    if ((fold === undefined && !isOptional) || first === undefined || second === undefined) {
      return this.#call(name, target, args, at);
    }
    if (first.kind !== 'name') {
      const what = isOptional
        ? `${name}() variable name must be a simple identifier`
        : 'argument must be a simple name';
      throw new SyntaxIssue(first.at, what);
    }
    const variable = first.name;
    if (fold === undefined) {
      const isFlat = name === 'optFlatMap';
      return this.#make({ kind: 'optional-map', target, variable, body: second, isFlat, at }, [target, second]);
    }
    const [filter, body] = third === undefined ? [undefined, second] : [second, third];
    const inner = [target, filter, body];
    return this.#make({ kind: 'fold', macro: fold, range: target, variable, filter, body, at }, inner);
  }
}

function foldOf(name: string, count: number): FoldName | undefined {
  if (name === 'map') return count === 2 || count === 3 ? 'map' : undefined;
  const isFold = name === 'all' || name === 'exists' || name === 'exists_one' || name === 'filter';
  return isFold && count === 2 ? name : undefined;
}

function isTextual({ value }: Token): boolean {
  return typeof value !== 'bigint' && typeof value !== 'number';
}
