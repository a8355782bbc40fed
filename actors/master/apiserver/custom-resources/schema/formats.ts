/** The formats of texts that custom resources are checked by (go-openapi's `strfmt`); any other is but a word. */

import { isRfc3339 } from '../../../../../protocol/time.ts';

type Check = (text: string) => boolean;

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const uuid = (version: string, variant = '[0-9a-f]') =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i');
const anyUuid = uuid('[0-9a-f]');
const duration =
  /^\s*-?\d+(?:\.\d+)?\s*(?:ns|us|µs|ms|s|m|h|d|w|days?|hours?|minutes?|seconds?|weeks?|milli|micro|nano)s?\s*$/i;
const goDuration = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

const by =
  (expression: RegExp): Check =>
  (text) =>
    expression.test(text);

const checks: Readonly<Record<string, Check>> = {
  uri: by(/^(?:\/|[a-z][a-z0-9+.-]*:)\S*$/i),
  email: by(/^(?:[^<>]*<)?[^\s@<>"]+@[^\s@<>]+>?$/),
  hostname: isHostname,
  ipv4: by(ipv4),
  ipv6: isIpv6,
  cidr: isCidr,
  mac: by(/^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i),
  uuid: by(anyUuid),
  uuid3: by(uuid('3')),
  uuid4: by(uuid('4', '[89ab]')),
  uuid5: by(uuid('5', '[89ab]')),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: by(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: by(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i),
  rgbcolor: by(/^rgb\(\s*(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\s*(?:,\s*(?!\))|(?=\)))){3}\)$/),
  byte: by(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  bsonobjectid: by(/^[0-9a-f]{24}$/i),
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isRfc3339(`${text}T00:00:00Z`),
  duration: (text) => goDuration.test(text) || duration.test(text),
  datetime: (text) => isRfc3339(text) || isRfc3339(`${text}Z`),
};

/** Gives the check of a format; undefined for one that is not known, which checks nothing. */
export function formatCheck(format: string | undefined): Check | undefined {
  const name = format?.replaceAll('-', '') ?? '';
  return Object.hasOwn(checks, name) ? checks[name] : undefined;
}

function isHostname(text: string): boolean {
  if (text.length > 255) return false;
  const labels = text.split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length > 1 && !/^[a-z]{2,63}$/i.test(last)) return false;
  return labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
}

function isIpv6(text: string): boolean {
  const tail = /:((?:\d+\.){3}\d+)$/.exec(text)?.[1];
  if (tail !== undefined && !ipv4.test(tail)) return false;
  const plain = tail === undefined ? text : `${text.slice(0, -tail.length)}0:0`;
  const halves = plain.split('::');
  if (!plain.includes(':') || halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const isRightCount = halves.length === 2 ? groups.length < 8 : groups.length === 8;
  return isRightCount && groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
}

function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  if (ipv4.test(address)) return Number(bits) <= 32;
  return isIpv6(address) && Number(bits) <= 128;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + (i + 1) * (digit === 'X' ? 10 : Number(digit)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  return [...digits].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0;
}

/** By its first digits and Luhn's sum. */
function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (
    !/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/.test(
      digits,
    )
  )
    return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
