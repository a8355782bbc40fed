/** What an expression of the Common Expression Language is made of, once it has been read. */

import type { Value } from './value.ts';

/** An item of a list literal; an optional one (`[?x]`) is only there where its optional has a value. */
export interface Item {
  readonly value: Expression;
  readonly isOptional: boolean;
}

/** An entry of a map literal. */
export interface Entry extends Item {
  readonly key: Expression;
}

/** The macros that go through a list or the keys of a map. */
export type FoldName = 'all' | 'exists' | 'exists_one' | 'map' | 'filter';

interface Placed {
  /** Where an error about it is shown: the place in the text. */
  readonly at: number;
  /** How many expressions lie in one another here. */
  readonly depth: number;
}

/** A value that stands in the text. */
type Literal = Placed & { readonly kind: 'literal'; readonly value: Value };
/** A name. */
export type Name = Placed & { readonly kind: 'name'; readonly name: string };
/** `operand.field`, or `has(operand.field)`. */
export type Select = Placed & {
  readonly kind: 'select';
  readonly operand: Expression;
  readonly field: string;
  readonly isTest: boolean;
};
/** A function or (by cel-go's names, `_+_`) an operator; with a target it is the target's. */
export type Call = Placed & {
  readonly kind: 'call';
  readonly name: string;
  readonly target: Expression | undefined;
  readonly args: readonly Expression[];
};
/** `[a, b]`. */
export type ListLiteral = Placed & { readonly kind: 'list'; readonly items: readonly Item[] };
/** `{a: b}`. */
export type MapLiteral = Placed & { readonly kind: 'map'; readonly entries: readonly Entry[] };
/** `range.all(variable, body)` and its like. */
export type Fold = Placed & {
  readonly kind: 'fold';
  readonly macro: FoldName;
  readonly range: Expression;
  readonly variable: string;
  /** Of `map` with three arguments: which items to take. */
  readonly filter: Expression | undefined;
  readonly body: Expression;
};
/** `target.optMap(variable, body)` and `optFlatMap`. */
export type OptionalMap = Placed & {
  readonly kind: 'optional-map';
  readonly target: Expression;
  readonly variable: string;
  readonly body: Expression;
  readonly isFlat: boolean;
};

/** One expression. */
export type Expression = Literal | Name | Select | Call | ListLiteral | MapLiteral | Fold | OptionalMap;

/** What is wrong with the text of an expression, and where. */
export interface Issue {
  readonly at: number;
  readonly message: string;
}

/** Says what is wrong as cel-go does: the place, the words, the line and a mark below it. */
export function formatIssues(text: string, issues: readonly Issue[]): string {
  const ordered = [...issues].sort((a, b) => a.at - b.at);
  return ordered.map((issue) => formatIssue(text, issue)).join('\n');
}

function formatIssue(text: string, { at, message }: Issue): string {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end < 0 ? undefined : end);
  const before = [...text.slice(start, at)];
  const number = text.slice(0, start).split('\n').length;
  const isWide = (sign: string) => sign > '\u007f';
  const dots = before.map((sign) => (isWide(sign) ? '\uff0e' : '.')).join('');
  const mark = isWide(text.charAt(at)) ? '\uff3e' : '^';
  const place = `ERROR: <input>:${number}:${before.length + 1}: ${message}`;
  return `${place}\n | ${line.replaceAll('\t', ' ')}\n | ${dots}${mark}`;
}
