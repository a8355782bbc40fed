/** The transactions that give a cluster its default roles: one for all of a kind, so that they cost no more than one object. */

import type { Compare, KvOp, KvOpResult, TxnBody } from '../../../../../protocol/messages/etcd.ts';
import type { KubernetesObject } from '../../../../../protocol/objects.ts';
import { findKind, groupResource } from '../../../../../protocol/resources.ts';
import { storageKey } from '../../storage-keys.ts';
import { fromStored, toStored } from '../../stored-object.ts';
import { clusterRoleBindings, clusterRoles } from './cluster-roles.ts';
import { controllerRoleBindings, controllerRoles, systemRoleBindings, systemRoles } from './controller-roles.ts';
import { reconciled } from './reconcile.ts';

/** An object and where it lies. */
interface Wanted {
  readonly key: string;
  readonly object: KubernetesObject;
}

/** Makes a new object of a default one. */
type Bear = (object: KubernetesObject) => KubernetesObject;

const kinds: readonly (readonly Wanted[])[] = [
  [...clusterRoles, ...controllerRoles],
  [...clusterRoleBindings, ...controllerRoleBindings],
  systemRoles,
  systemRoleBindings,
].map((objects) => objects.map((object) => ({ key: keyOf(object), object })));

function keyOf({ apiVersion, kind: name, metadata }: KubernetesObject): string {
  const kind = findKind(apiVersion, name);
  if (kind === undefined) throw new Error(`no kind ${apiVersion} ${name}`);
  return storageKey(groupResource(kind), metadata.namespace ?? '', metadata.name);
}

/** Makes the transactions for a cluster that has none of them; where it has some, they show those there are. */
export function policyCreations(bear: Bear): TxnBody[] {
  return kinds.map((all) =>
    guarded(
      all,
      all.map(({ key, object }) => ({ key, value: bear(object), revision: 0 })),
    ),
  );
}

/** Makes the transaction that brings up to date what one of them has shown; undefined where all is as it should be. */
export function policyCorrection(results: readonly KvOpResult[], bear: Bear): TxnBody | undefined {
  const found = results.map((result) => (result.op === 'range' ? result.kvs[0] : undefined));
  const all = kinds.find((one) => one.length === found.length && one.some(({ key }, i) => found[i]?.key === key));
  if (all === undefined) return undefined;
  const writes = all.flatMap(({ key, object }, i) => {
    const kv = found[i];
    if (kv === undefined) return [{ key, value: bear(object), revision: 0 }];
    const value = reconciled(fromStored(kv), object);
    return value === undefined ? [] : [{ key, value: toStored(value), revision: kv.modRevision }];
  });
  return writes.length === 0 ? undefined : guarded(all, writes);
}

/** One write, of an object that must not have changed since. */
interface Write {
  readonly key: string;
  readonly value: KubernetesObject;
  readonly revision: number;
}

function guarded(all: readonly Wanted[], writes: readonly Write[]): TxnBody {
  return {
    compare: writes.map(({ key, revision }): Compare => ({ key, target: 'mod', op: '=', value: revision })),
    success: writes.map(({ key, value }): KvOp => ({ op: 'put', key, value })),
    failure: all.map(({ key }): KvOp => ({ op: 'range', range: { key } })),
  };
}
