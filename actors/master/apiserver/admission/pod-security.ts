/** Pod Security: a namespace's labels say what its pods may be (PodSecurity). Every version of a level is checked as the latest. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid } from '../../../../protocol/field-errors.ts';
import type {
  KubernetesObject,
  ObjectMeta,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Status,
} from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { nameForRefusal } from './naming.ts';
import type { SecurityLevel } from './pod-security-checks.ts';
import { violationReasons, violations } from './pod-security-checks.ts';

const prefix = 'pod-security.kubernetes.io/';

/** What a new object is told. */
export interface SecurityVerdict {
  readonly refusal?: Status;
  readonly warnings: readonly string[];
}

const nothing: SecurityVerdict = { warnings: [] };

/** Pods, and what makes pods of a template. */
const subjects = new Set([
  'v1 Pod',
  'v1 PodTemplate',
  'v1 ReplicationController',
  'apps/v1 DaemonSet',
  'apps/v1 Deployment',
  'apps/v1 ReplicaSet',
  'apps/v1 StatefulSet',
  'batch/v1 CronJob',
  'batch/v1 Job',
]);

/** Tells whether objects of a kind are judged at all. */
export function isSecured({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): boolean {
  return subjects.has(`${apiVersion} ${kind}`);
}

/** Judges a new pod, or what a controller would make its pods of, by the labels of its namespace. */
export function securityVerdict(object: KubernetesObject, namespace: KubernetesObject | undefined): SecurityVerdict {
  const labels = namespace?.metadata.labels;
  if (labels === undefined || !hasPolicy(labels)) return nothing;
  const subject = subjectOf(object);
  if (subject === undefined) return nothing;
  const { spec, metadata } = subject;
  const enforced = enforcedIn(labels);
  if (object.kind === 'Pod') {
    const wrong = violations(enforced.level, spec, metadata);
    if (wrong !== '') {
      const detail = `violates PodSecurity "${enforced.level}:${enforced.version}": ${wrong}`;
      return { refusal: failure.forbidden('pods', nameForRefusal(object), detail), warnings: [] };
    }
  }
  const warned = warnedIn(labels);
  const wrong = violations(warned.level, spec, metadata);
  if (wrong === '') return nothing;
  return { warnings: [`would violate PodSecurity "${warned.level}:${warned.version}": ${wrong}`] };
}

function hasPolicy(labels: Readonly<Record<string, string>>): boolean {
  for (const name in labels) if (name.startsWith(prefix)) return true;
  return false;
}

interface Policy {
  readonly level: SecurityLevel;
  readonly version: string;
}

type Labels = Readonly<Record<string, string>>;

/** A level nobody knows is the strictest. */
function enforcedIn(labels: Labels): Policy {
  const level = labels[`${prefix}enforce`] ?? 'privileged';
  const version = labels[`${prefix}enforce-version`] ?? 'latest';
  return { level: isLevel(level) ? level : 'restricted', version };
}

/** Where only `enforce` is set, the warnings are of that level too: a controller's come before its pods are refused. */
function warnedIn(labels: Labels): Policy {
  const level = labels[`${prefix}warn`];
  const version = labels[`${prefix}warn-version`];
  if (level !== undefined) return { level: isLevel(level) ? level : 'privileged', version: version ?? 'latest' };
  const enforced = enforcedIn(labels);
  return version === undefined ? enforced : { level: enforced.level, version };
}

function isLevel(text: string): text is SecurityLevel {
  return (levels as readonly string[]).includes(text);
}

/** Refuses labels of a namespace that say nothing, and warns of pods there that a new level would not let in. */
export function namespaceVerdict(
  namespace: KubernetesObject,
  old: KubernetesObject | undefined,
  podsThere: () => readonly Pod[],
): SecurityVerdict {
  const labels = namespace.metadata.labels ?? {};
  const before = old?.metadata.labels ?? {};
  if (labels === before) return nothing;
  const errors = labelErrors(labels);
  if (errors.length > 0 && (old === undefined || !deepEqual(errors, labelErrors(before)))) {
    return { refusal: failure.invalid('Namespace', namespace.metadata.name, errors), warnings: [] };
  }
  const [now, was] = [enforcedIn(labels), enforcedIn(before)];
  const isRelaxed = now.version === was.version && levels.indexOf(now.level) <= levels.indexOf(was.level);
  if (old === undefined || now.level === 'privileged' || isRelaxed) return nothing;
  return { warnings: podWarnings(namespace.metadata.name, now, podsThere()) };
}

/** From the loosest to the strictest. */
const levels: readonly SecurityLevel[] = ['privileged', 'baseline', 'restricted'];

function labelErrors(labels: Labels): FieldError[] {
  return ['enforce', 'audit', 'warn'].flatMap((mode) => {
    const [level, version] = [labels[prefix + mode], labels[`${prefix}${mode}-version`]];
    const refuse = (name: string, value: string, detail: string) => [
      invalid(`metadata.labels[${name}]`, value, detail),
    ];
    return [
      ...(level === undefined || isLevel(level)
        ? []
        : refuse(prefix + mode, level, `must be one of ${levels.join(', ')}`)),
      ...(version === undefined || /^(latest|v1\.(0|[1-9][0-9]*))$/.test(version)
        ? []
        : refuse(`${prefix}${mode}-version`, version, 'must be "latest" or "v1.x"')),
    ];
  });
}

/** Tells which pods do what against a level; those that do the same together, by the first of their names. */
function podWarnings(namespace: string, { level, version }: Policy, pods: readonly Pod[]): string[] {
  const namesByReason = new Map<string, string[]>();
  for (const { spec, metadata } of pods) {
    const reasons = violationReasons(level, spec, metadata);
    if (reasons !== '') namesByReason.set(reasons, [...(namesByReason.get(reasons) ?? []), metadata.name]);
  }
  if (namesByReason.size === 0) return [];
  const lines = [...namesByReason].map(([reasons, names]) => {
    const others = names.length - 1;
    const more = others === 0 ? '' : ` (and ${others} other ${others === 1 ? 'pod' : 'pods'})`;
    return `${names.sort()[0]}${more}: ${reasons}`;
  });
  const first = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${level}:${version}"`;
  return [first, ...lines.sort()];
}

/** What of an object is, or makes, pods. */
function subjectOf(object: KubernetesObject): { spec: PodSpec; metadata: Partial<ObjectMeta> } | undefined {
  if (object.kind === 'Pod') return { spec: (object as Pod).spec, metadata: object.metadata };
  const { spec, template: own } = object as { spec?: Templated; template?: PodTemplateSpec };
  const template = own ?? spec?.template ?? spec?.jobTemplate?.spec?.template;
  return template?.spec?.containers === undefined
    ? undefined
    : { spec: template.spec, metadata: (template.metadata ?? {}) as Partial<ObjectMeta> };
}

interface Templated {
  readonly template?: PodTemplateSpec;
  readonly jobTemplate?: { spec?: { template?: PodTemplateSpec } };
}
