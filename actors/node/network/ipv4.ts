/** IPv4 addresses and subnets as numbers. */

/** A subnet: its first address and how many bits of it are fixed. */
export interface Subnet {
  base: number;
  bits: number;
}

/** Reads an address as a number from 0 to 2^32 - 1; NaN where it is none. */
export function addressNumber(ip: string): number {
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < ip.length; i++) {
    const code = ip.charCodeAt(i);
    if (code === 46) {
      if (digits === 0 || part > 255) return Number.NaN;
      value = value * 256 + part;
      part = 0;
      digits = 0;
      dots++;
    } else if (code >= 48 && code <= 57) {
      part = part * 10 + code - 48;
      digits++;
    } else return Number.NaN;
  }
  return dots === 3 && digits > 0 && part <= 255 ? value * 256 + part : Number.NaN;
}

/** Writes a number as an address. */
export function addressText(value: number): string {
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** Gives an address's subnet of so many fixed bits. */
export function baseOf(address: number, bits: number): number {
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) * size;
}

/** Reads a subnet such as `10.244.1.0/24`; undefined where it is none. */
export function parseSubnet(cidr: string): Subnet | undefined {
  const [ip = '', bitsText = ''] = cidr.split('/', 2);
  const bits = /^\d{1,2}$/.test(bitsText) ? Number(bitsText) : Number.NaN;
  const address = addressNumber(ip);
  return Number.isNaN(address) || !(bits <= 32) ? undefined : { base: baseOf(address, bits), bits };
}

/** Tells whether an address lies in a subnet. */
export function contains({ base, bits }: Subnet, address: number): boolean {
  return address >= base && address < base + 2 ** (32 - bits);
}
