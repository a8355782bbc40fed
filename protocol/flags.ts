/** The settings of a component, named after Kubernetes's own flags, with their defaults. */

import { nearest } from './spelling.ts';

/** One setting: how what a user gave is read, and what holds where nothing was given. */
export interface Flag<T> {
  readonly fallback: T;
  readonly usage: string;
  /** Reads a given value; undefined where it is none of this flag's. */
  readonly read: (given: unknown) => T | undefined;
  /** What a right value looks like. */
  readonly form: string;
}

/** The settings of one component by name. */
// biome-ignore lint/suspicious/noExplicitAny: each flag has a type of its own.
export type Flags = Readonly<Record<string, Flag<any>>>;

/** The values of settings. */
export type FlagValues<F extends Flags> = { readonly [Name in keyof F]: F[Name] extends Flag<infer T> ? T : never };

/** A setting that cannot be used: says which, why, and what to write. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** Names a component's settings. */
export function defineFlags<F extends Flags>(flags: F): F {
  return flags;
}

const unitsMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads a duration as Go writes it (`1m30s`, `500ms`, `0`), in ms; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  const parts = /^([-+]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (parts === null) return undefined;
  let ms = 0;
  for (const [, count, unit = ''] of String(parts[2]).matchAll(/([\d.]+)([a-zµ]+)/g))
    ms += Number(count) * (unitsMs[unit] ?? 0);
  return parts[1] === '-' ? -ms : ms;
}

/** Writes a duration as Go does, from hours to seconds: 90,000 ms is `1m30s`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return '0s';
  if (ms < 1) return `${ms * 1000}µs`;
  if (ms < 1000) return `${ms}ms`;
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const seconds = `${Number(((ms % 60_000) / 1000).toFixed(6))}s`;
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** Makes a setting that is a span of time; its value is in ms. */
export function duration(fallback: string, usage: string): Flag<number> {
  const ms = parseDuration(fallback);
  if (ms === undefined) throw new FlagError(`"${fallback}" is not a duration`);
  const read = (given: unknown) => (typeof given === 'string' ? parseDuration(given) : given === 0 ? 0 : undefined);
  return { fallback: ms, usage, read, form: 'a number with a unit, such as 40s, 500ms or 1m30s' };
}

/** Makes a setting that is a number. */
export function number(fallback: number, usage: string): Flag<number> {
  const read = (given: unknown) => {
    const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  return { fallback, usage, read, form: 'a number' };
}

/** Makes a setting that is on or off. */
export function bool(fallback: boolean, usage: string): Flag<boolean> {
  const read = (given: unknown) =>
    given === true || given === 'true' ? true : given === false || given === 'false' ? false : undefined;
  return { fallback, usage, read, form: 'true or false' };
}

/** Makes a setting that is any text. */
export function text(fallback: string, usage: string): Flag<string> {
  const read = (given: unknown) =>
    typeof given === 'string' ? given : typeof given === 'number' ? String(given) : undefined;
  return { fallback, usage, read, form: 'a text' };
}

/** Makes a setting that is one of a few words. */
export function choice<const Word extends string>(
  words: readonly Word[],
  fallback: NoInfer<Word>,
  usage: string,
): Flag<Word> {
  return { fallback, usage, read: (given) => words.find((word) => word === given), form: `one of ${words.join(', ')}` };
}

/** Makes a setting that is a list of words, given as a list or parted by commas. */
export function list(fallback: readonly string[], usage: string): Flag<readonly string[]> {
  const read = (given: unknown) => {
    if (typeof given === 'string') return given === '' ? [] : given.split(',');
    return Array.isArray(given) && given.every((word) => typeof word === 'string') ? (given as string[]) : undefined;
  };
  return { fallback, usage, read, form: 'a list such as a,b' };
}

/** Makes a setting that maps names to texts, given as a map or as `cpu=100m,memory=1Gi`. */
export function map(fallback: Readonly<Record<string, string>>, usage: string): Flag<Readonly<Record<string, string>>> {
  return { fallback, usage, read: readMap, form: 'pairs such as cpu=100m,memory=1Gi' };
}

function readMap(given: unknown): Record<string, string> | undefined {
  if (typeof given === 'string') {
    const pairs = given === '' ? [] : given.split(',').map((pair) => /^([^=<]+)[=<](.*)$/.exec(pair)?.slice(1));
    return pairs.some((pair) => pair === undefined) ? undefined : Object.fromEntries(pairs as [string, string][]);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const pairs = Object.entries(given).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]);
  return pairs.every(([, value]) => typeof value === 'string') ? Object.fromEntries(pairs) : undefined;
}

/** The values that hold where nothing is given. */
export function defaultsOf<F extends Flags>(flags: F): FlagValues<F> {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, flag.fallback])) as FlagValues<F>;
}

/**
 * Reads what a user gave, on top of the defaults.
 *
 * @throws FlagError naming the flag and what to write instead.
 */
export function parseFlags<F extends Flags>(flags: F, given: Readonly<Record<string, unknown>> = {}): FlagValues<F> {
  const values: Record<string, unknown> = { ...defaultsOf(flags) };
  for (const [name, value] of Object.entries(given)) {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) throw new FlagError(unknownFlag(name, Object.keys(flags)));
    const read = flag.read(value);
    if (read === undefined)
      throw new FlagError(`invalid value ${JSON.stringify(value)} for --${name}: write ${flag.form}`);
    values[name] = read;
  }
  return values as FlagValues<F>;
}

function unknownFlag(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const hint =
    near === undefined ? `the flags are ${known.map((one) => `--${one}`).join(', ')}` : `did you mean --${near}?`;
  return `unknown flag: --${name}; ${hint}`;
}
