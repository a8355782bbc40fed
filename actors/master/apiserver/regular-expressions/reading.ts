/** Reading a regular expression as Go writes them (package `regexp/syntax`, Perl's flavour), with Go's words for what is wrong. */

import type { SignSet } from './signs.ts';
import { anyInLine, anySign, perlSet, posixSet, setOf, unicodeSet } from './signs.ts';

/** Where nothing is taken, but something must hold. */
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge';

/** A part of a regular expression. */
export type Part =
  | { readonly kind: 'sign'; readonly set: SignSet }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Part[] }
  | {
      readonly kind: 'repeat';
      readonly part: Part;
      readonly least: number;
      readonly most: number;
      readonly isGreedy: boolean;
    };

/** A text that is no regular expression; the message is Go's. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  constructor(problem: string, where: string) {
    super(`error parsing regexp: ${problem}: \`${where}\``);
  }
}

/** As Go's limits: how often at most something may be repeated, also by repeats in one another, and how deep parts may lie. */
const mostRepeats = 1000;
const mostDepth = 1000;

/** Reads an expression. @throws PatternError */
export function readPattern(text: string): Part {
  return new Reader(text).whole();
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

const repeat = /[*+?]|\{(\d+)(,(\d*))?\}/y;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #flags: Flags = { i: false, m: false, s: false, U: false };

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Part {
    const part = this.#choice();
    if (this.#at < this.#text.length) throw new PatternError('unexpected )', this.#text);
    return part;
  }

  #skip(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #find(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    const found = this.#find(pattern);
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  /** Flags that are set in a group end with it. */
  #choice(): Part {
    if (++this.#depth > mostDepth) throw new PatternError('expression nests too deeply', this.#text);
    const parts = [this.#sequence()];
    while (this.#skip('|')) parts.push(this.#sequence());
    this.#depth--;
    return parts.length === 1 ? (parts[0] as Part) : { kind: 'choice', parts };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#at < this.#text.length && !/[|)]/.test(this.#text.charAt(this.#at))) {
      if (this.#skip('\\Q')) parts.push(...this.#quoted());
      else parts.push(this.#repeated());
    }
    return { kind: 'sequence', parts };
  }

  #quoted(): Part[] {
    const end = this.#text.indexOf('\\E', this.#at);
    const inner = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 2;
    return [...inner].map((sign) => this.#sign(sign.codePointAt(0) ?? 0));
  }

  #repeated(): Part {
    const lone = this.#find(repeat);
    if (lone !== null) throw new PatternError('missing argument to repetition operator', lone[0]);
    const part = this.#atom();
    const start = this.#at;
    const found = this.#take(repeat);
    if (found === null) return part;
    const [sign, from, range, to] = found;
    const [least, most] =
      from === undefined
        ? [sign === '+' ? 1 : 0, sign === '?' ? 1 : Number.POSITIVE_INFINITY]
        : [Number(from), range === undefined ? Number(from) : to === '' ? Number.POSITIVE_INFINITY : Number(to)];
    const isLazy = this.#skip('?');
    const again = this.#take(repeat);
    if (again !== null) {
      throw new PatternError('invalid nested repetition operator', this.#text.slice(start, this.#at));
    }
    const isTooMany = [least, Number.isFinite(most) ? most : 0].some((count) => count > mostRepeats);
    if (isTooMany || most < least) throw new PatternError('invalid repeat count', sign);
    const made: Part = { kind: 'repeat', part, least, most, isGreedy: isLazy === this.#flags.U };
    if (repeatsOf(made) > mostRepeats) throw new PatternError('invalid repeat count', sign);
    return made;
  }

  #atom(): Part {
    const { m, s } = this.#flags;
    if (this.#skip('(')) return this.#group();
    if (this.#skip('[')) return this.#class();
    if (this.#skip('.')) return { kind: 'sign', set: s ? anySign : anyInLine };
    if (this.#skip('^')) return { kind: 'assertion', what: m ? 'line-start' : 'text-start' };
    if (this.#skip('$')) return { kind: 'assertion', what: m ? 'line-end' : 'text-end' };
    if (this.#skip('\\')) return this.#escape();
    const code = this.#text.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    return this.#sign(code);
  }

  #sign(code: number): Part {
    return { kind: 'sign', set: setOf([[code, code]], { isFolded: this.#flags.i }) };
  }

  #group(): Part {
    const start = this.#at - 1;
    const before = this.#flags;
    if (this.#skip('?') && this.#take(/P?<[A-Za-z0-9_]+>/y) === null) {
      const flags = this.#take(/([imsU]*)(?:-([imsU]+))?([:)])/y);
      if (flags === null || flags[0] === ')') {
        const wrong = /^\(\?(?:<?[=!]|.)?/s.exec(this.#text.slice(start))?.[0] ?? '(?';
        throw new PatternError('invalid or unsupported Perl syntax', wrong);
      }
      this.#flags = changed(before, flags[1] ?? '', flags[2] ?? '');
      // For the rest of the group around it.
      if (flags[3] === ')') return { kind: 'sequence', parts: [] };
    }
    const part = this.#choice();
    if (!this.#skip(')')) throw new PatternError('missing closing )', this.#text);
    this.#flags = before;
    return part;
  }

  #escape(): Part {
    const assertion = assertions.get(this.#text.charAt(this.#at));
    if (assertion !== undefined) {
      this.#at++;
      return { kind: 'assertion', what: assertion };
    }
    const set = this.#namedSet();
    if (set !== undefined) return { kind: 'sign', set: { ...set, isFolded: this.#flags.i } };
    return this.#sign(this.#escapedCode());
  }

  /** After a backslash: `\d`, `\p{L}`; undefined where something else follows. */
  #namedSet(): SignSet | undefined {
    const letter = this.#text.charAt(this.#at);
    const set = perlSet(letter);
    if (set !== undefined) {
      this.#at++;
      return set;
    }
    if (letter !== 'p' && letter !== 'P') return undefined;
    const found = this.#take(/[pP](?:\{([^}]*)\}|(.))/suy);
    const known = unicodeSet(found?.[1] ?? found?.[2] ?? '', letter === 'P');
    if (known === undefined) throw new PatternError('invalid character class range', `\\${found?.[0] ?? letter}`);
    return known;
  }

  #escapedCode(): number {
    if (this.#at >= this.#text.length) throw new PatternError('trailing backslash at end of expression', '');
    const found = this.#take(
      /x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|([1-7][0-7]{1,2}|0[0-7]{0,2})|([aftnrv])|([^\w\s])/uy,
    );
    const [, wide, hex, octal, letter, plain] = found ?? [];
    const code = Number.parseInt(wide ?? hex ?? octal ?? '0', octal === undefined ? 16 : 8);
    if (found === null || code > 0x10ffff) {
      throw new PatternError('invalid escape sequence', `\\${this.#text.slice(this.#at, this.#at + 1)}`);
    }
    return letter === undefined ? (plain?.codePointAt(0) ?? code) : (controls.get(letter) ?? code);
  }

  #class(): Part {
    const start = this.#at - 1;
    const isNegated = this.#skip('^');
    const ranges: [number, number][] = [];
    const others: SignSet[] = [];
    for (let isFirst = true; isFirst || !this.#skip(']'); isFirst = false) {
      if (this.#at >= this.#text.length) throw new PatternError('missing closing ]', this.#text.slice(start));
      const named = this.#take(/\[:(\^?\w+):\]/y);
      if (named !== null) {
        const set = posixSet(named[1] ?? '');
        if (set === undefined) throw new PatternError('invalid character class range', named[0]);
        others.push(set);
      } else this.#classItem(ranges, others);
    }
    return { kind: 'sign', set: setOf(ranges, { others, isNegated, isFolded: this.#flags.i }) };
  }

  #classItem(ranges: [number, number][], others: SignSet[]): void {
    const start = this.#at;
    const isEscaped = this.#skip('\\');
    const set = isEscaped ? this.#namedSet() : undefined;
    if (set !== undefined) {
      others.push(set);
      return;
    }
    const first = this.#classSign(isEscaped);
    const isRange = this.#find(/-(?!\])/y) !== null && this.#at + 1 < this.#text.length;
    if (isRange) this.#at++;
    const last = isRange ? this.#classSign(this.#skip('\\')) : first;
    if (last < first) throw new PatternError('invalid character class range', this.#text.slice(start, this.#at));
    ranges.push([first, last]);
  }

  #classSign(isEscaped: boolean): number {
    if (isEscaped) return this.#escapedCode();
    const code = this.#text.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }
}

const assertions: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'text-start'],
  ['z', 'text-end'],
  ['b', 'word-edge'],
  ['B', 'no-word-edge'],
]);
const controls: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['t', 9],
  ['n', 10],
  ['r', 13],
  ['v', 11],
]);

function changed(flags: Flags, on: string, off: string): Flags {
  const is = (flag: keyof Flags) => (flags[flag] || on.includes(flag)) && !off.includes(flag);
  return { i: is('i'), m: is('m'), s: is('s'), U: is('U') };
}

/** How often the innermost part is repeated at most, by counted repeats. */
function repeatsOf(part: Part): number {
  if (part.kind === 'repeat') {
    const own = Number.isFinite(part.most) ? part.most : part.least;
    return Math.max(1, own) * repeatsOf(part.part);
  }
  return 'parts' in part ? part.parts.reduce((most, one) => Math.max(most, repeatsOf(one)), 1) : 1;
}
