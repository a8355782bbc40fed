/** What somebody does with a cluster who is no host of it: looks, and puts in order what is gone for good. */

import type { NatsConnection } from 'nats';
import { openBuckets, removeBuckets } from './buckets.ts';
import { forgetMember, releaseHost } from './claims.ts';
import type { ClusterDocument, HostEntry } from './document.ts';
import { HostsError } from './hosts-error.ts';
import { Leases } from './leases.ts';
import { Placement } from './placement.ts';
import { thisProcess } from './this-process.ts';

/** The name that somebody's lease has who is no host. */
const visitor = '';

/** Reads a cluster's document. @throws HostsError where there is no such cluster */
export async function readCluster(connection: NatsConnection, cluster: string): Promise<ClusterDocument> {
  return (await watcherOf(connection, cluster)).placement.read().then(({ document }) => document);
}

/** The hosts whose leases live. @throws HostsError */
export async function livingHosts(connection: NatsConnection, document: ClusterDocument): Promise<Set<string>> {
  return (await watcherOf(connection, document.frame.name)).leases.living(document);
}

/** Gives back all that a host has that is gone for good. @throws HostsError while it lives */
export async function releaseOf(connection: NatsConnection, cluster: string, host: string): Promise<HostEntry> {
  const { placement, sure } = await watcherOf(connection, cluster);
  let had: HostEntry | undefined;
  await placement.change(async (document) => {
    had = document.hosts[host];
    return releaseHost(document, host, await sure(document));
  });
  return had as HostEntry;
}

/** Forgets the data of a member of etcd that are lost, so that it can begin empty. @throws HostsError while it runs */
export async function forgetEtcd(connection: NatsConnection, cluster: string, index: number): Promise<void> {
  const { placement, sure } = await watcherOf(connection, cluster);
  await placement.change(async (document) => forgetMember(document, index, await sure(document)));
}

/** Forgets a whole cluster. @throws HostsError while a host of it lives */
export async function forgetCluster(connection: NatsConnection, cluster: string): Promise<void> {
  const { placement, sure } = await watcherOf(connection, cluster);
  const { document } = await placement.read();
  const [living] = await sure(document);
  if (living !== undefined) {
    throw new HostsError('in-use', `cluster ${cluster}`, `has a host that lives: ${living}`, 'end all its hosts first');
  }
  await removeBuckets(connection, cluster);
}

/** What somebody needs who is no host. */
async function watcherOf(connection: NatsConnection, cluster: string) {
  const buckets = await openBuckets(connection, cluster, { isFounding: false });
  const leases = new Leases(buckets);
  const me = thisProcess();
  return {
    leases,
    placement: new Placement(buckets),
    /** Surely: by a lease of its own among theirs, which no host's name can be. */
    sure: async (document: ClusterDocument) => {
      const living = await leases.surelyLiving(document, visitor, me);
      await leases.remove(visitor, me.id);
      return living;
    },
  };
}
