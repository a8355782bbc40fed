/** The way to other hosts: what an engine needs of it, and what it gives the engine back. */

import type { Travelling } from '../../protocol/message.ts';

/**
 * Takes envelopes to the actors of other hosts. What they send comes back by `Engine.arrive`.
 *
 * Delivery is at most once, as within a host: what cannot be sent is lost, and whoever waits for an answer asks again.
 */
export interface Uplink {
  /** Tells whether an address belongs to this host: who lives there, or could, does so here. Never changes for an address. */
  isHere(address: string): boolean;
  /** The machine that an address of another host is on; undefined for what is on none. */
  machineOf(address: string): string | undefined;
  /** Takes an envelope away, to whoever is at its `to`; a group may have members on several hosts. Never fails. */
  send(envelope: Travelling): void;
  /** An actor of this host subscribes a subject, the first one that does so. */
  subscribe(subject: string, isQueue: boolean): void;
  /** No actor of this host subscribes a subject any more. */
  unsubscribe(subject: string): void;
}

/** The uplink of a run that is played again: it knows who is here, and what leaves is gone. */
export function closedUplink(places: Pick<Uplink, 'isHere' | 'machineOf'>): Uplink {
  return {
    isHere: (address) => places.isHere(address),
    machineOf: (address) => places.machineOf(address),
    send: () => {},
    subscribe: () => {},
    unsubscribe: () => {},
  };
}
