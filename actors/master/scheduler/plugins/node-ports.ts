/** Keeps a pod from nodes where a port it wants of the node itself is taken. */

import type { HostPort } from '../needs.ts';
import type { NodeEntry } from '../node-entry.ts';
import type { Plugin, Refusal } from '../plugin.ts';

const name = 'NodePorts';
const refusal: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  isResolvable: true,
};
const anyAddress = '0.0.0.0';

/** NodePorts. */
export const nodePorts: Plugin = {
  name,
  weight: 0,
  helpedBy: ['node changed', 'pod deleted'],
  filter({ needs }) {
    const wanted = needs.hostPorts;
    if (wanted.length === 0) return undefined;
    return (node) => (arePortsFree(wanted, node) ? undefined : refusal);
  },
};

/** Tells whether all ports are free; a port on all addresses clashes with the same on any. */
export function arePortsFree(wanted: readonly HostPort[], node: NodeEntry): boolean {
  for (const { ip, protocol, port } of wanted) {
    const taken = node.ports.get(`${protocol}/${port}`);
    if (taken === undefined) continue;
    if (ip === anyAddress || taken.has(anyAddress) || taken.has(ip)) return false;
  }
  return true;
}
