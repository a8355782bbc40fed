/** What a trace is made of: the words for everything that is written down of a run. */

import type { LogLevel, StopReason } from '../actor.ts';
import type { Message } from '../message.ts';

/**
 * How much of a run is written down.
 *
 * `inputs`: what came from outside, enough to run it again. `messages`: all that actors said and heard, their timers,
 * lives and log lines too. `full`: every step's state, and what was written to disks, too.
 */
export type TraceLevel = 'inputs' | 'messages' | 'full';

/** The levels, from the least to the most. */
export const traceLevels = ['inputs', 'messages', 'full'] as const satisfies readonly TraceLevel[];

/** A message as it was sent; `role` is what the engine had it for (engine/bus/envelope.ts). */
export type RecordedMessage = Omit<Message, 'note'> & { readonly role: number };

/** When and where something happened. */
interface Happening {
  /** ms since the Unix epoch on the clock of its host's engine. */
  readonly atMs: number;
  /** The same by the clock that all hosts are held against; equal to `atMs` where there is one host. */
  readonly clockMs: number;
  /** The host that recorded it; empty in a run of one process. */
  readonly host: string;
}

/** Something came from outside: an `OutsideInput` of the engine. */
export interface InputEntered extends Happening {
  readonly what: 'input.entered';
  readonly input: unknown;
}

/** What the run was like at one place, to hold another run against: a `Mark` of the engine. */
export interface RunMarked extends Happening {
  readonly what: 'run.marked';
  readonly mark: unknown;
}

/** An actor, or its host for it, sent a message. */
export interface MessageSent extends Happening {
  readonly what: 'message.sent';
  readonly message: RecordedMessage;
}

/** An actor received a message. */
export interface MessageDelivered extends Happening {
  readonly what: 'message.delivered';
  readonly message: RecordedMessage;
  /** Who got it: for a queue group or a pattern not the message's `to`. */
  readonly receiver: string;
  /** The message came from another host whose record of having sent it is lost: its place among the others is a guess. */
  readonly isUnordered: boolean;
}

/** A message got lost, or was kept from its actor. */
export interface MessageDropped extends Happening {
  readonly what: 'message.dropped';
  readonly message: RecordedMessage;
  readonly receiver: string;
  readonly why: string;
}

/** A timer of an actor fired. `seq` makes, with the address, the id that is the cause of what came of it. */
export interface TimerFired extends Happening {
  readonly what: 'timer.fired';
  readonly address: string;
  readonly timer: string;
  readonly seq: number;
}

/** An actor was stepped with an event, and is in `state` now. */
export interface ActorStepped extends Happening {
  readonly what: 'actor.stepped';
  readonly address: string;
  readonly event: string;
  /** False when its chart had nothing for the event. */
  readonly isAnswered: boolean;
  readonly state: unknown;
}

/** An actor was born. */
export interface ActorSpawned extends Happening {
  readonly what: 'actor.spawned';
  readonly address: string;
  readonly kind: string;
  readonly incarnation: number;
  /** Empty when it has no machine. */
  readonly machine: string;
  readonly parent: string;
  readonly isDetached: boolean;
  readonly input: unknown;
}

/** An actor ended. */
export interface ActorEnded extends Happening {
  readonly what: 'actor.ended';
  readonly address: string;
  readonly kind: string;
  readonly reason: StopReason;
  readonly error: string | undefined;
}

/** An actor wrote to its disk. */
export interface DiskWritten extends Happening {
  readonly what: 'disk.written';
  readonly address: string;
  readonly operation: string;
  readonly file: string;
  readonly records: readonly unknown[];
}

/** An actor logged a line. */
export interface LineLogged extends Happening {
  readonly what: 'line.logged';
  readonly address: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Record<string, unknown> | undefined;
}

/** A fault began or ended, in words. */
export interface FaultTold extends Happening {
  readonly what: 'fault.told';
  readonly fault: string;
}

/** A host's records begin, with what they are records of. */
export interface HostBegun extends Happening {
  readonly what: 'host.begun';
  readonly about: HostFacts;
}

/** A host's records end, and why. */
export interface HostEnded extends Happening {
  readonly what: 'host.ended';
  readonly why: string;
}

/** Records that should stand here are not here. */
export interface RecordsLost extends Happening {
  readonly what: 'records.lost';
  /** How many; -1 where nobody knows. */
  readonly count: number;
  readonly why: string;
}

/** What a host tells of itself when its records begin. */
export interface HostFacts {
  /** Of Troupe. */
  readonly version: string;
  /** Of its code; empty where it was not taken. */
  readonly code: string;
  readonly seed: number | string;
  /** ms since the Unix epoch at which its run began. */
  readonly epochMs: number;
  readonly level: TraceLevel;
  /** The actors that live there when the records begin, with their kinds. */
  readonly actors: readonly (readonly [address: string, kind: string])[];
}

/** One record of a trace. */
export type TraceRecord =
  | InputEntered
  | RunMarked
  | MessageSent
  | MessageDelivered
  | MessageDropped
  | TimerFired
  | ActorStepped
  | ActorSpawned
  | ActorEnded
  | DiskWritten
  | LineLogged
  | FaultTold
  | HostBegun
  | HostEnded
  | RecordsLost;

/** The kinds of records by their numbers in a file. A change here is a change of the format. */
export const recordKinds = [
  'input.entered',
  'run.marked',
  'message.sent',
  'message.delivered',
  'message.dropped',
  'timer.fired',
  'actor.stepped',
  'actor.spawned',
  'actor.ended',
  'disk.written',
  'line.logged',
  'fault.told',
  'host.begun',
  'host.ended',
  'records.lost',
] as const satisfies readonly TraceRecord['what'][];
