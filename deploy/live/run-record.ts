/** The record of a live run: a trace of all that makes it, which is how it was set up, and every input from outside. */

import type { OutsideInput } from '../../engine/inputs/deed.ts';
import type { Mark } from '../../engine/inputs/replay.ts';
import type { Recorder } from '../../engine/recorder.ts';
import type { ClusterSpec } from '../cluster-spec.ts';
import type { TraceHeader } from '../trace/header.ts';
import { TraceError } from '../trace/trace-error.ts';
import { TraceFile } from '../trace/trace-file.ts';
import { TraceReader } from '../trace/trace-reader.ts';
import { TraceRecorder } from '../trace/trace-recorder.ts';

/** How a recorded run was set up. */
export type RunHeader = TraceHeader & { readonly cluster: ClusterSpec };

/** A recorded run, as it was read. */
export interface RecordedRun {
  readonly header: RunHeader;
  readonly entries: readonly (OutsideInput | Mark)[];
  /** False where the file was cut off or damaged, or its writer was killed: it is read up to there. */
  readonly isWhole: boolean;
}

/** Small ones: a process that is killed loses the one that was not full, and inputs are few. */
const blocks = { bytesMax: 64 * 1024, recordsMax: 16 };

/** A record that is being written. What is given to it is encoded at once: it may change later. */
export class RunRecord {
  readonly recorder: Recorder;
  readonly #file: TraceFile;
  readonly #trace: TraceRecorder;

  /** Begins a file; one that is there is overwritten. @throws the system's error */
  constructor(path: string, header: Omit<RunHeader, 'level' | 'source' | 'code'>) {
    const { epochMs } = header;
    this.#file = new TraceFile(path, { level: 'inputs', source: 'run', code: '', ...header });
    const clock = { host: '', baseMs: epochMs, offsetMs: 0 };
    this.#trace = new TraceRecorder('inputs', clock, (block) => this.#file.add(block), blocks);
    this.recorder = this.#trace;
  }

  mark(mark: Mark): void {
    this.#trace.mark(mark);
    this.flush();
  }

  /** Gives all that waits to the system. */
  flush(): void {
    this.#trace.flush();
  }

  close(): void {
    this.flush();
    this.#file.close();
  }
}

/** Reads a record up to its end, or to where it was cut or is damaged. @throws TraceError where a run cannot be had from it */
export function readRunRecord(path: string): RecordedRun {
  const reader = new TraceReader(path);
  try {
    const { header, isWhole } = reader;
    if (header === undefined) {
      throw new TraceError(path, 'has a damaged header: nobody knows how its run began', 'restore it from a copy');
    }
    if (header.source === 'hosts' || header.cluster === undefined) {
      throw new TraceError(
        path,
        'is what several hosts recorded; no single run can be had from it',
        'look at it: troupe trace cat',
      );
    }
    const entries: (OutsideInput | Mark)[] = [];
    let lostFrom = Number.POSITIVE_INFINITY;
    for (const { block } of reader.verify()) lostFrom = Math.min(lostFrom, block);
    const sound = reader.index.blocks.filter(({ number }) => number < lostFrom);
    for (const record of reader.recordsIn(sound)) {
      if (record.what === 'input.entered') entries.push(record.input as OutsideInput);
      if (record.what === 'run.marked') entries.push(record.mark as Mark);
    }
    return {
      header: { ...header, cluster: header.cluster },
      entries,
      isWhole: isWhole && sound.length === reader.index.blocks.length,
    };
  } finally {
    reader.close();
  }
}
