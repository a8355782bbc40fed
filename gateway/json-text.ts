/** JSON texts as Go's decoder sees them: where one goes wrong, in its words, and which fields stand twice. */

/** What a walk over a text found. */
export interface JsonFindings {
  /** What is wrong with the text; undefined for a good one. */
  readonly fault: string | undefined;
  /** The paths of fields that an object has more than once: `spec.replicas`, `spec.containers[0].image`. */
  readonly duplicates: readonly string[];
}

/** Walks a text that need not be JSON. */
export function examineJson(text: string): JsonFindings {
  const walk = new Walk(text);
  try {
    walk.whole();
    return { fault: undefined, duplicates: walk.duplicates };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { fault: error.message, duplicates: [] };
  }
}

class Fault extends Error {}

/** Deeper texts are refused, as Go's decoder refuses those deeper than 10,000: what walks objects later is recursive too. */
const deepest = 1_000;
const blank = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them in a string.
const plainText = /[^"\\\u0000-\u001f]*/y;

class Walk {
  readonly duplicates: string[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): void {
    this.#value('', 0);
    this.#skip(blank);
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  #value(path: string, depth: number): void {
    if (depth > deepest) throw new Fault('exceeded max depth');
    this.#skip(blank);
    const first = this.#text.charAt(this.#at);
    if (first === '{') this.#object(path, depth);
    else if (first === '[') this.#array(path, depth);
    else if (first === '"') this.#string();
    else if (first === '-' || (first >= '0' && first <= '9')) this.#number();
    else if (first === 't') this.#literal('true');
    else if (first === 'f') this.#literal('false');
    else if (first === 'n') this.#literal('null');
    else this.#fail('looking for beginning of value');
  }

  #object(path: string, depth: number): void {
    const seen = new Set<string>();
    this.#at++;
    if (this.#sees('}')) return;
    do {
      this.#skip(blank);
      if (this.#text.charAt(this.#at) !== '"') this.#fail('looking for beginning of object key string');
      const key = this.#string();
      const inside = path === '' ? key : `${path}.${key}`;
      if (seen.has(key)) this.duplicates.push(inside);
      seen.add(key);
      if (!this.#sees(':')) this.#fail('after object key');
      this.#value(inside, depth + 1);
    } while (this.#sees(','));
    if (!this.#sees('}')) this.#fail('after object key:value pair');
  }

  #array(path: string, depth: number): void {
    this.#at++;
    if (this.#sees(']')) return;
    let index = 0;
    do this.#value(`${path}[${index++}]`, depth + 1);
    while (this.#sees(','));
    if (!this.#sees(']')) this.#fail('after array element');
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      this.#skip(plainText);
      const next = this.#text.charAt(this.#at);
      if (next === '"') break;
      if (next !== '\\') this.#fail('in string literal');
      this.#at++;
      this.#escape();
    }
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #escape(): void {
    const letter = this.#text.charAt(this.#at);
    if (letter === '' || !'"\\/bfnrtu'.includes(letter)) this.#fail('in string escape code');
    this.#at++;
    if (letter !== 'u') return;
    for (let i = 0; i < 4; i++, this.#at++) {
      if (!/[\da-fA-F]/.test(this.#text.charAt(this.#at))) this.#fail('in \\u hexadecimal character escape');
    }
  }

  #number(): void {
    const start = this.#at;
    this.#skip(number);
    if (this.#at > start) return;
    this.#at++;
    this.#fail('in numeric literal');
  }

  #literal(word: string): void {
    for (const letter of word) {
      if (this.#text.charAt(this.#at) !== letter) this.#fail(`in literal ${word} (expecting '${letter}')`);
      this.#at++;
    }
  }

  /** Takes a character if it is the next one that is no blank. */
  #sees(character: string): boolean {
    this.#skip(blank);
    if (this.#text.charAt(this.#at) !== character) return false;
    this.#at++;
    return true;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0;
  }

  #fail(where: string): never {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) throw new Fault('unexpected end of JSON input');
    throw new Fault(`invalid character ${quotedRune(String.fromCodePoint(point))} ${where}`);
  }
}

function quotedRune(rune: string): string {
  if (rune === "'") return `'\\''`;
  if (rune === '"') return `'"'`;
  return `'${JSON.stringify(rune).slice(1, -1)}'`;
}
