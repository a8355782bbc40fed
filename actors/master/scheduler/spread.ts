/** What a pod asks of its spreading over topologies: its own constraints, or the cluster's defaults. */

import { controllerOf } from '../../../protocol/meta.ts';
import type { Pod, ReplicationController, Service } from '../../../protocol/objects.ts';
import { selectorFromLabelSelector, selectorFromLabels } from '../../../protocol/selectors.ts';
import { type PodMatch, podMatch } from './affinity.ts';
import { hostnameLabel, zoneLabel } from './labels.ts';

/** One constraint: pods that match, spread over the values of a node label with at most this skew. */
export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly isHard: boolean;
  readonly match: PodMatch;
  readonly minDomains: number;
  /** Whether nodes that the pod's node affinity or its tolerations refuse count at all. */
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

const noConstraints: readonly SpreadConstraint[] = [];

/** Reads a pod's own constraints. */
export function spreadConstraintsOf(pod: Pod): readonly SpreadConstraint[] {
  const constraints = pod.spec.topologySpreadConstraints;
  if (constraints === undefined || constraints.length === 0) return noConstraints;
  const namespace = pod.metadata.namespace ?? '';
  return constraints.map((constraint) => {
    const { labelSelector, matchLabelKeys = [] } = constraint;
    const own = matchLabelKeys.flatMap((key) => {
      const value = pod.metadata.labels?.[key];
      return value === undefined ? [] : [{ key, operator: 'In', values: [value] }];
    });
    const meant =
      labelSelector === undefined || own.length === 0
        ? labelSelector
        : { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...own] };
    return {
      maxSkew: constraint.maxSkew,
      topologyKey: constraint.topologyKey,
      isHard: constraint.whenUnsatisfiable === 'DoNotSchedule',
      match: podMatch([namespace], selectorFromLabelSelector(meant)),
      minDomains: constraint.minDomains ?? 1,
      honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
      honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
    };
  });
}

/**
 * Makes the constraints of a pod that has none but belongs to Services or a ReplicationController: soft, by hostname
 * (skew 3) and by zone (skew 5), as kube-scheduler's system defaults.
 */
export function defaultConstraints(
  pod: Pod,
  services: Iterable<Service>,
  replicationControllers: ReadonlyMap<string, ReplicationController>,
): readonly SpreadConstraint[] {
  const rc = ownerOf(pod, replicationControllers);
  const chosen: Service[] = [];
  for (const service of services) if (selects(service.spec.selector, pod)) chosen.push(service);
  if (chosen.length === 0) return rc === undefined ? noConstraints : constraintsOfOne(rc);
  const labels: Record<string, string> = {};
  for (const service of chosen) Object.assign(labels, service.spec.selector);
  return softConstraints(pod.metadata.namespace, Object.assign(labels, rc?.spec.selector));
}

function ownerOf(
  pod: Pod,
  replicationControllers: ReadonlyMap<string, ReplicationController>,
): ReplicationController | undefined {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicationController') return undefined;
  const rc = replicationControllers.get(`${pod.metadata.namespace}/${owner.name}`);
  return rc?.metadata.uid === owner.uid ? rc : undefined;
}

/** What a ReplicationController's pods are spread by: all of them ask the same, one after the other. */
const remembered = new WeakMap<ReplicationController, readonly SpreadConstraint[]>();

function constraintsOfOne(rc: ReplicationController): readonly SpreadConstraint[] {
  const known = remembered.get(rc);
  if (known !== undefined) return known;
  const constraints = softConstraints(rc.metadata.namespace, rc.spec.selector);
  remembered.set(rc, constraints);
  return constraints;
}

function softConstraints(
  namespace = '',
  labels: Readonly<Record<string, string>> | undefined,
): readonly SpreadConstraint[] {
  if (labels === undefined || Object.keys(labels).length === 0) return noConstraints;
  const match = podMatch([namespace], selectorFromLabels(labels));
  const soft = { isHard: false, match, minDomains: 1, honorsAffinity: true, honorsTaints: false };
  return [
    { maxSkew: 3, topologyKey: hostnameLabel, ...soft },
    { maxSkew: 5, topologyKey: zoneLabel, ...soft },
  ];
}

/** A Service without a selector selects nothing. */
function selects(wanted: Readonly<Record<string, string>> | undefined, pod: Pod): boolean {
  if (wanted === undefined) return false;
  const keys = Object.keys(wanted);
  return keys.length > 0 && keys.every((key) => pod.metadata.labels?.[key] === wanted[key]);
}
