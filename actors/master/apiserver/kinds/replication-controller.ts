/** ReplicationControllers. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { required } from '../../../../protocol/field-errors.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { ReplicationController } from '../../../../protocol/objects.ts';
import { selectorFromLabels } from '../../../../protocol/selectors.ts';
import { fill, refit } from './fill.ts';
import { nonNegative } from './metadata.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { validateCounts, validateLastingTemplate } from './replicas.ts';
import { defineStrategy } from './strategy.ts';

const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'];

/** A ReplicationController without labels or selector takes those of its template. */
export const replicationControllerStrategy = defineStrategy<ReplicationController>('replicationcontrollers', {
  nameRule: dns1123Subdomain,
  defaults: defaultController,
  firstStatus: () => ({ replicas: 0 }),
  generationOf: (controller) => controller.spec,
  validate: validateController,
  validateStatus: (controller) =>
    validateCounts({ ...controller.status }, counts, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
});

function defaultController(controller: ReplicationController): ReplicationController {
  const labels = controller.spec?.template?.metadata?.labels;
  const given = controller.spec ?? {};
  const hasSelector = Object.keys(given.selector ?? {}).length > 0;
  let spec = fill(given, { replicas: 1 });
  if (labels !== undefined && !hasSelector) spec = { ...spec, selector: labels };
  spec = refit(spec, 'template', defaultTemplate);
  const filled = spec === controller.spec ? controller : { ...controller, spec };
  const hasLabels = Object.keys(controller.metadata.labels ?? {}).length > 0;
  return labels === undefined || hasLabels ? filled : withMeta(filled, { labels });
}

function validateController({ spec }: ReplicationController): FieldError[] {
  const errors = nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds');
  if (Object.keys(spec.selector ?? {}).length === 0) errors.push(required('spec.selector'));
  errors.push(...nonNegative(spec.replicas ?? 0, 'spec.replicas'));
  return [
    ...errors,
    ...validateLastingTemplate(spec.template, selectorFromLabels(spec.selector), 'ReplicationController'),
  ];
}
