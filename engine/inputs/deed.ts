/** What the outside does to a run, as plain data, so that it can be written down and done again. */

import type { RequestOptions, StreamKey } from '../../protocol/actor.ts';
import type { Travelling } from '../../protocol/message.ts';
import type { MessageMatch, Verdict } from '../bus/faults.ts';
import type { ClockFault, DiskSettings, Site } from '../host/machines.ts';
import type { FaultBand } from '../recorder.ts';

/** The engine's verbs that change a run, by what they are given. */
interface Verbs {
  place: [machine: string, site: Partial<Site>];
  setDisk: [machine: string, settings: Partial<DiskSettings>];
  damage: [address: string, file: string, place: number];
  spawn: [address: string, kind: string, input: unknown, options: { machine?: string }];
  stop: [address: string];
  /** Puts a puppet at an address. */
  puppet: [address: string, machine: string | undefined];
  /** What other hosts have sent. */
  arrive: [envelopes: readonly Travelling[]];
  /** A question that no host takes. */
  refuse: [envelope: Travelling];
  /** Those of another host that have ended. */
  reset: [owners: readonly string[]];
  inject: [to: string, type: string, body: unknown, options: { from?: string }];
  crash: [address: string, options: { silent?: boolean; loseUnsynced?: boolean }];
  pause: [address: string, ms: number];
  resume: [address: string, inMs: number];
  restart: [address: string];
  powerOff: [machine: string];
  powerOn: [machine: string];
  cut: [a: string, b: string, options: { oneWay?: boolean }];
  heal: [a: string, b: string];
  fault: [match: MessageMatch, verdict: Verdict];
  /** Heals the n-th cut or fault of the run, from 0. */
  lift: [number: number];
  healAll: [];
  setClock: [machine: string, fault: Partial<ClockFault>];
  /** Says where a fault that lasts begins and ends. */
  tellFault: [what: string, band: FaultBand];
  /** A real disk could not do what it was asked: the address, the number of its sync, and the system's words. */
  failSync: [address: string, run: number, message: string];
  /** What no data can say: a fault that is a function, an actor put back. */
  unrepeatable: [what: string];
}

/** What a puppet says, by what its verb is given after the puppet's address. */
interface Sayings {
  send: [to: string, type: string, body: unknown];
  ask: [to: string, type: string, body: unknown, options: RequestOptions | undefined];
  answer: [question: Question, type: string, body: unknown];
  open: [to: string, type: string, body: unknown, note: unknown];
  close: [stream: number];
  push: [opening: StreamKey, type: string, body: unknown];
  end: [opening: StreamKey, reason: string | undefined];
  publish: [subject: string, type: string, body: unknown];
}

/** What of a question its answer needs. */
export interface Question {
  readonly from: string;
  readonly request: number;
}

/** One verb of the engine and what it was given. */
export type EngineDeed = { [Verb in keyof Verbs]: { readonly do: Verb; readonly args: Verbs[Verb] } }[keyof Verbs];
/** What a puppet at an address says. */
export type Saying = {
  [Verb in keyof Sayings]: { readonly by: string; readonly say: Verb; readonly args: Sayings[Verb] };
}[keyof Sayings];
/** One thing done from outside. */
export type Deed = EngineDeed | Saying;

/** The message that a puppet was just taking: its `count`-th. */
export interface Hearing {
  readonly address: string;
  readonly count: number;
}

/** A deed and its exact place in the run. */
export interface OutsideInput {
  /** µs since the run's beginning. */
  readonly atUs: number;
  /** How many events the run had taken by then; one it was just taking counts. */
  readonly events: number;
  /** Set where it was done by the handler of a puppet; else it was done between two events. */
  readonly during?: Hearing;
  readonly deed: Deed;
}
