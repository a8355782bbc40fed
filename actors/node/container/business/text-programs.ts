/** The programs that work on text: what they are given as files, or by the program before them. */

import { encodeBase64 } from '../../../master/apiserver/kinds/base64.ts';
import { decodeBase64 } from '../../pod/base64.ts';
import { complain, inputOf, operands, type Program, print, readInput, writeFile } from './run.ts';

function linesOf(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Reads a count: `-n 5`, `-n5`, `-5`; 10 unless told. Takes its words away. */
function takeCount(args: readonly string[]): { count: number; isFrom: boolean; rest: string[] } {
  const rest: string[] = [];
  let given = '10';
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const short = /^-n?(\+?\d+)$/.exec(arg);
    if (short !== null) given = short[1] ?? '';
    else if (arg === '-n' || arg === '-c') given = args[++i] ?? '';
    else rest.push(arg);
  }
  return { count: Number(given), isFrom: given.startsWith('+'), rest };
}

const head: Program = (run, args) => {
  const { count, rest } = takeCount(args);
  const lines = linesOf(inputOf(run, 'head', operands(rest)));
  if (lines.length >= count && run.end === 'reads') run.end = undefined;
  print(run, joined(lines.slice(0, count)));
};

const tail: Program = (run, args) => {
  const isFollowing = args.some((arg) => /^-[a-zA-Z0-9]*[fF]$/.test(arg));
  const { count, isFrom, rest } = takeCount(args.filter((arg) => !/^-[fF]$/.test(arg)));
  const paths = operands(rest).filter((path) => !path.startsWith('/dev/'));
  if (paths.length > 0 || !isFollowing) {
    const lines = linesOf(inputOf(run, 'tail', paths));
    if (run.end === 'reads') return;
    print(run, joined(isFrom ? lines.slice(count - 1) : lines.slice(Math.max(0, lines.length - count))));
  }
  if (isFollowing) run.end = 'lasts';
};

const grep: Program = (run, args) => {
  const flags = args.filter((arg) => /^-[a-zA-Z]+$/.test(arg) && arg !== '-e').join('');
  const [pattern = '', ...paths] = operands(args);
  const text = inputOf(run, 'grep', paths);
  const matcher = matcherOf(pattern, flags);
  const found = linesOf(text).filter((line) => matcher(line) !== flags.includes('v'));
  run.status = found.length > 0 ? 0 : 1;
  if (flags.includes('q')) return;
  print(run, flags.includes('c') ? `${found.length}\n` : joined(found));
};

function matcherOf(pattern: string, flags: string): (line: string) => boolean {
  const source = flags.includes('F') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : basicPattern(pattern, flags);
  try {
    const expression = new RegExp(source, flags.includes('i') ? 'i' : '');
    return (line) => expression.test(line);
  } catch {
    return (line) => line.includes(pattern);
  }
}

/** A basic regular expression gives `+ ? | ( ) { }` their meaning by a backslash. */
function basicPattern(pattern: string, flags: string): string {
  if (flags.includes('E')) return pattern;
  return pattern.replace(/\\?[+?|(){}]/g, (all) => (all.startsWith('\\') ? all.slice(1) : `\\${all}`));
}

const wc: Program = (run, args) => {
  const paths = operands(args);
  const text = inputOf(run, 'wc', paths);
  if (run.end === 'reads') return;
  const counts = { l: text.split('\n').length - 1, w: text.split(/\s+/).filter(Boolean).length, c: text.length };
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  const wanted = (['l', 'w', 'c'] as const).filter((one) => flags === '' || flags.includes(one));
  const numbers = wanted.map((one) => (wanted.length === 1 ? `${counts[one]}` : `${counts[one]}`.padStart(9)));
  print(run, `${[numbers.join(' '), ...paths.slice(0, 1)].join(' ')}\n`);
};

const sort: Program = (run, args) => {
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  const lines = linesOf(inputOf(run, 'sort', operands(args)));
  if (run.end === 'reads') return;
  const by = flags.includes('n')
    ? (a: string, b: string) => Number.parseFloat(a) - Number.parseFloat(b) || (a < b ? -1 : 1)
    : (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const sorted = lines.sort(by);
  if (flags.includes('r')) sorted.reverse();
  print(run, joined(flags.includes('u') ? [...new Set(sorted)] : sorted));
};

const uniq: Program = (run, args) => {
  const lines = linesOf(inputOf(run, 'uniq', operands(args)));
  if (run.end === 'reads') return;
  const groups: { line: string; count: number }[] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last?.line === line) last.count += 1;
    else groups.push({ line, count: 1 });
  }
  const isCounted = args.includes('-c');
  print(run, joined(groups.map(({ line, count }) => (isCounted ? `${`${count}`.padStart(7)} ${line}` : line))));
};

const tr: Program = (run, args) => {
  const [from = '', to = ''] = operands(args).map(characters);
  const isDeleting = args.includes('-d');
  const text = readInput(run);
  let result = '';
  for (const c of text) {
    const at = from.indexOf(c);
    if (at < 0) result += c;
    else if (!isDeleting) result += to[Math.min(at, to.length - 1)] ?? '';
  }
  print(run, result);
};

function characters(set: string): string {
  return set
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('[:upper:]', 'A-Z')
    .replaceAll('[:lower:]', 'a-z')
    .replace(/(.)-(.)/g, (all, first: string, last: string) => {
      let run = '';
      for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) run += String.fromCharCode(code);
      return run || all;
    });
}

const cut: Program = (run, args) => {
  const flag = (letter: string) => {
    const at = args.findIndex((arg) => arg.startsWith(`-${letter}`));
    const arg = args[at];
    return arg === undefined ? undefined : arg.length > 2 ? arg.slice(2) : args[at + 1];
  };
  const [delimiter, fields, columns] = [flag('d') ?? '\t', flag('f'), flag('c')];
  const text = readInput(run);
  const pick = (parts: readonly string[]) => {
    const [first = 1, last = first] = (fields ?? columns ?? '1').split('-').map((one) => Number(one) || parts.length);
    return parts.slice(first - 1, last);
  };
  const cutLine = (line: string) =>
    fields === undefined ? pick([...line]).join('') : pick(line.split(delimiter)).join(delimiter);
  print(run, joined(linesOf(text).map(cutLine)));
};

const sed: Program = (run, args) => {
  const [script = '', ...paths] = operands(args);
  const parts = /^s(.)(.*)$/s.exec(script);
  const text = inputOf(run, 'sed', paths);
  if (parts === null) {
    complain(run, `sed: unsupported command ${script.slice(0, 1)}`);
    return;
  }
  const [from = '', to = '', flags = ''] = (parts[2] ?? '').split(parts[1] ?? '/');
  const isExtended = args.some((arg) => /^-[nr]*[Er]/.test(arg));
  const pattern = new RegExp(basicPattern(from, isExtended ? 'E' : ''), flags.includes('g') ? 'g' : '');
  const into = to
    .replaceAll('$', '$$$$')
    .replace(/\\(\d)/g, '$$$1')
    .replace(/(^|[^\\])&/g, '$1$$&');
  print(run, joined(linesOf(text).map((line) => line.replace(pattern, into))));
};

const tee: Program = (run, args) => {
  const text = readInput(run);
  for (const path of operands(args)) writeFile(run, path, text);
  print(run, text);
};

const base64: Program = (run, args) => {
  const text = inputOf(run, 'base64', operands(args));
  if (run.end === 'reads') return;
  const isDecoding = args.includes('-d') || args.includes('--decode');
  print(run, isDecoding ? decodeBase64(text) : `${encodeBase64(text)}\n`);
};

/** The programs that work on text, by name. */
export const textPrograms: Readonly<Record<string, Program>> = {
  head,
  tail,
  grep,
  egrep: (run, args) => grep(run, ['-E', ...args]),
  fgrep: (run, args) => grep(run, ['-F', ...args]),
  wc,
  sort,
  uniq,
  tr,
  cut,
  sed,
  tee,
  base64,
};
