/** What Go's decoder says of JSON texts. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examineJson } from './json-text.ts';

describe('a text that is no JSON', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{"a": ', 'unexpected end of JSON input'],
    ['hello', "invalid character 'h' looking for beginning of value"],
    ['trie', "invalid character 'i' in literal true (expecting 'u')"],
    ['{a: 1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a": 1 "b"}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['{"a": 1,}', "invalid character '}' looking for beginning of object key string"],
    ['"a\\q"', "invalid character 'q' in string escape code"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['01', "invalid character '1' after top-level value"],
  ])('%s', (text, fault) => {
    expect(examineJson(text).fault).toBe(fault);
    expect(() => JSON.parse(text)).toThrow();
  });

  it('is told from JSON exactly as JSON.parse tells it', () => {
    const nearly = fc
      .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), fc.nat(2))
      .map(([text, at, added, cut]) => {
        const place = text.length === 0 ? 0 : at % text.length;
        return text.slice(0, place) + added + text.slice(place + cut);
      });
    fc.assert(
      fc.property(nearly, (text) => {
        let isGood = true;
        try {
          JSON.parse(text);
        } catch {
          isGood = false;
        }
        expect(examineJson(text).fault === undefined).toBe(isGood);
      }),
      { numRuns: 1_000 },
    );
  });

  it('may be as deep as an attacker likes', () => {
    expect(examineJson('['.repeat(100_000)).fault).toBe('exceeded max depth');
  });
});

it('fields that stand twice are named by their paths', () => {
  const text = '{"spec": {"replicas": 1, "containers": [{"image": "a", "image": "b"}], "replicas": 2}, "spec": {}}';
  expect(examineJson(text).duplicates).toEqual(['spec.containers[0].image', 'spec.replicas', 'spec']);
});
