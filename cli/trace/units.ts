/** Times and sizes as people write them on a command line. */

import { UsageError } from '../arguments.ts';

const msOf: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const bytesIn: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/** Reads `90s`, `1.5m`, `24h` as ms; a bare number counts seconds. @throws UsageError */
export function durationOf(option: string, text: string): number {
  const [, number = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (number === '') throw new UsageError(`--${option} ${text} is no time`, `write it as --${option} 90s, 5m or 1h`);
  return Number(number) * (msOf[unit] ?? 1000);
}

/** Reads `500MB`, `4GB` as bytes. @throws UsageError */
export function bytesOf(option: string, text: string): number {
  const [, number = '', unit = 'B'] = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)?$/i.exec(text) ?? [];
  if (number === '') throw new UsageError(`--${option} ${text} is no size`, `write it as --${option} 500MB or 4GB`);
  return Math.round(Number(number) * (bytesIn[unit.toUpperCase()] ?? 1));
}
