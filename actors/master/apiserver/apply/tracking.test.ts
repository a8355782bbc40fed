import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, World } from '../testing/world.ts';
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

describe('other writes', () => {
  it('own what they changed', () => {
    const old = world.create('configmaps', configMap({ a: '1', b: '1' }, { namespace: 'default' }), {
      fieldManager: 'first',
    });
    expect(managers(old)).toEqual({ 'first Update': { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } } });
    const replaced = world.do('object.replace', {
      ...settings,
      object: { ...old, data: { a: '2', b: '1', c: '1' } },
      fieldManager: 'second',
    }).object;
    expect(managers(replaced)).toEqual({
      'first Update': { 'f:data': { '.': {}, 'f:b': {} } },
      'second Update': { 'f:data': { 'f:a': {}, 'f:c': {} } },
    });
    const patched = world.do('object.patch', {
      ...settings,
      patchType: 'merge',
      patch: { data: { b: null, c: '2' } },
      fieldManager: 'third',
    }).object;
    expect(managers(patched)).toEqual({
      'first Update': { 'f:data': {} },
      'second Update': { 'f:data': { 'f:a': {} } },
      'third Update': { 'f:data': { 'f:c': {} } },
    });
  });

  it('of a new object own its fields as Kubernetes writes them', () => {
    const { metadata } = world.create('deployments.apps', deployment({}, { namespace: 'default' }), {
      fieldManager: 'kubectl-create',
    });
    expect(metadata.managedFields[0]).toMatchObject({ manager: 'kubectl-create', operation: 'Update' });
    expect(metadata.managedFields[0].fieldsV1).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:progressDeadlineSeconds': {},
        'f:replicas': {},
        'f:revisionHistoryLimit': {},
        'f:selector': {},
        'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
        'f:template': {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"nginx"}': {
                '.': {},
                'f:image': {},
                'f:imagePullPolicy': {},
                'f:name': {},
                'f:ports': {
                  '.': {},
                  'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                },
                'f:resources': {},
                'f:terminationMessagePath': {},
                'f:terminationMessagePolicy': {},
              },
            },
            'f:dnsPolicy': {},
            'f:restartPolicy': {},
            'f:schedulerName': {},
            'f:securityContext': {},
            'f:terminationGracePeriodSeconds': {},
          },
        },
      },
    });
  });

  it('own nothing of what the system adds to a new object', () => {
    const { metadata, spec } = world.create('pods', pod('web'), { fieldManager: 'kubectl-run' });
    expect(spec.tolerations).toHaveLength(2);
    expect(metadata.managedFields[0].fieldsV1['f:spec']).not.toHaveProperty('f:tolerations');
    expect(metadata.managedFields[0].fieldsV1).not.toHaveProperty('f:status');
  });

  it('keep their time while they change nothing', () => {
    const old = world.create('configmaps', configMap({ a: '1' }, { namespace: 'default' }), { fieldManager: 'one' });
    world.engine.runFor(5_000);
    const same = world.do('object.replace', { ...settings, object: old, fieldManager: 'two' });
    expect(same.object).toEqual(old);
  });

  it('forget all managers when the client says so', () => {
    for (const managedFields of [[], [{}]]) {
      applyData(world, 'one', { a: '1' });
      const patch = [{ op: 'replace', path: '/metadata/managedFields', value: managedFields }];
      const { object } = world.do('object.patch', { ...settings, patchType: 'json', patch, fieldManager: 'two' });
      expect(object.metadata).not.toHaveProperty('managedFields');
    }
    applyData(world, 'one', { a: '1' });
    const old = world.get('configmaps', 'settings', 'default');
    const bare = { ...old, metadata: { ...old.metadata, managedFields: [] } };
    const { object } = world.do('object.replace', { ...settings, object: bare, fieldManager: 'two' });
    expect(object.metadata).not.toHaveProperty('managedFields');
  });

  it('keep the managers when the client leaves them out, or writes what cannot be read', () => {
    const old = applyData(world, 'one', { a: '1' }).object;
    const { managedFields } = old.metadata;
    for (const given of [undefined, [{ manager: 'x', operation: 'Conquer', apiVersion: 'v1' }]]) {
      const object = { ...old, metadata: { ...old.metadata, resourceVersion: '', managedFields: given } };
      const after = world.do('object.replace', { ...settings, object, fieldManager: 'two' }).object;
      expect(after.metadata.managedFields).toEqual(managedFields);
    }
  });

  it('are refused where a manager has no proper name', () => {
    const old = applyData(world, 'one', { a: '1' }).object;
    const [entry] = old.metadata.managedFields;
    const managedFields = [
      { ...entry, manager: 'a\u0001' },
      { ...entry, manager: 'm'.repeat(129) },
    ];
    const object = { ...old, metadata: { ...old.metadata, managedFields } };
    expect(world.refused('object.replace', { ...settings, object, fieldManager: 'two' }).message).toBe(
      'ConfigMap "settings" is invalid: [metadata.managedFields[0].manager: Invalid value: "a\\x01": invalid character U+0001 (at position 1), metadata.managedFields[1].manager: Too long: must have at most 128 bytes]',
    );
  });

  // What kubectl does when `apply --server-side` meets what `apply` made.
  it('may rewrite the managers, as kubectl does to move from client-side apply', () => {
    world.create('configmaps', configMap({ a: '1' }, { namespace: 'default' }), {
      fieldManager: 'kubectl-client-side-apply',
    });
    const old = world.get('configmaps', 'settings', 'default');
    const upgraded = old.metadata.managedFields.map((entry: object) => ({
      ...entry,
      manager: 'kubectl',
      operation: 'Apply',
    }));
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: upgraded },
      { op: 'replace', path: '/metadata/resourceVersion', value: old.metadata.resourceVersion },
    ];
    const { object } = world.do('object.patch', { ...settings, patchType: 'json', patch, fieldManager: 'kubectl' });
    expect(managers(object)).toEqual({ 'kubectl Apply': { 'f:data': { '.': {}, 'f:a': {} } } });
    expect(applyData(world, 'kubectl', { b: '2' }).object.data).toEqual({ b: '2' });
  });

  it('through the scale own the replica count', () => {
    world.create('deployments.apps', deployment({ replicas: 1 }, { namespace: 'default' }), { fieldManager: 'one' });
    const scale = (replicas: number, fieldManager: string) =>
      world.do('object.patch', {
        ...web,
        subresource: 'scale',
        patchType: 'merge',
        patch: { spec: { replicas } },
        fieldManager,
      });
    scale(1, 'two');
    expect(managers(world.get('deployments.apps', 'web', 'default'))).not.toHaveProperty('two Update scale');
    expect(scale(3, 'two').object.metadata).not.toHaveProperty('managedFields');
    const after = world.get('deployments.apps', 'web', 'default');
    expect(after.metadata.managedFields).toContainEqual({
      manager: 'two',
      operation: 'Update',
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      subresource: 'scale',
    });
    expect(managers(after)['one Update']).not.toHaveProperty('f:spec.f:replicas');
    expect(refused(world, 'kubectl', deployment({ replicas: 9 })).message).toBe(
      'Apply failed with 1 conflict: conflict with "two" with subresource "scale" using apps/v1: .spec.replicas',
    );
  });

  it('by apply to the scale own and conflict likewise', () => {
    world.create('deployments.apps', deployment({ replicas: 1 }, { namespace: 'default' }), { fieldManager: 'one' });
    const scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 4 },
    };
    expect(refused(world, 'hpa', scale, { subresource: 'scale' }).message).toBe(
      'Apply failed with 1 conflict: conflict with "one" using autoscaling/v1: .spec.replicas',
    );
    expect(apply(world, 'hpa', scale, { subresource: 'scale', force: true }).object.spec).toEqual({ replicas: 4 });
    const after = world.get('deployments.apps', 'web', 'default');
    expect(managers(after)['hpa Apply scale']).toEqual({ 'f:spec': { 'f:replicas': {} } });
  });
});

describe('a kind in two versions', () => {
  const scaler = (version: string, spec: object) => ({
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 5, ...spec },
  });
  const hpa = { ...web, resource: 'horizontalpodautoscalers.autoscaling' };
  const cpu = (averageUtilization: number) => ({
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
  });

  it('is owned in the version that was written, and lost in it to who writes another', () => {
    const old = world.do('object.create', {
      ...hpa,
      version: 'v1',
      object: scaler('v1', { targetCPUUtilizationPercentage: 50 }),
      fieldManager: 'kubectl-autoscale',
    }).object;
    expect(old.metadata.managedFields).toMatchObject([
      {
        manager: 'kubectl-autoscale',
        apiVersion: 'autoscaling/v1',
        fieldsV1: { 'f:spec': { 'f:maxReplicas': {}, 'f:scaleTargetRef': {}, 'f:targetCPUUtilizationPercentage': {} } },
      },
    ]);
    const applied = applying('kubectl', scaler('v2', cpu(70)), { ...hpa, version: 'v2' });
    expect(world.refused('object.patch', applied).message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl-autoscale" using autoscaling/v1: .spec.targetCPUUtilizationPercentage',
    );
    const { object } = world.do('object.patch', { ...applied, force: true });
    expect(managers(object)['kubectl-autoscale Update']).not.toHaveProperty('f:spec.f:targetCPUUtilizationPercentage');
    expect(managers(object)['kubectl Apply']).toHaveProperty('f:spec.f:metrics');
  });

  it('is applied in either by one manager', () => {
    const apply = (version: string, spec: object) =>
      world.do('object.patch', applying('kubectl', scaler(version, spec), { ...hpa, version })).object;
    apply('v1', { targetCPUUtilizationPercentage: 50 });
    const after = apply('v2', cpu(70));
    expect(after.spec).toMatchObject(cpu(70));
    expect(after.metadata.managedFields).toMatchObject([{ manager: 'kubectl', apiVersion: 'autoscaling/v2' }]);
  });
});

describe('what components write', () => {
  it('is not tracked while nobody asks', () => {
    const old = world.create('pods', pod('web'));
    expect(old.metadata).not.toHaveProperty('managedFields');
    const patch = { metadata: { labels: { a: 'b' } } };
    const { object } = world.do('object.patch', {
      resource: 'pods',
      namespace: 'default',
      name: 'web',
      patchType: 'merge',
      patch,
    });
    expect(object.metadata).not.toHaveProperty('managedFields');
  });

  it('is tracked from the first write with a manager on, under the name of who wrote', () => {
    world.create('pods', pod('web'));
    const write = (more: object) =>
      world.do('object.patch', {
        resource: 'pods',
        namespace: 'default',
        name: 'web',
        patchType: 'merge',
        ...more,
      }).object;
    const labelled = write({ patch: { metadata: { labels: { tier: 'x' } } }, fieldManager: 'kubectl-label' });
    expect(Object.keys(managers(labelled))).toEqual([
      'before-first-apply Update',
      'before-first-apply Update status',
      'kubectl-label Update',
    ]);
    expect(managers(labelled)['before-first-apply Update']).toMatchObject({
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {} } } },
    });
    expect(managers(labelled)['kubectl-label Update']).toEqual({ 'f:metadata': { 'f:labels': { 'f:tier': {} } } });
    // The tests' own client has no program's name but its own.
    const ready = write({ subresource: 'status', patch: { status: { phase: 'Running' } } });
    expect(managers(ready)['test Update status']).toEqual({ 'f:status': { 'f:phase': {} } });
    expect(managers(ready)['before-first-apply Update status']).not.toHaveProperty('f:status.f:phase');
  });

  it('conflicts as before-first-apply where it was there before', () => {
    world.create('configmaps', configMap({ a: '1' }, { namespace: 'default' }));
    const applied = { ...applying('kubectl', configMap({ a: '2' })), ...settings };
    expect(world.refused('object.patch', applied).message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
  });
});
