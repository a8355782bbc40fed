import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';
import {
  apply,
  applyData,
  applying,
  configMap,
  deployment,
  managers,
  refused,
  settings,
  web,
} from './testing/applier.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

describe('apply', () => {
  it('creates what is not there, and owns just what it said', () => {
    const { code, object } = apply(world, 'kubectl', deployment({ replicas: 3 }));
    expect(code).toBe(201);
    expect(object.spec).toMatchObject({ replicas: 3, revisionHistoryLimit: 10 });
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'kubectl',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: object.metadata.creationTimestamp,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:labels': { 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"nginx"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': {
                      'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ]);
  });

  it('of the same again changes nothing', () => {
    const { object: first } = apply(world, 'kubectl', deployment({ replicas: 3 }));
    world.engine.runFor(5_000);
    const { code, object } = apply(world, 'kubectl', deployment({ replicas: 3 }));
    expect(code).toBe(200);
    expect(object).toEqual(first);
  });

  it('in other words for the same changes nothing either', () => {
    const limits = (cpu: string) => ({ name: 'nginx', image: 'nginx', resources: { limits: { cpu } } });
    const template = (cpu: string) => ({
      template: { metadata: { labels: { app: 'web' } }, spec: { hostNetwork: false, containers: [limits(cpu)] } },
    });
    const { object: first } = apply(world, 'kubectl', deployment(template('0.1')));
    world.engine.runFor(5_000);
    expect(apply(world, 'kubectl', deployment(template('0.1'))).object).toEqual(first);
  });

  it('takes away what it no longer says, and what the kind fills in comes back', () => {
    apply(world, 'kubectl', deployment({ replicas: 3, minReadySeconds: 5 }, { labels: { app: 'web', tier: 'front' } }));
    const { object } = apply(world, 'kubectl', deployment());
    expect(object.spec.replicas).toBe(1);
    expect(object.spec.minReadySeconds).toBeUndefined();
    expect(object.metadata.labels).toEqual({ app: 'web' });
  });

  it('leaves what another applied, and shares what both say', () => {
    applyData(world, 'one', { a: '1', both: 'x' });
    const { object } = applyData(world, 'two', { b: '2', both: 'x' });
    expect(object.data).toEqual({ a: '1', b: '2', both: 'x' });
    const after = applyData(world, 'one', { a: '1' }).object;
    expect(after.data).toEqual({ a: '1', b: '2', both: 'x' });
    expect(applyData(world, 'two', { b: '2' }).object.data).toEqual({ a: '1', b: '2' });
  });

  it('that would change what another manages is refused with each field', () => {
    world.create('deployments.apps', deployment({ replicas: 2 }, { namespace: 'default' }), {
      fieldManager: 'kubectl-client-side-apply',
    });
    expect(refused(world, 'kubectl', deployment({ replicas: 3 }))).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-client-side-apply" using apps/v1',
            field: '.spec.replicas',
          },
        ],
      },
    });
  });

  it('names managers in order where there are several conflicts', () => {
    world.create('deployments.apps', deployment({ replicas: 2 }, { namespace: 'default' }), { fieldManager: 'a' });
    apply(world, 'b', { ...deployment(), metadata: { name: 'web', labels: { tier: 'front' } } });
    const image = { name: 'nginx', image: 'nginx:2' };
    const spec = { replicas: 3, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [image] } } };
    expect(refused(world, 'c', deployment(spec, { labels: { tier: 'back' } })).message).toBe(
      [
        'Apply failed with 4 conflicts: conflicts with "a" using apps/v1:',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="nginx"].image',
        'conflicts with "b":',
        '- .metadata.labels.tier',
        '- .spec.template.spec.containers[name="nginx"].image',
      ].join('\n'),
    );
  });

  it('by force takes over', () => {
    world.create('deployments.apps', deployment({ replicas: 2 }, { namespace: 'default' }), { fieldManager: 'a' });
    const { object } = apply(world, 'b', deployment({ replicas: 3 }), { force: true });
    expect(object.spec.replicas).toBe(3);
    expect(managers(object)['a Update']).not.toHaveProperty('f:spec.f:replicas');
    expect(managers(object)['b Apply']).toHaveProperty('f:spec.f:replicas');
  });

  // The documentation's example: an autoscaler takes the replica count from who applied it first.
  it('hands the replica count over to the autoscaler', () => {
    apply(world, 'kubectl', deployment({ replicas: 3 }));
    const count = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 3 } };
    apply(world, 'handover-to-hpa', count);
    expect(apply(world, 'kubectl', deployment()).object.spec.replicas).toBe(3);
    world.do('object.patch', {
      ...web,
      subresource: 'scale',
      patchType: 'merge',
      patch: { spec: { replicas: 7 } },
      fieldManager: 'hpa',
    });
    const after = apply(world, 'kubectl', deployment()).object;
    expect(after.spec.replicas).toBe(7);
    // Who had nothing else is gone.
    expect(managers(after)).not.toHaveProperty('handover-to-hpa Apply');
    expect(managers(after)['hpa Update scale']).toEqual({ 'f:spec': { 'f:replicas': {} } });
  });

  it('with a version refuses when the object has another', () => {
    const { object } = applyData(world, 'one', { a: '1' });
    applyData(world, 'one', { a: '2' });
    const stale = configMap({ a: '3' }, { resourceVersion: object.metadata.resourceVersion });
    expect(world.refused('object.patch', { ...applying('one', stale), ...settings })).toMatchObject({
      code: 409,
      message:
        'Operation cannot be fulfilled on configmaps "settings": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('only tries where it is a dry run', () => {
    expect(applyData(world, 'one', { a: '1' }, { dryRun: true }).code).toBe(201);
    expect(world.refused('object.get', settings).code).toBe(404);
    applyData(world, 'one', { a: '1' });
    expect(applyData(world, 'one', { a: '2' }, { dryRun: true }).object.data).toEqual({ a: '2' });
    expect(world.get('configmaps', 'settings', 'default').data).toEqual({ a: '1' });
  });

  it('to what somebody creates at the same moment is done to that', () => {
    const first = world.player.ask('c.master.apiserver', 'object.patch', {
      ...applying('one', configMap({ a: '1' })),
      ...settings,
    });
    const second = world.player.ask('c.master.apiserver', 'object.patch', {
      ...applying('two', configMap({ b: '2' })),
      ...settings,
    });
    expect(world.answer(first)).toMatchObject({ code: 201 });
    expect(world.answer(second)).toMatchObject({ code: 200, object: { data: { a: '1', b: '2' } } });
  });

  it('to the status owns the status alone, and never makes an object', () => {
    const status = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, status: { replicas: 3 } };
    expect(refused(world, 'ctl', status, { subresource: 'status' }).code).toBe(404);
    apply(world, 'kubectl', deployment());
    const wish = { ...status, spec: { replicas: 9 } };
    const { object } = apply(world, 'ctl', wish, { subresource: 'status' });
    expect([object.spec.replicas, object.status.replicas]).toEqual([1, 3]);
    expect(managers(object)['ctl Apply status']).toEqual({ 'f:status': { 'f:replicas': {} } });
    const { object: after } = apply(world, 'kubectl', { ...deployment(), status: { replicas: 8 } });
    expect(after.status.replicas).toBe(3);
    expect(managers(after)['kubectl Apply']).not.toHaveProperty('f:status');
  });
});

describe('kubectl that applied by itself before', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const applied = (data: object) => JSON.stringify(configMap(data, { namespace: 'default', annotations: {} }));

  it('may change what it applied then, and its note is kept up to date', () => {
    const annotations = { [annotation]: applied({ a: '1' }) };
    world.create('configmaps', configMap({ a: '1', other: '1' }, { namespace: 'default', annotations }), {
      fieldManager: 'kubectl-client-side-apply',
    });
    expect(
      world.refused('object.patch', { ...applying('kubectl', configMap({ a: '2', other: '2' })), ...settings }).message,
    ).toBe('Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.other');
    const { object } = applyData(world, 'kubectl', { a: '2' });
    expect(object.data).toEqual({ a: '2', other: '1' });
    expect(object.metadata.annotations[annotation]).toBe(
      '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"settings"}}\n',
    );
  });
});
