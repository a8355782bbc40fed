/** kube-proxy's behaviour: which Services have changed, and what it writes for them. */

import { defineActor, type Self } from '../../../protocol/actor.ts';
import type { InformerChanged, InformerInput, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { ForwardingRule, RulesApply } from '../../../protocol/messages/network.ts';
import { objectKey } from '../../../protocol/meta.ts';
import type { Endpoints, Service } from '../../../protocol/objects.ts';
import { childAddress, clusterOf, nodeAddress } from '../../../protocol/subjects.ts';
import { applyChanges, makeStore, type Store } from '../../client-go/store.ts';
import type { KubeProxyConfig } from './flags.ts';
import { machine } from './machine.ts';
import { balancingOf, rulesOf } from './rules.ts';

/** What kube-proxy is started with. */
export interface KubeProxyInput {
  node: string;
  nodeIP: string;
  /** The API servers' queue group. */
  apiserver: string;
  config: KubeProxyConfig;
}

/** What kube-proxy knows. */
export interface KubeProxyMemory {
  input: KubeProxyInput;
  services: Store<Service>;
  endpoints: Store<Endpoints>;
  synced: Set<string>;
  /** Services whose rules may have changed since the last write. */
  changed: Set<string>;
  /** The next write replaces the whole table. */
  isAnew: boolean;
  /** The names of the rules in the table by Service, as last written. */
  written: Map<string, readonly string[]>;
  lastSyncAt: number;
}

type Me = Self<KubeProxyMemory>;

const watched = ['services', 'endpoints'];

/** ms until an unanswered write is taken back: its network is on the same machine. */
const writeDeadlineMs = 5000;

/** The kube-proxy of one node. */
export const kubeProxy = defineActor<KubeProxyMemory, KubeProxyInput>({
  kind: 'kube-proxy',
  machine,
  memory: (input) => ({
    input,
    services: makeStore(),
    endpoints: makeStore(),
    synced: new Set(),
    changed: new Set(),
    isAnew: true,
    written: new Map(),
    lastSyncAt: Number.NEGATIVE_INFINITY,
  }),
  behaviour: {
    actions: {
      watch,
      takeChanges,
      noteSynced: ({ memory }, { body }: InformerSynced) => memory.synced.add(body.resource),
      writeRules,
      writeAllAnew: ({ memory }) => {
        memory.isAnew = true;
      },
    },
    guards: {
      isSynced: ({ memory }) => watched.every((resource) => memory.synced.has(resource)),
      hasWork: ({ memory }) => memory.isAnew || memory.changed.size > 0,
    },
    delays: {
      untilSync: (self) => {
        const { lastSyncAt, input } = self.memory;
        return Math.max(0, lastSyncAt + input.config['iptables-min-sync-period'] - self.monotonic());
      },
    },
  },
});

function watch(self: Me): void {
  for (const resource of watched) {
    const input: InformerInput = { resource, apiserver: self.memory.input.apiserver };
    self.spawn(childAddress(self.address, 'informer', resource), 'informer', input);
  }
}

function takeChanges({ memory }: Me, { body }: InformerChanged): void {
  if (body.resource === 'services') applyChanges(memory.services, body.changes);
  else applyChanges(memory.endpoints, body.changes);
  for (const { object } of body.changes) memory.changed.add(objectKey(object));
}

function writeRules(self: Me): void {
  const { memory } = self;
  const { isAnew } = memory;
  const keys = isAnew ? memory.services.objects.keys() : memory.changed;
  if (isAnew) memory.written.clear();
  const set: ForwardingRule[] = [];
  const remove: string[] = [];
  for (const key of keys) {
    const { rules, gone } = rewrite(memory, key);
    set.push(...rules);
    remove.push(...gone);
  }
  memory.changed = new Set();
  memory.isAnew = false;
  memory.lastSyncAt = self.monotonic();
  const network = nodeAddress(clusterOf(self.address), memory.input.node, 'network');
  const body = { replace: isAnew, set, remove };
  self.request<RulesApply>(network, 'rules.apply', body, { deadlineMs: writeDeadlineMs });
}

/** Gives a Service's rules as they shall be, and the names of those it had and has no more; notes them as written. */
function rewrite(memory: KubeProxyMemory, key: string): { rules: ForwardingRule[]; gone: string[] } {
  const service = memory.services.objects.get(key);
  const view = { node: memory.input.node, balancing: balancingOf(memory.input.config) };
  const rules = service === undefined ? [] : rulesOf(service, memory.endpoints.objects.get(key), view);
  const names = rules.map((rule) => rule.key);
  const gone = (memory.written.get(key) ?? []).filter((name) => !names.includes(name));
  if (names.length > 0) memory.written.set(key, names);
  else memory.written.delete(key);
  return { rules, gone };
}
