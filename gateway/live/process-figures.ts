/** What the process itself uses, for `/metrics`. */

import type { MeasuredFigures } from '../discovery/request-counts.ts';

/** Measures the process. */
export function processFigures(): MeasuredFigures {
  const { user, system } = process.cpuUsage();
  return {
    storedObjects: new Map(),
    openWatches: new Map(),
    residentMemoryBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
    startTimeSeconds: Math.floor(performance.timeOrigin / 1000),
  };
}
