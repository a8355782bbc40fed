/** What a pod asks of the pods around it: inter-pod affinity and anti-affinity. */

import type { LabelSelector, Pod } from '../../../protocol/objects.ts';
import {
  formatSelector,
  matchesLabels,
  type Selector,
  selectorFromLabelSelector,
} from '../../../protocol/selectors.ts';

/** Which pods are meant: those of some namespaces whose labels match. */
export interface PodMatch {
  /** Sorted names; with `namespaceSelector`, these and the namespaces it matches. */
  readonly namespaces: readonly string[];
  readonly namespaceSelector: Selector | undefined;
  readonly selector: Selector;
  /** The same for the same match: by it pods are counted once for all who ask. */
  readonly id: string;
}

/** A term: near (or far from) the pods meant, where near is an equal value of a node label. */
export interface PodTerm extends PodMatch {
  readonly topologyKey: string;
}

/** A preferred term; its weight is negative for anti-affinity. */
export interface WeightedPodTerm {
  readonly weight: number;
  readonly term: PodTerm;
}

/** All inter-pod terms of a pod. */
export interface Affinity {
  readonly near: readonly PodTerm[];
  readonly apart: readonly PodTerm[];
  readonly preferred: readonly WeightedPodTerm[];
}

/** No terms at all; the same object for every pod without any. */
export const noAffinity: Affinity = { near: [], apart: [], preferred: [] };

/** Reads a pod's inter-pod terms. */
export function affinityOf(pod: Pod): Affinity {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  if (podAffinity === undefined && podAntiAffinity === undefined) return noAffinity;
  const read = (term: TermSpec) => readTerm(term, pod);
  const weigh = (sign: number) => (wish: { weight: number; podAffinityTerm: TermSpec }) => ({
    weight: sign * wish.weight,
    term: read(wish.podAffinityTerm),
  });
  return {
    near: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(read),
    apart: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(read),
    preferred: [
      ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weigh(1)),
      ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weigh(-1)),
    ],
  };
}

interface TermSpec {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaces?: string[];
  namespaceSelector?: LabelSelector;
  topologyKey: string;
}

function readTerm(term: TermSpec, pod: Pod): PodTerm {
  const { namespaceSelector, topologyKey } = term;
  // Neither namespaces nor a selector of them: the pod's own namespace.
  const isOwn = (term.namespaces ?? []).length === 0 && namespaceSelector === undefined;
  const namespaces = isOwn ? [pod.metadata.namespace ?? ''] : [...(term.namespaces ?? [])].sort();
  const ofNamespaces = namespaceSelector === undefined ? undefined : selectorFromLabelSelector(namespaceSelector);
  return { ...podMatch(namespaces, selectorOf(term, pod), ofNamespaces), topologyKey };
}

/** Adds to a term's selector what matchLabelKeys and mismatchLabelKeys take from the pod's own labels. */
function selectorOf(term: TermSpec, pod: Pod): Selector {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const taken = (keys: string[], operator: string) =>
    keys.flatMap((key) => {
      const value = pod.metadata.labels?.[key];
      return value === undefined ? [] : [{ key, operator, values: [value] }];
    });
  const more = [...taken(matchLabelKeys, 'In'), ...taken(mismatchLabelKeys, 'NotIn')];
  if (labelSelector === undefined || more.length === 0) return selectorFromLabelSelector(labelSelector);
  return selectorFromLabelSelector({
    ...labelSelector,
    matchExpressions: [...(labelSelector.matchExpressions ?? []), ...more],
  });
}

/** Makes a match, and the id that tells it from others. */
export function podMatch(namespaces: readonly string[], selector: Selector, namespaceSelector?: Selector): PodMatch {
  const text = selector.matchesNothing ? '<nothing>' : formatSelector(selector);
  const ofNamespaces = namespaceSelector === undefined ? '' : `{${formatSelector(namespaceSelector)}}`;
  return { namespaces, namespaceSelector, selector, id: `${namespaces.join(',')}${ofNamespaces}|${text}` };
}

/** Labels of namespaces by name, as far as they are known. */
export type NamespaceLabels = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Tells whether a pod is one of those meant. */
export function isMeant(match: PodMatch, pod: Pod, namespaceLabels: NamespaceLabels): boolean {
  const namespace = pod.metadata.namespace ?? '';
  const { namespaceSelector } = match;
  const isThere =
    match.namespaces.includes(namespace) ||
    (namespaceSelector !== undefined && matchesLabels(namespaceSelector, namespaceLabels.get(namespace)));
  return isThere && matchesLabels(match.selector, pod.metadata.labels);
}
