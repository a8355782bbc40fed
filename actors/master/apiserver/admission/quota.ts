/**
 * Charging what is new to the quotas of its namespace (ResourceQuota).
 *
 * What a quota counts is written with the object in one transaction, guarded by the quota's version: no two servers can both
 * give out the last of it. Kubernetes writes the quota's status first, and lets the controller count back what then failed.
 */

import type { Compare, KeyValue, KvOp } from '../../../../protocol/messages/etcd.ts';
import type { KubernetesObject, Pod, Status } from '../../../../protocol/objects.ts';
import type { Quantity } from '../../../../protocol/quantity.ts';
import {
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  subtractQuantities,
} from '../../../../protocol/quantity.ts';
import type { ResourceQuota } from '../../../../protocol/quota/scopes.ts';
import { isInScopes, namesUsedBy, unspecified } from '../../../../protocol/quota/scopes.ts';
import type { Usage } from '../../../../protocol/quota/usage.ts';
import { plus, usageOf } from '../../../../protocol/quota/usage.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { collectionPrefix } from '../storage-keys.ts';
import { toStored } from '../stored-object.ts';
import type { Companions } from '../verdict.ts';
import { nameForRefusal } from './naming.ts';

/** A quota at a version. */
interface Versioned {
  readonly key: string;
  readonly revision: number;
  readonly quota: ResourceQuota;
}

const quotaPrefix = collectionPrefix('resourcequotas', '');

/** Tells whether there is any quota in a namespace, as far as this server has heard. */
export function hasQuotas(memory: Pick<Memory, 'caches'>, namespace: string): boolean {
  const { entries } = cacheOf(memory, 'resourcequotas');
  if (entries.size === 0 || namespace === '') return false;
  for (const { object } of entries.values()) if (object.metadata.namespace === namespace) return true;
  return false;
}

/** The quotas of a namespace, in the order of their names: of each the newest version that etcd has shown. */
function quotasIn({ caches, freshQuotas }: Memory, namespace: string): Versioned[] {
  const prefix = collectionPrefix('resourcequotas', namespace);
  const found: Versioned[] = [];
  for (const { key, object, revision } of cacheOf({ caches }, 'resourcequotas').entries.values()) {
    if (!key.startsWith(prefix)) continue;
    const fresh = freshQuotas.get(key);
    if (fresh !== undefined && fresh.modRevision > revision) {
      found.push({ key, revision: fresh.modRevision, quota: fresh.value as ResourceQuota });
      continue;
    }
    freshQuotas.delete(key);
    found.push({ key, revision, quota: object as ResourceQuota });
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Remembers how quotas were found to stand in etcd, until the cache has heard of it. */
export function noteQuotas(memory: Memory, kvs: readonly (KeyValue | undefined)[]): void {
  for (const kv of kvs) if (kv?.key.startsWith(quotaPrefix)) memory.freshQuotas.set(kv.key, kv);
}

/** Tells whether a key is a quota's. */
export function isQuotaKey(key: string): boolean {
  return key.startsWith(quotaPrefix);
}

/**
 * Charges an object, or what it uses more than before, to the quotas it counts towards: gives what is to be written with it,
 * or why there is not enough. Undefined where no quota is touched.
 */
export function charge(
  memory: Memory,
  nowMs: number,
  resource: string,
  object: KubernetesObject,
  old?: KubernetesObject,
): Companions | Status | undefined {
  const refuse = (detail: string) => failure.forbidden(resource, nameForRefusal(object), detail);
  const touched: (Versioned & { readonly delta: Usage })[] = [];
  for (const one of quotasIn(memory, object.metadata.namespace ?? '')) {
    const { hard = {}, used = {} } = one.quota.status ?? {};
    const names = namesUsedBy(resource, Object.keys(hard));
    if (names.length === 0 || !isInScopes(one.quota, resource, object)) continue;
    const problem = resource === 'pods' ? unspecified(object as Pod, names) : undefined;
    const { name } = one.quota.metadata;
    if (problem !== undefined) return refuse(`failed quota: ${name}: ${problem}`);
    const unknown = names.filter((counted) => used[counted] === undefined);
    if (unknown.length > 0) {
      return refuse(`status unknown for quota: ${name}, resources: ${unknown.sort().join(',')}`);
    }
    const delta = deltaOf(resource, object, old, names, nowMs);
    if (Object.values(delta).some(({ nano }) => nano !== 0n)) touched.push({ ...one, delta });
  }
  for (const { quota, delta } of touched) {
    const problem = exceeded(quota, delta);
    if (problem !== undefined) return refuse(problem);
  }
  return touched.length === 0 ? undefined : { guards: touched.map(guardOf), ops: touched.map(chargeOf) };
}

/** What of a quota's names an object uses, or uses more than it did. */
function deltaOf(
  resource: string,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  names: readonly string[],
  nowMs: number,
): Usage {
  const usage = usageOf(resource, object, nowMs);
  const before: Usage = old === undefined ? {} : usageOf(resource, old, nowMs);
  const delta: Record<string, Quantity> = {};
  for (const name of names) {
    const amount = usage[name];
    if (amount === undefined) continue;
    const was = before[name];
    const more = was === undefined ? amount : subtractQuantities(amount, was);
    // What is used less now, the controller counts back.
    if (more.nano > 0n || was === undefined) delta[name] = more;
  }
  return delta;
}

function exceeded(quota: ResourceQuota, delta: Usage): string | undefined {
  const { hard = {}, used = {} } = quota.status ?? {};
  const over = Object.keys(delta)
    .sort()
    .filter((name) => {
      const sum = plus(parseQuantity(used[name] ?? '0'), delta[name] ?? parseQuantity('0'));
      return compareQuantities(sum, parseQuantity(hard[name] ?? '0')) > 0;
    });
  if (over.length === 0) return undefined;
  const shown = (of: (name: string) => string) => over.map((name) => `${name}=${of(name)}`).join(',');
  const requested = shown((name) => formatQuantity(delta[name] ?? parseQuantity('0')));
  const isUsed = shown((name) => canonicalQuantity(used[name] ?? '0'));
  const limited = shown((name) => canonicalQuantity(hard[name] ?? '0'));
  return `exceeded quota: ${quota.metadata.name}, requested: ${requested}, used: ${isUsed}, limited: ${limited}`;
}

function guardOf({ key, revision }: Versioned): Compare {
  return { key, target: 'mod', op: '=', value: revision };
}

function chargeOf({ key, quota, delta }: Versioned & { readonly delta: Usage }): KvOp {
  const used: Record<string, string> = { ...quota.status?.used };
  for (const [name, more] of Object.entries(delta)) {
    used[name] = formatQuantity(plus(parseQuantity(used[name] ?? '0'), more));
  }
  const value: KubernetesObject = { ...toStored(quota), status: { ...quota.status, used } } as KubernetesObject;
  return { op: 'put', key, value };
}
