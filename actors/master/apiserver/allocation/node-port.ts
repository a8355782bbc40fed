/** NodePorts: which ports may be given, and which one is. */

import { pickPlace } from './cluster-ip.ts';

/** Ports from `first` on. */
export interface PortRange {
  readonly first: number;
  readonly size: number;
}

/** Reads a port range, `30000-32767`. @throws Error where it is none. */
export function parsePortRange(text: string): PortRange {
  const [first = Number.NaN, last = Number.NaN] = text.split('-').map(Number);
  if (!Number.isInteger(first) || !Number.isInteger(last) || first < 1 || last > 65_535 || last < first) {
    throw new Error(`--service-node-port-range "${text}" is not a range such as 30000-32767`);
  }
  return { first, size: last - first + 1 };
}

/** Says what is wrong with a port a user asks for; undefined where it lies in the range. */
export function portRefusal(range: PortRange, port: number): string | undefined {
  if (port >= range.first && port < range.first + range.size) return undefined;
  return `provided port is not in the valid range. The range of valid ports is ${range.first}-${range.first + range.size - 1}`;
}

/** Picks a free port as ClusterIPs are picked (KEP-3668). Undefined when the range is full. */
export function pickPort(
  range: PortRange,
  isTaken: (port: number) => boolean,
  random: () => number,
): number | undefined {
  const place = pickPlace(lowerBand(range.size), range.size, (at) => isTaken(range.first + at), random);
  return place === undefined ? undefined : range.first + place;
}

/** The size of the band kept for ports that users name: min(max(16, size/32), 128). */
function lowerBand(size: number): number {
  const band = Math.min(Math.max(16, Math.floor(size / 32)), 128);
  return band < size ? band : 0;
}
