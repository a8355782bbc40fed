import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codec, CodecError } from './codec.ts';
import type { Travelling } from './message.ts';

/** Plain data as bodies hold it. A key `__proto__` cannot be carried: msgpackr guards against it. */
const bodies = fc.anything({
  key: fc.string().filter((key) => key !== '__proto__'),
  withNullPrototype: false,
  maxDepth: 4,
});
const messages: fc.Arbitrary<Travelling> = fc.record({
  type: fc.string(),
  body: bodies,
  from: fc.string(),
  to: fc.string(),
  seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  causeFrom: fc.string(),
  causeSeq: fc.nat(),
  sentAt: fc.double({ min: 0, max: 4e12, noNaN: true }).map((ms) => ms + 0),
  request: fc.nat(),
  stream: fc.nat(),
  place: fc.nat(),
  note: fc.constant(undefined),
  role: fc.nat({ max: 7 }),
});

/** Negative zero is the one number msgpack has no room for. */
const noNegativeZero = (value: unknown): unknown => {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(noNegativeZero);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, noNegativeZero(item)]));
};
const clean = messages.map((message) => ({ ...message, body: noNegativeZero(message.body) }));

const pod = (name: string): Travelling => ({
  type: 'object.create',
  body: {
    resource: 'pods',
    object: { kind: 'Pod', metadata: { name, labels: { app: 'web' } }, spec: { containers: [] } },
  },
  from: 'c.client.user',
  to: 'c.master.apiserver',
  seq: 1,
  causeFrom: '',
  causeSeq: 0,
  sentAt: 1_714_564_800_000.25,
  request: 7,
  stream: 0,
  place: 0,
  note: undefined,
  role: 1,
});

describe('the codec', () => {
  it('gives back every envelope exactly, one by one and in frames', () => {
    const [sender, reader] = [new Codec(), new Codec()];
    fc.assert(
      fc.property(fc.array(clean, { maxLength: 5 }), (frame) => {
        expect(reader.decodeFrame(sender.encodeFrame(frame))).toStrictEqual(frame);
        for (const message of frame) expect(reader.decode(sender.encode(message))).toStrictEqual(message);
      }),
    );
  });

  it('leaves room for a header before frames of any size', () => {
    const codec = new Codec();
    for (const length of [1, 7000, 9000, 3_000_000]) {
      const frame = [{ ...pod('a'), body: 'x'.repeat(length) }];
      const bytes = codec.encodeFrame(frame, 5);
      bytes.fill(255, 0, 5);
      expect(codec.decodeFrame(bytes.subarray(5))).toEqual(frame);
    }
  });

  it('refuses an envelope that does not say what it is for', () => {
    const codec = new Codec();
    const { role: _, ...without } = pod('a');
    expect(() => codec.decode(codec.encode(without as unknown as Travelling))).toThrow(CodecError);
  });

  it('keeps undefined and absent apart', () => {
    const codec = new Codec();
    const body = { given: undefined, list: [undefined, null], map: new Map([['a', undefined]]) };
    const decoded = codec.decode(codec.encode({ ...pod('a'), body }));
    expect(decoded.body).toStrictEqual(body);
    expect(Object.keys(decoded.body as object)).toEqual(['given', 'list', 'map']);
    expect(codec.decode(codec.encode({ ...pod('a'), body: undefined })).body).toBeUndefined();
  });

  it('leaves the note behind', () => {
    const codec = new Codec();
    expect(codec.decode(codec.encode({ ...pod('a'), note: 'mine' })).note).toBeUndefined();
  });

  it('reads any frame without those that came before: a lost one spoils nothing', () => {
    const [one, other, reader] = [new Codec(), new Codec(), new Codec()];
    const frames = Array.from({ length: 60 }, (_, i) => [
      { ...pod(`a${i}`), body: { [`only${i}`]: { [`deep${i}`]: i } } },
      pod(`b${i}`),
    ]);
    frames.forEach((frame, i) => {
      const bytes = (i % 2 === 0 ? one : other).encodeFrame(frame);
      if (i % 3 !== 0) expect(reader.decodeFrame(bytes)).toStrictEqual(frame);
    });
  });

  it('writes the shape of what is alike once in a frame', () => {
    const codec = new Codec();
    const size = (count: number) => codec.encodeFrame(Array.from({ length: count }, (_, i) => pod(`pod-${i}`))).length;
    expect(size(2) - size(1)).toBeLessThan(size(1) * 0.7);
  });

  it('holds many shapes in one frame', () => {
    const codec = new Codec();
    const frame = Array.from({ length: 300 }, (_, i) => ({ ...pod('a'), body: { [`k${i}`]: { [`j${i % 90}`]: i } } }));
    expect(codec.decodeFrame(codec.encodeFrame(frame))).toStrictEqual(frame);
  });

  it('refuses what is no frame', () => {
    const codec = new Codec();
    expect(() => codec.decode(codec.encodeFrame([pod('a'), pod('b')]))).toThrow(CodecError);
    expect(() => codec.decode(codec.encodeFrame([]))).toThrow(CodecError);
    for (const odd of [{ from: 7 }, { seq: 'x' }, { sentAt: undefined }, { causeFrom: undefined }]) {
      expect(() => codec.decode(codec.encode({ ...pod('a'), ...odd } as unknown as Travelling))).toThrow(CodecError);
    }
    expect(() => codec.decode(Uint8Array.of(7))).toThrow(CodecError);
    expect(() => codec.decode(codec.encode(pod('a')).subarray(0, 40))).toThrow(CodecError);
    expect(() => codec.decodeFrame(Uint8Array.of())).toThrow(CodecError);
  });

  it('has what is told to many readers written once, and read once by whoever hosts many of them', () => {
    const [sender, reader] = [new Codec(), new Codec()];
    const bodies = [1, 2].map((i) => ({ type: 'MODIFIED', object: { metadata: { name: `node-${i}` } } }));
    const to = (name: string, place: number): Travelling => ({
      ...pod('x'),
      to: `c.node.${name}.network`,
      body: bodies[place - 1],
      stream: 1,
      place,
      role: 4,
    });
    const frames = ['a', 'b', 'c'].map((name) => sender.encodeFrame([to(name, 1), to(name, 2)]));
    const got = frames.map((frame) => reader.decodeFrame(frame));
    for (const [i, name] of ['a', 'b', 'c'].entries()) expect(got[i]).toEqual([to(name, 1), to(name, 2)]);
    expect(got[2]?.[1]?.body).toBe(got[1]?.[1]?.body);
  });

  it('tells bodies apart that are of one length, and remembers more than come at once', () => {
    const [sender, reader] = [new Codec(), new Codec()];
    const told = Array.from({ length: 100 }, (_, i) => ({ name: `node-${i + 100}` }));
    for (let round = 0; round < 3; round++) {
      for (const body of told) {
        const push = { ...pod('x'), body, stream: 1, place: round + 1, role: 4 };
        expect(reader.decode(sender.encode(push)).body).toEqual(body);
        expect(reader.decode(sender.encode(push)).body).toEqual(body);
      }
    }
  });
});
