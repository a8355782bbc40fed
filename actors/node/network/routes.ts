/** Which node's network leads to an address: the cluster's pod subnets and node addresses, as the API server has them. */

import type { Node } from '../../../protocol/objects.ts';
import { addressNumber, baseOf, parseSubnet } from './ipv4.ts';

/** The way to every node, as plain data. */
export interface Routes {
  /** Network addresses (subjects) by subnet base, for every length of subnet that occurs. */
  subnets: { bits: number; networks: Map<number, string> }[];
  /** Network addresses by the node's own IP address. */
  nodes: Map<string, string>;
}

/** Makes routes that lead nowhere. */
export function noRoutes(): Routes {
  return { subnets: [], nodes: new Map() };
}

/** Makes the routes to these nodes; `networkOf` gives the subject of a node's network. */
export function makeRoutes(nodes: readonly Node[], networkOf: (node: string) => string): Routes {
  const routes = noRoutes();
  for (const node of nodes) {
    const network = networkOf(node.metadata.name);
    for (const { type, address } of node.status?.addresses ?? []) {
      if (type === 'InternalIP') routes.nodes.set(address, network);
    }
    const subnet = parseSubnet(node.spec?.podCIDR ?? '');
    if (subnet === undefined) continue;
    let length = routes.subnets.find((one) => one.bits === subnet.bits);
    if (length === undefined) {
      length = { bits: subnet.bits, networks: new Map() };
      routes.subnets.push(length);
    }
    length.networks.set(subnet.base, network);
  }
  // The longest prefix wins, as in every routing table.
  routes.subnets.sort((a, b) => b.bits - a.bits);
  return routes;
}

/** Finds the network that leads to an address; undefined for none. */
export function routeTo(routes: Routes, ip: string): string | undefined {
  const node = routes.nodes.get(ip);
  if (node !== undefined) return node;
  const address = addressNumber(ip);
  for (const { bits, networks } of routes.subnets) {
    const network = networks.get(baseOf(address, bits));
    if (network !== undefined) return network;
  }
  return undefined;
}
