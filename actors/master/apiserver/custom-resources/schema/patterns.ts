/** Regular expressions as Go has them, done with JavaScript's. */

/** Signs of what Go's engine does not have: looking ahead and behind, and references back. */
const notInGo = /(?<!\\)(?:\\\\)*(\(\?(?:=|!|<=|<!))/;

const compiled = new Map<string, RegExp | string>();
/** Patterns come from clients: so many are kept. */
const mostKept = 1_000;

/** Gives the expression, or (a text) what is wrong with it, in Go's words. */
export function goRegExp(pattern: string): RegExp | string {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  if (compiled.size >= mostKept) compiled.clear();
  compiled.set(pattern, made);
  return made;
}

function compile(pattern: string): RegExp | string {
  const perl = notInGo.exec(pattern)?.[1];
  if (perl !== undefined) return `error parsing regexp: invalid or unsupported Perl syntax: \`${perl}\``;
  const { source, flags } = translate(pattern);
  try {
    return new RegExp(source, flags);
  } catch {
    return `error parsing regexp: invalid regular expression: \`${pattern}\``;
  }
}

const classes: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\s',
  word: '\\w',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
};

function translate(pattern: string): { source: string; flags: string } {
  const leading = /^\(\?([ims]+)\)/.exec(pattern);
  const source = pattern
    .slice(leading?.[0].length ?? 0)
    .replace(/\[:(\w+):\]/g, (whole, name) => classes[name] ?? whole)
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$');
  return { source, flags: `${leading?.[1] ?? ''}${/\\p\{|\\x\{/i.test(source) ? 'u' : ''}` };
}
