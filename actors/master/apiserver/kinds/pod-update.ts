/** What may change in a pod once it is there: very little of its spec, and its status only forward. */

import type * as core from 'kubernetes-types/core/v1.js';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, required } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain, qualifiedName, rangeMessage } from '../../../../protocol/names.ts';
import type { ContainerStatus, Pod, PodSpec, Toleration } from '../../../../protocol/objects.ts';
import { isSidecar } from '../../../../protocol/pod-resources.ts';
import { without } from './fill.ts';
import { validateIP } from './ip-validation.ts';
import { breaches, immutable } from './metadata.ts';
import { validateTolerations } from './taint-validation.ts';

const mutableFields = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

const mirrorKey = 'kubernetes.io/config.mirror';
const highestInt32 = 2 ** 31 - 1;

/** Checks what an update changed in a pod; what each field may hold was checked before. */
export function validatePodChange(pod: Pod, old: Pod): FieldError[] {
  const errors = validateMirrorChange(pod, old);
  for (const field of ['containers', 'initContainers'] as const) {
    const wrong = validateContainerChange(pod.spec[field] ?? [], old.spec[field] ?? [], `spec.${field}`);
    errors.push(...wrong.errors);
    if (wrong.stops) return errors;
  }
  const deadline = validateDeadlineChange(pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds);
  errors.push(...deadline);
  if (deadline.length > 0 && pod.spec.activeDeadlineSeconds !== undefined) return errors;
  errors.push(...onlyAddedTolerations(pod.spec.tolerations ?? [], old.spec.tolerations ?? []));
  errors.push(...onlyRemovedGates(pod.spec, old.spec));
  return [...errors, ...validateRest(pod.spec, old.spec)];
}

function validateMirrorChange(pod: Pod, old: Pod): FieldError[] {
  const [now, before] = [pod.metadata.annotations?.[mirrorKey], old.metadata.annotations?.[mirrorKey]];
  if (now === before) return [];
  const verb = before === undefined ? 'add' : 'remove or update';
  return [forbidden(`metadata.annotations[${mirrorKey}]`, `may not ${verb} mirror pod annotation`)];
}

interface Verdict {
  errors: FieldError[];
  /** Nothing further can be compared. */
  stops: boolean;
}

function validateContainerChange(
  containers: readonly core.Container[],
  old: readonly core.Container[],
  path: string,
): Verdict {
  if (containers.length !== old.length) {
    return { errors: [forbidden(path, 'pod updates may not add or remove containers')], stops: true };
  }
  const errors = containers.flatMap(({ image = '' }, i) => {
    if (image === '') return [required(`${path}[${i}].image`)];
    return validateImagePadding(image, `${path}[${i}].image`);
  });
  return { errors, stops: false };
}

/** Checks that an image has no blanks around it, which only pods refuse, not templates. */
export function validateImagePadding(image: string, path: string): FieldError[] {
  return image.trim() === image ? [] : [invalid(path, image, 'must not have leading or trailing whitespace')];
}

function validateDeadlineChange(seconds: number | undefined, old: number | undefined): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  if (seconds === undefined) {
    return old === undefined ? [] : [invalid(path, null, 'must not update from a positive integer to nil value')];
  }
  if (seconds < 0 || seconds > highestInt32) return [invalid(path, seconds, rangeMessage(0, highestInt32))];
  return old !== undefined && old < seconds
    ? [invalid(path, seconds, 'must be less than or equal to previous value')]
    : [];
}

function onlyAddedTolerations(tolerations: readonly Toleration[], old: readonly Toleration[]): FieldError[] {
  const withoutSeconds = (toleration: Toleration) => without(toleration, 'tolerationSeconds');
  const kept = tolerations.map(withoutSeconds);
  if (!old.every((one) => kept.some((other) => deepEqual(withoutSeconds(one), other)))) {
    return [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
  }
  return validateTolerations(tolerations, 'spec.tolerations');
}

function onlyRemovedGates(spec: PodSpec, old: PodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  return (spec.schedulingGates ?? []).flatMap(({ name }, i) => {
    if (before.has(name)) return [];
    return [
      forbidden(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`),
    ];
  });
}

/** Compares what is left when everything that may change is put back as it was. */
function validateRest(spec: PodSpec, old: PodSpec): FieldError[] {
  if (deepEqual(spec, old)) return [];
  const errors: FieldError[] = [];
  const changed = [...new Set([...Object.keys(spec), ...Object.keys(old)])].sort() as (keyof PodSpec)[];
  const wrong = changed.filter((field) => !deepEqual(fixedPart(field, spec, old), fixedPart(field, old, old)));
  const isGated = (old.schedulingGates ?? []).length > 0;
  const refused = wrong.filter((field) => !(isGated && field === 'nodeSelector'));
  if (refused.length !== wrong.length)
    errors.push(...onlyAddedSelectors(spec.nodeSelector ?? {}, old.nodeSelector ?? {}));
  if (refused.length === 0) return errors;
  const difference = refused.map((field) => `-\t${field}: ${shown(old[field])}\n+\t${field}: ${shown(spec[field])}`);
  const detail = `pod updates may not change fields other than ${mutableFields}\n${difference.join('\n')}\n`;
  return [...errors, forbidden('spec', detail)];
}

function shown(value: unknown): string {
  return value === undefined ? 'nil' : JSON.stringify(value);
}

/** Gives the part of a field that no update may change. */
function fixedPart(field: keyof PodSpec, spec: PodSpec, old: PodSpec): unknown {
  switch (field) {
    case 'activeDeadlineSeconds':
    case 'tolerations':
    case 'schedulingGates':
      return undefined;
    case 'containers':
    case 'initContainers':
      return spec[field]?.map((container) => ({ ...container, image: '' }));
    case 'terminationGracePeriodSeconds':
      return (old[field] ?? 0) < 0 && spec[field] === 1 ? old[field] : spec[field];
    default:
      return spec[field];
  }
}

function onlyAddedSelectors(
  selector: Readonly<Record<string, string>>,
  old: Readonly<Record<string, string>>,
): FieldError[] {
  if (Object.entries(old).every(([key, value]) => selector[key] === value)) return [];
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [invalid('spec.nodeSelector', selector, detail)];
}

const systemConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);

/** Checks what a status update changed in a pod. */
export function validatePodStatusChange(pod: Pod, old: Pod): FieldError[] {
  const [status, before] = [pod.status ?? {}, old.status ?? {}];
  const errors = validateMirrorChange(pod, old);
  (status.conditions ?? []).forEach(({ type }, i) => {
    if (!systemConditions.has(type)) errors.push(...breaches(qualifiedName, type, `metadata.conditions[${i}].Type`));
  });
  const nominated = status.nominatedNodeName;
  if (nominated && nominated !== before.nominatedNodeName) {
    errors.push(...breaches(dns1123Subdomain, nominated, 'status.nominatedNodeName'));
  }
  errors.push(...immutable(status.qosClass, before.qosClass, 'status.qosClass'));
  for (const list of statusLists) {
    (before[list] ?? []).forEach((was, i) => {
      if (!hasEndedForGood(was, list, old.spec)) return;
      const now = status[list]?.find(({ name }) => name === was.name);
      if (now === undefined || now.state?.terminated !== undefined) return;
      errors.push(forbidden(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state'));
    });
  }
  (status.podIPs ?? []).forEach(({ ip = '' }, i) => {
    errors.push(...validateIP(ip, `status.podIPs[${i}]`));
  });
  return errors;
}

const statusLists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** Tells whether a container stays terminated: by restart policy; sidecars may always come back, ephemeral ones never. */
function hasEndedForGood(status: ContainerStatus, list: (typeof statusLists)[number], spec: PodSpec): boolean {
  const ended = status.state?.terminated;
  const policy = list === 'ephemeralContainerStatuses' ? 'Never' : spec.restartPolicy;
  if (ended === undefined || policy === 'Always') return false;
  if (ended.exitCode !== 0 && policy === 'OnFailure') return false;
  if (list !== 'initContainerStatuses') return true;
  return !(spec.initContainers ?? []).some((container) => container.name === status.name && isSidecar(container));
}
