/** How a host joins: a lease first, then a claim that nobody else can have, or nothing at all. */

import { type Buckets, noCluster } from './buckets.ts';
import { type Asked, adoptCode, checkFrame, inUse, joinHost, resumeHost, runsSameCode } from './claims.ts';
import {
  type ClusterDocument,
  type Code,
  type Founding,
  foundCluster,
  type HostEntry,
  type Process,
} from './document.ts';
import { Lease } from './lease.ts';
import { Leases, pause } from './leases.ts';
import { Placement, type Version } from './placement.ts';
import { hasEnded, thisProcess } from './this-process.ts';

/** How a host joins. */
export interface Joining {
  readonly cluster: string;
  readonly host: string;
  /** What the cluster is, where it is to be founded when it is not there; without it, it must be. */
  readonly founding?: Founding;
  /** Nothing, unless told: the host has what it had. */
  readonly asked?: Partial<Asked>;
  readonly code: Code;
  /** ms that a lease lives; as the cluster has it, or 10 s. */
  readonly leaseMaxAgeMs?: number;
}

/** ms between two looks at the lease of one that may live. */
const lookEveryMs = 250;
/** ms that NATS takes at most to remove what is too old. */
const removalMs = 1_500;

/** What joining has made. */
export interface Joined {
  readonly process: Process;
  readonly lease: Lease;
  readonly placement: Placement;
  readonly version: Version;
}

/**
 * Takes a lease, then the claim, and founds the cluster first where that is asked for.
 *
 * @throws HostsError; nothing is claimed then
 */
export async function join(buckets: Buckets, joining: Joining): Promise<Joined> {
  const { host } = joining;
  const process = thisProcess();
  const leases = new Leases(buckets);
  const placement = new Placement(buckets);
  const lease = new Lease(leases, {
    host,
    process,
    confirm: () => placement.change((document) => resumeHost(document, host, process.id)),
  });
  // Before the claim: whoever sees the claim finds a lease, or one that has run out.
  await lease.take();
  try {
    const version = await claim(buckets, { ...joining, process, lease, leases, placement });
    return { process, lease, placement, version };
  } catch (error) {
    await lease.end().catch(() => {});
    throw error;
  }
}

interface Claiming extends Joining {
  readonly process: Process;
  readonly lease: Lease;
  readonly leases: Leases;
  readonly placement: Placement;
}

async function claim(buckets: Buckets, claiming: Claiming): Promise<Version> {
  const { host, founding, code, placement, lease, leases, process } = claiming;
  const asked: Asked = { roles: [], nodes: [], takeOver: [], data: {}, ...claiming.asked };
  const given = await placement.find();
  if (given === undefined && founding === undefined) throw noCluster(buckets.connection, buckets.cluster);
  if (given === undefined) {
    const first = foundCluster(founding as Founding, code, host);
    const founded = await placement.found(joinHost(first, host, process, asked, new Set(), Date.now()));
    if (founded !== undefined) return founded;
  }
  return placement.change(async (document) => {
    // Written already, and NATS did not say so.
    if (document.hosts[host]?.id === process.id) return document;
    if (founding !== undefined) checkFrame(document, founding.frame);
    for (const name of [host, ...asked.takeOver]) await awaitEnd(leases, document, name, host);
    // Whoever takes nothing of another process needs not know whether that one lives.
    const takes = [host, ...asked.takeOver].some((name) => mayLive(document.hosts[name]));
    const isSure = !takes && runsSameCode(document, code);
    const living = isSure ? new Set<string>() : await leases.surelyLiving(document, host, process);
    const joined = joinHost(adoptCode(document, code, living), host, process, asked, living, Date.now());
    // Waiting for others has taken its time.
    if (lease.ageMs > leases.maxAgeMs / 4) await lease.take();
    return joined;
  });
}

/** Tells whether the process of an entry may still run: it has not left in good order, nor is it known to have died. */
function mayLive(entry: HostEntry | undefined): boolean {
  return entry !== undefined && entry.leftAt === undefined && !hasEnded(entry);
}

/**
 * Waits until a host's lease has run out, if it has one: it may have died just now. One that is renewed meanwhile lives.
 *
 * @throws HostsError when it lives
 */
async function awaitEnd(leases: Leases, document: ClusterDocument, name: string, host: string): Promise<void> {
  const entry = document.hosts[name];
  if (entry === undefined) return;
  if (!mayLive(entry)) {
    await leases.remove(name, entry.id);
    return;
  }
  const found = await leases.revisionOf(name, entry.id);
  if (found === undefined) return;
  const until = performance.now() + leases.maxAgeMs + removalMs;
  while (performance.now() < until) {
    await pause(lookEveryMs);
    const now = await leases.revisionOf(name, entry.id);
    if (now === undefined) return;
    // One that is to be taken over is refused by the change itself, in its own words.
    if (now !== found && name !== host) return;
    if (now !== found) throw inUse(name, entry);
  }
}
