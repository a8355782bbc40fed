/** Objects in protobuf: what real clients send is the object they mean, and what is broken is refused in Kubernetes's words. */

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readEnvelope } from './envelope.ts';
import { captures } from './testing/captures.ts';

const assumed = { apiVersion: 'v1', kind: 'ConfigMap' };
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const read = (bytes: readonly number[] | Uint8Array) => readEnvelope(Uint8Array.from(bytes), assumed);

describe('what kubectl sends', () => {
  it.each(captures)('$command', ({ body, object }) => {
    expect(readEnvelope(bytesOf(body), assumed)).toEqual({ object });
  });
});

const prefix = [0x6b, 0x38, 0x73, 0x00];
/** A field of bytes; all here are short. */
const field = (number: number, ...bytes: number[]) => [(number << 3) | 2, bytes.length, ...bytes];
const text = (value: string) => [...Buffer.from(value)];
const typed = (apiVersion: string, kind: string) =>
  field(1, ...field(1, ...text(apiVersion)), ...field(2, ...text(kind)));
/** A body with a message of a kind. */
const body = (apiVersion: string, kind: string, ...message: number[]) => [
  ...prefix,
  ...typed(apiVersion, kind),
  ...field(2, ...message),
];
const objectIn = (bytes: readonly number[]) => (read(bytes) as { object: Record<string, unknown> }).object;

describe('a body that is no object', () => {
  it.each([
    ['empty', [], 'empty data'],
    ['JSON', text('{}'), 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['no more than the prefix', prefix, 'empty body'],
    ['cut off', [...prefix, 0x0a, 0x05, 0x01], 'unexpected EOF'],
    ['cut off in a number', [...prefix, 0x80], 'unexpected EOF'],
    ['a number without end', [...prefix, ...Array(11).fill(0x80)], 'proto: integer overflow'],
    ['of field 0', [...prefix, 0x02, 0x00], 'proto: Unknown: illegal tag 0 (wire type 2)'],
    ['the end of a group', [...prefix, 0x0c], 'proto: Unknown: wiretype end group for non-group'],
    ['a number where a message belongs', [...prefix, 0x08, 0x01], 'proto: wrong wireType = 0 for field TypeMeta'],
    ['of a wire type that there is not', [...prefix, 0x37], 'proto: illegal wireType 7'],
    [
      'of a length below zero',
      [...prefix, 0x0a, ...Array(9).fill(0xff), 0x01],
      'proto: negative length found during unmarshaling',
    ],
  ])('%s', (_what, bytes, problem) => {
    expect(read(bytes as number[])).toEqual({ problem });
  });

  it.each([
    ['a number for a map', [0x10, 0x01], 'proto: wrong wireType = 0 for field Data'],
    ['a map of numbers', field(2, 0x10, 0x01), 'proto: wrong wireType = 0 for field Mapvalue'],
    ['metadata cut off', field(1, 0x0a, 0x02, 0x61), 'unexpected EOF'],
  ])('a ConfigMap with %s', (_what, message, problem) => {
    expect(read(body('v1', 'ConfigMap', ...message))).toEqual({
      problem,
      type: { apiVersion: 'v1', kind: 'ConfigMap' },
    });
  });

  it('whose quantities, JSON or ports are none', () => {
    const quota = (quantity: string) =>
      body(
        'v1',
        'ResourceQuota',
        ...field(2, ...field(1, ...field(1, 0x61), ...field(2, ...field(1, ...text(quantity))))),
      );
    expect(objectIn(quota('1'))).toMatchObject({ spec: { hard: { a: '1' } } });
    expect(read(quota('1x1'))).toMatchObject({
      problem: expect.stringContaining('quantities must match the regular expression'),
    });
    const revision = (json: string) => body('apps/v1', 'ControllerRevision', ...field(2, ...field(1, ...text(json))));
    expect(objectIn(revision('{"a":1}'))).toMatchObject({ data: { a: 1 }, revision: 0 });
    expect(read(revision('{a'))).toMatchObject({
      problem: "invalid character 'a' looking for beginning of object key string",
    });
  });
});

test('an object that does not say what it is is what the request is about', () => {
  expect(objectIn([...prefix, ...field(2, ...field(1, ...field(1, 0x61)))])).toEqual({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'a', creationTimestamp: null },
  });
});

test('of a kind that nobody knows only the kind is known', () => {
  expect(objectIn(body('foo/v1', 'Foo', 0xff, 0xff))).toEqual({ kind: 'Foo', apiVersion: 'foo/v1' });
  expect(objectIn(body('__proto__', 'constructor'))).toEqual({ kind: 'constructor', apiVersion: '__proto__' });
});

test('how to delete is the same in every group', () => {
  const options = body('apps/v1', 'DeleteOptions', 0x08, 0x00, ...field(4, ...text('Orphan')));
  expect(objectIn(options)).toMatchObject({ gracePeriodSeconds: 0, propagationPolicy: 'Orphan' });
});

test('fields of later versions are passed over, in all ways they can lie', () => {
  const later = [
    ...[0xf8, 0x3f, 0x80, 0x01],
    ...[0xf9, 0x3f, 1, 2, 3, 4, 5, 6, 7, 8],
    ...[0xfa, 0x3f, 0x02, 0x61, 0x62],
    ...[0xfb, 0x3f, 0x08, 0x01, 0xfc, 0x3f],
    ...[0xfd, 0x3f, 1, 2, 3, 4],
  ];
  expect(objectIn(body('v1', 'ConfigMap', ...later, ...field(2, ...field(1, 0x61), ...field(2, 0x62))))).toMatchObject({
    data: { a: 'b' },
  });
});

test('a key of a map may be any text', () => {
  const { data } = objectIn(body('v1', 'ConfigMap', ...field(2, ...field(1, ...text('__proto__')), ...field(2, 0x62))));
  expect(JSON.stringify(data)).toBe('{"__proto__":"b"}');
  expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
});

test('whole numbers keep their sign, and repeated ones may be packed', () => {
  const minusOne = [...Array(9).fill(0xff), 0x01];
  const context = field(14, 0x10, ...minusOne, ...field(4, 0x05, 0x06), 0x20, 0x07);
  const { spec } = objectIn(body('v1', 'Pod', ...field(2, ...context)));
  expect(spec).toMatchObject({ securityContext: { runAsUser: -1, supplementalGroups: [5, 6, 7] } });
  // Of 32 bits the sign is the highest.
  const replicas = objectIn(body('apps/v1', 'Deployment', ...field(2, 0x08, 0xff, 0xff, 0xff, 0xff, 0x0f)));
  expect(replicas).toMatchObject({ spec: { replicas: -1 } });
});

test('messages in messages without end are refused', () => {
  let schema: number[] = [];
  // `not`, in `not`, in `not`.
  for (let depth = 0; depth < 2_000; depth++) schema = [0xe2, 0x01, ...lengthOf(schema), ...schema];
  const version = [0x22, ...lengthOf([0x0a, ...lengthOf(schema), ...schema]), 0x0a, ...lengthOf(schema), ...schema];
  const spec = [0x3a, ...lengthOf(version), ...version];
  const message = [0x12, ...lengthOf(spec), ...spec];
  const bytes = [...prefix, ...typed('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), 0x12];
  expect(read([...bytes, ...lengthOf(message), ...message])).toMatchObject({
    problem: 'proto: JSONSchemaProps: exceeded max depth',
  });
});

function lengthOf({ length }: readonly number[]): number[] {
  const bytes: number[] = [];
  for (let rest = length; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

test('whatever comes, there is an answer', () => {
  const good = captures.map(({ body }) => bytesOf(body));
  const spoilt = fc
    .tuple(fc.constantFrom(...good), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }), fc.nat())
    .map(([bytes, changes, cut]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, byte] of changes) copy[at % copy.length] = byte;
      return cut % 3 === 0 ? copy.subarray(0, cut % copy.length) : copy;
    });
  const random = fc.uint8Array().map((bytes) => Uint8Array.from([...prefix, ...bytes]));
  fc.assert(
    fc.property(fc.oneof(spoilt, random, fc.uint8Array()), (bytes) => {
      const found = readEnvelope(bytes, assumed);
      if ('object' in found) JSON.stringify(found.object);
      else expect(found.problem).not.toBe('');
    }),
    { numRuns: 2_000 },
  );
});
