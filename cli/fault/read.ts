/** Reads what stands after the options of `troupe fault`: spans of time, shares, rates, numbers. */

import { parseDuration } from '../../protocol/flags.ts';
import { UsageError } from '../arguments.ts';

/** Reads a span of time such as `200ms` or `1m30s`, in ms; undefined where none is given. @throws UsageError */
export function spanOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 0) return ms;
  throw new UsageError(
    `--${option} ${text} is no span of time`,
    'write a number with a unit, such as 40s, 500ms or 1m30s',
  );
}

/** Reads a span of time that must be given. @throws UsageError */
export function neededSpan(command: string, option: string, text: string | undefined): number {
  const ms = spanOf(option, text);
  if (ms !== undefined && ms > 0) return ms;
  throw new UsageError(`troupe fault ${command} needs --${option}`, `say how long, such as --${option} 200ms`);
}

/** Reads a share, from 0 to 1 or in per cent. @throws UsageError */
export function shareOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const share = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new UsageError(`--${option} ${text} is no share`, 'write a number from 0 to 1, or per cent, such as 10%');
}

/** Reads how fast a clock drifts, in parts per million. @throws UsageError */
export function ppmOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d+(?:\.\d+)?(?:ppm)?$/.test(text)) return Number.parseFloat(text);
  throw new UsageError(`--${option} ${text} is no rate`, 'write parts per million, such as 200ppm; slow with a minus');
}
