/** Label selectors: what they match, and how they are written. */

import { quoted } from './field-errors.ts';
import type { LabelSelector } from './objects.ts';
import type { Requirement, SelectorOperator } from './requirements.ts';
import { makeRequirement, meets, SelectorError } from './requirements.ts';
import { parseRequirements } from './selector-parser.ts';

export { makeRequirement, meets, type Requirement, SelectorError, type SelectorOperator } from './requirements.ts';

/** Conditions that must all hold, sorted by key. None: everything matches, unless it is the selector of nothing. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  readonly matchesNothing: boolean;
}

/** Labels, as objects carry them. */
export type Labels = Readonly<Record<string, string>>;

/** Matches every object. */
export const everything: Selector = { requirements: [], matchesNothing: false };
/** Matches no object. */
export const nothing: Selector = { requirements: [], matchesNothing: true };

const noLabels: Labels = {};

/**
 * Reads a selector as `kubectl -l` and list requests write it: `app=web,tier in (a,b),!canary`.
 *
 * @throws SelectorError
 */
export function parseSelector(text: string): Selector {
  return byKey(parseRequirements(text));
}

/** Makes the selector that asks for every label of a map, as ReplicationControllers and Services use it. Unchecked; empty matches all. */
export function selectorFromLabels(labels: Labels | undefined): Selector {
  const wanted = Object.entries(labels ?? noLabels);
  return byKey(wanted.map(([key, value]) => ({ key, operator: '=', values: [value] })));
}

/**
 * Makes a selector of `matchLabels` and `matchExpressions`. Absent matches nothing, empty matches everything.
 *
 * @throws SelectorError where an operator, a key or a value is not valid.
 */
export function selectorFromLabelSelector(selector: LabelSelector | undefined): Selector {
  if (selector === undefined) return nothing;
  const wanted = Object.entries(selector.matchLabels ?? noLabels).map(([key, value]) =>
    makeRequirement(key, '=', [value]),
  );
  const expressions = (selector.matchExpressions ?? []).map(({ key = '', operator = '', values }) => {
    const meant = expressionOperators[operator];
    if (meant === undefined) throw new SelectorError(`${quoted(operator)} is not a valid label selector operator`);
    return makeRequirement(key, meant, values ?? []);
  });
  return byKey([...wanted, ...expressions]);
}

const expressionOperators: Partial<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** Makes the selector that asks what both ask, once where they ask the same. */
export function bothSelectors(one: Selector, other: Selector): Selector {
  const asked = new Set(one.requirements.map(formatRequirement));
  const more = other.requirements.filter((requirement) => !asked.has(formatRequirement(requirement)));
  const both = byKey([...one.requirements, ...more]);
  return { ...both, matchesNothing: one.matchesNothing || other.matchesNothing };
}

/** Tells whether labels fulfil a selector. */
export function matchesLabels(selector: Selector, labels: Labels | undefined): boolean {
  if (selector.matchesNothing) return false;
  const given = labels ?? noLabels;
  for (const requirement of selector.requirements) {
    if (!meets(requirement, Object.hasOwn(given, requirement.key) ? given[requirement.key] : undefined)) return false;
  }
  return true;
}

/** Tells whether a selector lets everything pass. */
export function isEverything(selector: Selector): boolean {
  return !selector.matchesNothing && selector.requirements.length === 0;
}

/** Gives the one value a selector asks of a label; undefined where it asks none or leaves a choice. For look-ups by index. */
export function exactValue(selector: Selector, key: string): string | undefined {
  const asked = selector.requirements.find((requirement) => requirement.key === key);
  if (asked === undefined || !['=', '==', 'in'].includes(asked.operator)) return undefined;
  return asked.values.length === 1 ? asked.values[0] : undefined;
}

/** Writes a selector so that `parseSelector` gives it back. */
export function formatSelector(selector: Selector): string {
  return selector.requirements.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${values[0]}`;
    case 'lt':
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}

function byKey(requirements: Requirement[]): Selector {
  const sorted = requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { requirements: sorted, matchesNothing: false };
}
