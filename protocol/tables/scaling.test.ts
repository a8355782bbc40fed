import { describe, expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

const autoscaler = 'HorizontalPodAutoscaler.autoscaling';
const metric = (type: string, field: string, rest: object) => ({ type, [field]: rest });
const resource = (target: object) => metric('Resource', 'resource', { name: 'cpu', target });
const found = (current: object) => metric('Resource', 'resource', { name: 'cpu', current });

test('an autoscaler tells what it scales, and between what', () => {
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [resource({ type: 'Utilization', averageUtilization: 80 })],
  };
  const status = { currentReplicas: 4, currentMetrics: [found({ averageUtilization: 63, averageValue: '120m' })] };
  expect(shown(autoscaler, { metadata: meta('web'), spec, status })).toEqual({
    Name: 'web',
    Reference: 'Deployment/web',
    Targets: 'cpu: 63%/80%',
    MinPods: '2',
    MaxPods: 5,
    Replicas: 4,
    Age: '90s',
  });
  expect(shown(autoscaler, {})).toMatchObject({ Reference: '/', Targets: '<none>', MinPods: '<unset>', MaxPods: 0 });
});

describe('a target', () => {
  const targets = (metrics: object[], currentMetrics?: object[]) =>
    cell(autoscaler, 'Targets', { spec: { metrics }, status: { currentMetrics } });

  test.each([
    ['that nobody has measured', resource({ averageUtilization: 80 }), undefined, 'cpu: <unknown>/80%'],
    ['without a goal', resource({}), undefined, 'cpu: <unknown>/<auto>'],
    ['by value', resource({ averageValue: '100Mi' }), found({ averageValue: '52428800' }), 'cpu: 52428800/100Mi'],
    ['by value, not measured', resource({ averageValue: '100Mi' }), undefined, 'cpu: <unknown>/100Mi'],
    [
      'of one container',
      metric('ContainerResource', 'containerResource', { name: 'memory', target: { averageUtilization: 50 } }),
      metric('ContainerResource', 'containerResource', { current: { averageUtilization: 20 } }),
      'memory: 20%/50%',
    ],
    [
      'of pods',
      metric('Pods', 'pods', { target: { averageValue: '100' } }),
      metric('Pods', 'pods', { current: { averageValue: '50' } }),
      '50/100',
    ],
    ['of pods, not measured', metric('Pods', 'pods', { target: { averageValue: '100' } }), undefined, '<unknown>/100'],
    [
      'of an object',
      metric('Object', 'object', { target: { value: '100' } }),
      metric('Object', 'object', { current: { value: '0.5' } }),
      '500m/100',
    ],
    [
      'of an object, on average',
      metric('Object', 'object', { target: { averageValue: '100' } }),
      metric('Object', 'object', { current: { averageValue: '50' } }),
      '50/100 (avg)',
    ],
    [
      'from outside, on average, not measured',
      metric('External', 'external', { target: { averageValue: '100' } }),
      metric('External', 'external', { current: {} }),
      '<unknown>/100 (avg)',
    ],
    ['from outside', metric('External', 'external', { target: { value: '10' } }), undefined, '<unknown>/10'],
    ['of no known type', { type: 'constructor' }, undefined, '<unknown type>'],
  ])('%s', (_, wanted, measured, expected) => {
    expect(targets([wanted], measured && [measured])).toBe(expected);
  });

  test('beside two others is only counted', () => {
    const one = resource({ averageUtilization: 80 });
    expect(targets([one, one, one, one], [found({ averageUtilization: 10 })])).toBe(
      'cpu: 10%/80%, cpu: <unknown>/80% + 2 more...',
    );
  });

  test('in the words of autoscaling/v1', () => {
    const spec = { targetCPUUtilizationPercentage: 80 };
    expect(cell(autoscaler, 'Targets', { spec })).toBe('cpu: <unknown>/80%');
    expect(cell(autoscaler, 'Targets', { spec, status: { currentCPUUtilizationPercentage: 12 } })).toBe('cpu: 12%/80%');
  });
});

test('a scale', () => {
  expect(shown('Scale.autoscaling', { metadata: meta('web'), spec: { replicas: 3 }, status: { replicas: 2 } })).toEqual(
    {
      Name: 'web',
      Desired: 3,
      Available: 2,
      Age: '90s',
    },
  );
});

test('a disruption budget has one bound, a number or a share', () => {
  const budget = (spec: object) =>
    shown('PodDisruptionBudget.policy', { metadata: meta('web'), spec, status: { disruptionsAllowed: 1 } });
  expect(budget({ minAvailable: 2 })).toEqual({
    Name: 'web',
    'Min Available': '2',
    'Max Unavailable': 'N/A',
    'Allowed Disruptions': 1,
    Age: '90s',
  });
  expect(budget({ maxUnavailable: '25%' })).toMatchObject({ 'Min Available': 'N/A', 'Max Unavailable': '25%' });
  expect(budget({ maxUnavailable: 0 })).toMatchObject({ 'Max Unavailable': '0' });
});

test('metrics, as metrics-server shows them', () => {
  const usage = (cpu: string, memory: string) => ({ usage: { cpu, memory } });
  expect(
    shown('NodeMetrics.metrics.k8s.io', { metadata: meta('n'), window: '20s', ...usage('250m', '1048576Ki') }),
  ).toEqual({ Name: 'n', cpu: '250m', memory: '1Gi', Window: '20s' });
  const containers = [usage('100m', '10Mi'), usage('1', '6Mi')];
  expect(shown('PodMetrics.metrics.k8s.io', { metadata: meta('p'), window: '20s', containers })).toEqual({
    Name: 'p',
    cpu: '1100m',
    memory: '16Mi',
    Window: '20s',
  });
  expect(shown('PodMetrics.metrics.k8s.io', {})).toMatchObject({ cpu: '0', memory: '0' });
});
