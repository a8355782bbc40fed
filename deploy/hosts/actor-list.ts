/** The actors of a host, told in pages: what one message holds. */

import type { Engine } from '../../engine/engine.ts';
import type { StateValue } from '../../engine/stepper/chart.ts';

/** An actor as it is listed. */
export interface ListedActor {
  readonly address: string;
  readonly kind: string;
  /** The states it is in, as its chart names them; absent before its first step, and for puppets. */
  readonly state?: StateValue;
  readonly incarnation: number;
  /** Empty when it is on none. */
  readonly machine: string;
}

/** What is asked for: those under a NATS pattern, after an address, so many at most. */
export interface ActorQuery {
  readonly pattern?: string;
  readonly after?: string;
  readonly limit?: number;
}

/** A page, sorted by address. */
export interface ActorPage {
  readonly actors: readonly ListedActor[];
  /** There are more after this address. */
  readonly next?: string;
}

/** What is listed. */
export type ActorSource = Pick<Engine, 'actors' | 'glance'>;

const limitMax = 5_000;
/** Bytes of a page, about: NATS takes 1 MiB in a message unless told otherwise. */
const bytesMax = 500_000;

/** Lists a page of actors. */
export function listActors(
  source: ActorSource,
  { pattern = '>', after = '', limit = limitMax }: ActorQuery,
): ActorPage {
  const addresses = source.actors(pattern);
  const actors: ListedActor[] = [];
  let bytes = 0;
  for (let i = firstAfter(addresses, after); i < addresses.length; i++) {
    const actor = listed(source, addresses[i] as string);
    if (actor === undefined) continue;
    bytes += JSON.stringify(actor).length + 1;
    const last = actors.at(-1);
    if (last !== undefined && (actors.length >= Math.min(limit, limitMax) || bytes > bytesMax)) {
      return { actors, next: last.address };
    }
    actors.push(actor);
  }
  return { actors };
}

function listed(source: ActorSource, address: string): ListedActor | undefined {
  const seen = source.glance(address);
  if (seen === undefined) return undefined;
  const { kind, incarnation, machine, state } = seen;
  return { address, kind, ...(state !== undefined && { state }), incarnation, machine };
}

function firstAfter(sorted: readonly string[], after: string): number {
  if (after === '') return 0;
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Writes the states a chart is in as one reads them: `serving`, `running.ready`, `role.leader log.idle`. */
export function describeState(state: StateValue | undefined): string {
  if (state === undefined) return '';
  return pathsOf(state).join(' ');
}

function pathsOf(state: StateValue): string[] {
  if (typeof state === 'string') return [state];
  return Object.entries(state).flatMap(([name, below]) =>
    typeof below === 'object' && Object.keys(below).length === 0
      ? [name]
      : pathsOf(below).map((path) => `${name}.${path}`),
  );
}
