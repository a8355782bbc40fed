/** What a trace says of itself in its first block: all that it takes to make the run again, and whose records these are. */

import type { FileName } from '../../protocol/actor.ts';
import type { TraceLevel } from '../../protocol/trace/records.ts';
import type { ClusterSpec } from '../cluster-spec.ts';
import type { ClusterPart } from '../part.ts';

/** What a trace says of itself. */
export interface TraceHeader {
  readonly level: TraceLevel;
  /** Of Troupe; another one may play another run. */
  readonly version: string;
  /** A hash of Troupe's code; empty where it was not taken. */
  readonly code: string;
  /**
   * `run` has all that happened in one process, and can be run again from its seed and inputs; `hosts` has what several
   * processes recorded, merged: their seeds stand where their records begin.
   */
  readonly source: 'run' | 'hosts';
  /** ms since the Unix epoch at which the run begins; for several hosts, at which recording did. */
  readonly epochMs: number;
  readonly seed: number | string;
  /** Undefined where whoever recorded it did not know it. */
  readonly cluster: ClusterSpec | undefined;
  /** How often the machines had been booted before. */
  readonly boots: number;
  /** What of the cluster ran on this host, where it had several; and after what it numbered what it sent. */
  readonly part?: ClusterPart;
  readonly numbersFrom?: number;
  /** What lay on disks at the beginning, by the address of the actor. */
  readonly disks: ReadonlyMap<string, ReadonlyMap<FileName, readonly unknown[]>>;
  /** The story that was played, where it was one: its file, its text, and what the command line changed. */
  readonly story?: { readonly file: string; readonly text: string; readonly options: readonly string[] };
}
