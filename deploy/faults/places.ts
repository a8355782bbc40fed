/** Where faults are: names of machines, zones and hosts, and the addresses of actors, as people write them. */

import { nearest } from '../../protocol/spelling.ts';
import { escapeToken, nodeOf, unescapeToken } from '../../protocol/subjects.ts';
import { FaultError } from './command.ts';

/** A machine as the cluster knows it; those of the control plane may have replicas on several hosts. */
export interface RosterMachine {
  readonly zone: string;
  readonly hosts: readonly string[];
  /** Every host has one of that name, so it is of none. */
  readonly isEverywhere?: boolean;
}

/** All that faults can name: the machines of all hosts. */
export interface Roster {
  readonly cluster: string;
  readonly machines: ReadonlyMap<string, RosterMachine>;
  readonly hosts: readonly string[];
}

/** Everything, also what is on no machine. */
const everywhere = '*';
/** What the second token of an address can be. */
const roles = ['master', 'node', 'client', 'host', 'registry'];

/** Finds the machines of a place: of a machine's, a zone's or a host's name; `*` stays what it is. @throws FaultError */
export function machinesAt(roster: Roster, place: string, field: string): string[] {
  if (place === everywhere) return [everywhere];
  const [, prefix, name = ''] = /^(machine|node|zone|host)\/(.+)$/s.exec(place) ?? [];
  if (prefix !== undefined) return named(roster, prefix === 'node' ? 'machine' : prefix, name, field);
  const found = (['machine', 'zone', 'host'] as const).filter((sort) => namesOf(roster, sort).has(place));
  if (found.length > 1) {
    const names = found.map((sort) => `${sort}/${place}`).join(' or ');
    throw new FaultError(field, `"${place}" is a ${found.join(' and a ')}`, `write ${names}`);
  }
  if (found[0] === undefined) throw unknownPlace(roster, place, ['machine', 'zone', 'host'], field);
  return members(roster, found[0], place);
}

/** Tells whether a place is another host as a whole. */
export function isAnotherHost({ machines, hosts }: Roster, place: string, host: string): boolean {
  const name = place.startsWith('host/') ? place.slice('host/'.length) : machines.has(place) ? undefined : place;
  return name !== undefined && name !== host && hosts.includes(name);
}

type Sort = 'machine' | 'zone' | 'host';

function named(roster: Roster, sort: string, name: string, field: string): string[] {
  if (!namesOf(roster, sort as Sort).has(name)) throw unknownPlace(roster, name, [sort as Sort], field);
  return members(roster, sort as Sort, name);
}

function namesOf({ machines, hosts }: Roster, sort: Sort): Set<string> {
  if (sort === 'machine') return new Set(machines.keys());
  if (sort === 'host') return new Set(hosts);
  return new Set([...machines.values()].map(({ zone }) => zone).filter((zone) => zone !== ''));
}

function members({ machines }: Roster, sort: Sort, name: string): string[] {
  if (sort === 'machine') return [name];
  const isIn = ({ zone, hosts, isEverywhere }: RosterMachine) =>
    sort === 'zone' ? zone === name : hosts.includes(name) && isEverywhere !== true;
  return [...machines].filter(([, machine]) => isIn(machine)).map(([machine]) => machine);
}

function unknownPlace(roster: Roster, name: string, sorts: readonly Sort[], field: string): FaultError {
  const words = sorts.map((sort) => (sort === 'machine' ? 'machine' : sort));
  const what = `there is no ${words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`} "${name}"`;
  const known = sorts.flatMap((sort) => [...namesOf(roster, sort)]);
  const close = nearest(name, known);
  return new FaultError(field, what, close === undefined ? `there are ${few(known)}` : `did you mean "${close}"?`);
}

function few(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length <= 8 ? names.join(', ') : `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`;
}

/**
 * Makes a whole pattern of an address as people write it: with the cluster's token in front where it is left out.
 *
 * @throws FaultError where it cannot be one, or names a node that is not there
 */
export function patternOf(roster: Roster, written: string, field: string): string {
  const cluster = escapeToken(roster.cluster);
  const tokens = written.split('.');
  if (/\s/.test(written) || tokens.some((token) => token === '')) {
    throw new FaultError(
      field,
      `"${written}" is no address`,
      'write one such as node.NODE.kubelet or master.scheduler.0',
    );
  }
  const [first = '', second = ''] = tokens;
  const isWild = first === '*' || first === '>';
  const isWhole =
    isWild || (first === cluster && (second === '' || second === '>' || second === '*' || roles.includes(second)));
  const pattern = isWhole || !roles.includes(first) ? written : `${cluster}.${written}`;
  if (pattern === written && !isWhole) throw unknownRole(written, first === cluster ? second : first, cluster, field);
  checkNode(roster, pattern, field);
  return pattern;
}

function unknownRole(written: string, token: string, cluster: string, field: string): FaultError {
  const close = nearest(token, [cluster, ...roles]);
  const fix =
    close === undefined
      ? `addresses begin with ${cluster}. or with ${roles.join(', ')}`
      : `did you mean "${written.replace(token, close)}"?`;
  return new FaultError(field, `"${written}" is no address of this cluster`, fix);
}

function checkNode(roster: Roster, pattern: string, field: string): void {
  const token = nodeOf(pattern);
  if (token === undefined || token === '*' || token === '>') return;
  const node = unescapeToken(token);
  if (!roster.machines.has(node)) throw unknownPlace(roster, node, ['machine'], field);
}
