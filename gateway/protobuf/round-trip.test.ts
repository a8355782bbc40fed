/** What is written is read again as what it was, for every kind; and written as Kubernetes writes it. */

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { resourceKinds } from '../../protocol/resources.ts';
import { kinds } from '../../protocol/schema/facts.ts';
import { readEnvelope, writeEnvelope } from './envelope.ts';
import { layoutOfKind } from './layout.ts';
import { captures } from './testing/captures.ts';
import { messagesOf } from './testing/objects.ts';

describe('what kubectl sends', () => {
  it.each(captures)('is written byte for byte the same: $command', ({ body, object }) => {
    expect(Buffer.from(writeEnvelope(object) ?? []).toString('base64')).toBe(body);
  });
});

describe('an object', () => {
  it.each(Object.keys(kinds))('%s', (key) => {
    const [apiVersion = '', kind = ''] = key.split(' ');
    const objects = messagesOf(layoutOfKind(apiVersion, kind)?.name ?? '', 5);
    fc.assert(
      fc.property(objects, (fields) => {
        const object = { kind, apiVersion, ...(fields as object) };
        const read = readEnvelope(writeEnvelope(object) ?? new Uint8Array(), { apiVersion: '', kind: '' });
        expect(read).toEqual({ object });
      }),
      { numRuns: 25 },
    );
  });
});

test('what of an object is not there is written as Go writes it, and read as Go would show it', () => {
  for (const { group, version, kind } of resourceKinds) {
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const once = readEnvelope(writeEnvelope({ apiVersion, kind }) ?? new Uint8Array(), { apiVersion: '', kind: '' });
    const twice = readEnvelope(writeEnvelope('object' in once ? once.object : {}) ?? new Uint8Array(), {
      apiVersion: '',
      kind: '',
    });
    expect(once).toMatchObject({ object: { apiVersion, kind } });
    expect(twice).toEqual(once);
  }
});
