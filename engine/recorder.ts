/** The hook that sees everything a run does; costs nothing when none is there. */

import type { LogLevel, StopReason } from '../protocol/actor.ts';
import type { Message } from '../protocol/message.ts';
import type { OutsideInput } from './inputs/deed.ts';
import type { StateValue } from './stepper/chart.ts';

/** How an actor was born. */
export interface Birth {
  readonly address: string;
  readonly kind: string;
  readonly incarnation: number;
  /** Empty when it has no machine. */
  readonly machine: string;
  readonly parent: string;
  readonly isDetached: boolean;
  readonly input: unknown;
}

/** One end of a fault that lasts: both have its id, so that what reads a trace sees how long it was in force. */
export interface FaultBand {
  readonly id: string;
  readonly is: 'begin' | 'end';
}

/**
 * Sees what happens, in the order it happens; must change nothing.
 *
 * All times are ms since the Unix epoch on the engine's clock. Messages are the engine's own objects: keep them, but do not change them.
 */
export interface Recorder {
  /** Before something comes from outside; all such inputs make the run again. */
  input?(input: OutsideInput): void;
  sent?(message: Message, atMs: number): void;
  /** `receiver` is the actor that got it: for a queue group or a pattern not the message's `to`. */
  delivered?(message: Message, receiver: string, atMs: number): void;
  dropped?(message: Message, receiver: string, why: string, atMs: number): void;
  /** `seq` makes, with the address, the id that messages sent because of this timer have as their cause. */
  timerFired?(address: string, timer: string, seq: number, atMs: number): void;
  /** After every event an actor was stepped with; `isAnswered` is false when its chart has nothing for it. */
  stepped?(address: string, event: { type: string }, isAnswered: boolean, state: StateValue, atMs: number): void;
  spawned?(birth: Birth, atMs: number): void;
  ended?(address: string, kind: string, reason: StopReason, error: string | undefined, atMs: number): void;
  wrote?(address: string, operation: string, file: string, records: readonly unknown[], atMs: number): void;
  logged?(
    address: string,
    level: LogLevel,
    message: string,
    fields: Record<string, unknown> | undefined,
    atMs: number,
  ): void;
  /** A fault begins or ends, a machine goes off or on, an actor is crashed: in words; `band` where it was commanded to last. */
  fault?(what: string, atMs: number, band?: FaultBand): void;
}

const hooks = [
  'input',
  'sent',
  'delivered',
  'dropped',
  'timerFired',
  'stepped',
  'spawned',
  'ended',
  'wrote',
  'logged',
  'fault',
] as const satisfies readonly (keyof Recorder)[];

/** Makes one recorder of several; only the hooks that one of them has are there. */
export function joinRecorders(recorders: readonly Recorder[]): Recorder | undefined {
  if (recorders.length <= 1) return recorders[0];
  const joined: Record<string, (...args: unknown[]) => void> = {};
  for (const hook of hooks) {
    const those = recorders.filter((recorder) => recorder[hook] !== undefined);
    if (those.length === 0) continue;
    // Five, as no hook has more: a list of arguments made for each call costs more than the call.
    joined[hook] = (a, b, c, d, e) => {
      for (const recorder of those) (recorder[hook] as (...args: unknown[]) => void)(a, b, c, d, e);
    };
  }
  return joined as Recorder;
}
