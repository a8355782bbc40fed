/** The shell's arithmetic: `$(( ... ))` and `expr`, on whole numbers. */

/** By precedence, the loosest first. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '||': (a, b) => Number(a !== 0 || b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? Number.NaN : Math.trunc(a / b)),
  '%': (a, b) => (b === 0 ? Number.NaN : a % b),
};

interface Reader {
  readonly tokens: readonly string[];
  readonly numberOf: (name: string) => number;
  at: number;
}

/** Reckons an expression; NaN where it is none, or divides by zero. A name that is not set is 0. */
export function reckon(text: string, variables: Readonly<Record<string, string>>): number {
  const tokens = text.match(/\d+|[A-Za-z_]\w*|\|\||&&|[=!<>]=|[-+*/%()<>!]/g) ?? [];
  const numberOf = (name: string) => Number(variables[name] ?? 0) || 0;
  const reader: Reader = { tokens, numberOf, at: 0 };
  const value = readLevel(reader, 0);
  return reader.at === tokens.length ? value : Number.NaN;
}

function readLevel(reader: Reader, level: number): number {
  const operators = levels[level];
  if (operators === undefined) return readValue(reader);
  let value = readLevel(reader, level + 1);
  for (;;) {
    const operator = reader.tokens[reader.at];
    if (operator === undefined || !operators.includes(operator)) return value;
    reader.at += 1;
    const right = readLevel(reader, level + 1);
    value = operations[operator]?.(value, right) ?? Number.NaN;
  }
}

function readValue(reader: Reader): number {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  if (token === undefined) return Number.NaN;
  if (token === '-') return -readValue(reader);
  if (token === '+') return readValue(reader);
  if (token === '!') return Number(readValue(reader) === 0);
  if (token === '(') {
    const value = readLevel(reader, 0);
    reader.at += 1;
    return value;
  }
  return /^\d/.test(token) ? Number(token) : /^\w/.test(token) ? reader.numberOf(token) : Number.NaN;
}
