/** Which replicas of the control plane a host gets: what it has, what it asks for, what is free. Pure. */

import { nearest } from '../../protocol/spelling.ts';
import type { Master } from '../../protocol/subjects.ts';
import { type ClusterDocument, hostOfReplica, type Roles, replicasOf } from './document.ts';
import { HostsError } from './hosts-error.ts';

/** A replica that a host asks for: a certain one, or whichever is free. */
export interface RoleAsk {
  readonly component: Master;
  readonly index?: number;
}

/** What of a data folder decides on members of etcd: the id beside the data of each, by its number. */
export type MemberData = Readonly<Record<string, string>>;

/** One of each component that has any left, as a host with the whole control plane on it. */
const everything = 'control-plane';

/**
 * Reads what `--role` takes: `etcd,apiserver`, `etcd=1,etcd=2`, `control-plane` for one of each that is left. Kubernetes's
 * own names (`kube-apiserver`) are good too.
 *
 * @throws HostsError naming what is no component
 */
export function parseRoles(text: string): (RoleAsk | typeof everything)[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map(parseRole);
}

const components: readonly Master[] = ['etcd', 'apiserver', 'scheduler', 'controller-manager', 'dns', 'metrics-server'];

function parseRole(word: string): RoleAsk | typeof everything {
  if (word === everything) return everything;
  const [name = '', number] = word.replace(/^kube-/, '').split(/=(.*)/s);
  const component = components.find((one) => one === name);
  if (component === undefined) {
    const close = nearest(name, [...components, everything]);
    const fix =
      close === undefined ? `the roles are ${components.join(', ')}, ${everything}` : `did you mean "${close}"?`;
    throw new HostsError('bad-ask', `"${word}"`, 'is no role', fix);
  }
  if (number === undefined) return { component };
  if (/^\d+$/.test(number)) return { component, index: Number(number) };
  throw new HostsError('bad-ask', `"${word}"`, 'is no role', `write ${component}=1 for replica 1, counted from 0`);
}

/**
 * Gives the roles a host has after it asked: those it had, and of each asked component at least one. Asking again for
 * what one has gives nothing more, so that a host comes back with the same command line.
 *
 * @throws HostsError where it cannot have them: another has them, or the data of a member of etcd are not here
 */
export function claimRoles(
  document: ClusterDocument,
  host: string,
  asked: readonly (RoleAsk | typeof everything)[],
  data: MemberData,
): Roles {
  const counts = replicasOf(document.frame);
  const had = document.hosts[host]?.roles ?? {};
  const roles: Partial<Record<Master, readonly number[]>> = { ...had };
  const take = (component: Master, index: number) => {
    roles[component] = [...(roles[component] ?? []), index].sort((a, b) => a - b);
  };
  for (const index of had.etcd ?? []) checkData(document, index, data);
  const explicit = asked.filter((ask) => ask !== everything);
  for (const { component, index } of explicit) {
    const count = counts.find(([name]) => name === component)?.[1] ?? 0;
    if (index !== undefined) {
      if (roles[component]?.includes(index)) continue;
      checkFree(document, component, index, count);
      if (component === 'etcd') checkData(document, index, data);
      take(component, index);
    } else if ((roles[component] ?? []).length === 0) {
      take(component, freeReplica(document, component, count, data));
    }
  }
  if (!asked.includes(everything)) return roles;
  for (const [component, count] of counts) {
    if ((roles[component] ?? []).length > 0 || freeOf(document, component, count).length === 0) continue;
    take(component, freeReplica(document, component, count, data));
  }
  return roles;
}

function freeOf(document: ClusterDocument, component: Master, count: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  return all.filter((index) => hostOfReplica(document, component, index) === undefined);
}

/** The lowest free replica; of etcd, one whose data are here before one that was never started. */
function freeReplica(document: ClusterDocument, component: Master, count: number, data: MemberData): number {
  const free = freeOf(document, component, count);
  const [lowest] = free;
  if (lowest === undefined) throw noneLeft(document, component, count);
  if (component !== 'etcd') return lowest;
  const ours = free.find((index) => document.members[index] !== undefined && hasData(document, index, data));
  const fresh = free.find((index) => document.members[index] === undefined);
  const found = ours ?? fresh;
  if (found === undefined) checkData(document, lowest, data);
  return found ?? lowest;
}

function checkFree(document: ClusterDocument, component: Master, index: number, count: number): void {
  if (index >= count) {
    const there = count === 0 ? `has no ${component}` : `has ${count} of ${component}: 0 to ${count - 1}`;
    const fix = count === 0 ? 'leave that role away' : `ask for one of them, such as ${component}=${count - 1}`;
    throw new HostsError('bad-ask', `cluster ${document.frame.name}`, there, fix);
  }
  const other = hostOfReplica(document, component, index);
  if (other === undefined) return;
  const fix = `ask for ${component} without a number, or, when ${other} is gone for good, for all it had: --take-over ${other}`;
  throw new HostsError('had', `${component} ${index}`, `is had by host ${other}`, fix);
}

function noneLeft(document: ClusterDocument, component: Master, count: number): HostsError {
  if (count === 0) {
    return new HostsError('bad-ask', `cluster ${document.frame.name}`, `has no ${component}`, 'leave that role away');
  }
  const owners = Array.from(
    { length: count },
    (_, i) => `${component} ${i} on ${hostOfReplica(document, component, i)}`,
  );
  const fix = 'leave that role away, or name the host that is gone for good: --take-over HOST';
  const all = count === 1 ? 'the only replica is' : `all ${count} replicas are`;
  return new HostsError('had', component, `has none left: ${all} had (${owners.join(', ')})`, fix);
}

function hasData({ members }: ClusterDocument, index: number, data: MemberData): boolean {
  const started = members[index];
  return started === undefined || data[index] === started.data;
}

/** A member that comes back empty under its old name has forgotten what it acknowledged, and votes all the same. */
function checkData(document: ClusterDocument, index: number, data: MemberData): void {
  if (hasData(document, index, data)) return;
  const { host, at, data: wanted } = document.members[index] as { host: string; at: number; data: string };
  const here = data[index] === undefined ? 'this host has none of them' : `what lies here are others (${data[index]})`;
  throw new HostsError(
    'no-data',
    `etcd ${index}`,
    `has data on host ${host}, written since ${new Date(at).toISOString()} (${wanted}), and ${here}`,
    `bring the --data-dir that host ${host} had, or, when it is lost, give the member up: troupe hosts --forget-etcd ${index}`,
  );
}
