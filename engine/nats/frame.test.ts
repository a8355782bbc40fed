/** Frames: any damage shows, and large ones come together again out of their pieces, or not at all. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutUp, FrameError, headerBytes, open, PIECE, type Piece, readPiece, seal, WHOLE } from './frame.ts';
import { Joining } from './joining.ts';

const frameOf = (content: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(headerBytes + content.length);
  frame.set(content, headerBytes);
  return seal(frame, WHOLE);
};

describe('a frame', () => {
  it('is read as it was sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        expect(open(frameOf(content))).toEqual({ kind: WHOLE, content });
      }),
    );
  });

  it('with any bit flipped, cut short or made longer is refused', () => {
    const content = Uint8Array.from({ length: 40 }, (_, i) => i * 7);
    const frame = frameOf(content);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const damaged = frame.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => open(damaged)).toThrow(FrameError);
    }
    for (let length = 0; length < frame.length; length++)
      expect(() => open(frame.subarray(0, length))).toThrow(FrameError);
    expect(() => open(Uint8Array.of(...frame, 0))).toThrow(FrameError);
  });
});

describe('a large frame', () => {
  const content = Uint8Array.from({ length: 10_000 }, (_, i) => i % 251);
  const pieces = (number: number, source = 7n): Piece[] =>
    cutUp(content, { source, number }, PIECE, 1_000).map((frame) => {
      expect(frame.length).toBeLessThanOrEqual(1_000);
      return readPiece(open(frame).content);
    });
  const joinAll = (joining: Joining, all: readonly Piece[], nowMs = 0) => {
    const results = all.map((piece) => joining.add(piece, nowMs));
    return {
      wholes: results.flatMap(({ whole }) => (whole === undefined ? [] : [whole])),
      lost: results.reduce((sum, { lost }) => sum + lost, 0),
    };
  };

  it('comes together out of its pieces, also of several sources at once', () => {
    const joining = new Joining(100_000);
    const [here, there] = [pieces(1, 7n), pieces(1, 8n)];
    const mixed = here.flatMap((piece, i) => [piece, there[i] as Piece]);
    expect(joinAll(joining, mixed)).toEqual({ wholes: [content, content], lost: 0 });
    expect(joining.bytes).toBe(0);
  });

  it('is lost, once, when any piece of it is, and the next one is not', () => {
    for (let missing = 0; missing < pieces(1).length; missing++) {
      const joining = new Joining(100_000);
      const some = pieces(1).filter((_, i) => i !== missing);
      const { wholes, lost } = joinAll(joining, [...some, ...pieces(2)]);
      expect(wholes).toEqual([content]);
      // One whose beginning is lost leaves no trace to count.
      expect(lost).toBe(missing === 0 ? 0 : 1);
      expect(joining.bytes).toBe(0);
    }
  });

  it('that never ends is given up after a while', () => {
    const joining = new Joining(100_000);
    joinAll(joining, pieces(1).slice(0, 3), 1_000);
    expect(joining.sweep(5_000)).toBe(0);
    expect(joining.sweep(12_000)).toBe(1);
    expect(joining.bytes).toBe(0);
  });

  it('is refused where it needs more memory than there is', () => {
    const joining = new Joining(15_000);
    joinAll(joining, pieces(1, 1n).slice(0, 3), 0);
    expect(joinAll(joining, pieces(1, 2n), 100)).toEqual({ wholes: [], lost: 1 });
    // What waited too long makes room.
    expect(joinAll(joining, pieces(2, 2n), 20_000)).toEqual({ wholes: [content], lost: 1 });
  });
});
