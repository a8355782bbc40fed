/** Measures a piece of work: wall seconds, and memory of this process. */

/** Figures by name; what each means is the table's to say. */
export type Figures = Record<string, number>;

/** What a measured run took. */
export interface Measure<T> {
  result: T;
  wallSeconds: number;
  /** The process's own peak resident memory, in MiB. */
  peakMiB: number;
}

/** Runs `work` once and measures it. */
export function measure<T>(work: () => T): Measure<T> {
  const start = process.hrtime.bigint();
  const result = work();
  const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { result, wallSeconds, peakMiB: process.resourceUsage().maxRSS / 1024 };
}

/** Runs `work` several times and gives the median of its wall seconds. */
export function medianSeconds(times: number, work: () => void): number {
  const seconds = Array.from({ length: times }, () => measure(work).wallSeconds).sort((a, b) => a - b);
  return seconds[Math.floor(times / 2)] ?? Number.NaN;
}
