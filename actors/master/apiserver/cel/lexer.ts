/** Cutting the text of an expression into words and signs (the CEL language definition, "Lexis"). */

import type { Issue } from './syntax.ts';
import { Bytes, Uint } from './value.ts';

/** One word or sign. */
export interface Token {
  readonly kind: 'name' | 'sign' | 'literal' | 'end';
  /** As it stands in the text. */
  readonly text: string;
  readonly at: number;
  readonly value?: bigint | number | string | Uint | Bytes;
}

/** A text that is no expression. */
export class SyntaxIssue extends Error {
  override readonly name = 'SyntaxIssue';
  readonly issue: Issue;

  constructor(at: number, message: string) {
    super(message);
    this.issue = { at, message };
  }
}

const blank = /(?:[\t\n\f\r ]+|\/\/[^\n]*)+/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const double = /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/y;
const whole = /(?:0x[0-9a-fA-F]+|\d+)([uU]?)/y;
const sign = /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}]/y;
const textStart = /([bB]?[rR]?|[rR][bB])('''|"""|'|")/y;

/** Cuts a text. @throws SyntaxIssue */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const gap = take(blank);
    if (gap !== null) {
      at += gap[0].length;
      continue;
    }
    const token = readLiteral(text, at, take) ?? readWord(at, take);
    if (token === undefined) {
      throw new SyntaxIssue(at, `Syntax error: token recognition error at: '${text.charAt(at)}'`);
    }
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: text.length });
  return tokens;
}

type Take = (pattern: RegExp) => RegExpExecArray | null;

function readWord(at: number, take: Take): Token | undefined {
  const word = take(name);
  if (word !== null) return { kind: 'name', text: word[0], at };
  const found = take(sign);
  return found === null ? undefined : { kind: 'sign', text: found[0], at };
}

function readLiteral(text: string, at: number, take: Take): Token | undefined {
  const start = take(textStart);
  if (start !== null) return readText(text, at, start[1] ?? '', start[2] ?? '');
  const broken = take(double);
  if (broken !== null) return { kind: 'literal', text: broken[0], at, value: Number(broken[0]) };
  const number = take(whole);
  if (number === null) return undefined;
  const isUnsigned = number[1] !== '';
  const value = BigInt(isUnsigned ? number[0].slice(0, -1) : number[0]);
  if (isUnsigned && value >= 2n ** 64n) throw new SyntaxIssue(at, 'invalid uint literal');
  // The smallest whole number has no positive counterpart: the parser looks at what comes before.
  if (!isUnsigned && value > 2n ** 63n) throw new SyntaxIssue(at, 'invalid int literal');
  return { kind: 'literal', text: number[0], at, value: isUnsigned ? new Uint(value) : value };
}

function readText(text: string, at: number, prefix: string, quote: string): Token {
  const isRaw = /r/i.test(prefix);
  const first = at + prefix.length + quote.length;
  let end = first;
  while (!text.startsWith(quote, end)) {
    const isBroken = end >= text.length || (quote.length === 1 && /[\n\r]/.test(text.charAt(end)));
    if (isBroken) {
      throw new SyntaxIssue(at, `Syntax error: token recognition error at: '${text.slice(at, end)}'`);
    }
    end += text.charAt(end) === '\\' && !isRaw ? 2 : 1;
  }
  const inner = text.slice(first, end);
  const whole = text.slice(at, end + quote.length);
  const isBytes = /b/i.test(prefix);
  const value = isBytes ? Bytes.fromCodes(unescaped(inner, isRaw, at, true)) : unescapedText(inner, isRaw, at);
  return { kind: 'literal', text: whole, at, value };
}

function unescapedText(inner: string, isRaw: boolean, at: number): string {
  return isRaw || !inner.includes('\\') ? inner : textOf(unescaped(inner, false, at, false));
}

const plainEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
};
const escaped =
  /\\(?:([abfnrtv\\'"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))|([^\\])/uy;

/** Code points; of bytes, the bytes of what is written plainly, and one for each escape. */
function unescaped(inner: string, isRaw: boolean, at: number, isBytes: boolean): number[] {
  const codes: number[] = [];
  const plain = (text: string) => {
    for (const code of isBytes ? Bytes.fromText(text).octets : codePoints(text)) codes.push(code);
  };
  if (isRaw) plain(inner);
  let place = isRaw ? inner.length : 0;
  while (place < inner.length) {
    escaped.lastIndex = place;
    const found = escaped.exec(inner);
    if (found === null) throw new SyntaxIssue(at, 'Syntax error: unable to unescape string');
    const [whole, simple, hex, short, long, octal, other] = found;
    const digits = short ?? long;
    const code = Number.parseInt(octal ?? hex ?? digits ?? '0', octal === undefined ? 16 : 8);
    if (digits !== undefined && (isBytes || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))) {
      throw new SyntaxIssue(at, 'Syntax error: invalid unicode code point');
    }
    if (simple !== undefined) plain(plainEscapes[simple] ?? simple);
    else if (other !== undefined) plain(other);
    else codes.push(code);
    place += whole.length;
  }
  return codes;
}

/** One by one: a call takes only so many arguments. */
function textOf(codes: readonly number[]): string {
  return codes.map((code) => String.fromCodePoint(code)).join('');
}

function codePoints(text: string): number[] {
  return [...text].map((sign) => sign.codePointAt(0) ?? 0);
}
