/** The clusterrole-aggregation controller: a ClusterRole with an aggregation rule has the rules of all those it selects. */

import type * as rbac from 'kubernetes-types/rbac/v1.js';
import { copyWith } from '../../../../protocol/copy.ts';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { matchesLabels, selectorFromLabelSelector } from '../../../../protocol/selectors.ts';
import { applyChange, makeStore, type Store } from '../../../client-go/store.ts';
import { add } from '../../../client-go/work-queue.ts';
import { replaceBy } from '../controller/patches.ts';
import type { ControllerRule, Me } from '../controller/rule.ts';
import { callThen, failBy, finish, refusalsOf, type Step, type Sync } from '../controller/sync.ts';

type ClusterRole = Omit<rbac.ClusterRole, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

/** What the controller knows. */
interface RoleCache {
  roles: Store<ClusterRole>;
}

const resource = 'clusterroles.rbac.authorization.k8s.io';

/** As kube-controller-manager's `clusterrole-aggregation-controller`, which has five workers. */
export const clusterRoleAggregationRule: ControllerRule<RoleCache> = {
  kind: 'clusterrole-aggregation-controller',
  component: 'clusterrole-aggregation-controller',
  watched: [resource],
  workers: () => 5,
  known: () => ({ roles: makeStore() }),
  take,
  begin: queueAll,
  step,
};

/** Any change of a role can concern all that gather others; there are few of them. */
function take(self: Me<RoleCache>, _resource: string, change: Change): void {
  const { known, synced } = self.memory;
  applyChange(known.roles, change);
  if (synced.has(resource)) queueAll(self);
}

function queueAll({ memory: { known, queue } }: Me<RoleCache>): void {
  for (const role of known.roles.objects.values()) {
    if (role.aggregationRule !== undefined) add(queue, role.metadata.name);
  }
}

function step({ memory: { known } }: Me<RoleCache>, sync: Sync): Step {
  if (sync.stage === 'writing') return afterWriting(sync);
  const role = known.roles.objects.get(sync.key);
  if (role?.aggregationRule === undefined) return finish;
  const rules = gathered(role, known.roles.objects.values());
  if (deepEqual(rules, role.rules ?? [])) return finish;
  return callThen('writing', [replaceBy(resource, copyWith(role, { rules }))]);
}

function afterWriting({ answers }: Sync): Step {
  const refusals = refusalsOf(answers, ['NotFound']);
  return refusals.length === 0 ? finish : failBy(refusals);
}

/** Gives the rules of all selected roles: selector by selector, in the order of their names, each rule once. */
export function gathered({ aggregationRule, metadata }: ClusterRole, all: Iterable<ClusterRole>): rbac.PolicyRule[] {
  const byName = [...all].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules: rbac.PolicyRule[] = [];
  for (const selector of (aggregationRule?.clusterRoleSelectors ?? []).map(selectorFromLabelSelector)) {
    for (const role of byName) {
      if (role.metadata.name === metadata.name || !matchesLabels(selector, role.metadata.labels)) continue;
      for (const rule of role.rules ?? []) if (!rules.some((one) => deepEqual(one, rule))) rules.push(rule);
    }
  }
  return rules;
}
