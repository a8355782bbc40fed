/** HorizontalPodAutoscalers, as autoscaling/v2 has them. */

import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import { dns1123Label, dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { compareQuantities, parseQuantity } from '../../../../protocol/quantity.ts';
import { fill, refit } from './fill.ts';
import { breaches, nonNegative } from './metadata.ts';
import { pathSegment } from './path-segment.ts';
import { validateContainerResourceName } from './resource-validation.ts';
import { defineStrategy } from './strategy.ts';

/** A HorizontalPodAutoscaler of autoscaling/v2, as stored. */
export type HorizontalPodAutoscaler = Omit<
  autoscaling.HorizontalPodAutoscaler,
  'apiVersion' | 'kind' | 'metadata' | 'spec'
> &
  KubernetesObject & { spec: autoscaling.HorizontalPodAutoscalerSpec };
type Behavior = autoscaling.HorizontalPodAutoscalerBehavior;
type ScalingRules = autoscaling.HPAScalingRules;
type Target = Partial<autoscaling.MetricTarget>;

/** What autoscaling/v1 keeps in annotations, for what it has no fields for. */
export const roundTripAnnotations = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
} as const;

/** The metric that is looked at where none is named: 80 % of the CPU asked for (`DefaultCPUUtilization`). */
export const defaultMetrics: autoscaling.MetricSpec[] = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
];

/** How many replicas a workload shall have, by what its pods use. */
export const horizontalPodAutoscalerStrategy = defineStrategy<HorizontalPodAutoscaler>(
  'horizontalpodautoscalers.autoscaling',
  {
    nameRule: dns1123Subdomain,
    defaults: defaultAutoscaler,
    // Kubernetes writes the missing list as null.
    firstStatus: () => ({ currentMetrics: null, desiredReplicas: 0 }),
    validate: validateAutoscaler,
    validateStatus: ({ status }) =>
      (['currentReplicas', 'desiredReplicas'] as const).flatMap((field) =>
        nonNegative(status?.[field] ?? 0, `status.${field}`),
      ),
  },
);

function defaultAutoscaler(autoscaler: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  let spec = fill(autoscaler.spec ?? ({} as HorizontalPodAutoscaler['spec']), { minReplicas: 1 });
  if ((spec.metrics ?? []).length === 0) spec = { ...spec, metrics: defaultMetrics };
  spec = refit(spec, 'behavior', defaultBehavior);
  const plain = withoutRoundTrip(autoscaler);
  return spec === plain.spec ? plain : { ...plain, spec };
}

/** Takes away what autoscaling/v1 alone writes into annotations. */
export function withoutRoundTrip<T extends KubernetesObject>(autoscaler: T): T {
  const { annotations } = autoscaler.metadata;
  const names: readonly string[] = Object.values(roundTripAnnotations);
  if (annotations === undefined || !names.some((name) => name in annotations)) return autoscaler;
  const kept = Object.entries(annotations).filter(([name]) => !names.includes(name));
  return withMeta(autoscaler, { annotations: kept.length === 0 ? undefined : Object.fromEntries(kept) });
}

/** As the autoscaler behaved before its behavior could be set. */
const scaleUp: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
/** How long it is stabilized is the controller's flag. */
const scaleDown: ScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

function defaultBehavior(behavior: Behavior): Behavior {
  const up = fill(behavior.scaleUp ?? {}, scaleUp);
  const down = fill(behavior.scaleDown ?? {}, scaleDown);
  return up === behavior.scaleUp && down === behavior.scaleDown ? behavior : { scaleUp: up, scaleDown: down };
}

function validateAutoscaler({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const { minReplicas, maxReplicas = 0 } = spec;
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  }
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  errors.push(...validateReference(spec.scaleTargetRef, 'spec.scaleTargetRef'));
  errors.push(...(spec.metrics ?? []).flatMap((metric, i) => validateMetric(metric, `spec.metrics[${i}]`)));
  if (minReplicas === 0 && !(spec.metrics ?? []).some(({ type }) => type === 'Object' || type === 'External')) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden('spec.metrics', detail));
  }
  return [
    ...errors,
    ...validateRules(spec.behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateRules(spec.behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ];
}

function validateReference(
  reference: Partial<autoscaling.CrossVersionObjectReference> | undefined,
  path: string,
): FieldError[] {
  return (['kind', 'name'] as const).flatMap((field) => {
    const text = reference?.[field] ?? '';
    return text === '' ? [required(`${path}.${field}`)] : breaches(pathSegment, text, `${path}.${field}`);
  });
}

/** The types of metrics, the field of each, and how that is checked. In the order Kubernetes looks at them. */
const sources = {
  object: ['Object', validateObject],
  external: ['External', validateExternal],
  pods: ['Pods', validatePods],
  resource: ['Resource', validateResource],
  containerResource: ['ContainerResource', validateContainerResource],
} as const;
const sourceTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function validateMetric(metric: Partial<autoscaling.MetricSpec>, path: string): FieldError[] {
  const { type = '' } = metric;
  const errors = type === '' ? [required(`${path}.type`, 'must specify a metric source type')] : [];
  if (!sourceTypes.includes(type)) errors.push(notSupported(`${path}.type`, type, sourceTypes));
  const fields = (Object.keys(sources) as (keyof typeof sources)[]).filter((field) => metric[field] !== undefined);
  const [first] = fields;
  if (first !== undefined) errors.push(...sources[first][1](metric[first] as never, `${path}.${first}`));
  const expected = Object.entries(sources).find(([, [name]]) => name === type)?.[0];
  if (expected !== undefined && !fields.includes(expected as keyof typeof sources)) {
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'));
  }
  if (expected === undefined) errors.push(notSupported(`${path}.type`, type, sourceTypes));
  if (fields.length === 1) return errors;
  const others = fields.filter((field) => field !== expected);
  return [
    ...errors,
    ...others.map((field) => forbidden(`${path}.${field}`, 'must populate the given metric source only')),
  ];
}

function validateObject(source: Partial<autoscaling.ObjectMetricSource>, path: string): FieldError[] {
  const { target = {} as Target } = source;
  const errors = [
    ...validateReference(source.describedObject, `${path}.describedObject`),
    ...validateIdentifier(source.metric, `${path}.metric`),
    ...validateTarget(target, `${path}.target`),
  ];
  if (target.value !== undefined || target.averageValue !== undefined) return errors;
  return [...errors, required(`${path}.target.averageValue`, 'must set either a target value or averageValue')];
}

function validateExternal(source: Partial<autoscaling.ExternalMetricSource>, path: string): FieldError[] {
  const { target = {} as Target } = source;
  const errors = [...validateIdentifier(source.metric, `${path}.metric`), ...validateTarget(target, `${path}.target`)];
  const [hasValue, hasAverage] = [target.value !== undefined, target.averageValue !== undefined];
  if (!hasValue && !hasAverage) {
    const detail = 'must set either a target value for metric or a per-pod target';
    errors.push(required(`${path}.target.averageValue`, detail));
  }
  if (hasValue && hasAverage) {
    const detail = 'may not set both a target value for metric and a per-pod target';
    errors.push(forbidden(`${path}.target.value`, detail));
  }
  return errors;
}

function validatePods(source: Partial<autoscaling.PodsMetricSource>, path: string): FieldError[] {
  const { target = {} as Target } = source;
  const errors = [...validateIdentifier(source.metric, `${path}.metric`), ...validateTarget(target, `${path}.target`)];
  if (target.averageValue !== undefined) return errors;
  return [...errors, required(`${path}.target.averageValue`, 'must specify a positive target averageValue')];
}

function validateResource(source: Partial<autoscaling.ResourceMetricSource>, path: string): FieldError[] {
  const { name = '', target = {} } = source;
  const errors = name === '' ? [required(`${path}.name`, 'must specify a resource name')] : [];
  return [...errors, ...validateUtilization(target, `${path}.target`)];
}

function validateContainerResource(
  source: Partial<autoscaling.ContainerResourceMetricSource>,
  path: string,
): FieldError[] {
  const { name = '', container = '', target = {} } = source;
  return [
    ...(name === ''
      ? [required(`${path}.name`, 'must specify a resource name')]
      : validateContainerResourceName(name, `${path}.name`)),
    ...(container === ''
      ? [required(`${path}.container`, 'must specify a container')]
      : breaches(dns1123Label, container, `${path}.container`)),
    ...validateUtilization(target, `${path}.target`),
  ];
}

function validateUtilization(target: Target, path: string): FieldError[] {
  const errors = validateTarget(target, path);
  const [hasShare, hasValue] = [target.averageUtilization !== undefined, target.averageValue !== undefined];
  if (!hasShare && !hasValue) {
    const detail = 'must set either a target raw value or a target utilization';
    errors.push(required(`${path}.averageUtilization`, detail));
  }
  if (hasShare && hasValue) {
    const detail = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(`${path}.averageValue`, detail));
  }
  return errors;
}

function validateTarget(target: Target, path: string): FieldError[] {
  const { type = '', averageUtilization } = target;
  const errors = type === '' ? [required(`${path}.type`, 'must specify a metric target type')] : [];
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.push(invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const field of ['value', 'averageValue'] as const) {
    const value = target[field];
    if (value === undefined || compareQuantities(parseQuantity(value), parseQuantity('0')) > 0) continue;
    errors.push(invalid(`${path}.${field}`, value, 'must be positive'));
  }
  if (averageUtilization === undefined || averageUtilization >= 1) return errors;
  return [...errors, invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0')];
}

function validateIdentifier(metric: Partial<autoscaling.MetricIdentifier> | undefined, path: string): FieldError[] {
  const name = metric?.name ?? '';
  return name === ''
    ? [required(`${path}.name`, 'must specify a metric name')]
    : breaches(pathSegment, name, `${path}.name`);
}

const longestPeriodSeconds = 1800;
const longestWindowSeconds = 3600;

function validateRules(rules: ScalingRules | undefined, path: string): FieldError[] {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: seconds = 0, selectPolicy, policies = [] } = rules;
  const errors: FieldError[] = [];
  const windowPath = `${path}.stabilizationWindowSeconds`;
  if (seconds < 0) errors.push(invalid(windowPath, seconds, 'must be greater than or equal to zero'));
  if (seconds > longestWindowSeconds) {
    errors.push(invalid(windowPath, seconds, `must be less than or equal to ${longestWindowSeconds}`));
  }
  if (selectPolicy !== undefined && !['Disabled', 'Max', 'Min'].includes(selectPolicy)) {
    errors.push(notSupported(`${path}.selectPolicy`, selectPolicy, ['Disabled', 'Max', 'Min']));
  }
  if (policies.length === 0) errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  return [...errors, ...policies.flatMap((policy, i) => validatePolicy(policy, `${path}.policies[${i}]`))];
}

function validatePolicy(policy: Partial<autoscaling.HPAScalingPolicy>, path: string): FieldError[] {
  const { type = '', value = 0, periodSeconds = 0 } = policy;
  const errors: FieldError[] = [];
  if (type !== 'Pods' && type !== 'Percent') errors.push(notSupported(`${path}.type`, type, ['Percent', 'Pods']));
  if (value <= 0) errors.push(invalid(`${path}.value`, value, 'must be greater than zero'));
  const period = `${path}.periodSeconds`;
  if (periodSeconds <= 0) errors.push(invalid(period, periodSeconds, 'must be greater than zero'));
  if (periodSeconds > longestPeriodSeconds) {
    errors.push(invalid(period, periodSeconds, `must be less than or equal to ${longestPeriodSeconds}`));
  }
  return errors;
}
