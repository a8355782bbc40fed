/** Reads the small part of the POSIX shell that manifests use: lists, loops, conditions, redirections. */

/** A piece of a script. */
export type Script =
  | ({ kind: 'run'; words: readonly string[] } & Redirections)
  | { kind: 'list'; items: readonly { script: Script; link: Link }[] }
  | { kind: 'while'; until: boolean; test: Script; body: Script }
  | { kind: 'for'; name: string; words: readonly string[]; body: Script }
  | { kind: 'if'; test: Script; then: Script; otherwise?: Script };

/** Where a command's output and errors go, and where its input comes from. */
export interface Redirections {
  into?: { path: string; append: boolean };
  /** `&1`: where the output goes. */
  errors?: string;
  from?: string;
}

/** What stands between a command and the next. */
export type Link = ';' | '&&' | '||' | '|' | '&';

/** Words as written, quotes and all; `text` of an operator is the operator. */
interface Token {
  text: string;
  isOperator: boolean;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

const operators = ['&&', '||', '>>', '2>&1', '1>&2', '>&2', '2>', '&>', ';', '|', '&', '>', '<', '(', ')', '\n'];
const closers: ReadonlySet<string> = new Set(['do', 'done', 'then', 'else', 'elif', 'fi', '}', ')']);

/** Reads a script. What it cannot read becomes words of a command. */
export function parseScript(text: string): Script {
  return readList({ tokens: tokenize(text), at: 0 });
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = /^(?:[ \t\r]|\\\n|#[^\n]*)+/.exec(text.slice(at));
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const operator = operators.find((one) => text.startsWith(one, at));
    const end = operator === undefined ? endOfWord(text, at) : at + operator.length;
    tokens.push({ text: text.slice(at, end), isOperator: operator !== undefined });
    at = end;
  }
  return tokens;
}

/** Finds where a word ends: at a blank or an operator that is neither quoted nor inside `$(...)`. */
function endOfWord(text: string, from: number): number {
  let quote = '';
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '\\' && quote !== "'") i++;
    else if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (depth > 0) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
    else if (text.startsWith('$(', i)) {
      depth = 1;
      i++;
    } else if (/[\s;&|<>()]/.test(c)) return i;
  }
  return text.length;
}

function peek(reader: Reader): Token | undefined {
  return reader.tokens[reader.at];
}

/** Takes the next token if it is this one. */
function take(reader: Reader, text: string): boolean {
  if (peek(reader)?.text !== text) return false;
  reader.at += 1;
  return true;
}

function readList(reader: Reader): Script {
  const items: { script: Script; link: Link }[] = [];
  for (let token = peek(reader); token !== undefined && !closers.has(token.text); token = peek(reader)) {
    if (token.text === ';' || token.text === '\n') reader.at += 1;
    else {
      const script = readCommand(reader);
      items.push({ script, link: readLink(reader) });
    }
  }
  return items.length === 1 && items[0] !== undefined ? items[0].script : { kind: 'list', items };
}

function readLink(reader: Reader): Link {
  const token = peek(reader);
  if (token?.isOperator !== true || token.text === ')') return ';';
  reader.at += 1;
  return token.text === '\n' ? ';' : (token.text as Link);
}

function readCommand(reader: Reader): Script {
  if (take(reader, 'while')) return readLoop(reader, false);
  if (take(reader, 'until')) return readLoop(reader, true);
  if (take(reader, 'for')) return readFor(reader);
  if (take(reader, 'if')) return readIf(reader);
  const close = take(reader, '(') ? ')' : take(reader, '{') ? '}' : '';
  if (close === '') return readRun(reader);
  const list = readList(reader);
  take(reader, close);
  return list;
}

function readLoop(reader: Reader, until: boolean): Script {
  const test = readList(reader);
  return { kind: 'while', until, test, body: readBody(reader) };
}

function readBody(reader: Reader): Script {
  take(reader, 'do');
  const body = readList(reader);
  take(reader, 'done');
  return body;
}

function readFor(reader: Reader): Script {
  const name = peek(reader)?.text ?? '';
  reader.at += 1;
  const words = take(reader, 'in') ? readWords(reader) : [];
  while (take(reader, ';') || take(reader, '\n'));
  return { kind: 'for', name, words, body: readBody(reader) };
}

function readIf(reader: Reader): Script {
  const test = readList(reader);
  take(reader, 'then');
  const then = readList(reader);
  if (take(reader, 'elif')) return { kind: 'if', test, then, otherwise: readIf(reader) };
  const otherwise = take(reader, 'else') ? readList(reader) : undefined;
  take(reader, 'fi');
  return otherwise === undefined ? { kind: 'if', test, then } : { kind: 'if', test, then, otherwise };
}

function readWords(reader: Reader): string[] {
  const words: string[] = [];
  for (let token = peek(reader); token !== undefined && !token.isOperator; token = peek(reader)) {
    words.push(token.text);
    reader.at += 1;
  }
  return words;
}

function readRun(reader: Reader): Script {
  const words = readWords(reader);
  const to: Redirections = {};
  for (let token = peek(reader); token !== undefined && isRedirection(token); token = peek(reader)) {
    reader.at += 1;
    if (token.text === '2>&1') to.errors = '&1';
    else if (token.text.endsWith('>&2')) to.into = { path: '/dev/stderr', append: true };
    else words.push(...redirect(to, token.text, readWords(reader)));
  }
  // A lone operator nobody reads: step over it, or the reader would stand still.
  if (words.length === 0 && to.into === undefined) reader.at += 1;
  return { kind: 'run', words, ...to };
}

/** Notes where a redirection leads; gives the words after it. */
function redirect(to: Redirections, operator: string, [path = '', ...more]: readonly string[]): readonly string[] {
  if (operator === '<') to.from = path;
  else if (operator === '2>') to.errors = path;
  else to.into = { path, append: operator === '>>' };
  if (operator === '&>') to.errors = '&1';
  return more;
}

function isRedirection(token: Token): boolean {
  return token.isOperator && /[<>]/.test(token.text);
}

/** Tells whether a text is whole, or goes on in its next line: in a quote, a loop, a condition, or after an operator. */
export function isWholeScript(text: string): boolean {
  if (/(\\|&&|\|\|?)\s*$/.test(text)) return false;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '\\' && quote !== "'") i++;
    else if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === "'" || c === '"') quote = c;
  }
  if (quote !== '') return false;
  let depth = 0;
  let isFirst = true;
  for (const token of tokenize(text)) {
    if (isFirst && ['while', 'until', 'for', 'if', '{', '('].includes(token.text)) depth++;
    if (isFirst && ['done', 'fi', '}', ')'].includes(token.text)) depth--;
    isFirst = token.isOperator || ['do', 'then', 'else', 'while', 'until', 'if', '{'].includes(token.text);
  }
  return depth <= 0;
}
