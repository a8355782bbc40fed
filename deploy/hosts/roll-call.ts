/** Calls the hosts of a cluster and hears how each is, and who lives there. */

import type { NatsConnection } from 'nats';
import { hostAddress } from '../../protocol/subjects.ts';
import type { ActorPage, ListedActor } from './actor-list.ts';
import { type ClockOffset, measureClock } from './clock-offset.ts';
import type { ClusterDocument, HostEntry } from './document.ts';
import type { HostHealth } from './health.ts';

/**
 * How a host stands to its cluster: `joined` and answering; `silent`, with a lease but no answer (yet); `gone` without
 * a lease; `left` in good order.
 */
export type HostStatus = 'joined' | 'silent' | 'gone' | 'left';

/** A host, as the document has it and as it answered. */
export interface CalledHost {
  readonly name: string;
  readonly status: HostStatus;
  readonly entry: HostEntry;
  readonly health?: HostHealth;
  /** Its clock beside the caller's. */
  readonly clock?: ClockOffset;
}

/** ms that a host is given to answer. */
const patienceMs = 2_000;

/** Calls all hosts of a document; `living` are those whose leases live. Sorted by name. */
export async function callHosts(
  connection: NatsConnection,
  document: ClusterDocument,
  living: ReadonlySet<string>,
): Promise<CalledHost[]> {
  const names = Object.keys(document.hosts).sort();
  return Promise.all(names.map((name) => call(connection, document, name, living.has(name))));
}

async function call(
  connection: NatsConnection,
  { frame, hosts }: ClusterDocument,
  name: string,
  lives: boolean,
): Promise<CalledHost> {
  const entry = hosts[name] as HostEntry;
  const health = await ask<HostHealth>(connection, hostAddress(frame.name, name, 'health'), '');
  const known = { name, entry, ...(health !== undefined && { health }) };
  if (!lives) return { ...known, status: entry.leftAt === undefined ? 'gone' : 'left' };
  if (health === undefined) return { ...known, status: 'silent' };
  const clock = await measureClock(connection, hostAddress(frame.name, name, 'clock'));
  return { ...known, status: 'joined', ...(clock !== undefined && { clock }) };
}

/**
 * The clocks of hosts beside each other's: the median of them all is 0, so that one that is off shows and not the
 * caller's own. By the host's name.
 */
export function clocksAmong(hosts: readonly CalledHost[]): Map<string, ClockOffset> {
  const measured = hosts.filter(({ clock }) => clock !== undefined) as (CalledHost & { clock: ClockOffset })[];
  const sorted = measured.map(({ clock }) => clock.offsetMs).sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  const median = (low + high) / 2;
  return new Map(measured.map(({ name, clock }) => [name, { ...clock, offsetMs: clock.offsetMs - median }]));
}

/** An actor and the host it lives on. */
export interface PlacedActor extends ListedActor {
  readonly host: string;
}

/** The actors under a pattern of these hosts, sorted by address, and the hosts that did not answer. */
export async function callActors(
  connection: NatsConnection,
  cluster: string,
  hosts: readonly string[],
  pattern: string,
): Promise<{ actors: PlacedActor[]; silent: string[] }> {
  const silent: string[] = [];
  const lists = await Promise.all(
    hosts.map(async (host) => {
      const found = await actorsOf(connection, cluster, host, pattern);
      if (found === undefined) silent.push(host);
      return found ?? [];
    }),
  );
  return { actors: lists.flat().sort((a, b) => (a.address < b.address ? -1 : 1)), silent: silent.sort() };
}

async function actorsOf(
  connection: NatsConnection,
  cluster: string,
  host: string,
  pattern: string,
): Promise<PlacedActor[] | undefined> {
  const found: PlacedActor[] = [];
  const subject = hostAddress(cluster, host, 'actors');
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: ActorPage | undefined = await ask<ActorPage>(connection, subject, JSON.stringify({ pattern, after }));
    if (page === undefined) return undefined;
    for (const actor of page.actors) found.push({ host, ...actor });
    after = page.next;
  }
  return found;
}

async function ask<Answer>(connection: NatsConnection, subject: string, body: string): Promise<Answer | undefined> {
  try {
    const answer = (await connection.request(subject, body, { timeout: patienceMs })).json<
      Answer & { error?: string }
    >();
    return answer.error === undefined ? answer : undefined;
  } catch {
    return undefined;
  }
}
