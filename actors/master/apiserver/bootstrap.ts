/** What an API server makes sure of before it serves: the system's namespaces, priorities and roles, and the Service that leads to it. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { Compare, KvCommitted, KvOp, TxnBody } from '../../../protocol/messages/etcd.ts';
import { withMeta } from '../../../protocol/meta.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { findKind, groupResource } from '../../../protocol/resources.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { makeUid } from '../../../protocol/uid.ts';
import { firstAddress } from './allocation/cluster-ip.ts';
import { addressPrefix } from './allocation/service-claims.ts';
import { policyCorrection, policyCreations } from './authorization/policy/bootstrap.ts';
import { callEtcd } from './etcd-link.ts';
import { strategyOf } from './kinds/registry.ts';
import type { Memory } from './memory.ts';
import { storageKey } from './storage-keys.ts';

type Server = Self<Memory>;

/** Notes the calls of bootstrapping. */
export const bootstrapNote = 'bootstrap';

/** Writes what is missing; what another server has written already stays. */
export function bootstrap(self: Server): void {
  const { bootstrapping } = self.memory;
  for (const request of bootstrapping) self.forget(request);
  bootstrapping.clear();
  for (const object of systemObjects(self.memory)) {
    bootstrapping.add(callEtcd(self, { type: 'kv.txn', body: creation(self, object) }, bootstrapNote));
  }
  for (const body of policyCreations((object) => complete(self, object))) {
    bootstrapping.add(callEtcd(self, { type: 'kv.txn', body }, bootstrapNote));
  }
}

/** Counts what is made sure of; roles that are there are compared with what they should be. */
export function noteBootstrapped(self: Server, event: Message): void {
  const { bootstrapping } = self.memory;
  bootstrapping.delete(event.request);
  const { succeeded, results } = (event as KvCommitted).body;
  if (succeeded || results.length === 0) return;
  const body = policyCorrection(results, (object) => complete(self, object));
  if (body !== undefined) bootstrapping.add(callEtcd(self, { type: 'kv.txn', body }, bootstrapNote));
}

function creation(self: Server, object: KubernetesObject): TxnBody {
  const kind = findKind(object.apiVersion, object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
  const resource = groupResource(kind);
  const value = complete(self, object);
  const key = storageKey(resource, object.metadata.namespace ?? '', object.metadata.name);
  const isNew: Compare = { key, target: 'version', op: '=', value: 0 };
  const success: KvOp[] = [{ op: 'put', key, value }];
  if (object.kind === 'Service') {
    success.push({ op: 'put', key: addressPrefix + firstAddress(self.memory.serviceIps), value: 'default/kubernetes' });
  }
  return { compare: [isNew], success, failure: [] };
}

/** Makes what is stored of a new object. */
function complete(self: Server, object: KubernetesObject): KubernetesObject {
  const kind = findKind(object.apiVersion, object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
  const strategy = strategyOf(groupResource(kind));
  const birth = { uid: makeUid(() => self.random()), creationTimestamp: toRfc3339(self.now()) };
  return strategy.prepareForCreate(strategy.applyDefaults(withMeta(object, birth)));
}

function systemObjects({ config, serviceIps }: Memory): KubernetesObject[] {
  const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
  return [...namespaces, ...priorityClasses(), kubernetesService(firstAddress(serviceIps), config['secure-port'])];
}

function priorityClasses(): KubernetesObject[] {
  const classes = [
    {
      name: 'system-node-critical',
      value: 2_000_001_000,
      whom: 'Used for system critical pods that must not be moved from their current node.',
    },
    {
      name: 'system-cluster-critical',
      value: 2_000_000_000,
      whom: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
    },
  ];
  return classes.map(({ name, value, whom }) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description: whom,
    preemptionPolicy: 'PreemptLowerPriority',
  }));
}

function kubernetesService(address: string, port: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
    },
  } as KubernetesObject;
}
