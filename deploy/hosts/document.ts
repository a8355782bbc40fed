/** The cluster's document: what the cluster is, and which host has what of it. Plain JSON; changed only as a whole. */

import type { NodeConfig } from '../../protocol/node-config.ts';
import type { Master } from '../../protocol/subjects.ts';
import { type ClusterSpec, type NodeGroup, nodeOfGroup } from '../cluster-spec.ts';

/** What the document's shape is; a Troupe that reads another one leaves it alone. */
export const documentFormat = 1;

/** The code that a host runs; see `code.ts`. */
export interface Code {
  /** Troupe's version, as people say it. */
  readonly version: string;
  /** A hash of all that makes the actors and what they say to each other. */
  readonly fingerprint: string;
}

/** All of a cluster but its nodes: they belong to hosts. */
export type Frame = Omit<ClusterSpec, 'nodes'>;

/** So many like nodes with their names and addresses: numbers that no other range has. */
export interface NodeRange extends NodeGroup {
  readonly prefix: string;
  /** The number in the first one's name. */
  readonly first: number;
  /** The first one's place in the cluster, from 0, of which its address is made (`nodeAddressOf`). */
  readonly from: number;
}

/** The replicas of each component that a host has. */
export type Roles = Readonly<Partial<Record<Master, readonly number[]>>>;

/** One process, as it tells of itself. */
export interface Process {
  /** Drawn anew by every process: what the document names has the claim. */
  readonly id: string;
  /** Its machine's name, for people. */
  readonly machine: string;
  readonly pid: number;
  /** Where its pid counts: the machine's boot and the process namespace; empty where the system does not tell. */
  readonly pidSpace: string;
  /** Tells this process from a later one with its pid, where the system can. */
  readonly startedTicks?: string;
}

/** What a host has, whether it lives or not. */
export interface HostEntry extends Process {
  /** ms since the Unix epoch, on its own clock, when this process joined. */
  readonly joinedAt: number;
  /** How often a process has joined under this name. */
  readonly starts: number;
  /** When it left in good order; absent while it is joined, and when it just died. */
  readonly leftAt?: number;
  /** How often this process found its claim again after its lease had run out. */
  readonly returns: number;
  readonly roles: Roles;
  readonly nodes: readonly NodeRange[];
}

/** A member of etcd that was started once: from then on it is only what it was with these data. */
export interface StartedMember {
  /** The id that lies beside its data. */
  readonly data: string;
  /** The host that started it. */
  readonly host: string;
  readonly at: number;
}

/** The document. */
export interface ClusterDocument {
  readonly format: number;
  readonly code: Code;
  readonly frame: Frame;
  readonly seed: number | string;
  /** ms since the Unix epoch at which the cluster began. */
  readonly foundedAt: number;
  readonly foundedBy: string;
  readonly hosts: Readonly<Record<string, HostEntry>>;
  /** By the member's number. */
  readonly members: Readonly<Record<string, StartedMember>>;
}

/** What a cluster begins with. */
export interface Founding {
  readonly frame: Frame;
  readonly seed: number | string;
  readonly foundedAt: number;
}

/** The document of a new cluster, before any host is in it. */
export function foundCluster(founding: Founding, code: Code, host: string): ClusterDocument {
  const { frame, seed, foundedAt } = founding;
  return { format: documentFormat, code, frame, seed, foundedAt, foundedBy: host, hosts: {}, members: {} };
}

/** The components of a cluster's control plane, and how many replicas of each there are. */
export function replicasOf({ controlPlane, metricsServer }: Frame): [Master, number][] {
  return [
    ...(Object.entries(controlPlane) as [Master, number][]),
    ...(metricsServer === true ? [['metrics-server', 1] as [Master, number]] : []),
  ];
}

/** The nodes of a host, in the order of their places. */
export function nodesOfHost(entry: Pick<HostEntry, 'nodes'> | undefined): NodeConfig[] {
  return [...(entry?.nodes ?? [])].sort((a, b) => a.from - b.from).flatMap(nodesOfRange);
}

/** The nodes of a range, named and addressed. */
export function nodesOfRange(range: NodeRange): NodeConfig[] {
  return Array.from({ length: range.count }, (_, i) =>
    nodeOfGroup(range, `${range.prefix}${range.first + i}`, range.from + i, i),
  );
}

/** The whole cluster as a specification, with the nodes of all hosts. */
export function specOf({ frame, hosts }: ClusterDocument): ClusterSpec {
  return { ...frame, nodes: nodesOfHost({ nodes: Object.values(hosts).flatMap(({ nodes }) => nodes) }) };
}

/** The host that has a replica; undefined while nobody has. */
export function hostOfReplica({ hosts }: ClusterDocument, component: Master, index: number): string | undefined {
  return Object.keys(hosts).find((name) => hosts[name]?.roles[component]?.includes(index));
}

/** Names replicas as people do: `etcd 0, apiserver 0 and 2`. */
export function describeRoles(roles: Roles): string {
  return Object.entries(roles)
    .filter(([, indexes]) => indexes.length > 0)
    .map(([component, indexes]) => `${component} ${indexes.join(' and ')}`)
    .join(', ');
}

/** Names nodes as people do: `node-4..node-503 (500)`. */
export function describeNodes(ranges: readonly NodeRange[]): string {
  return ranges.map(describeRange).join(', ');
}

function describeRange({ prefix, first, count }: NodeRange): string {
  return count === 1 ? `${prefix}${first}` : `${prefix}${first}..${prefix}${first + count - 1} (${count})`;
}
