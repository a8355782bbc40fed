/** Reads where requests go. */

/** Where a request goes: a name or address, a port and a path. */
export interface Destination {
  host: string;
  port: number;
  path: string;
}

const addressForm = /^(\d{1,3}\.){3}\d{1,3}$/;

/** Reads `http://host[:port][/path]`; the scheme may be left out. undefined where it is none. */
export function parseTarget(target: string): Destination | undefined {
  const parts = /^(?:http:\/\/)?([^/:\s]+)(?::(\d{1,5}))?(\/\S*)?$/.exec(target);
  const [, host, port = '80', path = '/'] = parts ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65535) return undefined;
  return { host, port: Number(port), path };
}

/** Tells whether a host is an IPv4 address already. */
export function isAddress(host: string): boolean {
  return addressForm.test(host);
}

/**
 * Gives the n-th source address of a generator: in 198.18.0.0/15, the range of benchmarks (RFC 2544), begun by its name.
 */
export function sourceAddress(name: string, n: number): string {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) >>> 0;
  const host = 1 + ((hash + n) % 131_070);
  return `198.${18 + (host >> 16)}.${(host >> 8) & 0xff}.${host & 0xff}`;
}
