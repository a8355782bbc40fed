/** JSONPath as client-go reads it, in as far as a column of a custom resource can use it: `.status.conditions[?(@.type=="Ready")].status`. */

/** A path that cannot be read. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** One step of a path, from some values to others. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'union'; readonly paths: readonly JsonPath[] }
  | { readonly kind: 'filter'; readonly left: JsonPath; readonly operator: string; readonly right: JsonPath }
  | { readonly kind: 'literal'; readonly value: string | number | boolean };

/** Items of a list, from one on and up to before another, in steps. */
export interface Slice {
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Tells that one item was asked for, rather than a stretch. */
  readonly isSingle: boolean;
  readonly step: number | undefined;
}

/** A path, read. */
export type JsonPath = readonly Step[];

/** Reads a path. @throws JsonPathError where client-go could not read it either. */
export function parseJsonPath(text: string): JsonPath {
  return new Reader(text).read();
}

/** What ends the name of a field. */
const terminator = /[\s.,[\]$@{}]/;
const comparison = /^([^!<>=]+)([!<>=]+)(.+?)$/s;
const sliceGrammar = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/;
const isWordStart = /[\p{L}\p{Nd}_]/u;

class Reader {
  readonly #text: string;
  readonly #steps: Step[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonPath {
    while (this.#at < this.#text.length && this.#text[this.#at] !== '}') this.#step();
    return this.#steps;
  }

  #step(): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    const first = rest.charAt(0);
    if (rest === '[?(') this.#filter();
    else if (rest.startsWith('..')) this.#recursive();
    else if (first === ' ' || first === '@' || first === '$') this.#at++;
    else if (first === '[') this.#array();
    else if (first === '.') this.#field();
    else if (first === '"' || first === "'") this.#quote(first);
    else if (/[-+\d]/.test(first)) this.#number();
    else if (isWordStart.test(first)) this.#word();
    else throw new JsonPathError(`unrecognized character in action: ${first}`);
  }

  #field(): void {
    this.#at++;
    this.#pushField();
  }

  #pushField(): void {
    let name = '';
    while (this.#at < this.#text.length && !terminator.test(this.#text.charAt(this.#at))) {
      // An escaped character belongs to the name, whatever it is.
      if (this.#text[this.#at] === '\\') this.#at++;
      name += this.#text.charAt(this.#at++);
    }
    this.#steps.push(name === '*' ? { kind: 'wildcard' } : { kind: 'field', name });
  }

  #recursive(): void {
    if (this.#steps.at(-1)?.kind === 'recursive') throw new JsonPathError('invalid multiple recursive descent');
    this.#at += 2;
    this.#steps.push({ kind: 'recursive' });
    if (isWordStart.test(this.#text.charAt(this.#at))) this.#pushField();
  }

  #array(): void {
    const end = this.#text.indexOf(']', this.#at);
    if (end < 0) throw new JsonPathError('unterminated array');
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    const parts = inside.split(',');
    if (parts.length > 1) {
      this.#steps.push({ kind: 'union', paths: parts.map((part) => parseJsonPath(`[${part.trim()}]`)) });
      return;
    }
    const key = /^'([^']*)'$/.exec(inside)?.[1];
    if (key !== undefined) this.#steps.push(...parseJsonPath(`.${key}`));
    else this.#steps.push({ kind: 'slice', slice: readSlice(inside === '*' ? ':' : inside) });
  }

  #filter(): void {
    const end = this.#endOfFilter(this.#at + 3);
    const inside = this.#text.slice(this.#at + 3, end);
    if (this.#text[end + 1] !== ']') throw new JsonPathError('unclosed array expect ]');
    this.#at = end + 2;
    const [, left = inside, operator = 'exists', right = ''] = comparison.exec(inside) ?? [];
    this.#steps.push({ kind: 'filter', left: parseJsonPath(left), operator, right: parseJsonPath(right) });
  }

  /** Finds the bracket that closes a filter: none inside quotes. */
  #endOfFilter(start: number): number {
    let quote = '';
    for (let at = start; at < this.#text.length; at++) {
      const character = this.#text.charAt(at);
      if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote && this.#text[at - 1] !== '\\') quote = '';
      else if (character === ')' && quote === '') return at;
    }
    throw new JsonPathError('unterminated filter');
  }

  #quote(quote: string): void {
    let end = this.#at + 1;
    while (end < this.#text.length && !(this.#text[end] === quote && this.#text[end - 1] !== '\\')) end++;
    if (end >= this.#text.length) throw new JsonPathError('unterminated quoted string');
    this.#steps.push({ kind: 'literal', value: withoutEscapes(this.#text.slice(this.#at + 1, end), quote) });
    this.#at = end + 1;
  }

  #number(): void {
    const [text = ''] = /^[-+]?[\d.]*/.exec(this.#text.slice(this.#at)) ?? [];
    const value = /\d/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value)) throw new JsonPathError(`cannot parse number ${text}`);
    this.#steps.push({ kind: 'literal', value });
    this.#at += text.length;
  }

  /** `true` and `false`; other words loop over values, which is nothing for a column. */
  #word(): void {
    const start = this.#at;
    while (this.#at < this.#text.length && !terminator.test(this.#text.charAt(this.#at))) this.#at++;
    const word = this.#text.slice(start, this.#at);
    if (word !== 'true' && word !== 'false') throw new JsonPathError(`unrecognized identifier ${word}`);
    this.#steps.push({ kind: 'literal', value: word === 'true' });
  }
}

function readSlice(text: string): Slice {
  const parts = sliceGrammar.exec(text);
  if (parts === null) throw new JsonPathError(`invalid array index ${text}`);
  const [from, to, step] = parts.slice(1, 4).map((part) => (part ? readIndex(part) : undefined));
  const isSingle = parts[2] === undefined;
  return { from, to: isSingle ? (from ?? 0) + 1 : to, isSingle, step };
}

function readIndex(text: string): number {
  const index = Number(text);
  if (!Number.isSafeInteger(index)) throw new JsonPathError(`array index ${text} is not a number`);
  return index;
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Reads what is escaped in a text, as Go does: of the quotes only the one around it. */
function withoutEscapes(text: string, quote: string): string {
  return text.replaceAll(/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))/gs, (_, unicode, byte, letter) => {
    const code = unicode ?? byte;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    const meant = letter === quote ? quote : escapes[letter];
    if (meant === undefined) throw new JsonPathError('unquote string invalid syntax');
    return meant;
  });
}
