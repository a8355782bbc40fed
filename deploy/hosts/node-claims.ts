/** Which nodes a host gets: ranges of names and of addresses that no other host has. Pure. */

import type { NodeGroup } from '../cluster-spec.ts';
import { type ClusterDocument, describeNodes, type NodeRange } from './document.ts';
import { HostsError } from './hosts-error.ts';

/** As many as there are addresses (172.18.0.2 to 172.18.255.254). */
const nodesMax = 65_533;
const defaultPrefix = 'node-';

/**
 * Gives the nodes a host has after it asked for these groups: all of one kind that it has already count, and what lacks
 * is added as one more range. Asking for none leaves it what it has.
 *
 * @throws HostsError where it asks for fewer, or for others, than it has; or there is no room
 */
export function claimNodes(document: ClusterDocument, host: string, asked: readonly NodeGroup[]): readonly NodeRange[] {
  const had = document.hosts[host]?.nodes ?? [];
  const groups = asked.filter(({ count }) => count > 0);
  if (groups.length === 0) return had;
  const wanted = byKind(groups);
  for (const [kind, ranges] of byKind(had)) {
    if (!wanted.has(kind)) throw differs(host, had, 'with other options (capacity, labels, zones or names)');
    if (total(ranges) > total(wanted.get(kind) ?? [])) {
      throw differs(host, had, `and only ${total(wanted.get(kind) ?? [])} were asked for`);
    }
  }
  const taken = Object.values(document.hosts).flatMap(({ nodes }) => nodes);
  const mine = [...had];
  for (const [kind, group] of wanted) {
    const [sample] = group as [NodeGroup];
    const lacking = total(group) - total(byKind(had).get(kind) ?? []);
    if (lacking === 0) continue;
    const range = freeRange(taken, sample, lacking);
    taken.push(range);
    mine.push(range);
  }
  return mine;
}

function freeRange(taken: readonly NodeRange[], group: NodeGroup, count: number): NodeRange {
  const prefix = group.prefix ?? defaultPrefix;
  // node-1 and a 0 would be node-10 too.
  if (/\d$/.test(prefix)) {
    throw new HostsError(
      'bad-ask',
      `the prefix "${prefix}"`,
      'ends in a digit',
      `write one that does not: "${prefix}-"`,
    );
  }
  const from = lowestGap(
    taken.map((range) => ({ at: range.from, count: range.count })),
    count,
    0,
  );
  if (from + count > nodesMax) {
    const room = nodesMax - total(taken);
    throw new HostsError(
      'had',
      `${count} more nodes`,
      `do not fit: there are addresses for ${room} more`,
      'ask for fewer',
    );
  }
  const named = taken.filter((range) => range.prefix === prefix);
  const first = lowestGap(
    named.map((range) => ({ at: range.first, count: range.count })),
    count,
    1,
  );
  return { ...group, prefix, count, from, first };
}

/** The lowest place, from `least` on, at which so many numbers are free. */
function lowestGap(taken: readonly { at: number; count: number }[], count: number, least: number): number {
  let place = least;
  for (const range of [...taken].sort((a, b) => a.at - b.at)) {
    if (place + count <= range.at) break;
    place = Math.max(place, range.at + range.count);
  }
  return place;
}

/** Groups by all that makes nodes alike. */
function byKind<Group extends NodeGroup>(groups: readonly Group[]): Map<string, Group[]> {
  const found = new Map<string, Group[]>();
  for (const group of groups) {
    const { prefix = defaultPrefix, capacity = {}, labels = {}, taints = [], zones = [], staticPods = {} } = group;
    const kind = JSON.stringify([prefix, sorted(capacity), sorted(labels), taints, zones, sorted(staticPods)]);
    found.set(kind, [...(found.get(kind) ?? []), group]);
  }
  return found;
}

function sorted(record: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function total(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function differs(host: string, had: readonly NodeRange[], how: string): HostsError {
  return new HostsError(
    'differs',
    `host ${host}`,
    `has ${describeNodes(had)} already, ${how}`,
    `ask for the same again, or for none to have them as they are; to give them back first: troupe hosts --release ${host}`,
  );
}
