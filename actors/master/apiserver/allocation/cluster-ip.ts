/** ClusterIPs: which addresses of the service range may be given, and which one is. */

/** An IPv4 range; addresses are numbers, `first` the one of the `kubernetes` Service. */
export interface AddressRange {
  readonly cidr: string;
  readonly first: number;
  /** How many can be given: neither the network's own address nor the broadcast one. */
  readonly size: number;
}

/** Reads a CIDR. @throws Error where it is none. */
export function parseAddressRange(cidr: string): AddressRange {
  const [address = '', bits = ''] = cidr.split('/');
  const base = parseAddress(address);
  const length = Number(bits);
  if (base === undefined || !/^\d{1,2}$/.test(bits) || length < 1 || length > 30) {
    throw new Error(`--service-cluster-ip-range "${cidr}" is not an IPv4 CIDR such as 10.96.0.0/12`);
  }
  const hosts = 2 ** (32 - length);
  return { cidr, first: Math.floor(base / hosts) * hosts + 1, size: hosts - 2 };
}

/** Reads an IPv4 address as a number; undefined where it is none. */
export function parseAddress(text: string): number | undefined {
  if (!/^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part < 256) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}

/** Writes an address. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** The address of the `kubernetes` Service. */
export function firstAddress(range: AddressRange): string {
  return formatAddress(range.first);
}

/** Says what is wrong with an address a user asks for; undefined where it lies in the range. */
export function addressRefusal(range: AddressRange, text: string): string | undefined {
  const address = parseAddress(text);
  if (address !== undefined && address >= range.first && address < range.first + range.size) return undefined;
  return `the provided IP (${text}) is not in the valid range. The range of valid IPs is ${range.cidr}`;
}

/**
 * Picks a free address: at random in the upper band, and below it only when that is full, so that users can name
 * addresses of the lower band without a clash (KEP-3070). Undefined when the range is full.
 */
export function pickAddress(
  range: AddressRange,
  isTaken: (address: string) => boolean,
  random: () => number,
): string | undefined {
  const band = lowerBand(range.size);
  const place = pickPlace(band, range.size, (at) => isTaken(formatAddress(range.first + at)), random);
  return place === undefined ? undefined : formatAddress(range.first + place);
}

/** The size of the band kept for addresses that users name: min(max(16, size/16), 256). */
function lowerBand(size: number): number {
  const band = Math.min(Math.max(16, Math.floor(size / 16)), 256);
  return band < size ? band : 0;
}

/** Picks a free place in [0, size): from a random one on upward in the band above `offset`, then in the band below. */
export function pickPlace(
  offset: number,
  size: number,
  isTaken: (place: number) => boolean,
  random: () => number,
): number | undefined {
  return scan(offset, size - offset, isTaken, random) ?? scan(0, offset, isTaken, random);
}

function scan(
  from: number,
  count: number,
  isTaken: (place: number) => boolean,
  random: () => number,
): number | undefined {
  if (count <= 0) return undefined;
  const start = Math.floor(random() * count);
  for (let i = 0; i < count; i++) {
    const place = from + ((start + i) % count);
    if (!isTaken(place)) return place;
  }
  return undefined;
}
