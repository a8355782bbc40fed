/** The functions Kubernetes adds for its own texts: quantities and URLs (apiserver's `library.Quantity`, `library.URLs`). */

import type { Quantity } from '../../../../../protocol/quantity.ts';
import {
  addQuantities,
  compareQuantities,
  isQuantity,
  parseQuantity,
  subtractQuantities,
} from '../../../../../protocol/quantity.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { Value } from '../value.ts';
import { Fields, List, Opaque } from '../value.ts';
import type { Overload } from './overload.ts';
import { free, member, perSign } from './overload.ts';

const one = 10n ** 9n;
const inner = (value: Value | undefined) => (value as Opaque<Quantity>).inner;

function quantity(amount: Quantity): Opaque {
  return new Opaque('kubernetes.Quantity', amount, String(amount.nano));
}

function readQuantity([text]: readonly Value[]): Opaque {
  try {
    return quantity(parseQuantity(text as string));
  } catch (error) {
    throw new EvaluationError((error as Error).message);
  }
}

const whole = (value: Value | undefined): Quantity => ({ nano: (value as bigint) * one, format: 'DecimalSI' });

function isInteger([value]: readonly Value[]): boolean {
  const { nano } = inner(value);
  return nano % one === 0n && nano < 2n ** 63n * one && nano >= -(2n ** 63n) * one;
}

const quantities: Overload[] = [
  free('quantity', 'string', 'quantity', readQuantity),
  free('isQuantity', 'string', 'bool', ([text]) => isQuantity(text)),
  member('isInteger', 'quantity', 'bool', isInteger),
  member('asInteger', 'quantity', 'int', (args) => {
    if (!isInteger(args)) throw new EvaluationError('cannot convert value to integer');
    return inner(args[0]).nano / one;
  }),
  member('asApproximateFloat', 'quantity', 'double', ([value]) => Number(inner(value).nano) / 1e9),
  member('sign', 'quantity', 'int', ([value]) => (inner(value).nano > 0n ? 1n : inner(value).nano < 0n ? -1n : 0n)),
  member('add', 'quantity, quantity', 'quantity', ([a, b]) => quantity(addQuantities(inner(a), inner(b)))),
  member('add', 'quantity, int', 'quantity', ([a, b]) => quantity(addQuantities(inner(a), whole(b)))),
  member('sub', 'quantity, quantity', 'quantity', ([a, b]) => quantity(subtractQuantities(inner(a), inner(b)))),
  member('sub', 'quantity, int', 'quantity', ([a, b]) => quantity(subtractQuantities(inner(a), whole(b)))),
  member('isLessThan', 'quantity, quantity', 'bool', ([a, b]) => compareQuantities(inner(a), inner(b)) < 0),
  member('isGreaterThan', 'quantity, quantity', 'bool', ([a, b]) => compareQuantities(inner(a), inner(b)) > 0),
  member('compareTo', 'quantity, quantity', 'int', ([a, b]) => BigInt(compareQuantities(inner(a), inner(b)))),
];

/** The parts of a URL, as Go's `url.ParseRequestURI` tells them. */
interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

function parseUrl(text: string): Url | undefined {
  const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?]*)(?:\?(.*))?$/s.exec(text);
  const [, scheme = '', authority, path = '', query = ''] = parts ?? [];
  const isRooted = scheme !== '' || path.startsWith('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go refuses them.
  if (parts === null || !isRooted || /[\u0000-\u0020\u007f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(path)) {
    return undefined;
  }
  if (scheme !== '' && authority === undefined && !path.startsWith('/')) return undefined;
  const host = (authority ?? '').replace(/^.*@/, '');
  const isHost = /^(?:\[[0-9A-Fa-f:.%]+\]|[^[\]:\s<>"]*)(?::\d*)?$/.test(host);
  return isHost ? { scheme: scheme.toLowerCase(), host, path, query } : undefined;
}

const url = (value: Value | undefined) => (value as Opaque<Url>).inner;

function readUrl([text]: readonly Value[]): Opaque {
  const made = parseUrl(text as string);
  if (made === undefined)
    throw new EvaluationError(
      `URL parse error during conversion from string: parse "${text}": invalid URI for request`,
    );
  return new Opaque('kubernetes.URL', made, text as string);
}

function hostname({ host }: Url): string {
  return host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
}

function escapedPath({ path }: Url): string {
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]]/gu, (sign) => encodeURIComponent(sign));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function queryOf({ query }: Url): Fields {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    values.set(decoded(name), [...(values.get(decoded(name)) ?? []), decoded(value)]);
  }
  return Fields.of([...values].map(([name, all]) => [name, List.of(all)]));
}

const urls: Overload[] = [
  free('url', 'string', 'url', readUrl, perSign),
  free('isURL', 'string', 'bool', ([text]) => parseUrl(text as string) !== undefined, perSign),
  member('getScheme', 'url', 'string', ([value]) => url(value).scheme),
  member('getHost', 'url', 'string', ([value]) => url(value).host),
  member('getHostname', 'url', 'string', ([value]) => hostname(url(value))),
  member('getPort', 'url', 'string', ([value]) => /:(\d+)$/.exec(url(value).host)?.[1] ?? ''),
  member('getEscapedPath', 'url', 'string', ([value]) => escapedPath(url(value))),
  member('getQuery', 'url', 'map(string, list(string))', ([value]) => queryOf(url(value))),
];

/** The functions of quantities and URLs. */
export const kubernetes: readonly Overload[] = [...quantities, ...urls];
