/** What a pod asks of its spreading over topologies: its own constraints, or the cluster's defaults. */

import type { Pod, Service } from '../../../protocol/objects.ts';
import { remembered } from '../../../protocol/remembered.ts';
import {
  bothSelectors,
  type Selector,
  selectorFromLabelSelector,
  selectorFromLabels,
} from '../../../protocol/selectors.ts';
import { type PodMatch, podMatch } from './affinity.ts';
import { hostnameLabel, zoneLabel } from './labels.ts';
import { type Owner, type Owners, ownerOf, selectorOf } from './owners.ts';

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
 * Makes the constraints of a pod that has none but belongs to Services, or to an owner whose pods are spread: soft, by
 * hostname (skew 3) and by zone (skew 5), as kube-scheduler's system defaults. Pods count that match the selectors of all.
 */
export function defaultConstraints(pod: Pod, services: Iterable<Service>, owners: Owners): readonly SpreadConstraint[] {
  const owner = ownerOf(pod, owners);
  const chosen: Service[] = [];
  for (const service of services) if (selects(service.spec.selector, pod)) chosen.push(service);
  const ofOwner = owner === undefined ? noConstraints : constraintsOfOne(owner);
  if (chosen.length === 0) return ofOwner;
  const labels: Record<string, string> = {};
  for (const service of chosen) Object.assign(labels, service.spec.selector);
  const selector = selectorFromLabels(labels);
  const [own] = ofOwner;
  return softConstraints(
    pod.metadata.namespace,
    own === undefined ? selector : bothSelectors(selector, own.match.selector),
  );
}

/** What an owner's pods are spread by: all of them ask the same, one after the other. */
const constraintsOfOne = remembered((owner: Owner) => softConstraints(owner.metadata.namespace, selectorOf(owner)));

/** A selector that asks nothing, or is none, makes no constraints. */
function softConstraints(namespace = '', selector: Selector): readonly SpreadConstraint[] {
  if (selector.requirements.length === 0) return noConstraints;
  const match = podMatch([namespace], selector);
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
