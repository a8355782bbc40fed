/**
 * Which API servers there are, and the Endpoints of the `kubernetes` Service that name them.
 *
 * Each holds a key under an etcd lease; one that dies loses it, and any other corrects the Endpoints
 * (`--endpoint-reconciler-type=lease`).
 */

import type { AnyEvent, Self } from '../../../protocol/actor.ts';
import type { LeaseRevoke } from '../../../protocol/messages/etcd.ts';
import { withMeta } from '../../../protocol/meta.ts';
import type { Endpoints } from '../../../protocol/objects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { makeUid } from '../../../protocol/uid.ts';
import { callEtcd, memberOf } from './etcd-link.ts';
import { strategyOf } from './kinds/registry.ts';
import type { Memory } from './memory.ts';
import { cacheOf } from './memory.ts';
import { storageKey } from './storage-keys.ts';
import { toStored } from './stored-object.ts';

type Server = Self<Memory>;

/** Notes the calls about the lease of this server. */
export const presenceNote = 'presence';

/** The keys the servers hold. */
export const mastersPrefix = '/registry/masterleases/';

/** How long a server that does not renew its lease counts as there (`DefaultEndpointReconcilerTTL`). */
const ttlSeconds = 15;
const endpointsKey = storageKey('endpoints', 'default', 'kubernetes');

/** Tells whether a change of this key can make the Endpoints wrong. */
export function concernsMasters(key: string): boolean {
  return key === endpointsKey || key.startsWith(mastersPrefix);
}

/** Asks for the lease of this server. */
export function grantPresence(self: Server): void {
  callEtcd(self, { type: 'lease.grant', body: { ttlSeconds } }, presenceNote);
}

/** Writes the key of this server under its new lease. */
export function announce(self: Server, event: AnyEvent): void {
  const { id: lease } = event.body;
  self.memory.presence = lease;
  const key = mastersPrefix + ownAddress(self);
  const put = { op: 'put' as const, key, value: ownAddress(self), lease };
  callEtcd(self, { type: 'kv.txn', body: { compare: [], success: [put], failure: [] } }, presenceNote);
}

/** Renews the lease of this server. */
export function renewPresence(self: Server): void {
  callEtcd(self, { type: 'lease.keep-alive', body: { id: self.memory.presence } }, presenceNote);
}

/** Gives up the lease: this server is about to end. */
export function endPresence(self: Server): void {
  const { memory } = self;
  if (memory.presence !== 0) self.request<LeaseRevoke>(memberOf(memory), 'lease.revoke', { id: memory.presence });
}

/** Corrects the Endpoints where they do not name just the servers there are; of many that try, one does. */
export function reconcileMasters(self: Server): void {
  const { memory } = self;
  if (memory.masters.size === 0) return;
  const known = cacheOf(memory, 'endpoints').entries.get(endpointsKey);
  const wanted = [...memory.masters].sort();
  const named = known === undefined ? [] : addressesOf(known.object as Endpoints);
  if (named.join() === wanted.join()) return;
  const subsets = [{ addresses: wanted.map((ip) => ({ ip })), ports: [apiPort(memory)] }];
  const object = known === undefined ? bornEndpoints(self, subsets) : { ...known.object, subsets };
  const compare = [{ key: endpointsKey, target: 'mod' as const, op: '=' as const, value: known?.revision ?? 0 }];
  const success = [{ op: 'put' as const, key: endpointsKey, value: toStored(object) }];
  callEtcd(self, { type: 'kv.txn', body: { compare, success, failure: [] } }, presenceNote);
}

function apiPort({ config }: Memory) {
  return { name: 'https', port: config['secure-port'], protocol: 'TCP' };
}

function bornEndpoints(self: Server, subsets: NonNullable<Endpoints['subsets']>): Endpoints {
  const labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  const metadata = { name: 'kubernetes', namespace: 'default', labels };
  const strategy = strategyOf('endpoints');
  const object: Endpoints = strategy.applyDefaults({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets });
  const birth = { uid: makeUid(() => self.random()), creationTimestamp: toRfc3339(self.now()) };
  return strategy.prepareForCreate(withMeta(object, birth)) as Endpoints;
}

function addressesOf({ subsets = [] }: Endpoints): string[] {
  return subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip));
}

/** `--advertise-address`, or one of a range of its own by the number of this server. */
function ownAddress({ address, memory }: Pick<Server, 'address' | 'memory'>): string {
  const number = Number(address.slice(address.lastIndexOf('.') + 1));
  return memory.config['advertise-address'] || `172.31.0.${10 + (Number.isInteger(number) ? number : 0)}`;
}
