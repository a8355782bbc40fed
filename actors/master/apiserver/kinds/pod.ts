/** Pods and Bindings. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { Binding, Pod, PodSpec } from '../../../../protocol/objects.ts';
import { qosClass } from '../../../../protocol/pod-resources.ts';
import { remembered } from '../../../../protocol/remembered.ts';
import { defaultPod } from './pod-defaults.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import { validateImagePadding, validatePodChange, validatePodStatusChange } from './pod-update.ts';
import { defineStrategy } from './strategy.ts';

const mirrorKey = 'kubernetes.io/config.mirror';
const costKey = 'controller.kubernetes.io/pod-deletion-cost';

/** A pod begins Pending and unscheduled; the class of service it has at birth is the one it keeps. */
export const podStrategy = defineStrategy<Pod>('pods', {
  nameRule: dns1123Subdomain,
  defaults: defaultPod,
  firstStatus: (pod) => firstStatusOf(pod.spec ?? {}),
  validate: validatePod,
  validateCreate: validateNewPod,
  validateUpdate: validatePodChange,
  validateStatus: validatePodStatusChange,
  // Old kubelets spoiled owner references, so a status update may not touch them.
  prepareStatusUpdate: (pod, old) => {
    const { ownerReferences, deletionTimestamp } = old.metadata;
    const owned = pod.metadata === old.metadata ? pod : withMeta(pod, { ownerReferences, deletionTimestamp });
    if (owned.status?.qosClass) return owned;
    return { ...owned, status: { ...owned.status, qosClass: old.status?.qosClass } } as Pod;
  },
});

const firstStatusOf = remembered((spec: PodSpec) => ({
  phase: 'Pending',
  qosClass: qosClass({ spec: { ...spec, containers: spec.containers ?? [] } }),
}));

function validatePod(pod: Pod): FieldError[] {
  const annotations = pod.metadata.annotations ?? {};
  const errors: FieldError[] = [];
  if (annotations[mirrorKey] !== undefined && !pod.spec.nodeName) {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(`metadata.annotations[${mirrorKey}]`, annotations[mirrorKey], detail));
  }
  const cost = annotations[costKey];
  if (cost !== undefined && !/^(0|-?[1-9][0-9]{0,9})$/.test(cost)) {
    errors.push(invalid(`metadata.annotations[${costKey}]`, cost, 'must be a 32bit integer'));
  }
  return [...errors, ...validateSpecOfPod(pod.spec)];
}

const validateSpecOfPod = remembered((spec: PodSpec): readonly FieldError[] => {
  const errors = validatePodSpec(spec, 'spec', true);
  for (const field of ['containers', 'initContainers'] as const) {
    (spec[field] ?? []).forEach(({ image = '' }, i) => {
      errors.push(...validateImagePadding(image, `spec.${field}[${i}].image`));
    });
  }
  return errors;
});

function validateNewPod(pod: Pod): FieldError[] {
  const errors: FieldError[] = [];
  if ((pod.spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (pod.spec.nodeName && (pod.spec.schedulingGates ?? []).length > 0) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}

/** Bindings are never stored: they are what a scheduler posts. */
export const bindingStrategy = defineStrategy<Binding>('bindings', {
  nameRule: dns1123Subdomain,
  validate: validateBinding,
});

/** Checks which node a pod is to be bound to. */
function validateBinding(binding: Binding): FieldError[] {
  const { kind = '', name = '' } = binding.target ?? {};
  const errors = kind === '' || kind === 'Node' ? [] : [notSupported('target.kind', kind, ['Node', '<empty>'])];
  return name === '' ? [...errors, required('target.name')] : errors;
}
