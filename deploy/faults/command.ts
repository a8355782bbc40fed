/** The faults that can be commanded, as data: the same from a command line, over NATS and on a cluster's own socket. */

/** Which messages a fault touches; what is not told touches all. */
export interface Messages {
  /** Address or pattern of the sender; with the cluster's token in front, or without. */
  readonly from?: string;
  /** Address or pattern of the receiver, or of the group it was sent to. */
  readonly to?: string;
  readonly type?: string;
  /** Two places; see `FaultTerms`. */
  readonly between?: readonly [a: string, b: string];
  /** Only from the first of `between` to the second. */
  readonly oneWay?: boolean;
  /** From 0 to 1. */
  readonly probability?: number;
  /** Lets the first few pass, on each host. */
  readonly skip?: number;
  /** Touches no more than this many, on each host. */
  readonly count?: number;
}

/**
 * What each kind of fault is told.
 *
 * A `place` is a machine, a zone, a host, or `*` for everything; `zone/NAME` and `host/NAME` where a machine has that name,
 * too. An `actor` is an address or a pattern, with the cluster's token in front or without; it means the whole process.
 */
export interface FaultTerms {
  // Messages.
  drop: Messages;
  /** Those of one link keep their order. */
  delay: Messages & { readonly byMs: number };
  /** As `delay`, but what comes later overtakes. */
  reorder: Messages & { readonly byMs: number };
  duplicate: Messages & { readonly afterMs: number };
  /** They go on, in order, when it ends. */
  hold: Messages;
  // Links.
  cut: { readonly a: string; readonly b: string; readonly oneWay?: boolean };
  slow: { readonly a: string; readonly b: string; readonly oneWay?: boolean; readonly byMs: number };
  // Processes.
  crash: { readonly actor: string; readonly silent?: boolean; readonly loseUnsynced?: boolean };
  restart: { readonly actor: string };
  /** Of the processes of an actor, or of all in a place. */
  pause: { readonly actor?: string; readonly place?: string };
  // Machines.
  'power-off': { readonly place: string };
  'power-on': { readonly place: string };
  disk: {
    readonly place: string;
    readonly fsyncMs?: number;
    /** The words every sync fails with. */
    readonly failure?: string;
    /** A power loss leaves some of what was not synced, and the next record half written. */
    readonly tearsWrites?: boolean;
  };
  /** Behind when negative; a drift is slow when negative. */
  clock: { readonly place: string; readonly aheadMs?: number; readonly driftPpm?: number };
}

/** A kind of fault. */
export type FaultKind = keyof FaultTerms;
/** What is to happen. */
export type Fault = { [Kind in FaultKind]: { readonly kind: Kind } & FaultTerms[Kind] }[FaultKind];

/** A fault, and who commands it until when. */
export interface FaultCommand {
  /** One of its own: a command that comes twice is done once. */
  readonly id: string;
  readonly fault: Fault;
  /** For people. */
  readonly by: string;
  /** ms since the Unix epoch, on the commander's clock; for people. */
  readonly at: number;
  /**
   * How long it lasts: so many ms of the cluster's time; for ever; or, where neither is said, as long as its commander says
   * it again at least every `leaseMs`. What is over at once (crash, restart, power-on) has none of them.
   */
  readonly forMs?: number;
  readonly isForever?: boolean;
}

/** ms of real time after which a fault ends whose commander is silent. */
export const leaseMs = 10_000;
/** ms of real time after which a commander says again what is to last. */
export const renewMs = 2_500;

const instants: readonly FaultKind[] = ['crash', 'restart', 'power-on'];

/** Tells whether a kind of fault is over as soon as it is done. */
export function isInstant(kind: FaultKind): boolean {
  return instants.includes(kind);
}

/** A command that cannot be carried out: which field, what is wrong with it, and what to write. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly field: string;
  readonly what: string;
  readonly fix: string;

  constructor(field: string, what: string, fix: string) {
    super(`${field}: ${what}; fix: ${fix}`);
    this.field = field;
    this.what = what;
    this.fix = fix;
  }
}
