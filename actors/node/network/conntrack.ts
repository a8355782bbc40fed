/** Which endpoint a connection was given, so that all its packets go there (the kernel's conntrack). */

import type { SocketAddress } from '../../../protocol/messages/network.ts';
import { countConnection, type ServiceTable } from './services.ts';

/** A translated connection that has no answer yet. */
export interface Connection {
  /** The forwarding rule's key. */
  rule: string;
  endpoint: SocketAddress;
  openedAt: number;
}

/** Connections by flow, the oldest first. */
export type Conntrack = Map<string, Connection>;

/** Remembers a connection, and forgets those that were never answered. */
export function openConnection(
  conntrack: Conntrack,
  table: ServiceTable,
  flow: string,
  connection: Connection,
  timeoutMs: number,
): void {
  for (const [old, { openedAt }] of conntrack) {
    if (connection.openedAt - openedAt < timeoutMs) break;
    closeConnection(conntrack, table, old);
  }
  conntrack.set(flow, connection);
  const port = table.ports.get(connection.rule);
  if (port !== undefined) countConnection(port, connection.endpoint, 1);
}

/** Forgets a connection that was answered. */
export function closeConnection(conntrack: Conntrack, table: ServiceTable, flow: string): void {
  const connection = conntrack.get(flow);
  if (connection === undefined) return;
  conntrack.delete(flow);
  const port = table.ports.get(connection.rule);
  if (port !== undefined) countConnection(port, connection.endpoint, -1);
}
