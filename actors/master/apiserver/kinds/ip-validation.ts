/** The syntax of addresses, and which addresses cannot be reached from elsewhere. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid } from '../../../../protocol/field-errors.ts';

const byte = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = new RegExp(`^(${byte}\\.){3}${byte}$`);

/** Tells whether a text is an IPv4 address. */
export function isIPv4(text: string): boolean {
  return ipv4.test(text);
}

/** Tells whether a text is an IPv6 address. */
export function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)?.at(-1);
  let count = groups.flat().length;
  if (last !== undefined && isIPv4(last)) {
    groups.at(-1)?.pop();
    count++;
  }
  return (
    groups.flat().every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8)
  );
}

/** Checks an address of either family. */
export function validateIP(text: string, path: string): FieldError[] {
  if (isIPv4(text) || isIPv6(text)) return [];
  return [invalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

/** Checks a subnet of either family. */
export function validateCIDR(text: string, path: string): FieldError[] {
  const [address = '', bits, ...more] = text.split('/');
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (more.length === 0 && bits !== undefined && /^[0-9]{1,3}$/.test(bits) && Number(bits) <= most) return [];
  return [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

/** Refuses addresses that mean something else on every machine. */
export function validateNonSpecialIP(ip: string, path: string): FieldError[] {
  if (!isIPv4(ip) && !isIPv6(ip)) return [invalid(path, ip, 'must be a valid IP address')];
  const refuse = (detail: string) => [invalid(path, ip, detail)];
  const low = ip.toLowerCase();
  if (ip === '0.0.0.0' || /^[0:]+$/.test(ip)) return refuse(`may not be unspecified (${ip})`);
  if (ip.startsWith('127.') || /^(0*:)+0*1$/.test(ip))
    return refuse('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (ip.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/.test(low)) {
    return refuse('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
  if (ip.startsWith('224.0.0.') || low.startsWith('ff02:')) {
    return refuse('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
  return [];
}
