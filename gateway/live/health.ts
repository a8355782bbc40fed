/** How the API servers are, asked when somebody wants to know. */

import type { Message } from '../../protocol/message.ts';
import type { RequestRefused } from '../../protocol/messages/api.ts';
import type { ClusterLink } from '../cluster-link.ts';
import type { ServerHealth } from '../discovery/health.ts';

/** ms to wait for an answer (apiserver's `--etcd-readycheck-timeout` and its like are 2 s). */
const patienceMs = 2_000;

/** Tells whether a path asks how the server is. */
export function isHealthPath(path: string): boolean {
  return /^\/(healthz|livez|readyz)(\/|$)/.test(path);
}

/** Asks for something that only a server with filled caches and a living etcd can answer. */
export async function askHealth(link: ClusterLink, apiserver: string): Promise<ServerHealth> {
  const body = { resource: 'namespaces', name: 'default' };
  const answer = await link.ask<Message>(apiserver, 'object.get', body, { deadlineMs: patienceMs });
  if (answer.type === 'request.succeeded') return { isSynced: true, isDraining: false };
  const status = answer.type === 'request.refused' ? (answer as RequestRefused).body.status : undefined;
  if (status?.code === 503) return { isSynced: false, isDraining: false };
  return { isSynced: true, isDraining: false, etcd: status?.message ?? 'context deadline exceeded' };
}
