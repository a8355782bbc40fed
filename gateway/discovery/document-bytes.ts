/** A document made once and given many times: its bytes, plain and compressed, and the tag by which a client knows it again. */

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { HttpRequest, HttpResponse } from '../http.ts';

/** Bytes worth compressing (apiserver's `defaultGzipThresholdBytes`). */
const smallestCompressed = 128 * 1024;

/** One form of a document. */
export class DocumentBytes {
  readonly contentType: string;
  readonly etag: string;
  readonly #plain: Uint8Array;
  #compressed: Uint8Array | undefined;

  /** Without an `etag` it is the hash of the bytes, as apiserver makes it: SHA-512 in capitals. */
  constructor(contentType: string, content: string | Uint8Array, etag?: string) {
    this.contentType = contentType;
    this.#plain = typeof content === 'string' ? Buffer.from(content) : content;
    this.etag = etag ?? createHash('sha512').update(this.#plain).digest('hex').toUpperCase();
  }

  /** Answers with it; without it (304), to a client that has it already. */
  answer(request: HttpRequest, headers: Readonly<Record<string, string>> = {}): HttpResponse {
    const common = { etag: `"${this.etag}"`, vary: 'Accept', ...headers };
    if (hasIt(request, this.etag)) return { status: 304, headers: common, body: '' };
    const typed = { ...common, 'content-type': this.contentType };
    const isCompressed = this.#plain.length >= smallestCompressed && takesGzip(request);
    if (!isCompressed) return { status: 200, headers: typed, body: this.#plain };
    // The least effort: most clients are on the same machine, and every change of kinds makes it anew.
    this.#compressed ??= gzipSync(this.#plain, { level: 1 });
    const encoded = { ...typed, vary: 'Accept, Accept-Encoding', 'content-encoding': 'gzip' };
    return { status: 200, headers: encoded, body: this.#compressed };
  }
}

function hasIt({ headers }: HttpRequest, etag: string): boolean {
  const tags = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(`"${etag}"`) || tags.includes('*');
}

function takesGzip({ headers }: HttpRequest): boolean {
  return (headers['accept-encoding'] ?? '').split(',').some((coding) => {
    const [name = '', quality = 'q=1'] = coding.split(';').map((part) => part.trim().toLowerCase());
    return name === 'gzip' && quality.startsWith('q=') && Number(quality.slice(2)) > 0;
  });
}
