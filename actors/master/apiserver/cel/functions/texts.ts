/** The functions of texts: CEL's own, cel-go's `ext.Strings` and Kubernetes's `library.Regex`. Places are counted in code points. */

import { type GoExpression, goRegExp } from '../../custom-resources/schema/patterns.ts';

import type { Meter } from '../evaluation-error.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { Value } from '../value.ts';
import { List } from '../value.ts';
import { formatText } from './format.ts';
import type { Overload } from './overload.ts';
import { free, member, perMatch, perSign } from './overload.ts';

type Args = readonly Value[];

const signsOf = (text: string) => [...text];
const isPlain = (text: string) => /^[ -~]*$/.test(text);

function sizeOf([text]: Args): bigint {
  return BigInt(isPlain(text as string) ? (text as string).length : signsOf(text as string).length);
}

function place(value: Value | undefined, most: number): number {
  const at = value as bigint;
  if (at < 0n || at > BigInt(most)) throw new EvaluationError(`index out of range: ${at}`);
  return Number(at);
}

function substring([text, from, to]: Args): string {
  const signs = signsOf(text as string);
  const start = place(from, signs.length);
  const end = to === undefined ? signs.length : place(to, signs.length);
  if (start > end) throw new EvaluationError(`invalid substring range. start: ${start}, end: ${end}`);
  return signs.slice(start, end).join('');
}

function charAt([text, at]: Args): string {
  const signs = signsOf(text as string);
  return signs[place(at, signs.length)] ?? '';
}

/** How many code points come before a place in a text; -1 for none. */
function counted(text: string, at: number): bigint {
  return at < 0 ? -1n : BigInt(signsOf(text.slice(0, at)).length);
}

function unitsOf(text: string, signs: number): number {
  return signsOf(text).slice(0, signs).join('').length;
}

function indexOf([text, part, from]: Args): bigint {
  const whole = text as string;
  const start = from === undefined ? 0 : place(from, signsOf(whole).length);
  if (part === '') return BigInt(start);
  return counted(whole, whole.indexOf(part as string, unitsOf(whole, start)));
}

function lastIndexOf([text, part, from]: Args): bigint {
  const whole = text as string;
  const count = signsOf(whole).length;
  const start = from === undefined ? count : place(from, count);
  if (part === '') return BigInt(start);
  return counted(whole, whole.lastIndexOf(part as string, unitsOf(whole, start)));
}

function replace([text, old, by, times]: Args, meter: Meter): string {
  const pieces = (
    old === '' ? ['', ...signsOf(text as string), ''] : (text as string).split(old as string)
  ) as string[];
  const most = times === undefined || (times as bigint) < 0n ? pieces.length : Number(times);
  meter.spend(Math.min(most, pieces.length) * (by as string).length * 0.1);
  let made = pieces[0] ?? '';
  for (let i = 1; i < pieces.length; i++) made += (i <= most ? by : old) + (pieces[i] ?? '');
  return made;
}

function split([text, sign, times]: Args): List {
  const most = times === undefined ? -1n : (times as bigint);
  if (most === 0n) return List.of([]);
  const pieces = sign === '' ? signsOf(text as string) : (text as string).split(sign as string);
  if (most < 0n || BigInt(pieces.length) <= most) return List.of(pieces);
  const kept = pieces.slice(0, Number(most) - 1);
  return List.of([...kept, pieces.slice(Number(most) - 1).join(sign as string)]);
}

function join([list, sign = '']: Args, meter: Meter): string {
  const items = (list as List).items();
  if (!items.every((item) => typeof item === 'string')) throw new EvaluationError('no such overload');
  meter.spend((items.length * (sign as string).length + items.reduce((sum, item) => sum + item.length, 0)) * 0.1);
  return items.join(sign as string);
}

const asciiCase = (text: string, change: (sign: string) => string) => text.replace(/[A-Za-z]+/g, change);

/** Gives the expression, and counts what it will cost. @throws EvaluationError where it is none. */
function expressionOf(pattern: Value | undefined, text: Value | undefined, meter: Meter): GoExpression {
  const made = goRegExp(pattern as string);
  if (typeof made === 'string') throw new EvaluationError(made);
  // Counted repeats make more of an expression than its text shows.
  meter.spend(((text as string).length * made.size) / 4000);
  return made;
}

function findAll([text, pattern, times]: Args, meter: Meter): List {
  const most = times === undefined || (times as bigint) < 0n ? Number.POSITIVE_INFINITY : Number(times);
  const expression = expressionOf(pattern, text, meter);
  const look = (signs: number) => meter.spend((signs * expression.size) / 4000);
  return List.of(expression.findAll(text as string, most, look));
}

const quotes: Readonly<Record<string, string>> = { '\u0007': '\\a', '\v': '\\v' };

function quote([text]: Args): string {
  return JSON.stringify(text as string).replace(/\\u0007|\\u000b/g, (sign) => quotes[JSON.parse(`"${sign}"`)] ?? sign);
}

/** The functions of texts. */
export const texts: readonly Overload[] = [
  free('size', 'string', 'int', sizeOf),
  member('size', 'string', 'int', sizeOf),
  member('contains', 'string, string', 'bool', ([text, part]) => (text as string).includes(part as string), perSign),
  member(
    'startsWith',
    'string, string',
    'bool',
    ([text, part]) => (text as string).startsWith(part as string),
    ([, s = 0]) => Math.ceil(s * 0.1),
  ),
  member(
    'endsWith',
    'string, string',
    'bool',
    ([text, part]) => (text as string).endsWith(part as string),
    ([, s = 0]) => Math.ceil(s * 0.1),
  ),
  ...[free, member].map((form) =>
    form(
      'matches',
      'string, string',
      'bool',
      ([t, pattern], meter) => expressionOf(pattern, t, meter).test(t as string),
      perMatch,
    ),
  ),
  member(
    'find',
    'string, string',
    'string',
    ([t, pattern], meter) => expressionOf(pattern, t, meter).find(t as string) ?? '',
    perMatch,
  ),
  member('findAll', 'string, string', 'list(string)', findAll, perMatch),
  member('findAll', 'string, string, int', 'list(string)', findAll, perMatch),
  member('charAt', 'string, int', 'string', charAt, perSign),
  member('indexOf', 'string, string', 'int', indexOf, perMatch),
  member('indexOf', 'string, string, int', 'int', indexOf, perMatch),
  member('lastIndexOf', 'string, string', 'int', lastIndexOf, perMatch),
  member('lastIndexOf', 'string, string, int', 'int', lastIndexOf, perMatch),
  member('lowerAscii', 'string', 'string', ([text]) => asciiCase(text as string, (s) => s.toLowerCase()), perSign),
  member('upperAscii', 'string', 'string', ([text]) => asciiCase(text as string, (s) => s.toUpperCase()), perSign),
  member('trim', 'string', 'string', ([text]) => (text as string).replace(/^[\s\u0085]+|[\s\u0085]+$/g, ''), perSign),
  member('replace', 'string, string, string', 'string', replace, perSign),
  member('replace', 'string, string, string, int', 'string', replace, perSign),
  member('split', 'string, string', 'list(string)', split, perSign),
  member('split', 'string, string, int', 'list(string)', split, perSign),
  member('substring', 'string, int', 'string', substring, perSign),
  member('substring', 'string, int, int', 'string', substring, perSign),
  member('join', 'list(string)', 'string', join),
  member('join', 'list(string), string', 'string', join),
  member(
    'format',
    'string, list(dyn)',
    'string',
    ([text, args], meter) => formatText(text as string, args as List, meter),
    perSign,
  ),
  free('strings.quote', 'string', 'string', quote, perSign),
];
