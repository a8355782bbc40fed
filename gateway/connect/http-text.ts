/** HTTP/1.1 as bytes: requests read off a tunnelled connection, and the answers written to it. */

import { STATUS_CODES } from 'node:http';

/** A request, read whole. */
export interface TunnelledRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The client wants no more after it. */
  readonly isLast: boolean;
}

/** bytes of a head, and of a body, that are taken. */
const mostHeadBytes = 64 * 1024;
const mostBodyBytes = 16 * 1024 * 1024;

/** Cuts requests out of bytes as they come. */
export class RequestReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Takes bytes; gives the requests that are whole. @throws Error where it is no HTTP */
  take(bytes: Uint8Array): TunnelledRequest[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const requests: TunnelledRequest[] = [];
    for (let request = this.#next(); request !== undefined; request = this.#next()) requests.push(request);
    return requests;
  }

  #next(): TunnelledRequest | undefined {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#rest.length > mostHeadBytes || !couldBeHttp(this.#rest)) throw new Error('not HTTP');
      return undefined;
    }
    const [first = '', ...lines] = this.#rest.toString('latin1', 0, end).split('\r\n');
    const [, method = '', path = '', version = ''] = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(first) ?? [];
    if (method === '') throw new Error('not HTTP');
    const headers = headersOf(lines);
    const found = bodyOf(this.#rest, end + 4, headers);
    if (found === undefined) return undefined;
    this.#rest = this.#rest.subarray(found.end);
    const connection = (headers.connection ?? '').toLowerCase();
    const isLast = connection.includes('close') || (version === '0' && !connection.includes('keep-alive'));
    return { method, path, headers, body: found.body, isLast };
  }
}

function couldBeHttp(bytes: Buffer): boolean {
  if (bytes.length === 0) return true;
  return /^[A-Z]{1,16}( |$)/.test(bytes.toString('latin1', 0, 20).split(' ')[0] ?? '');
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

function bodyOf(
  all: Buffer,
  from: number,
  headers: Readonly<Record<string, string>>,
): { body: Buffer; end: number } | undefined {
  if (/chunked/i.test(headers['transfer-encoding'] ?? '')) return chunksOf(all, from);
  const length = Number(headers['content-length'] ?? 0);
  if (!Number.isInteger(length) || length < 0 || length > mostBodyBytes) throw new Error('not HTTP');
  return all.length < from + length ? undefined : { body: all.subarray(from, from + length), end: from + length };
}

function chunksOf(all: Buffer, from: number): { body: Buffer; end: number } | undefined {
  const chunks: Buffer[] = [];
  let [at, total] = [from, 0];
  for (;;) {
    const lineEnd = all.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(all.toString('latin1', at, lineEnd), 16);
    total += size;
    if (!(size >= 0) || total > mostBodyBytes) throw new Error('not HTTP');
    const next = lineEnd + 2 + size + 2;
    if (all.length < next) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), end: next };
    chunks.push(all.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

/** Writes an answer. */
export function writeResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  { isHead = false, isLast = false } = {},
): Buffer {
  const bytes = Buffer.from(body);
  const all = { ...headers, 'content-length': String(bytes.length), ...(isLast && { connection: 'close' }) };
  const lines = Object.entries(all).map(([name, value]) => `${title(name)}: ${value}\r\n`);
  const head = Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`);
  return isHead ? head : Buffer.concat([head, bytes]);
}

function title(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
