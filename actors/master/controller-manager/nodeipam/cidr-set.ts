/** A range of addresses cut into equal parts, each given away once (`cidrset`). */

/** The parts of one range; a part is known by its number. */
export interface CidrSet {
  /** The first address of the range, as a number. */
  readonly base: number;
  readonly maskSize: number;
  readonly count: number;
  readonly used: Set<number>;
  /** Where to look first: what was given back rests until all others had their turn. */
  next: number;
}

/** Reads `10.244.0.0/16`; undefined where it is no IPv4 range. */
export function parseCidr(text: string): { base: number; prefix: number } | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (parts === null) return undefined;
  const numbers = parts.slice(1).map(Number);
  const prefix = numbers.pop() ?? 0;
  if (numbers.some((byte) => byte > 255) || prefix > 32) return undefined;
  const address = numbers.reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(address / size) * size, prefix };
}

/** Makes the set of a range, none of it used. @throws Error where the range is none, or smaller than one part. */
export function makeCidrSet(cidr: string, maskSize: number): CidrSet {
  const range = parseCidr(cidr);
  if (range === undefined) throw new Error(`--cluster-cidr=${cidr} is not an IPv4 range such as 10.244.0.0/16`);
  if (maskSize < range.prefix || maskSize > 32) {
    throw new Error(`--node-cidr-mask-size=${maskSize} must be between ${range.prefix}, that of ${cidr}, and 32`);
  }
  return { base: range.base, maskSize, count: 2 ** (maskSize - range.prefix), used: new Set(), next: 0 };
}

/** Takes the next free part; undefined where none is left. */
export function allocate(set: CidrSet): string | undefined {
  if (set.used.size >= set.count) return undefined;
  while (set.used.has(set.next)) set.next = (set.next + 1) % set.count;
  const part = set.next;
  set.used.add(part);
  set.next = (part + 1) % set.count;
  return format(set, part);
}

/** Marks everything as used that a range touches; false where it is none, or lies outside. */
export function occupy(set: CidrSet, cidr: string): boolean {
  const parts = partsOf(set, cidr);
  for (const part of parts) set.used.add(part);
  return parts.length > 0;
}

/** Gives a range back. */
export function release(set: CidrSet, cidr: string): void {
  for (const part of partsOf(set, cidr)) set.used.delete(part);
}

function partsOf(set: CidrSet, cidr: string): number[] {
  const range = parseCidr(cidr);
  if (range === undefined) return [];
  const partSize = 2 ** (32 - set.maskSize);
  const end = range.base + 2 ** (32 - range.prefix);
  const first = Math.max(0, Math.floor((range.base - set.base) / partSize));
  const last = Math.min(set.count, Math.ceil((end - set.base) / partSize));
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
}

function format({ base, maskSize }: CidrSet, part: number): string {
  const address = base + part * 2 ** (32 - maskSize);
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${bytes.join('.')}/${maskSize}`;
}
