/** What a node's network knows. */

import type { Self } from '../../../protocol/actor.ts';
import type { FlagValues } from '../../../protocol/flags.ts';
import type { Packet } from '../../../protocol/messages/network.ts';
import type { Conntrack } from './conntrack.ts';
import type { flags } from './flags.ts';
import { parseSubnet, type Subnet } from './ipv4.ts';
import { noRoutes, type Routes } from './routes.ts';
import { emptyTable, type ServiceTable } from './services.ts';

/** What a node's network is born with. */
export interface NetworkInput {
  node: string;
  nodeIP: string;
  apiserver: string;
  /** The cluster's DNS, as pods are told it. */
  dns: string;
  config: FlagValues<typeof flags>;
}

/** A pod's attachment to the network. On disk as it is here. */
export interface Attachment {
  readonly sandboxId: string;
  readonly podUid: string;
  readonly pause: string;
  readonly hostNetwork: boolean;
  readonly ip: string;
  /** The node's ports that lead to the pod's: [node's, pod's]. */
  readonly hostPorts: readonly (readonly [number, number])[];
  /** False once its pause container died: its end of the wire is gone. */
  readonly isUp: boolean;
}

/** What a node's network knows. */
export interface NetworkMemory {
  readonly input: NetworkInput;
  podCIDR: string;
  subnet: Subnet | undefined;
  /** The last address given, as a number. */
  lastAddress: number;
  attachments: Map<string, Attachment>;
  /** Attachments of pods with an address of their own, by it. */
  pods: Map<string, Attachment>;
  /** Sandboxes that are gone, the latest few: a copy of their first request that comes late attaches nothing. */
  released: Set<string>;
  hostPorts: Map<number, { sandboxId: string; port: number }>;

  routes: Routes;
  /** Networks that packets from an address came from, or were last sent to: a bridge's learned table. */
  neighbours: Map<string, string>;
  /** When the API server last gave, or failed to give, the routes. */
  routesLearnedAt: number;
  /** Packets that wait for a route. */
  waiting: Packet[];

  services: ServiceTable;
  conntrack: Conntrack;
}

/** A node's network, as its behaviour sees it. */
export type Me = Self<NetworkMemory>;

/** Makes the memory of a network that has looked at nothing yet. */
export function makeMemory(input: NetworkInput): NetworkMemory {
  const podCIDR = input.config['pod-cidr'];
  return {
    input,
    podCIDR,
    subnet: parseSubnet(podCIDR),
    lastAddress: 0,
    attachments: new Map(),
    pods: new Map(),
    released: new Set(),
    hostPorts: new Map(),
    routes: noRoutes(),
    neighbours: new Map(),
    routesLearnedAt: Number.NEGATIVE_INFINITY,
    waiting: [],
    services: emptyTable(),
    conntrack: new Map(),
  };
}
