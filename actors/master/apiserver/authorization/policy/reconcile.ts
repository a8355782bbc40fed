/** Bringing the default roles up to date where a cluster has them already (`--rbac` post start hook of kube-apiserver). */

import { deepEqual } from '../../../../../protocol/deep-equal.ts';
import { withMeta } from '../../../../../protocol/meta.ts';
import type { KubernetesObject } from '../../../../../protocol/objects.ts';
import type { ClusterRole, PolicyRule, RoleBinding, Subject } from '../roles.ts';
import { uncovered } from '../rule-cover.ts';

const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

/**
 * Gives what an object there is must become; undefined where it may stay.
 *
 * What is missing is added, what somebody added stays, and what is marked `autoupdate: false` is left alone.
 */
export function reconciled(existing: KubernetesObject, wanted: KubernetesObject): KubernetesObject | undefined {
  if (existing.metadata.annotations?.[autoUpdate] === 'false') return undefined;
  const marked = withMeta(existing, {
    labels: { ...existing.metadata.labels, ...wanted.metadata.labels },
    annotations: { ...existing.metadata.annotations, ...wanted.metadata.annotations },
  });
  const whole = existing.kind.endsWith('Binding') ? withSubjects(marked, wanted) : withRules(marked, wanted);
  return deepEqual(whole, existing) ? undefined : whole;
}

function withRules(existing: KubernetesObject, wanted: KubernetesObject): KubernetesObject {
  const { aggregationRule } = wanted as ClusterRole;
  // What gathers the rules of others has none of its own.
  if (aggregationRule !== undefined) return { ...existing, aggregationRule } as KubernetesObject;
  const rules: readonly PolicyRule[] = (existing as ClusterRole).rules ?? [];
  const missing = uncovered(rules, (wanted as ClusterRole).rules ?? []);
  return missing.length === 0 ? existing : ({ ...existing, rules: [...rules, ...missing] } as KubernetesObject);
}

function withSubjects(existing: KubernetesObject, wanted: KubernetesObject): KubernetesObject {
  const { subjects = [], roleRef } = existing as RoleBinding;
  const { subjects: needed = [], roleRef: to } = wanted as RoleBinding;
  // A binding to another role is made anew, as nobody may change where one leads.
  if (!deepEqual(roleRef, to)) return { ...existing, roleRef: to, subjects: needed } as KubernetesObject;
  const missing = needed.filter((one: Subject) => !subjects.some((known) => deepEqual(known, one)));
  return missing.length === 0 ? existing : ({ ...existing, subjects: [...subjects, ...missing] } as KubernetesObject);
}
