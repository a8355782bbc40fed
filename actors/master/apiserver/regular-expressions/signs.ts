/** Sets of signs in a regular expression: `[a-z]`, `\d`, `[[:alpha:]]`, `\p{Greek}` (Go's `regexp/syntax`). */

/** A set of signs, by their code points. */
export interface SignSet {
  /** Pairs: the first and the last sign of each range. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
  /** Further sets that it has all of. */
  readonly others: readonly SignSet[];
  /** What Unicode says of a sign. */
  readonly property: RegExp | undefined;
  readonly isNegated: boolean;
  /** Big and small letters are the same. */
  readonly isFolded: boolean;
}

type Ranges = SignSet['ranges'];

/** Makes a set of ranges. */
export function setOf(ranges: Ranges, more: Partial<SignSet> = {}): SignSet {
  return { ranges, others: [], property: undefined, isNegated: false, isFolded: false, ...more };
}

/** Tells whether a sign is in a set. */
export function has(set: SignSet, code: number): boolean {
  const isIn = holds(set, code) || (set.isFolded && otherCases(code).some((other) => holds(set, other)));
  return isIn !== set.isNegated;
}

function holds({ ranges, others, property }: SignSet, code: number): boolean {
  for (const [first, last] of ranges) if (code >= first && code <= last) return true;
  if (others.some((other) => has(other, code))) return true;
  return property?.test(String.fromCodePoint(code)) === true;
}

function otherCases(code: number): readonly number[] {
  const sign = String.fromCodePoint(code);
  return [sign.toLowerCase(), sign.toUpperCase()]
    .filter((other) => [...other].length === 1)
    .map((other) => other.codePointAt(0) ?? code);
}

const pairs = (text: string): Ranges =>
  (text.match(/../gsu) ?? []).map((pair) => [pair.codePointAt(0) ?? 0, pair.codePointAt(1) ?? 0] as const);

const digits = pairs('09');
const spaces = pairs('\t\n\f\r  ');
const letters = pairs('09AZ__az');

/** `\d` and its like, by the small letter. */
const perl: ReadonlyMap<string, Ranges> = new Map([
  ['d', digits],
  ['s', spaces],
  ['w', letters],
]);

const posix: ReadonlyMap<string, Ranges> = new Map([
  ['alnum', pairs('09AZaz')],
  ['alpha', pairs('AZaz')],
  ['ascii', [[0, 127]]],
  ['blank', pairs('\t\t  ')],
  [
    'cntrl',
    [
      [0, 31],
      [127, 127],
    ],
  ],
  ['digit', digits],
  ['graph', pairs('!~')],
  ['lower', pairs('az')],
  ['print', pairs(' ~')],
  ['punct', pairs('!/:@[`{~')],
  ['space', pairs('\t\r  ')],
  ['upper', pairs('AZ')],
  ['word', letters],
  ['xdigit', pairs('09AFaf')],
]);

/** Gives `\d`, `\D` and their like; undefined of any other letter. */
export function perlSet(letter: string): SignSet | undefined {
  const ranges = perl.get(letter.toLowerCase());
  return ranges === undefined ? undefined : setOf(ranges, { isNegated: letter !== letter.toLowerCase() });
}

/** Gives `[:alpha:]`, `[:^alpha:]` and their like, by what stands between the colons; undefined where there is none. */
export function posixSet(name: string): SignSet | undefined {
  const isNegated = name.startsWith('^');
  const ranges = posix.get(isNegated ? name.slice(1) : name);
  return ranges === undefined ? undefined : setOf(ranges, { isNegated });
}

/** Gives the signs with a property or of a script; undefined where Unicode has none such. */
export function unicodeSet(name: string, isNegated: boolean): SignSet | undefined {
  const isOther = name.startsWith('^');
  const bare = isOther ? name.slice(1) : name;
  if (!/^[A-Za-z_]+$/.test(bare)) return undefined;
  for (const property of [bare, `Script=${bare}`]) {
    try {
      return setOf([], { property: new RegExp(`^\\p{${property}}$`, 'u'), isNegated: isNegated !== isOther });
    } catch {
      // Not a property of this kind; perhaps of the next.
    }
  }
  return undefined;
}

/** All signs, with or without the end of a line. */
export const anySign = setOf([[0, 0x10ffff]]);
/** All signs but the end of a line. */
export const anyInLine = setOf([[10, 10]], { isNegated: true });

/** Tells whether a sign is of a word, as `\b` has it. */
export function isOfWord(code: number | undefined): boolean {
  return code !== undefined && letters.some(([first, last]) => code >= first && code <= last);
}
