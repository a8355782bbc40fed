/** A trace gives back what was recorded; cut or damaged anywhere, it gives back the rest and says what is missing. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recorder } from '../../engine/recorder.ts';
import type { TraceRecord } from '../../protocol/trace/records.ts';
import { encodePreamble } from './format/preamble.ts';
import type { TraceHeader } from './header.ts';
import { baseMs, history, withoutPlace } from './testing/random-records.ts';
import { TraceError } from './trace-error.ts';
import { TraceFile } from './trace-file.ts';
import { TraceReader } from './trace-reader.ts';
import { TraceRecorder } from './trace-recorder.ts';

const header: TraceHeader = {
  level: 'full',
  version: '0.1.0',
  code: 'abc',
  source: 'run',
  epochMs: baseMs,
  seed: 'a seed',
  cluster: undefined,
  boots: 2,
  disks: new Map([['c.master.etcd.0', new Map([['wal', [{ term: 1 }, undefined]]])]]),
};

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-trace-'));
  path = join(folder, 'run.troupe');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Records calls in blocks of at most so many records; gives the file's bytes. */
function record(calls: readonly ((to: Recorder) => void)[], recordsMax: number, isClosed = true): Buffer {
  const file = new TraceFile(path, header);
  const clock = { host: '', baseMs, offsetMs: 0 };
  const recorder = new TraceRecorder('full', clock, (block) => file.add(block), { bytesMax: 1 << 20, recordsMax });
  for (const call of calls) call(recorder);
  recorder.flush();
  if (isClosed) file.close();
  return readFileSync(path);
}

interface Read {
  readonly records: TraceRecord[];
  readonly isWhole: boolean;
  readonly damage: TraceReader['damage'];
}

function read(bytes?: Uint8Array): Read {
  if (bytes !== undefined) writeFileSync(path, bytes);
  const reader = new TraceReader(path);
  try {
    const records = [...reader.records()];
    return { records, isWhole: reader.isWhole, damage: reader.verify() };
  } finally {
    reader.close();
  }
}

/** A history of twelve records that are all different. */
const twelve = Array.from({ length: 12 }, (_, i) => (to: Recorder) => {
  to.logged?.(`c.node.n${i % 3}.kubelet`, 'info', `line ${i}`, { i }, baseMs + i);
});
const lines = (records: readonly TraceRecord[]) =>
  records.map((one) => (one.what === 'line.logged' ? (one.fields?.i as number) : -1));

describe('a trace', () => {
  test('gives back any history, to the bit', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 50 }), fc.boolean(), (expected, recordsMax, isClosed) => {
        record(
          expected.map(({ call }) => call),
          recordsMax,
          isClosed,
        );
        const { records, isWhole, damage } = read();
        expect(records.map(withoutPlace)).toStrictEqual(expected.map((one) => one.record));
        expect({ isWhole, damage }).toEqual({ isWhole: isClosed, damage: [] });
      }),
      { numRuns: 150 },
    );
  });

  test('has its header, and knows who acts where and when', () => {
    record(twelve, 4);
    const reader = new TraceReader(path);
    expect(reader.header).toEqual(header);
    expect(reader.span).toEqual({ fromMs: baseMs, toMs: baseMs + 11 });
    expect([...reader.index.actors.keys()]).toEqual(['c.node.n0.kubelet', 'c.node.n1.kubelet', 'c.node.n2.kubelet']);
    expect(lines([...reader.records({ fromMs: baseMs + 3, toMs: baseMs + 5 })])).toEqual([3, 4, 5]);
    expect(reader.index.kinds.get('line.logged')).toBe(12);
    reader.close();
  });

  test('an actor’s records are found without reading the blocks in which it does nothing', () => {
    const calls = [0, 0, 1, 1, 0, 0].map(
      (who, i) => (to: Recorder) => to.logged?.(`c.a${who}`, 'info', '', { i }, baseMs),
    );
    record(calls, 2);
    const reader = new TraceReader(path);
    expect(lines([...reader.records({ actors: (address) => address === 'c.a1' })])).toEqual([2, 3]);
    reader.close();
  });

  test('what is changed after it was recorded as an input is as it was', () => {
    const args: [string, { drop: number }] = ['c.a', { drop: 1 }];
    const input = { atUs: 5, events: 1, deed: { do: 'restart', args } } as never;
    record([(to) => to.input?.(input), () => Object.assign(args[1], { drop: 2 }), (to) => to.input?.(input)], 9);
    const found = read().records.map((one) => one.what === 'input.entered' && (one.input as { deed: unknown }).deed);
    expect(found).toEqual([
      { do: 'restart', args: ['c.a', { drop: 1 }] },
      { do: 'restart', args: ['c.a', { drop: 2 }] },
    ]);
  });
});

describe('a trace that is not whole', () => {
  test('cut at any byte, is read up to the cut', () => {
    const open = record(twelve, 4, false);
    const whole = record(twelve, 4);
    const ends = read(whole) && endsOf(whole);
    for (let length = 24; length <= whole.length; length++) {
      const { records, isWhole, damage } = read(whole.subarray(0, length));
      const blocks = ends.filter((end) => end <= length).length;
      expect(lines(records)).toEqual(Array.from({ length: blocks * 4 }, (_, i) => i));
      // Only the trailer may be missing of one that counts as whole.
      expect(isWhole).toBe(length >= whole.length - 16);
      if (length <= open.length) expect(damage).toEqual([]);
    }
    for (let length = 0; length < 24; length++) {
      expect(() => read(whole.subarray(0, length))).toThrow(TraceError);
    }
  });

  test('with any byte flipped, never gives a wrong record, and names the block', () => {
    const whole = record(twelve, 4);
    const ends = endsOf(whole);
    const firstBlock = headerEnd(whole);
    for (let i = 0; i < whole.length; i++) {
      const bytes = Buffer.from(whole);
      bytes[i] = (bytes[i] as number) ^ (1 << (i % 8));
      if (i < 24) {
        expect(() => read(bytes)).toThrow(/is no trace|damaged/);
        continue;
      }
      const { records, damage } = read(bytes);
      const hit = i < firstBlock ? -1 : ends.findIndex((end) => i < end);
      const left = Array.from({ length: 12 }, (_, n) => n).filter((n) => Math.floor(n / 4) !== hit);
      expect(lines(records)).toEqual(left);
      expect(damage).toHaveLength(1);
      if (hit >= 0) expect(damage[0]).toMatchObject({ block: hit + 1, records: 4 });
      else if (i < firstBlock) expect(damage[0]?.block).toBe(0);
    }
  });

  test('is refused when its format is not known, with the fix', () => {
    const bytes = record(twelve, 4);
    encodePreamble(7).copy(bytes);
    expect(() => read(bytes)).toThrow(/run\.troupe is a trace of format 7; this Troupe reads format 1/);
    expect(() => read(Buffer.from('kind: Pod\n'.repeat(9)))).toThrow(/is no trace/);
    expect(() => new TraceReader(join(folder, 'nothing'))).toThrow(/is not there/);
  });
});

/** Where the blocks of records end in a file. */
function endsOf(bytes: Buffer): number[] {
  writeFileSync(path, bytes);
  const reader = new TraceReader(path);
  reader.close();
  return reader.index.blocks.map(({ end }) => end);
}

function headerEnd(bytes: Buffer): number {
  writeFileSync(path, bytes);
  const reader = new TraceReader(path);
  reader.close();
  return reader.index.blocks[0]?.at ?? 0;
}
