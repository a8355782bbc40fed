/** All controllers, and which of them run. */

import { clusterRoleAggregationRule } from './clusterrole-aggregation/controller.ts';
import type { ControllerRule } from './controller/rule.ts';
import { deploymentRule } from './deployment/controller.ts';
import { endpointsRule } from './endpoint/controller.ts';
import type { ControllerManagerConfig } from './flags.ts';
import { garbageCollectorRule } from './garbage-collector/controller.ts';
import { namespaceRule } from './namespace/controller.ts';
import { nodeLifecycleRule } from './node-lifecycle/controller.ts';
import { nodeIpamRule } from './nodeipam/controller.ts';
import { podGcRule } from './pod-gc/controller.ts';
import { replicaSetRule, replicationRule } from './replication/controller.ts';
import { resourceQuotaRule } from './resource-quota/controller.ts';
import { rootCaPublisherRule } from './root-ca-publisher/controller.ts';
import { serviceAccountRule } from './service-account/controller.ts';
import { taintEvictionRule } from './taint-eviction/controller.ts';

/** The rules of all controllers, in the order they are started. */
// biome-ignore lint/suspicious/noExplicitAny: each rule knows things of its own.
export const rules: readonly ControllerRule<any>[] = [
  replicationRule,
  replicaSetRule,
  deploymentRule,
  endpointsRule,
  nodeIpamRule,
  nodeLifecycleRule,
  taintEvictionRule,
  podGcRule,
  resourceQuotaRule,
  serviceAccountRule,
  rootCaPublisherRule,
  namespaceRule,
  garbageCollectorRule,
  clusterRoleAggregationRule,
];

/** Gives the rules that shall run, by `--controllers` and the flags that turn one off. */
export function enabledRules(config: ControllerManagerConfig): typeof rules {
  return rules.filter((rule) => isChosen(rule.kind, config.controllers) && isWanted(rule.kind, config));
}

/** What the controllers were called before v1.28, still taken (`ControllersByAlias`). */
const aliases: Readonly<Record<string, string>> = {
  replicationcontroller: replicationRule.kind,
  replicaset: replicaSetRule.kind,
  deployment: deploymentRule.kind,
  endpoint: endpointsRule.kind,
  nodeipam: nodeIpamRule.kind,
  nodelifecycle: nodeLifecycleRule.kind,
  podgc: podGcRule.kind,
  resourcequota: resourceQuotaRule.kind,
  serviceaccount: serviceAccountRule.kind,
  'root-ca-cert-publisher': rootCaPublisherRule.kind,
  namespace: namespaceRule.kind,
  garbagecollector: garbageCollectorRule.kind,
  'clusterrole-aggregation': clusterRoleAggregationRule.kind,
};

/** As Kubernetes reads the list: the first word about a controller counts, then `*`. */
function isChosen(kind: string, words: readonly string[]): boolean {
  for (const word of words) {
    const isRefused = word.startsWith('-');
    const name = isRefused ? word.slice(1) : word;
    if ((aliases[name] ?? name) === kind) return !isRefused;
  }
  return words.includes('*');
}

function isWanted(kind: string, config: ControllerManagerConfig): boolean {
  if (kind === nodeIpamRule.kind) return config['allocate-node-cidrs'];
  if (kind === garbageCollectorRule.kind) return config['enable-garbage-collector'];
  return true;
}
