/** What is asked of a host about its faults, and what it answers: JSON, on its own socket and over NATS. */

import type { FaultCommand } from './command.ts';

/** A question. `fault` is also said again, so that a fault without an end goes on. */
export type FaultRequest =
  | { readonly do: 'fault'; readonly command: Partial<FaultCommand> & Pick<FaultCommand, 'fault'> }
  | { readonly do: 'heal'; readonly ids: readonly string[] }
  | { readonly do: 'heal'; readonly all: true }
  | { readonly do: 'faults' };

/** A fault that is in force on a host. */
export interface FaultReport extends FaultCommand {
  readonly words: string;
  /** Messages, processes or machines that it has touched on this host. */
  readonly touched: number;
  /** The processes or machines of this host it is in force on; the first few. */
  readonly met: readonly string[];
  /** ms of the cluster's time until it ends; absent where that is not known. */
  readonly leftMs?: number;
  /** ms of real time until it ends unless its commander says it again. */
  readonly leaseLeftMs?: number;
}

/** What became of a command: it has begun, was done, was known already, was healed before, or its time was over. */
export type Outcome = 'begun' | 'done' | 'known' | 'healed' | 'over';

/** An answer. */
export type FaultAnswer = { readonly host: string } & (
  | ({ readonly did: Outcome; readonly id: string; readonly words: string; readonly touched: number } & Whom)
  | { readonly did: 'heal'; readonly healed: readonly FaultReport[]; readonly unknown: readonly string[] }
  | { readonly did: 'faults'; readonly faults: readonly FaultReport[]; readonly past: readonly string[] }
  | { readonly did: 'refused'; readonly field: string; readonly what: string; readonly fix: string }
);

/** Whom a command met on a host. */
export interface Whom {
  /** The first few processes or machines. */
  readonly met: readonly string[];
  /** Where it met nobody: an address there that is much like the one that was told. */
  readonly near?: string;
}
