/** Every change of the cluster's document, as a pure function: a host joins, comes back, takes over, leaves, is released. */

import type { NodeGroup } from '../cluster-spec.ts';
import {
  type ClusterDocument,
  type Code,
  describeNodes,
  describeRoles,
  documentFormat,
  type Frame,
  type HostEntry,
  type Process,
  type Roles,
} from './document.ts';
import { HostsError } from './hosts-error.ts';
import { claimNodes } from './node-claims.ts';
import { claimRoles, type MemberData, type parseRoles } from './role-claims.ts';

/** What a host asks for when it joins. */
export interface Asked {
  readonly roles: ReturnType<typeof parseRoles>;
  readonly nodes: readonly NodeGroup[];
  /** Hosts that are gone, whose roles and nodes it is to have. */
  readonly takeOver: readonly string[];
  /** What lies in its data folder. */
  readonly data: MemberData;
}

/**
 * Lets a host in, with what it had and what it asks for. `living` are the hosts whose lease lives.
 *
 * @throws HostsError where it may not have it; nothing is changed then
 */
export function joinHost(
  document: ClusterDocument,
  host: string,
  process: Process,
  asked: Asked,
  living: ReadonlySet<string>,
  atMs: number,
): ClusterDocument {
  const before = document.hosts[host];
  if (before !== undefined && living.has(host)) throw inUse(host, before);
  const open = asked.takeOver.reduce((to, other) => takeOver(to, host, other, living), document);
  const { id, machine, pid, pidSpace, startedTicks } = process;
  const entry: HostEntry = {
    id,
    machine,
    pid,
    pidSpace,
    ...(startedTicks !== undefined && { startedTicks }),
    joinedAt: atMs,
    starts: (before?.starts ?? 0) + 1,
    returns: 0,
    roles: claimRoles(open, host, asked.roles, asked.data),
    nodes: claimNodes(open, host, asked.nodes),
  };
  return withHost(open, host, entry);
}

/** Refuses a second process of the same name. */
export function inUse(host: string, { machine, pid, joinedAt }: HostEntry): HostsError {
  return new HostsError(
    'in-use',
    `host ${host}`,
    `runs already as process ${pid} on machine ${machine}, since ${new Date(joinedAt).toISOString()}`,
    `end that one first, or give this one a name of its own: --name ${host}-2`,
  );
}

/** Gives a host all that another had, which is forgotten. */
function takeOver(
  document: ClusterDocument,
  host: string,
  other: string,
  living: ReadonlySet<string>,
): ClusterDocument {
  const theirs = document.hosts[other];
  if (other === host) {
    throw new HostsError(
      'bad-ask',
      `host ${host}`,
      'cannot take itself over',
      'leave --take-over away: it comes back by itself',
    );
  }
  if (theirs === undefined) {
    // Done by an earlier start with the same command line.
    if (document.hosts[host] !== undefined) return document;
    const names = Object.keys(document.hosts).join(', ');
    throw new HostsError('bad-ask', `host ${other}`, 'is not in the cluster', `its hosts are: ${names || 'none'}`);
  }
  if (living.has(other)) {
    throw new HostsError(
      'in-use',
      `host ${other}`,
      `lives as process ${theirs.pid} on machine ${theirs.machine}, and has ${have(theirs)}`,
      `end that one first: what a living host has, nobody else can have`,
    );
  }
  const mine = document.hosts[host];
  const merged = {
    ...(mine ?? theirs),
    roles: merge(mine?.roles ?? {}, theirs.roles),
    nodes: [...(mine?.nodes ?? []), ...theirs.nodes],
  };
  return withHost(withoutHost(document, other), host, merged);
}

function merge(mine: Roles, theirs: Roles): Roles {
  const all = { ...mine } as Record<string, readonly number[]>;
  for (const [component, indexes] of Object.entries(theirs)) {
    all[component] = [...(all[component] ?? []), ...indexes].sort((a, b) => a - b);
  }
  return all;
}

/**
 * Lets a process go on whose lease had run out, when what it had is still its own. It is a change of the document, so
 * that whoever was about to take it has to look again.
 *
 * @throws HostsError when it is another's now
 */
export function resumeHost(document: ClusterDocument, host: string, id: string): ClusterDocument {
  const entry = document.hosts[host];
  if (entry?.id !== id) throw lost(document, host);
  return withHost(document, host, { ...entry, returns: entry.returns + 1 });
}

/** Tells a process that it is not the host any more. */
export function lost(document: ClusterDocument, host: string): HostsError {
  const entry = document.hosts[host];
  const what =
    entry === undefined
      ? 'is not in the cluster any more: it was released, or another host took over what it had'
      : `is another process now: ${entry.pid} on machine ${entry.machine}, since ${new Date(entry.joinedAt).toISOString()}`;
  return new HostsError('lost', `host ${host}`, what, 'this process ends; start it again when it is to be the host');
}

/** Notes that a process has left in good order; it keeps what it has, to come back to. */
export function leaveHost(document: ClusterDocument, host: string, id: string, atMs: number): ClusterDocument {
  const entry = document.hosts[host];
  return entry?.id === id ? withHost(document, host, { ...entry, leftAt: atMs }) : document;
}

/** Gives back all that a host has. @throws HostsError while another process lives under that name, or there is no such host */
export function releaseHost(document: ClusterDocument, host: string, living: ReadonlySet<string>): ClusterDocument {
  const entry = document.hosts[host];
  if (entry === undefined) {
    const names = Object.keys(document.hosts).join(', ') || 'none';
    throw new HostsError('bad-ask', `host ${host}`, 'is not in the cluster', `its hosts are: ${names}`);
  }
  if (living.has(host)) {
    const what = `lives as process ${entry.pid} on machine ${entry.machine}, and has ${have(entry)}`;
    throw new HostsError(
      'in-use',
      `host ${host}`,
      what,
      'end it first, or let it give back what it has as it ends: --release',
    );
  }
  return withoutHost(document, host);
}

/** Notes that a member of etcd is about to be started with these data. @throws HostsError where it is not this process's to start */
export function startMember(
  document: ClusterDocument,
  host: string,
  id: string,
  index: number,
  data: string,
  atMs: number,
): ClusterDocument {
  const entry = document.hosts[host];
  if (entry?.id !== id) throw lost(document, host);
  if (!entry.roles.etcd?.includes(index)) {
    throw new HostsError(
      'had',
      `etcd ${index}`,
      `is not on host ${host}`,
      `ask for it when it joins: --role etcd=${index}`,
    );
  }
  if (document.members[index]?.data === data) return document;
  return { ...document, members: { ...document.members, [index]: { data, host, at: atMs } } };
}

/**
 * Forgets that a member of etcd had data, so that it can begin empty. Right only while all the others run and have what
 * was acknowledged: a leader is then one of them, and gives the new one everything.
 *
 * @throws HostsError while it runs, or never did
 */
export function forgetMember(document: ClusterDocument, index: number, living: ReadonlySet<string>): ClusterDocument {
  if (document.members[index] === undefined) {
    throw new HostsError('bad-ask', `etcd ${index}`, 'was never started', 'there is nothing to forget');
  }
  const owner = Object.keys(document.hosts).find((name) => document.hosts[name]?.roles.etcd?.includes(index));
  if (owner !== undefined && living.has(owner)) {
    throw new HostsError('in-use', `etcd ${index}`, `runs on host ${owner}`, 'end that host first');
  }
  const members = Object.fromEntries(Object.entries(document.members).filter(([number]) => number !== String(index)));
  return { ...document, members };
}

/** Refuses a document that this Troupe cannot read, and hosts that run other code. @throws HostsError naming both */
export function checkCode({ format, code, frame }: ClusterDocument, mine: Code): void {
  const fix = 'run the same Troupe on all hosts; to change it, end them all first';
  if (format !== documentFormat) {
    const what = `was founded by Troupe ${code.version}, which writes format ${format}; this is ${mine.version}, which writes format ${documentFormat}`;
    throw new HostsError('other-code', `cluster ${frame.name}`, what, fix);
  }
  if (runsSameCode({ format, code }, mine)) return;
  const what = `runs Troupe ${code.version} (${code.fingerprint}), and this is ${mine.version} (${mine.fingerprint})`;
  throw new HostsError('other-code', `cluster ${frame.name}`, what, fix);
}

/** Tells whether the hosts of a cluster run this code. */
export function runsSameCode({ format, code }: Pick<ClusterDocument, 'format' | 'code'>, mine: Code): boolean {
  return format === documentFormat && code.fingerprint === mine.fingerprint && code.version === mine.version;
}

/** Lets the cluster go on with other code. @throws HostsError while a host lives that runs the old one */
export function adoptCode(document: ClusterDocument, code: Code, living: ReadonlySet<string>): ClusterDocument {
  if (document.format !== documentFormat || living.size > 0) checkCode(document, code);
  return { ...document, code };
}

/** Refuses to found a cluster again as another one. @throws HostsError naming what differs */
export function checkFrame({ frame }: ClusterDocument, asked: Frame): void {
  const names = [...new Set([...Object.keys(frame), ...Object.keys(asked)])] as (keyof Frame)[];
  const other = names.filter((name) => canonical(frame[name]) !== canonical(asked[name]));
  if (other.length === 0) return;
  throw new HostsError(
    'differs',
    `cluster ${frame.name}`,
    `is there already, and was founded with other ${other.join(', ')}`,
    'ask for the same again, or found another one: --name NAME',
  );
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) => {
      if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
      return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? 'absent'
  );
}

function withHost(document: ClusterDocument, host: string, entry: HostEntry): ClusterDocument {
  return { ...document, hosts: { ...document.hosts, [host]: entry } };
}

function withoutHost(document: ClusterDocument, host: string): ClusterDocument {
  return { ...document, hosts: Object.fromEntries(Object.entries(document.hosts).filter(([name]) => name !== host)) };
}

function have({ roles, nodes }: HostEntry): string {
  return [describeRoles(roles), describeNodes(nodes)].filter((part) => part !== '').join(', ') || 'nothing';
}
