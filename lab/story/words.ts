/** The small languages inside a story: durations, rates, shares, comparisons, references to objects. */

import { parseDuration } from '../../protocol/flags.ts';
import { findByAnyName, type ResourceKind } from '../../protocol/resources.ts';

/** What each of them looks like, as a regular expression; the schema and the readers below share them. */
export const forms = {
  duration: '^(?:0|(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ms|s|m|h))+)$',
  rate: '^(?:\\d+\\.?\\d*|\\.\\d+)/(?:s|m|h)$',
  share: '^(?:(?:>=|<=|>|<|==) *)?\\d+(?:\\.\\d+)?%$',
  count: '^(?:>=|<=|>|<|==) *\\d+$',
  percent: '^(?:100|\\d{1,2}(?:\\.\\d+)?)%$',
  drift: '^-?\\d+(?:\\.\\d+)?ppm$',
  latency: '^(?:>=|<=|>|<|==) *(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ms|s|m|h))+$',
  reference: '^(?:[^/\\s]+/)?[a-zA-Z][a-zA-Z0-9.]*/[^/\\s]+$',
} as const;

/** Reads a duration that the schema has let pass, in ms. */
export function msOf(text: string): number {
  return parseDuration(text) ?? 0;
}

/** Reads a rate such as `50/s` or `300/m`, per second. */
export function perSecond(text: string): number {
  const [count, unit] = text.split('/');
  return Number(count) / (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
}

/** Reads a part of a whole such as `5%`, from 0 to 1. */
export function shareOf(text: string): number {
  return Number(text.slice(0, -1)) / 100;
}

/** Reads a drift such as `-200ppm`, in parts per million. */
export function ppmOf(text: string): number {
  return Number(text.slice(0, -'ppm'.length));
}

/** How a number is compared: `>= 3`, `3`, `< 0.5`. */
export interface Comparison {
  operator: '>=' | '<=' | '>' | '<' | '==';
  value: number;
}

/** Reads a comparison of counts (`3`, `>= 3`), shares (`>= 99.9%`, as 0 to 1) or latencies (`< 100ms`, in ms). */
export function comparisonOf(given: string | number): Comparison {
  if (typeof given === 'number') return { operator: '==', value: given };
  const [, operator = '==', rest = ''] = /^(>=|<=|>|<|==)? *(.*)$/.exec(given) ?? [];
  const value = rest.endsWith('%') ? Number(rest.slice(0, -1)) / 100 : Number(rest);
  return { operator: operator as Comparison['operator'], value: Number.isNaN(value) ? msOf(rest) : value };
}

/** Tells whether a number is as a comparison wants it. */
export function isAs({ operator, value }: Comparison, actual: number): boolean {
  if (operator === '>=') return actual >= value;
  if (operator === '<=') return actual <= value;
  if (operator === '>') return actual > value;
  if (operator === '<') return actual < value;
  return actual === value;
}

/** Writes a comparison of counts in words: `at least 3`, `3`, `fewer than 2`. */
export function inWords(given: string | number): string {
  const { operator, value } = comparisonOf(given);
  const words = { '>=': 'at least ', '<=': 'at most ', '>': 'more than ', '<': 'fewer than ', '==': '' };
  return value === 0 && operator === '==' ? 'no' : `${words[operator]}${value}`;
}

/** One object, as a story names it. */
export interface Reference {
  kind: ResourceKind;
  /** Empty for a cluster-scoped object. */
  namespace: string;
  name: string;
}

/** Reads `rc/frontend` or `shop/rc/frontend` (namespace first; `default` unless told); undefined where the kind is unknown. */
export function referenceOf(text: string): Reference | undefined {
  const parts = text.split('/');
  const [kindName = '', name = ''] = parts.slice(-2);
  const kind = findByAnyName(kindName);
  if (kind === undefined) return undefined;
  return { kind, namespace: kind.namespaced ? (parts.length === 3 ? String(parts[0]) : 'default') : '', name };
}

/** Names the kind a reference names, where it names one nobody knows. */
export function kindWordOf(text: string): string {
  return text.split('/').at(-2) ?? text;
}
