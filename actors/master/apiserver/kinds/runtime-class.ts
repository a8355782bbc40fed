/** RuntimeClasses: which runtime runs a pod. */

import type * as node from 'kubernetes-types/node/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate } from '../../../../protocol/field-errors.ts';
import { dns1123Label, dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { breaches, immutable, validateLabels } from './metadata.ts';
import { validateResources } from './resource-validation.ts';
import { defineStrategy } from './strategy.ts';
import { validateTolerations } from './taint-validation.ts';

type RuntimeClass = Omit<node.RuntimeClass, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

/** A runtime by name, what it costs beyond the containers, and where it is found. */
export const runtimeClassStrategy = defineStrategy<RuntimeClass>('runtimeclasses.node.k8s.io', {
  nameRule: dns1123Subdomain,
  validateCreate: validateRuntimeClass,
  validateUpdate: (one, old) => immutable(one.handler, old.handler, 'handler'),
});

function validateRuntimeClass({ handler, overhead, scheduling }: RuntimeClass): FieldError[] {
  const errors = breaches(dns1123Label, handler, 'handler');
  if (overhead?.podFixed !== undefined) errors.push(...validateResources({ limits: overhead.podFixed }, 'overhead'));
  if (scheduling === undefined) return errors;
  const { nodeSelector, tolerations = [] } = scheduling;
  const path = 'scheduling.tolerations';
  errors.push(...validateLabels(nodeSelector, 'scheduling.nodeSelector'));
  errors.push(...validateTolerations(tolerations, `${path}.tolerations`));
  const keyOf = ({ key, operator, value, effect }: (typeof tolerations)[number]) =>
    [key, operator, value, effect].join(' ');
  tolerations.forEach((toleration, i) => {
    const isTaken = tolerations.findIndex((one) => keyOf(one) === keyOf(toleration)) < i;
    if (isTaken) errors.push(duplicate(`${path}[${i}]`, toleration));
  });
  return errors;
}
