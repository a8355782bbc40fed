/** All controllers, and which of them run. */

import type { ControllerRule } from './controller/rule.ts';
import { endpointsRule } from './endpoint/controller.ts';
import type { ControllerManagerConfig } from './flags.ts';
import { nodeLifecycleRule } from './node-lifecycle/controller.ts';
import { nodeIpamRule } from './nodeipam/controller.ts';
import { replicationRule } from './replication/controller.ts';
import { taintEvictionRule } from './taint-eviction/controller.ts';

/** The rules of all controllers, in the order they are started. */
// biome-ignore lint/suspicious/noExplicitAny: each rule knows things of its own.
export const rules: readonly ControllerRule<any>[] = [
  replicationRule,
  endpointsRule,
  nodeIpamRule,
  nodeLifecycleRule,
  taintEvictionRule,
];

/** Gives the rules that shall run, by `--controllers` and the flags that turn one off. */
export function enabledRules(config: ControllerManagerConfig): typeof rules {
  return rules.filter((rule) => isChosen(rule.kind, config.controllers) && isWanted(rule.kind, config));
}

/** As Kubernetes reads the list: the first word about a controller counts, then `*`. */
function isChosen(kind: string, words: readonly string[]): boolean {
  const word = words.find((one) => one === kind || one === `-${kind}`);
  return word === undefined ? words.includes('*') : word === kind;
}

function isWanted(kind: string, config: ControllerManagerConfig): boolean {
  if (kind === nodeIpamRule.kind) return config['allocate-node-cidrs'];
  return true;
}
