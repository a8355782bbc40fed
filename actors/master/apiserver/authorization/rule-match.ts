/** Whether one rule allows what is asked. */

import type { Attributes } from './attributes.ts';
import { isOfResource } from './attributes.ts';
import type { PolicyRule } from './roles.ts';

/** Tells whether a rule allows it (rbac's `RuleAllows`). */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if (!isOfResource(attributes)) return pathMatches(rule.nonResourceURLs ?? [], attributes.path);
  const { group, resource, subresource, name } = attributes;
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  return (
    has(apiGroups, group) &&
    resourceMatches(resources, resource, subresource) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}

function has(words: readonly string[], word: string): boolean {
  return words.includes('*') || words.includes(word);
}

function resourceMatches(resources: readonly string[], resource: string, subresource: string): boolean {
  if (subresource === '') return has(resources, resource);
  return has(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

/** Tells whether a path is one of these, of which one may end in `*`. */
export function pathMatches(paths: readonly string[], path: string): boolean {
  return paths.some((one) => one === path || (one.endsWith('*') && path.startsWith(one.slice(0, -1))));
}
