/** What a pod asks of its node's labels and name: nodeSelector and node affinity. */

import type { Node, Pod } from '../../../protocol/objects.ts';
import { meets, type Requirement, type SelectorOperator } from '../../../protocol/requirements.ts';

/** One node selector term: all of it must hold. A term that asks nothing matches no node. */
export interface NodeTerm {
  readonly labels: readonly Requirement[];
  /** On `metadata.name`, the only field there is. */
  readonly fields: readonly Requirement[];
}

/** A preferred term and what it is worth. */
export interface WeightedNodeTerm {
  readonly weight: number;
  readonly term: NodeTerm;
}

/** What a pod must have, and would like. */
export interface NodeWishes {
  readonly selector: readonly (readonly [string, string])[];
  /** One of these must match; undefined: any node will do. */
  readonly required: readonly NodeTerm[] | undefined;
  readonly preferred: readonly WeightedNodeTerm[];
  /** The only nodes that can match, where every required term names some (as a DaemonSet's pods do); the others are not even asked. */
  readonly names: readonly string[] | undefined;
}

const anyNode: NodeWishes = { selector: [], required: undefined, preferred: [], names: undefined };

/** Reads what a pod wishes of nodes. */
export function nodeWishesOf(pod: Pod): NodeWishes {
  const { nodeSelector, affinity } = pod.spec;
  const wishes = affinity?.nodeAffinity;
  if (nodeSelector === undefined && wishes === undefined) return anyNode;
  const required = wishes?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms.map(readTerm);
  return {
    selector: Object.entries(nodeSelector ?? {}),
    required,
    names: required === undefined ? undefined : namesIn(required),
    preferred: (wishes?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, preference }) => ({
      weight,
      term: readTerm(preference),
    })),
  };
}

function namesIn(terms: readonly NodeTerm[]): string[] | undefined {
  const names = new Set<string>();
  for (const { fields } of terms) {
    const [first, ...others] = fields.filter(({ operator }) => operator === 'in');
    if (first === undefined) return undefined;
    for (const name of first.values) if (others.every(({ values }) => values.includes(name))) names.add(name);
  }
  return [...names];
}

const operators: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

interface Expression {
  key: string;
  operator: string;
  values?: string[];
}

function readTerm(term: { matchExpressions?: Expression[]; matchFields?: Expression[] }): NodeTerm {
  const read = ({ key, operator, values }: Expression): Requirement => ({
    key,
    operator: operators[operator] ?? 'in',
    values: values ?? [],
  });
  return { labels: (term.matchExpressions ?? []).map(read), fields: (term.matchFields ?? []).map(read) };
}

/** Tells whether a pod asks nothing of its node. */
export function acceptsAny(wishes: NodeWishes): boolean {
  return wishes.required === undefined && wishes.selector.length === 0;
}

/** Tells whether a node has what a pod must have. */
export function isWanted(wishes: NodeWishes, node: Node): boolean {
  const labels = node.metadata.labels;
  for (const [key, value] of wishes.selector) if (labels?.[key] !== value) return false;
  if (wishes.required === undefined) return true;
  for (const term of wishes.required) if (matchesTerm(term, node)) return true;
  return false;
}

/** Sums what a node is worth to a pod by its preferred terms. */
export function preferenceFor(wishes: NodeWishes, node: Node): number {
  let sum = 0;
  for (const { weight, term } of wishes.preferred) {
    // Unlike a required term, an empty preferred one matches every node: it is a constant.
    if ((term.labels.length === 0 && term.fields.length === 0) || matchesTerm(term, node)) sum += weight;
  }
  return sum;
}

function matchesTerm(term: NodeTerm, node: Node): boolean {
  if (term.labels.length === 0 && term.fields.length === 0) return false;
  const labels = node.metadata.labels;
  for (const requirement of term.labels) if (!meets(requirement, labels?.[requirement.key])) return false;
  for (const requirement of term.fields) if (!meets(requirement, node.metadata.name)) return false;
  return true;
}
