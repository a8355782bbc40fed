/** The tables of what sets, and guards, how many pods there are: autoscalers, scales, disruption budgets. */

import { age, integer, kindTable, name, nameOf, type Parts, text } from './column.ts';
import { countOf, type Fields, fieldsOf, isGiven, objectsOf, textOf } from './fields.ts';
import { amount, optionalAmount } from './quantities.ts';

/** HorizontalPodAutoscalers, of autoscaling/v2 and v1. */
export const autoscalerTable = kindTable([
  name,
  text('Reference', 'What is scaled.', ({ spec }) => {
    const { kind, name: target } = fieldsOf(spec.scaleTargetRef);
    return `${textOf(kind)}/${textOf(target)}`;
  }),
  text('Targets', 'What is measured, and what it is to come to.', targetsCell),
  text('MinPods', 'How many pods there are at least.', ({ spec }) =>
    isGiven(spec.minReplicas) ? `${countOf(spec.minReplicas)}` : '<unset>',
  ),
  text('MaxPods', 'How many pods there are at most.', ({ spec }) => countOf(spec.maxReplicas)),
  text('Replicas', 'How many pods there were when it last looked.', ({ status }) => countOf(status.currentReplicas)),
  age,
]);

/** How many metrics are written out. */
const most = 2;

function targetsCell({ spec, status }: Parts): string {
  const metrics = metricsOf(spec);
  if (metrics.length === 0) return '<none>';
  const found = measuredOf(status);
  const all = metrics.map((metric, i) => metricText(metric, found[i] ?? {}));
  const shown = all.slice(0, most).join(', ');
  return all.length > most ? `${shown} + ${all.length - most} more...` : shown;
}

/** The one metric of autoscaling/v1 has fields of its own. */
function metricsOf({ metrics, targetCPUUtilizationPercentage: percentage }: Fields): Fields[] {
  if (!isGiven(percentage)) return objectsOf(metrics);
  return [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: percentage } } }];
}

function measuredOf({ currentMetrics, currentCPUUtilizationPercentage: percentage }: Fields): Fields[] {
  if (!isGiven(percentage)) return objectsOf(currentMetrics);
  return [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percentage } } }];
}

/** Where a metric of each type has its fields. */
const fieldOfType = new Map([
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Object', 'object'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
]);

/** Writes what one metric is, and is to be: `cpu: 63%/80%`, `1500m/2 (avg)`. */
function metricText(metric: Fields, measured: Fields): string {
  const field = fieldOfType.get(textOf(metric.type)) ?? '';
  const wanted = fieldsOf(metric[field]);
  const target = fieldsOf(wanted.target);
  const found = isGiven(measured[field]) ? fieldsOf(fieldsOf(measured[field]).current) : undefined;
  switch (field) {
    case 'resource':
    case 'containerResource':
      return `${textOf(wanted.name)}: ${resourceText(target, found)}`;
    case 'pods':
      return `${found === undefined ? unknown : optionalAmount(found.averageValue)}/${optionalAmount(target.averageValue)}`;
    case 'object':
    case 'external':
      return valueText(target, found);
    default:
      return '<unknown type>';
  }
}

const unknown = '<unknown>';

function resourceText(target: Fields, found: Fields | undefined): string {
  if (isGiven(target.averageValue)) {
    return `${found === undefined ? unknown : optionalAmount(found.averageValue)}/${amount(target.averageValue)}`;
  }
  const share = (value: unknown, otherwise: string) => (isGiven(value) ? `${countOf(value)}%` : otherwise);
  return `${share(found?.averageUtilization, unknown)}/${share(target.averageUtilization, '<auto>')}`;
}

function valueText(target: Fields, found: Fields | undefined): string {
  if (isGiven(target.averageValue)) {
    const average = isGiven(found?.averageValue) ? amount(found?.averageValue) : unknown;
    return `${average}/${amount(target.averageValue)} (avg)`;
  }
  return `${found === undefined ? unknown : optionalAmount(found.value)}/${optionalAmount(target.value)}`;
}

/** Scales: the subresource of whatever has a number of pods. */
export const scaleTable = kindTable([
  text('Name', 'The name of what is scaled.', nameOf),
  integer('Desired', 'How many pods there are to be.', ({ spec }) => countOf(spec.replicas)),
  integer('Available', 'How many pods there are.', ({ status }) => countOf(status.replicas)),
  age,
]);

/** PodDisruptionBudgets. */
export const disruptionBudgetTable = kindTable([
  name,
  text('Min Available', 'How many pods must stay.', ({ spec }) => boundText(spec.minAvailable)),
  text('Max Unavailable', 'How many pods may be gone.', ({ spec }) => boundText(spec.maxUnavailable)),
  integer('Allowed Disruptions', 'How many pods may be taken away now.', ({ status }) =>
    countOf(status.disruptionsAllowed),
  ),
  age,
]);

/** A number or a percentage. */
function boundText(bound: unknown): string {
  return isGiven(bound) ? textOf(bound) || `${countOf(bound)}` : 'N/A';
}
