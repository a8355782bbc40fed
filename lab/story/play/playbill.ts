/** Who is told what happens while a story is played. */

import type { Outcome } from '../outcome.ts';
import type { Script } from '../script.ts';
import type { Line } from '../timeline/fold.ts';

/** A table as kubectl prints it. */
export interface ShownTable {
  /** `kubectl get pods -o wide`. */
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** Takes what happens, in order. */
export interface Playbill {
  begin(script: Script): void;
  line(line: Line): void;
  table(table: ShownTable): void;
  end(outcome: Outcome): void;
}
