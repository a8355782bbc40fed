/** Whether somebody's rules cover others: nobody may give what they do not have (component-helpers' `Covers`). */

import { quoted } from '../../../../protocol/field-errors.ts';
import type { PolicyRule } from './roles.ts';
import { pathMatches } from './rule-match.ts';

/** Gives the parts of the wanted rules that the owned ones do not cover; none where all is covered. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !owned.some((rule) => covers(rule, part)));
}

/** Takes a rule apart into rules about one thing each. */
function breakDown({
  verbs = [],
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule) {
  const parts: PolicyRule[] = [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (resourceNames.length === 0) parts.push(part);
        else parts.push(...resourceNames.map((name) => ({ ...part, resourceNames: [name] })));
      }
    }
  }
  for (const url of nonResourceURLs) parts.push(...verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [url] })));
  return parts;
}

function covers(rule: PolicyRule, part: PolicyRule): boolean {
  const { resourceNames = [] } = rule;
  return (
    hasAll(rule.verbs, part.verbs) &&
    hasAll(rule.apiGroups, part.apiGroups) &&
    (part.resources ?? []).every((resource) => coversResource(rule.resources ?? [], resource)) &&
    (part.nonResourceURLs ?? []).every((url) => pathMatches(rule.nonResourceURLs ?? [], url)) &&
    (resourceNames.length === 0 || part.resourceNames?.every((name) => resourceNames.includes(name)) === true)
  );
}

function hasAll(owned: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return owned.includes('*') || wanted.every((one) => owned.includes(one));
}

function coversResource(owned: readonly string[], resource: string): boolean {
  if (owned.includes('*') || owned.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && owned.includes(`*${resource.slice(slash)}`);
}

/** Shows rules as the refusal does, each on a line, those about one thing put together (`CompactRules`, `CompactString`). */
export function describeRules(rules: readonly PolicyRule[]): string {
  const simple = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    if (rule.nonResourceURLs !== undefined) others.push(rule);
    else {
      const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
      const known = simple.get(key);
      const verbs = [...(known?.verbs ?? []), ...rule.verbs.filter((verb) => !known?.verbs.includes(verb))];
      simple.set(key, { ...rule, verbs });
    }
  }
  const lines = [...simple.values(), ...others].map(describeRule);
  return [...new Set(lines)].sort().join('\n');
}

function describeRule({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  const parts = Object.entries({
    APIGroups: apiGroups,
    Resources: resources,
    NonResourceURLs: nonResourceURLs,
    ResourceNames: resourceNames,
    Verbs: verbs,
  });
  const shown = parts.filter(([, words]) => words !== undefined && words.length > 0);
  return `{${shown.map(([name, words]) => `${name}:${quotedList(words ?? [])}`).join(', ')}}`;
}

/** Writes a list as Go's `%q` does. */
export function quotedList(words: readonly string[]): string {
  return `[${words.map(quoted).join(' ')}]`;
}
