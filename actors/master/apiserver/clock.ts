/** What comes at a time: the ends and bookmarks of watches, and the patience of waiting requests. One timer serves all. */

import type { Self } from '../../../protocol/actor.ts';
import { earliestDue, setDue } from '../../client-go/due-heap.ts';
import type { Memory } from './memory.ts';

/** ms between two looks when nothing is due. */
const idleMs = 3_600_000;

/** Sets when something is due; the chart's timer is set anew when that is earlier than what it stands for. */
export function schedule(self: Self<Memory>, key: string, dueMs: number): void {
  const { memory } = self;
  setDue(memory.due, key, dueMs);
  if (dueMs >= memory.armedForMs) return;
  memory.armedForMs = dueMs;
  self.raise({ type: 'clock.changed' });
}

/** Notes what the timer stands for. */
export function armClock(self: Self<Memory>): void {
  self.memory.armedForMs = earliestDue(self.memory.due) ?? self.monotonic() + idleMs;
}

/** ms until the timer must go off. */
export function untilNextDue(self: Self<Memory>): number {
  return Math.max(0, self.memory.armedForMs - self.monotonic());
}
