/**
 * A file with all that makes a run: how it was set up, and every input from outside with its place.
 *
 * Frames (engine/disk/frames.ts) of msgpack, one after the other; a file that was cut off is read up to the cut.
 *
 *   1  the header, once   2  an input (`OutsideInput`)   3  a mark (`Mark`), now and then, and as the last
 */

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { decodePayload, encodeFrame, frameAt } from '../../engine/disk/frames.ts';
import type { OutsideInput } from '../../engine/inputs/deed.ts';
import type { Mark } from '../../engine/inputs/replay.ts';
import type { FileName } from '../../protocol/actor.ts';
import type { ClusterSpec } from '../cluster-spec.ts';
import type { ClusterPart } from '../part.ts';

const format = 1;
const headerFrame = 1;
const inputFrame = 2;
const markFrame = 3;
/** bytes that may wait to be written. */
const mostWaiting = 64 * 1024;

/** How a recorded run was set up. */
export interface RunHeader {
  readonly format: number;
  /** Of Troupe; another one may play another run. */
  readonly version: string;
  readonly seed: number | string;
  /** ms since the Unix epoch at which the run begins. */
  readonly epochMs: number;
  readonly cluster: ClusterSpec;
  /** How often the machines had been booted before. */
  readonly boots: number;
  /** What of the cluster ran on this host, where it had several; and after what it numbered what it sent. */
  readonly part?: ClusterPart;
  readonly numbersFrom?: number;
  /** What lay on disks at the beginning, by the address of the actor. */
  readonly disks: ReadonlyMap<string, ReadonlyMap<FileName, readonly unknown[]>>;
}

/** A recorded run, as it was read. */
export interface RecordedRun {
  readonly header: RunHeader;
  readonly entries: readonly (OutsideInput | Mark)[];
  /** False where the file was cut off, or its writer was killed. */
  readonly isWhole: boolean;
}

/** A file that is no record of a run. */
export class InputLogError extends Error {
  override readonly name = 'InputLogError';
  readonly path: string;
  readonly what: string;

  constructor(path: string, what: string) {
    super(`${path} ${what}`);
    this.path = path;
    this.what = what;
  }
}

/** Writes a record. What is given to it is encoded at once: it may change later. */
export class InputLog {
  readonly path: string;
  readonly #file: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  /** Begins a file; one that is there is overwritten. @throws the system's error */
  constructor(path: string, header: Omit<RunHeader, 'format'>) {
    this.path = path;
    this.#file = openSync(path, 'w', 0o600);
    this.#add(encodeFrame(headerFrame, { format, ...header }));
    this.flush();
  }

  input(input: OutsideInput): void {
    this.#add(encodeFrame(inputFrame, input));
  }

  mark(mark: Mark): void {
    this.#add(encodeFrame(markFrame, mark));
    this.flush();
  }

  /** Gives all that waits to the system. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  #add(frame: Buffer): void {
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    if (this.#waitingBytes > mostWaiting) this.flush();
  }
}

/** Reads a record up to its end, or to where it was cut. @throws InputLogError where it is none */
export function readInputLog(path: string): RecordedRun {
  const bytes = bytesOf(path);
  const first = frameAt(bytes, 0);
  if (first?.payload === undefined || first.kind !== headerFrame) {
    throw new InputLogError(path, 'is no record of a run');
  }
  const header = decodePayload(first.payload) as RunHeader;
  if (header.format !== format) {
    throw new InputLogError(path, `is a record of format ${header.format}; this Troupe reads format ${format}`);
  }
  const entries: (OutsideInput | Mark)[] = [];
  let at = first.end;
  let isMarked = false;
  for (let frame = frameAt(bytes, at); frame?.payload !== undefined; frame = frameAt(bytes, at)) {
    entries.push(decodePayload(frame.payload) as OutsideInput | Mark);
    isMarked = frame.kind === markFrame;
    at = frame.end;
  }
  return { header, entries, isWhole: at === bytes.length && isMarked };
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new InputLogError(path, `cannot be read: ${(error as Error).message}`);
  }
}
