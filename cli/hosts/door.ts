/** The door of a control host: the same keys as all doors of the cluster, on an address that others may reach. */

import type { Cluster } from '../../deploy/cluster.ts';
import { readKeys, shareKeys } from '../../deploy/hosts/shared-keys.ts';
import type { NatsLink } from '../../engine/nats/connection.ts';
import { type Credentials, type KeyStore, makeCredentials } from '../../gateway/live/credentials.ts';
import { Front, type FrontOptions } from '../../gateway/live/front.ts';
import { writeKubeconfig } from '../../gateway/live/kubeconfig.ts';
import { reachOf } from '../live/reach.ts';
import { openDoor } from '../live/start-up.ts';

/** What a door is opened with. */
export interface DoorOptions {
  readonly port: number;
  /** The address to listen on, `0.0.0.0` for all of the machine; loopback unless told. */
  readonly listen?: string | undefined;
  readonly kubeconfig: string;
  readonly front: FrontOptions;
}

/** A door that is open. */
export interface OpenDoor {
  readonly front: Front;
  readonly server: string;
}

/** Opens a door and writes a kubeconfig that leads to it. @throws InputError, KubeconfigError, HostsError */
export async function openHostDoor(
  link: NatsLink,
  cluster: Cluster,
  { port, listen, kubeconfig, front: frontOptions }: DoorOptions,
): Promise<OpenDoor> {
  const { reachedBy, shown } = reachOf(listen);
  const credentials = await sharedCredentials(link, cluster.spec.name, reachedBy);
  const front = new Front(cluster, credentials, frontOptions);
  const server = await openDoor(front, port, listen, shown);
  const { authority, admin } = credentials;
  writeKubeconfig(kubeconfig, { name: cluster.spec.name, server, authority: authority.certificate, user: admin });
  return { front, server };
}

/** Credentials of the cluster's own keys; the first door makes them. */
async function sharedCredentials(
  { nats }: NatsLink,
  cluster: string,
  reachedBy: readonly string[],
): Promise<Credentials> {
  const store = new Map(Object.entries((await readKeys(nats, cluster)) ?? {}));
  const keys: KeyStore = { key: (name) => store.get(name), keepKey: (name, pem) => store.set(name, pem) };
  const isFirst = store.size === 0;
  const made = await makeCredentials(Date.now(), { store: keys, reachedBy });
  if (!isFirst) return made;
  const theirs = await shareKeys(nats, cluster, Object.fromEntries(store));
  if (theirs['ca.key'] === store.get('ca.key')) return made;
  for (const [name, pem] of Object.entries(theirs)) store.set(name, pem);
  return makeCredentials(Date.now(), { store: keys, reachedBy });
}
