/** Metrics as autoscaling/v1 writes them into annotations, and as autoscaling/v2 has them. */

import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';

/** What either version calls a number to be reached or measured, of each kind. Written in the order of Go's fields. */
interface OldNumbers {
  readonly target?: autoscaling.CrossVersionObjectReference;
  readonly metricName?: string;
  readonly metricSelector?: unknown;
  readonly selector?: unknown;
  readonly name?: string;
  readonly container?: string;
  readonly [field: string]: unknown;
}

type Fields = Record<string, unknown>;
type Metric = Pick<autoscaling.MetricIdentifier, 'name' | 'selector'>;

/** One metric of either version: a type, and what that type is about under its own name. */
export type AnyMetric = { readonly type?: string } & { readonly [source: string]: unknown };

const sources = ['object', 'pods', 'resource', 'containerResource', 'external'] as const;
type Source = (typeof sources)[number];

/** The numbers of each source: what autoscaling/v1 calls the value, the average, and the share. `target` or `current` stands before. */
const numbers: Readonly<Record<Source, { value?: string; average: string; share?: string }>> = {
  object: { value: 'Value', average: 'averageValue' },
  pods: { average: 'AverageValue' },
  resource: { share: 'AverageUtilization', average: 'AverageValue' },
  containerResource: { share: 'AverageUtilization', average: 'AverageValue' },
  external: { value: 'Value', average: 'AverageValue' },
};

function numberName(when: 'target' | 'current', name: string): string {
  return name === 'averageValue' ? name : when + name;
}

/** Writes a metric to be reached as autoscaling/v1 does. */
export function oldMetric(metric: autoscaling.MetricSpec): object {
  return convert(metric as unknown as AnyMetric, (source, given) => oldNumbers(source, given, 'target'));
}

/** Writes a measured metric as autoscaling/v1 does. */
export function oldMetricStatus(metric: autoscaling.MetricStatus): object {
  return convert(metric as unknown as AnyMetric, (source, given) => oldNumbers(source, given, 'current'));
}

/** Reads a metric to be reached as autoscaling/v1 wrote it. */
export function newMetric(metric: object): autoscaling.MetricSpec {
  const made = convert(metric as AnyMetric, (source, given) => newNumbers(source, given as OldNumbers, 'target'));
  return made as unknown as autoscaling.MetricSpec;
}

/** Reads a measured metric as autoscaling/v1 wrote it. */
export function newMetricStatus(metric: object): autoscaling.MetricStatus {
  const made = convert(metric as AnyMetric, (source, given) => newNumbers(source, given as OldNumbers, 'current'));
  return made as unknown as autoscaling.MetricStatus;
}

function convert(metric: AnyMetric, make: (source: Source, given: Fields) => Fields): Fields {
  const made: Fields = { type: metric.type ?? '' };
  for (const source of sources) {
    const given = metric[source];
    if (typeof given === 'object' && given !== null) made[source] = make(source, given as Fields);
  }
  return made;
}

function oldNumbers(source: Source, given: Fields, when: 'target' | 'current'): Fields {
  const amounts = (given[when] ?? {}) as Partial<autoscaling.MetricTarget>;
  const metric = (given.metric ?? {}) as Partial<Metric>;
  const { value, average, share } = numbers[source];
  const made: Fields = {};
  if (source === 'object') made.target = given.describedObject;
  if (source === 'resource' || source === 'containerResource') made.name = given.name;
  else made.metricName = metric.name ?? '';
  if (source === 'external' && metric.selector !== undefined) made.metricSelector = metric.selector;
  // Where Go has no pointer, a missing amount is written as none.
  const isSure = source === 'object' || (source === 'external' && when === 'current');
  if (value !== undefined && (isSure || amounts.value !== undefined))
    made[numberName(when, value)] = amounts.value ?? '0';
  if (share !== undefined && amounts.averageUtilization !== undefined) {
    made[numberName(when, share)] = amounts.averageUtilization;
  }
  const isSureAverage = source === 'pods' || (share !== undefined && when === 'current');
  if (source !== 'object' && (isSureAverage || amounts.averageValue !== undefined)) {
    made[numberName(when, average)] = amounts.averageValue ?? '0';
  }
  if ((source === 'object' || source === 'pods') && metric.selector !== undefined) made.selector = metric.selector;
  if (source === 'object' && amounts.averageValue !== undefined) made.averageValue = amounts.averageValue;
  if (source === 'containerResource') made.container = given.container;
  return made;
}

function newNumbers(source: Source, given: OldNumbers, when: 'target' | 'current'): Fields {
  const { value, average, share } = numbers[source];
  const [amount, averageAmount, shareAmount] = [value, average, share].map((name) =>
    name === undefined ? undefined : given[numberName(when, name)],
  );
  const amounts: Fields = {};
  if (when === 'target') amounts.type = targetType(source, amount, averageAmount, shareAmount);
  if (amount !== undefined) amounts.value = amount;
  if (averageAmount !== undefined) amounts.averageValue = averageAmount;
  if (shareAmount !== undefined) amounts.averageUtilization = shareAmount;
  if (source === 'resource') return { name: given.name ?? '', [when]: amounts };
  if (source === 'containerResource')
    return { name: given.name ?? '', container: given.container ?? '', [when]: amounts };
  const selector = source === 'external' ? given.metricSelector : given.selector;
  const metric = { name: given.metricName ?? '', ...(selector !== undefined && { selector }) };
  return { ...(source === 'object' && { describedObject: given.target }), metric, [when]: amounts };
}

function targetType(source: Source, value: unknown, average: unknown, share: unknown): string {
  if (source === 'pods') return 'AverageValue';
  if (source === 'object') return average === undefined ? 'Value' : 'AverageValue';
  if (source === 'external') return value === undefined ? 'AverageValue' : 'Value';
  return share === undefined ? 'AverageValue' : 'Utilization';
}
