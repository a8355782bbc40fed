/**
 * autoscaling/v1: HorizontalPodAutoscalers that know of CPU alone.
 *
 * What else the stored form of autoscaling/v2 holds is shown in annotations, and read from them, so that nothing is lost on
 * a way through the old version (pkg/apis/autoscaling/v1/conversion.go).
 */

import type * as old from 'kubernetes-types/autoscaling/v1.js';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { HorizontalPodAutoscaler } from '../kinds/autoscaling.ts';
import { defaultMetrics, roundTripAnnotations, withoutRoundTrip } from '../kinds/autoscaling.ts';
import type { Form } from './conversion.ts';
import { goBehavior, readBehavior } from './hpa-behavior.ts';
import { newMetric, newMetricStatus, oldMetric, oldMetricStatus } from './hpa-metrics.ts';

type OldAutoscaler = Omit<old.HorizontalPodAutoscaler, 'apiVersion' | 'kind' | 'metadata' | 'spec'> &
  KubernetesObject & { spec?: Partial<old.HorizontalPodAutoscalerSpec> };

/** HorizontalPodAutoscalers as autoscaling/v1 has them. */
export const autoscalingV1: Form<OldAutoscaler, HorizontalPodAutoscaler> = { store, show };

function show(given: HorizontalPodAutoscaler): OldAutoscaler {
  const { spec, status } = given;
  const metrics = spec.metrics ?? [];
  const cpu = metrics.find(isOfCpu)?.resource?.target.averageUtilization;
  const current = status?.currentMetrics ?? [];
  const used = current.filter(isOfCpu).at(-1)?.resource?.current.averageUtilization;
  const others = metrics.filter(
    (metric) => !isOfCpu(metric) || metric.resource?.target.averageUtilization === undefined,
  );
  const { metadata } = withoutRoundTrip(given);
  const shown: OldAutoscaler = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      ...(spec.minReplicas !== undefined && { minReplicas: spec.minReplicas }),
      maxReplicas: spec.maxReplicas,
      ...(cpu !== undefined && { targetCPUUtilizationPercentage: cpu }),
    },
    status: {
      ...(status?.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
      ...(status?.lastScaleTime !== undefined && { lastScaleTime: status.lastScaleTime }),
      currentReplicas: status?.currentReplicas ?? 0,
      desiredReplicas: status?.desiredReplicas ?? 0,
      ...(used !== undefined && { currentCPUUtilizationPercentage: used }),
    },
  };
  const kept: Record<string, string> = {};
  if (others.length > 0) kept[roundTripAnnotations.metrics] = JSON.stringify(others.map(oldMetric));
  if (current.length > 0) kept[roundTripAnnotations.currentMetrics] = JSON.stringify(current.map(oldMetricStatus));
  if (spec.behavior !== undefined) kept[roundTripAnnotations.behavior] = JSON.stringify(goBehavior(spec.behavior));
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) kept[roundTripAnnotations.conditions] = JSON.stringify(conditions.map(inOrder));
  if (Object.keys(kept).length === 0) return shown;
  return withMeta(shown, { annotations: { ...metadata.annotations, ...kept } });
}

function store(given: OldAutoscaler): HorizontalPodAutoscaler {
  const { spec = {}, status } = given;
  const annotations = given.metadata.annotations ?? {};
  const kept = <T>(name: keyof typeof roundTripAnnotations): T | undefined =>
    parse(annotations[roundTripAnnotations[name]]);
  const { targetCPUUtilizationPercentage: cpu, minReplicas } = spec;
  const metrics = (kept<object[]>('metrics') ?? []).map(newMetric);
  if (cpu !== undefined) {
    metrics.push({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
    });
  }
  const behavior = readBehavior(kept('behavior'));
  const stored = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: withoutRoundTrip(given).metadata,
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      minReplicas: minReplicas ?? 1,
      maxReplicas: spec.maxReplicas,
      metrics: metrics.length === 0 ? defaultMetrics : metrics,
      ...(behavior !== undefined && { behavior }),
    },
  } as HorizontalPodAutoscaler;
  return status === undefined
    ? stored
    : { ...stored, status: storeStatus(status, kept('currentMetrics'), kept('conditions')) };
}

function storeStatus(
  status: Partial<old.HorizontalPodAutoscalerStatus>,
  known: readonly object[] | undefined,
  conditions: autoscaling.HorizontalPodAutoscalerCondition[] | undefined,
): NonNullable<HorizontalPodAutoscaler['status']> {
  const { currentCPUUtilizationPercentage: used, lastScaleTime, observedGeneration } = status;
  const ofCpu: autoscaling.MetricStatus[] | null =
    used === undefined
      ? null
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: used } } }];
  return {
    ...(observedGeneration !== undefined && { observedGeneration }),
    ...(lastScaleTime !== undefined && { lastScaleTime }),
    ...(status.currentReplicas ? { currentReplicas: status.currentReplicas } : {}),
    desiredReplicas: status.desiredReplicas ?? 0,
    // Those kept in the annotation say more. Kubernetes writes a missing list as null.
    currentMetrics: (known?.map(newMetricStatus) ?? ofCpu) as autoscaling.MetricStatus[],
    ...(conditions !== undefined && { conditions }),
  };
}

function isOfCpu({ type, resource }: { type?: string; resource?: { name?: string } }): boolean {
  return type === 'Resource' && resource?.name === 'cpu';
}

function inOrder(one: autoscaling.HorizontalPodAutoscalerCondition): object {
  const { type, status, lastTransitionTime = null, reason, message } = one;
  return { type, status, lastTransitionTime, ...(reason && { reason }), ...(message && { message }) };
}

/** Reads what an annotation holds; a text that is no JSON is passed over, as it was never there. */
function parse<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
