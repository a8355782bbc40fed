/** Which requests an audit log tells of, and how much (audit.k8s.io/v1 `Policy`). */

import { parse, YAMLParseError } from 'yaml';
import type { UserInfo } from '../../protocol/messages/api.ts';

/** How much is told: nothing; who, what and when; what was sent too; what was answered too. */
export type AuditLevel = 'None' | 'Metadata' | 'Request' | 'RequestResponse';
/** When it is told. */
export type AuditStage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

/** Resources of one group; without any named, all of it. */
export interface GroupResources {
  readonly group?: string;
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** A rule: the first that fits a request counts. What it does not say fits all. */
export interface PolicyRule {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResources[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
}

export interface AuditPolicy {
  readonly rules: readonly PolicyRule[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
}

/** What is known of a request before it is answered. */
export interface AuditedRequest {
  readonly user: UserInfo | undefined;
  readonly verb: string;
  /** Absent for a path that is no resource. */
  readonly resource?: {
    readonly group: string;
    readonly version: string;
    readonly resource: string;
    readonly subresource: string;
    readonly namespace: string;
    readonly name: string;
  };
  readonly path: string;
}

/** What a policy comes to for one request. */
export interface AuditDecision {
  readonly level: AuditLevel;
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
}

/** Tells of every request once it is answered, without what was sent. */
export const defaultPolicy: AuditPolicy = { rules: [{ level: 'Metadata' }], omitStages: ['RequestReceived'] };

const levels: readonly string[] = ['None', 'Metadata', 'Request', 'RequestResponse'];
const stages: readonly string[] = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

/** A policy that cannot be read; the message says where and what would be right. */
export class AuditPolicyError extends Error {
  override readonly name = 'AuditPolicyError';
}

/** Reads a policy file, YAML or JSON. @throws AuditPolicyError */
export function parsePolicy(text: string): AuditPolicy {
  const policy = read(text);
  const { apiVersion, kind, rules, omitStages } = (policy ?? {}) as Record<string, unknown>;
  if (apiVersion !== 'audit.k8s.io/v1' || kind !== 'Policy') {
    throw new AuditPolicyError('it must begin with "apiVersion: audit.k8s.io/v1" and "kind: Policy"');
  }
  if (!Array.isArray(rules) || rules.length === 0) throw new AuditPolicyError('rules: there must be at least one');
  for (const [i, rule] of rules.entries()) checkRule(rule, `rules[${i}]`);
  checkStages(omitStages, 'omitStages');
  return policy as AuditPolicy;
}

function read(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new AuditPolicyError(error instanceof YAMLParseError ? error.message : String(error));
  }
}

const lists = ['users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs', 'omitStages'];
const known = [...lists, 'level', 'omitManagedFields'];

function checkRule(rule: unknown, path: string): void {
  if (typeof rule !== 'object' || rule === null) throw new AuditPolicyError(`${path}: must be a map`);
  const fields = rule as Record<string, unknown>;
  for (const field of Object.keys(fields)) {
    if (!known.includes(field))
      throw new AuditPolicyError(`${path}.${field}: unknown field; there are ${known.join(', ')}`);
  }
  if (!levels.includes(String(fields.level))) {
    throw new AuditPolicyError(
      `${path}.level: must be one of ${levels.join(', ')}, not ${JSON.stringify(fields.level)}`,
    );
  }
  for (const list of lists) {
    if (fields[list] !== undefined && !Array.isArray(fields[list]))
      throw new AuditPolicyError(`${path}.${list}: must be a list`);
  }
  checkStages(fields.omitStages, `${path}.omitStages`);
  const isMixed = fields.nonResourceURLs !== undefined && (fields.resources ?? fields.namespaces) !== undefined;
  if (isMixed)
    throw new AuditPolicyError(
      `${path}.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs`,
    );
}

function checkStages(given: unknown, path: string): void {
  for (const stage of Array.isArray(given) ? given : []) {
    if (!stages.includes(stage))
      throw new AuditPolicyError(`${path}: must be of ${stages.join(', ')}, not ${JSON.stringify(stage)}`);
  }
}

/** Decides about a request: by the first rule that fits; without one, nothing is told. */
export function decisionOf(policy: AuditPolicy, request: AuditedRequest): AuditDecision {
  const rule = policy.rules.find((one) => fits(one, request));
  const everywhere = policy.omitStages ?? [];
  const omitManagedFields = rule?.omitManagedFields ?? policy.omitManagedFields ?? false;
  if (rule === undefined) return { level: 'None', omitStages: everywhere, omitManagedFields };
  return { level: rule.level, omitStages: [...everywhere, ...(rule.omitStages ?? [])], omitManagedFields };
}

function fits(rule: PolicyRule, request: AuditedRequest): boolean {
  const { users = [], userGroups = [], verbs = [], resources = [], namespaces = [], nonResourceURLs = [] } = rule;
  const { user, verb, resource, path } = request;
  if (users.length > 0 && (user === undefined || !users.includes(user.name))) return false;
  if (userGroups.length > 0 && !user?.groups?.some((group) => userGroups.includes(group))) return false;
  if (verbs.length > 0 && !verbs.includes(verb)) return false;
  if (resources.length + namespaces.length > 0) return resource !== undefined && fitsResource(rule, resource);
  return nonResourceURLs.length === 0 || (resource === undefined && nonResourceURLs.some((one) => fitsPath(one, path)));
}

function fitsResource({ resources = [], namespaces = [] }: PolicyRule, about: NonNullable<AuditedRequest['resource']>) {
  if (namespaces.length > 0 && !namespaces.includes(about.namespace)) return false;
  if (resources.length === 0) return true;
  return resources.some(({ group = '', resources: names = [], resourceNames = [] }) => {
    if (group !== about.group && group !== '*') return false;
    if (names.length === 0) return true;
    const isNamed = resourceNames.length === 0 || resourceNames.includes(about.name);
    return isNamed && names.some((name) => fitsName(name, about.resource, about.subresource));
  });
}

/** `pods` is not `pods/log`; a star stands for every resource, every subresource of one, or every resource that has one. */
function fitsName(name: string, resource: string, subresource: string): boolean {
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  return (
    name === '*' || name === whole || name === `${resource}/*` || (subresource !== '' && name === `*/${subresource}`)
  );
}

function fitsPath(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));
}
