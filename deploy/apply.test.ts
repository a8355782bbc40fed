import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strategicMerge } from '../actors/master/apiserver/patch/strategic-merge.ts';
import type { KubernetesObject } from '../protocol/objects.ts';
import { schemaOf } from '../protocol/schema/schema.ts';
import { lastAppliedKey, planApply, withLastApplied } from './apply.ts';

type Loose = Record<string, unknown>;

const metadata = { name: 'web', namespace: 'default' };
const object = (kind: string, spec: Loose, apiVersion = 'v1', meta: Loose = {}) =>
  ({ apiVersion, kind, metadata: { ...metadata, ...meta }, spec }) as unknown as KubernetesObject;

/** The patch of a manifest over what is there, without the annotation, which is in every patch of a changed manifest. */
function patchOf(manifest: KubernetesObject, live: KubernetesObject): unknown {
  const plan = planApply(manifest, live);
  if (plan.do !== 'patch') return plan.do;
  const { metadata: changed, ...patch } = plan.patch as { metadata?: { annotations?: Loose } };
  const { [lastAppliedKey]: _, ...annotations } = changed?.annotations ?? {};
  const { annotations: __, ...others } = changed ?? {};
  const meta = { ...others, ...(Object.keys(annotations).length > 0 && { annotations }) };
  return Object.keys(meta).length > 0 ? { ...patch, metadata: meta } : patch;
}

/** An object that was applied, as it is there now. */
function stored(applied: KubernetesObject, now: KubernetesObject): KubernetesObject {
  return { ...now, metadata: withLastApplied(applied).metadata };
}

/** What the API server makes of a patch. */
function patched(live: KubernetesObject, manifest: KubernetesObject): KubernetesObject {
  const plan = planApply(manifest, live);
  if (plan.do !== 'patch') return live;
  const shape = schemaOf(live.apiVersion, live.kind);
  return strategicMerge(live as unknown as Loose, plan.patch, shape) as unknown as KubernetesObject;
}

describe('the annotation', () => {
  test("holds the manifest in Go's JSON: keys in order, without the annotation itself, angle brackets escaped", () => {
    const manifest = object('Service', { selector: { b: '1', a: '<&>' } }, 'v1', { annotations: { note: 'x' } });
    const text =
      '{"apiVersion":"v1","kind":"Service","metadata":{"annotations":{"note":"x"},"name":"web","namespace":"default"},"spec":{"selector":{"a":"\\u003c\\u0026\\u003e","b":"1"}}}\n';
    const once = withLastApplied(manifest);
    expect(once.metadata.annotations).toEqual({ note: 'x', [lastAppliedKey]: text });
    expect(withLastApplied(once)).toEqual(once);
  });

  test('has annotations even where the manifest has none, as kubectl writes it', () => {
    const text = withLastApplied(object('Service', {})).metadata.annotations?.[lastAppliedKey];
    expect(text).toContain('"metadata":{"annotations":{},"name":"web"');
  });
});

describe('what is not there', () => {
  test('is created with the annotation', () => {
    const manifest = object('Service', {});
    expect(planApply(manifest, undefined)).toEqual({ do: 'create', object: withLastApplied(manifest) });
  });
});

describe('what is there', () => {
  const containers = [
    { name: 'a', image: 'one', env: [{ name: 'X', value: '1' }] },
    { name: 'b', image: 'two' },
  ];
  const controller = (spec: Loose, more: Loose = {}) =>
    object('ReplicationController', { replicas: 2, template: { spec: { containers, ...spec } }, ...more });
  const filledIn = { terminationGracePeriodSeconds: 30, restartPolicy: 'Always' };

  test('and was applied as it is, is left alone, whatever the server has filled in', () => {
    const live = stored(controller({}), controller(filledIn, { selector: { app: 'web' } }));
    expect(planApply(controller({}), live)).toEqual({ do: 'nothing' });
  });

  test('gets what differs, and nothing else', () => {
    const live = stored(controller({}), controller(filledIn));
    expect(patchOf(controller({}, { replicas: 5 }), live)).toEqual({ spec: { replicas: 5 } });
  });

  test('gets back what someone else has changed', () => {
    const live = stored(controller({}), controller({}, { replicas: 7 }));
    expect(patchOf(controller({}), live)).toEqual({ spec: { replicas: 2 } });
  });

  test('keeps what nobody applied, and loses what was applied once and no more', () => {
    const given = { type: 'NodePort', sessionAffinity: 'ClientIP' };
    const live = stored(object('Service', given), object('Service', { ...given, clusterIP: '10.96.0.9' }));
    const after = object('Service', { type: 'NodePort' });
    expect(patchOf(after, live)).toEqual({ spec: { sessionAffinity: null } });
    expect(patched(live, after)).toMatchObject({ spec: { type: 'NodePort', clusterIP: '10.96.0.9' } });
  });

  test('has its lists merged by key: changed, added and removed items, and their order', () => {
    const live = withLastApplied(controller({}));
    const wanted = [
      { name: 'c', image: 'new' },
      { name: 'a', image: 'two' },
    ];
    expect(patchOf(controller({ containers: wanted }), live)).toEqual({
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
            containers: [
              { name: 'c', image: 'new' },
              { name: 'a', image: 'two', env: null },
              { name: 'b', $patch: 'delete' },
            ],
          },
        },
      },
    });
    expect(patched(live, controller({ containers: wanted }))).toMatchObject({
      spec: { template: { spec: { containers: wanted } } },
    });
  });

  test('keeps items that others have added to a list', () => {
    const injected = { name: 'sidecar', image: 'mesh' };
    const live = stored(controller({}), controller({ containers: [...containers, injected] }));
    expect(patched(live, controller({}))).toMatchObject({
      spec: { template: { spec: { containers: [...containers, injected] } } },
    });
  });

  test('has lists of words merged too', () => {
    const before = withLastApplied(object('Service', {}, 'v1', { finalizers: ['a/x', 'a/y'] }));
    const live = { ...before, metadata: { ...before.metadata, finalizers: ['a/x', 'a/y', 'other/z'] } };
    const after = object('Service', {}, 'v1', { finalizers: ['a/x', 'a/w'] });
    expect(patchOf(after, live)).toEqual({
      metadata: {
        finalizers: ['a/w'],
        '$deleteFromPrimitiveList/finalizers': ['a/y'],
        '$setElementOrder/finalizers': ['a/x', 'a/w'],
      },
    });
    expect(new Set(patched(live, after).metadata.finalizers)).toEqual(new Set(['a/x', 'a/w', 'other/z']));
  });

  test('has other lists replaced', () => {
    const pod = (args: string[]) => object('Pod', { containers: [{ name: 'a', args }] });
    expect(patchOf(pod(['x', 'y']), withLastApplied(pod(['x'])))).toMatchObject({
      spec: { containers: [{ name: 'a', args: ['x', 'y'] }] },
    });
  });

  test('keeps only the wanted members of a union', () => {
    const deployment = (strategy: Loose) => object('Deployment', { strategy }, 'apps/v1');
    const rolling = deployment({ type: 'RollingUpdate' });
    const live = stored(rolling, deployment({ type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } }));
    const after = deployment({ type: 'Recreate' });
    expect(patchOf(after, live)).toEqual({ spec: { strategy: { type: 'Recreate', $retainKeys: ['type'] } } });
    expect(patched(live, after)).toMatchObject({ spec: { strategy: { type: 'Recreate' } } });
    expect(patched(live, after)).not.toHaveProperty('spec.strategy.rollingUpdate');
  });

  test('loses members of a union that were filled in, even where nothing else differs, as with kubectl', () => {
    const rolling = object('Deployment', { strategy: { type: 'RollingUpdate' } }, 'apps/v1');
    const filled = object('Deployment', { strategy: { type: 'RollingUpdate', rollingUpdate: {} } }, 'apps/v1');
    expect(patchOf(rolling, stored(rolling, filled))).toEqual({ spec: { strategy: { $retainKeys: ['type'] } } });
  });

  test('that nobody has applied before keeps all it has, and gets the annotation', () => {
    const live = object('Service', { type: 'ClusterIP', sessionAffinity: 'None' });
    const manifest = object('Service', { type: 'ClusterIP' });
    expect(patchOf(manifest, live)).toEqual({});
    expect(patched(live, manifest)).toMatchObject({
      spec: { sessionAffinity: 'None' },
      metadata: { annotations: { [lastAppliedKey]: expect.any(String) } },
    });
  });
});

describe('for any manifests applied one after the other', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const container = fc.record(
    {
      name: word,
      image: fc.constantFrom('one', 'two'),
      workingDir: fc.constantFrom('/x', '/y'),
      args: fc.array(word, { maxLength: 2 }),
    },
    { requiredKeys: ['name', 'image'] },
  );
  const containers = fc.uniqueArray(container, { selector: ({ name }) => name, maxLength: 3 });
  const spec = fc.record(
    { containers, nodeSelector: fc.dictionary(word, word, { maxKeys: 2 }), hostname: word },
    { requiredKeys: ['containers'] },
  );

  test('the second is what the server then has', () => {
    fc.assert(
      fc.property(spec, spec, (first, second) => {
        const live = withLastApplied(object('Pod', first));
        const after = object('Pod', second);
        const result = patched(live, after);
        expect(result).toEqual(withLastApplied(after));
        expect(planApply(after, result)).toEqual({ do: 'nothing' });
      }),
    );
  });
});
