/** The part of a cluster that one host runs, and whose address is whose. */

import type { NodeConfig } from '../protocol/node-config.ts';
import { escapeToken, hostAddress, type Master, nodeOf } from '../protocol/subjects.ts';

/** What of a cluster one host runs; the other hosts have the rest. */
export interface ClusterPart {
  /** The host's name. */
  readonly host: string;
  /** The replicas of the control plane that are here. */
  readonly masters: Readonly<Partial<Record<Master, readonly number[]>>>;
  readonly nodes: readonly NodeConfig[];
}

/** What a host has beside the cluster's own components and speaks with them: the door to them, and the images. */
export const hostActors = ['gateway', 'registry'] as const;

/** Says of every address of a cluster whether it is of a part, and on which machine it is. */
export class Places {
  readonly #name: string;
  /** The first token of all its subjects. */
  readonly #cluster: string;
  readonly #part: ClusterPart;
  readonly #nodes: ReadonlySet<string>;

  constructor(cluster: string, part: ClusterPart) {
    this.#name = cluster;
    this.#cluster = escapeToken(cluster);
    this.#part = part;
    this.#nodes = new Set(part.nodes.map(({ name }) => name));
  }

  /** Tells whether an address is of this part. What is of no host (the name of a group, a client) is not. */
  isHere(address: string): boolean {
    const [cluster, role, name, index] = address.split('.');
    if (cluster !== this.#cluster || role === undefined) return role === undefined;
    if (role === 'node') return this.#nodes.has(nodeOf(address) ?? '');
    if (role === 'master') return this.#part.masters[name as Master]?.includes(Number(index)) === true;
    return role === 'host' && name === escapeToken(this.#part.host);
  }

  /** The machine an address is on; undefined for what is on none. */
  machineOf(address: string): string | undefined {
    const [, role, , index] = address.split('.');
    if (role === 'node') return nodeOf(address);
    if (role === 'master' && index !== undefined) return masterMachine(Number(index));
    return undefined;
  }

  /** What every address of this part begins with: that of a node, of a replica, of the host. */
  owners(): string[] {
    const { host, masters, nodes } = this.#part;
    const replicas = Object.entries(masters).flatMap(([name, indices]) =>
      indices.map((index) => `${this.#cluster}.master.${name}.${index}`),
    );
    const own = nodes.map(({ name }) => `${this.#cluster}.node.${escapeToken(name)}`);
    return [...own, ...replicas, `${this.#cluster}.host.${escapeToken(host)}`];
  }

  /** The NATS subjects that lead here, groups apart: an address, or all that is under one. */
  subjects(): string[] {
    const { host, masters, nodes } = this.#part;
    const subjects = nodes.map(({ name }) => `${this.#cluster}.node.${escapeToken(name)}.>`);
    for (const [component, indices] of Object.entries(masters)) {
      for (const index of indices) {
        const address = `${this.#cluster}.master.${component}.${index}`;
        subjects.push(address, `${address}.>`);
      }
    }
    for (const name of hostActors) subjects.push(hostAddress(this.#name, host, name));
    return subjects;
  }
}

/** The machine that replica `index` of every control-plane component runs on. */
export function masterMachine(index: number): string {
  return `master-${index}`;
}
