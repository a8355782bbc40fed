import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RequestReader, type TunnelledRequest, writeResponse } from './http-text.ts';

const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path: fc.webPath().map((path) => `/${path}`),
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[!-~]{0,20}$/), { maxKeys: 3 }),
  body: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  isChunked: fc.boolean(),
});

function write({ method, path, headers, body, isChunked }: Omit<TunnelledRequest, 'isLast'> & { isChunked: boolean }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}${length}\r\n\r\n`, 'latin1');
  if (!isChunked) return Buffer.concat([head, body]);
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([head, ...chunk, Buffer.from('0\r\n\r\n')]);
}

describe('HTTP on a tunnelled connection', () => {
  test('is read as it was written, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 4 }), fc.integer({ min: 1, max: 60 }), (requests, size) => {
        const all = Buffer.concat(requests.map(write));
        const reader = new RequestReader();
        const read: TunnelledRequest[] = [];
        for (let at = 0; at < all.length; at += size) read.push(...reader.take(all.subarray(at, at + size)));
        expect(read.map(({ method, path, body }) => [method, path, body.toString('latin1')])).toEqual(
          requests.map(({ method, path, body }) => [method, path, body.toString('latin1')]),
        );
        for (const [i, { headers }] of read.entries()) expect(headers).toMatchObject(requests[i]?.headers ?? {});
      }),
    );
  });

  test('that is none is refused as soon as that is seen', () => {
    const reading = (text: string) => () => new RequestReader().take(Buffer.from(text));
    expect(reading('*1\r\n$4\r\nPING\r\n')).toThrow('not HTTP');
    expect(reading('get / HTTP/1.1\r\n\r\n')).toThrow('not HTTP');
    expect(reading('GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n')).toThrow('not HTTP');
    expect(reading(`GET /${'a'.repeat(70_000)}`)).toThrow('not HTTP');
    expect(reading('')()).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        try {
          new RequestReader().take(noise);
        } catch (error) {
          expect((error as Error).message).toBe('not HTTP');
        }
      }),
    );
  });

  test('says when it is the last request, and so does its answer', () => {
    const [first] = new RequestReader().take(Buffer.from('GET / HTTP/1.1\r\nConnection: close\r\n\r\n'));
    expect(first?.isLast).toBe(true);
    expect(new RequestReader().take(Buffer.from('GET / HTTP/1.0\r\n\r\n'))[0]?.isLast).toBe(true);
    expect(writeResponse(200, { 'content-type': 'text/plain' }, 'hé', { isLast: true }).toString()).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhé',
    );
    expect(writeResponse(200, {}, 'body', { isHead: true }).toString()).not.toContain('body');
  });
});
