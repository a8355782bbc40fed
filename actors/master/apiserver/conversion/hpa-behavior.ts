/** A HorizontalPodAutoscaler's behavior as autoscaling/v1 keeps it in an annotation: with the names Go gives the fields. */

import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';

/** Writes the behavior with Go's names, and null for what is not set. */
export function goBehavior({ scaleUp, scaleDown }: autoscaling.HorizontalPodAutoscalerBehavior): object {
  return { ScaleUp: goRules(scaleUp), ScaleDown: goRules(scaleDown) };
}

function goRules(rules: autoscaling.HPAScalingRules | undefined): object | null {
  if (rules === undefined) return null;
  const { stabilizationWindowSeconds = null, selectPolicy = null, policies } = rules;
  return {
    StabilizationWindowSeconds: stabilizationWindowSeconds,
    SelectPolicy: selectPolicy,
    Policies:
      policies?.map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) ??
      null,
  };
}

/** Reads what `goBehavior` wrote; undefined where nothing of it can be used. */
export function readBehavior(given: unknown): autoscaling.HorizontalPodAutoscalerBehavior | undefined {
  const [scaleUp, scaleDown] = [readRules(fieldOf(given, 'ScaleUp')), readRules(fieldOf(given, 'ScaleDown'))];
  if (scaleUp === undefined && scaleDown === undefined) return undefined;
  return { ...(scaleUp && { scaleUp }), ...(scaleDown && { scaleDown }) };
}

function readRules(given: unknown): autoscaling.HPAScalingRules | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const seconds = fieldOf(given, 'StabilizationWindowSeconds');
  const select = fieldOf(given, 'SelectPolicy');
  const policies = fieldOf(given, 'Policies');
  return {
    ...(typeof seconds === 'number' && { stabilizationWindowSeconds: seconds }),
    ...(typeof select === 'string' && { selectPolicy: select }),
    ...(Array.isArray(policies) && { policies: policies.map(readPolicy) }),
  };
}

function readPolicy(given: unknown): autoscaling.HPAScalingPolicy {
  return {
    type: String(fieldOf(given, 'Type') ?? ''),
    value: Number(fieldOf(given, 'Value') ?? 0),
    periodSeconds: Number(fieldOf(given, 'PeriodSeconds') ?? 0),
  };
}

/** Go reads the names of fields in any case. */
function fieldOf(given: unknown, name: string): unknown {
  if (typeof given !== 'object' || given === null) return undefined;
  const found = Object.entries(given).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1] ?? undefined;
}
