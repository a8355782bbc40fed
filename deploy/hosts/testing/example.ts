/** A cluster, a process and what hosts ask for, as tests begin with. */

import { singleControlPlane } from '../../cluster-spec.ts';
import { type Asked, joinHost } from '../claims.ts';
import { type ClusterDocument, type Code, type Founding, foundCluster, type Process } from '../document.ts';
import { HostsError } from '../hosts-error.ts';
import { parseRoles } from '../role-claims.ts';

/** The code that all hosts of the tests run. */
export const code: Code = { version: '1.0.0', fingerprint: 'aaaaaaaaaaaa' };

/** Three masters. */
export const founding: Founding = {
  frame: {
    name: 'c',
    controlPlane: { ...singleControlPlane, etcd: 3, apiserver: 2, scheduler: 1, 'controller-manager': 1, dns: 2 },
    settings: {},
    images: [],
  },
  seed: 7,
  foundedAt: Date.UTC(2026, 0, 1),
};

/** A cluster with no host in it. */
export const empty: ClusterDocument = foundCluster(founding, code, 'a');

/** A process by its id. */
export function processOf(id: string): Process {
  return { id, machine: `machine-${id}`, pid: 100, pidSpace: '' };
}

/** What a host asks for: roles as on the command line, so many nodes. */
export function ask(roles: string, nodes = 0, more: Partial<Asked> = {}): Asked {
  return { roles: parseRoles(roles), nodes: [{ count: nodes }], takeOver: [], data: {}, ...more };
}

/** Lets a host in. */
export function joined(
  document: ClusterDocument,
  host: string,
  asked: Asked = ask(''),
  living: readonly string[] = [],
): ClusterDocument {
  return joinHost(document, host, processOf(`${host}-id`), asked, new Set(living), Date.UTC(2026, 0, 2));
}

/** The refusal that something ends with. @throws Error when it does not */
export async function refusalOf(what: () => unknown): Promise<HostsError> {
  try {
    await what();
  } catch (error) {
    if (error instanceof HostsError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
