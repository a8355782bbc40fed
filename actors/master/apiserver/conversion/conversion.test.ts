import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const resource = 'horizontalpodautoscalers.autoscaling';
const at = { resource, namespace: 'default', name: 'web' };
const v1 = { ...at, version: 'v1' };
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const metadata = { name: 'web', namespace: 'default' };
const old = (spec: object = {}, more: object = {}) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'HorizontalPodAutoscaler',
  metadata: { ...metadata, ...more },
  spec: { scaleTargetRef, maxReplicas: 5, ...spec },
});
const cpu = (percent: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
});

describe('a HorizontalPodAutoscaler of autoscaling/v1', () => {
  it('is stored as autoscaling/v2, and shown in the version that is asked for', () => {
    const made = world.do('object.create', { ...v1, object: old({ targetCPUUtilizationPercentage: 60 }) });
    expect(made.code).toBe(201);
    expect(made.object).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 60 },
      status: { currentReplicas: 0, desiredReplicas: 0 },
    });
    expect(world.do('object.get', at).object).toMatchObject({
      apiVersion: 'autoscaling/v2',
      metadata: { uid: made.object.metadata.uid },
      spec: { minReplicas: 1, metrics: [cpu(60)] },
    });
    expect(world.do('object.get', v1).object).toEqual(made.object);
  });

  it('that names no target is scaled at 80 % of the CPU', () => {
    world.do('object.create', { ...v1, object: old() });
    expect(world.do('object.get', at).object.spec.metrics).toEqual([cpu(80)]);
    expect(world.do('object.get', v1).object.spec.targetCPUUtilizationPercentage).toBe(80);
  });

  it('keeps in annotations what its version has no fields for, and loses nothing of it when it is written back', () => {
    const external = {
      type: 'External',
      external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } },
    };
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    const object = {
      ...old(),
      apiVersion: 'autoscaling/v2',
      spec: { scaleTargetRef, maxReplicas: 5, metrics: [external, cpu(50)], behavior },
    };
    const made = world.do('object.create', { ...at, object }).object;
    world.do('object.patch', {
      ...at,
      subresource: 'status',
      patchType: 'merge',
      patch: {
        status: {
          desiredReplicas: 2,
          currentMetrics: [
            { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 40, averageValue: '20m' } } },
          ],
          conditions: [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' }],
        },
      },
    });
    const shown = world.do('object.get', v1).object;
    expect(shown.spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 50 });
    expect(shown.status).toEqual({ currentReplicas: 0, desiredReplicas: 2, currentCPUUtilizationPercentage: 40 });
    expect(shown.metadata.annotations).toEqual({
      'autoscaling.alpha.kubernetes.io/metrics':
        '[{"type":"External","external":{"metricName":"queue","targetAverageValue":"30"}}]',
      'autoscaling.alpha.kubernetes.io/current-metrics':
        '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":40,"currentAverageValue":"20m"}}]',
      'autoscaling.alpha.kubernetes.io/behavior':
        '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15},{"Type":"Percent","Value":100,"PeriodSeconds":15}]},"ScaleDown":{"StabilizationWindowSeconds":60,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}]}}',
      'autoscaling.alpha.kubernetes.io/conditions':
        '[{"type":"AbleToScale","status":"True","lastTransitionTime":null,"reason":"ReadyForNewScale"}]',
    });
    world.do('object.replace', { ...v1, object: { ...shown, spec: { ...shown.spec, maxReplicas: 9 } } });
    const after = world.do('object.get', at).object;
    expect(after.spec).toEqual({ ...made.spec, maxReplicas: 9 });
    expect(after.metadata.annotations).toBeUndefined();
    expect(after.status.conditions).toHaveLength(1);
  });

  it('is patched by the fields of its version', () => {
    world.do('object.create', { ...v1, object: old() });
    const patch = { spec: { targetCPUUtilizationPercentage: 30 } };
    const { object } = world.do('object.patch', { ...v1, patchType: 'strategic', patch });
    expect(object).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 30 } });
    expect(world.do('object.get', at).object.spec.metrics).toEqual([cpu(30)]);
    expect(world.refused('object.patch', { ...at, patchType: 'merge', patch }).message).toContain(
      'HorizontalPodAutoscaler in version "v2" cannot be handled as a HorizontalPodAutoscaler: strict decoding error: unknown field "spec.targetCPUUtilizationPercentage"',
    );
  });

  it('is listed and watched in its version', () => {
    world.do('object.create', { ...v1, object: old() });
    world.settle();
    const list = world.do('object.list', { resource, version: 'v1' }).object;
    expect([list.apiVersion, list.kind]).toEqual(['autoscaling/v1', 'HorizontalPodAutoscalerList']);
    expect(list.items[0].apiVersion).toBe('autoscaling/v1');
    const watches = [
      world.watch({ resource, version: 'v1', sendInitialEvents: true, allowWatchBookmarks: true }),
      world.watch({ resource }),
    ];
    const seen = watches.map((watch) => watch.take().map(({ type, object }) => `${type} ${object.apiVersion}`));
    expect(seen).toEqual([['ADDED autoscaling/v1', 'BOOKMARK autoscaling/v1'], ['ADDED autoscaling/v2']]);
    world.do('object.delete', { ...at, name: 'web' });
    const gone = watches.map((watch) => watch.take().map(({ type, object }) => `${type} ${object.apiVersion}`));
    expect(gone).toEqual([['DELETED autoscaling/v1'], ['DELETED autoscaling/v2']]);
  });

  it('is refused in the words of its version, and in none that is not served', () => {
    expect(world.refused('object.create', { ...v1, object: old({ metrics: [] }) }).message).toBe(
      'HorizontalPodAutoscaler in version "v1" cannot be handled as a HorizontalPodAutoscaler: strict decoding error: unknown field "spec.metrics"',
    );
    expect(world.refused('object.create', { ...at, object: old() }).message).toBe(
      'the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)',
    );
    expect(world.refused('object.create', { ...v1, object: old({ maxReplicas: 0 }) }).message).toBe(
      'HorizontalPodAutoscaler.autoscaling "web" is invalid: [spec.maxReplicas: Invalid value: 0: must be greater than 0, spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`]',
    );
    expect(world.refused('object.get', { ...at, version: 'v3' }).code).toBe(404);
  });
});

describe('an Event', () => {
  const event = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'e1', namespace: 'default' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'example.com/player',
    reportingInstance: 'player-1',
    action: 'Playing',
    reason: 'Started',
    regarding: { kind: 'Pod', namespace: 'default', name: 'web' },
    note: 'It has begun',
    type: 'Normal',
  };
  const events = { resource: 'events.events.k8s.io', namespace: 'default' };

  it('is one object in both forms', () => {
    const made = world.do('object.create', { ...events, object: event }).object;
    expect(made).toMatchObject({ ...event, metadata: { uid: expect.any(String) } });
    expect(world.do('object.get', { resource: 'events', namespace: 'default', name: 'e1' }).object).toMatchObject({
      apiVersion: 'v1',
      metadata: { uid: made.metadata.uid },
      involvedObject: { name: 'web' },
      message: 'It has begun',
      reportingComponent: 'example.com/player',
    });
    world.do('object.delete', { ...events, name: 'e1' });
    expect(world.refused('object.get', { resource: 'events', namespace: 'default', name: 'e1' }).message).toBe(
      'events "e1" not found',
    );
  });

  it('is selected by the names each form has for its fields', () => {
    world.do('object.create', { ...events, object: event });
    world.settle();
    const found = (resource: string, fieldSelector: string) =>
      world.do('object.list', { resource, fieldSelector }).object.items.length;
    expect(found(events.resource, 'regarding.name=web,reportingController=example.com/player')).toBe(1);
    expect(found(events.resource, 'regarding.name=db')).toBe(0);
    expect(found('events', 'involvedObject.name=web')).toBe(1);
    expect(world.refused('object.list', { ...events, fieldSelector: 'involvedObject.name=web' }).message).toBe(
      'field label not supported: involvedObject.name',
    );
  });

  it('of events.k8s.io/v1 is checked more strictly than one of v1', () => {
    const { eventTime: _, ...timeless } = event;
    const object = { ...timeless, type: 'Bad', deprecatedCount: 3 };
    expect(world.refused('object.create', { ...events, object }).message).toBe(
      'Event "e1" is invalid: [eventTime: Required value, type: Invalid value: "": has invalid value: Bad, count: Invalid value: "": needs to be unset]',
    );
    world.do('object.create', { ...events, object: event });
    const patch = { note: 'another' };
    expect(world.refused('object.patch', { ...events, name: 'e1', patchType: 'merge', patch }).message).toBe(
      'Event "e1" is invalid: message: Invalid value: "another": field is immutable',
    );
  });
});
