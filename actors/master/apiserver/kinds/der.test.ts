import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { isCertificate, readPem, readRequestSubject } from './der.ts';

/** A request for CN=joe, O=devs, O=ops, made by `openssl req -new -newkey ed25519`. */
const request = `-----BEGIN CERTIFICATE REQUEST-----
MIGqMF4CAQAwKzEMMAoGA1UEAwwDam9lMQ0wCwYDVQQKDARkZXZzMQwwCgYDVQQK
DANvcHMwKjAFBgMrZXADIQABL6brr5PdPeDUG47OKa+Vx3RU83kzjDPyhUUms0Nd
nKAAMAUGAytlcANBAEcfRvRolHAvmPD/pINbtHgVoppAGoKP4ASkq47Bnw/mTW1x
mTvXB2PAGxAxVGludDOX9US0G7sY4rfx9CahWQI=
-----END CERTIFICATE REQUEST-----
`;

const bytesOf = (pem: string) => readPem(pem)?.[0]?.bytes ?? new Uint8Array();

describe('PEM', () => {
  it('is read block by block, headers or not', () => {
    const two = `${request}\n-----BEGIN KEY-----\nProc-Type: 4\n\nAAEC\n-----END KEY-----\n`;
    expect(readPem(two)?.map(({ label, hasHeaders }) => [label, hasHeaders])).toEqual([
      ['CERTIFICATE REQUEST', false],
      ['KEY', true],
    ]);
    expect(readPem('')).toEqual([]);
  });

  it.each([
    'hello',
    `${request}rest`,
    request.replace('END CERTIFICATE REQUEST', 'END CERTIFICATE'),
    '-----BEGIN A-----\n!\n-----END A-----',
  ])('is none where there is anything else: %j', (text) => expect(readPem(text)).toBeUndefined());
});

describe('a certificate request', () => {
  it('says whose certificate is requested', () => {
    expect(readRequestSubject(bytesOf(request))).toEqual(
      new Map([
        [3, ['joe']],
        [10, ['devs', 'ops']],
      ]),
    );
    expect(isCertificate(bytesOf(request))).toBe(true);
  });

  it('that is cut short or has something after it is none', () => {
    const bytes = bytesOf(request);
    for (let length = 0; length < bytes.length; length++) {
      expect(readRequestSubject(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(readRequestSubject(new Uint8Array([...bytes, 0]))).toBeUndefined();
  });

  it('of any bytes, or with any byte changed, does no harm', () => {
    const bytes = bytesOf(request);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void readRequestSubject(any)));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        readRequestSubject(changed);
      }),
    );
  });
});

it('base 64 is read as it is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(new TextDecoder().decode(decodeBase64(encodeBase64(text)))).toBe(text);
    }),
  );
  for (const text of ['a', 'a=', 'a===', '====', 'ab=c', 'a*bc']) expect(decodeBase64(text)).toBeUndefined();
});
