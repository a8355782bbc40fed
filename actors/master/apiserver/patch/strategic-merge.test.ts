import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../../engine/host/freeze.ts';
import { schemaOf } from '../../../../protocol/schema/schema.ts';
import { PatchError, strategicMerge } from './strategic-merge.ts';

const shape = schemaOf('v1', 'Pod');

const pod = deepFreeze({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' }, finalizers: ['a.io/one', 'a.io/two'] },
  spec: {
    containers: [
      { name: 'web', image: 'nginx', ports: [{ containerPort: 80 }, { containerPort: 443 }] },
      { name: 'log', image: 'fluentd', args: ['-v'] },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  },
  status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] },
});

// biome-ignore lint/suspicious/noExplicitAny: tests look into what came out.
const merge = (patch: object, original: object = pod): any =>
  strategicMerge(original as Record<string, unknown>, patch as Record<string, unknown>, shape);

describe('a strategic merge patch', () => {
  it('merges containers by name and leaves the others as they are, by reference', () => {
    const merged = merge({ spec: { containers: [{ name: 'log', image: 'fluentd:2' }] } });
    expect(merged.spec.containers[1]).toEqual({ name: 'log', image: 'fluentd:2', args: ['-v'] });
    expect(merged.spec.containers[0]).toBe(pod.spec.containers[0]);
    expect(merged.metadata).toBe(pod.metadata);
  });

  it('that changes nothing gives the very same object', () => {
    expect(
      merge({ spec: { containers: [{ name: 'web', image: 'nginx' }] }, status: { phase: 'Pending' } }).metadata,
    ).toBe(pod.metadata);
    expect(merge({ status: { phase: 'Pending' } })).toBe(pod);
  });

  it('puts a new item of a list before what the server alone has', () => {
    const merged = merge({ status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    expect(merged.status.conditions.map((one: { type: string }) => one.type)).toEqual(['Ready', 'PodScheduled']);
  });

  it('deletes an item by its key', () => {
    const merged = merge({ spec: { containers: [{ name: 'web', $patch: 'delete' }] } });
    expect(merged.spec.containers).toEqual([pod.spec.containers[1]]);
  });

  it('deletes an item and gives another at once', () => {
    const merged = merge({
      spec: {
        containers: [
          { name: 'web', $patch: 'delete' },
          { name: 'new', image: 'x' },
        ],
      },
    });
    expect(merged.spec.containers.map((one: { name: string }) => one.name)).toEqual(['new', 'log']);
  });

  it('replaces a list where it says so', () => {
    const merged = merge({ spec: { containers: [{ name: 'only', image: 'x' }, { $patch: 'replace' }] } });
    expect(merged.spec.containers).toEqual([{ name: 'only', image: 'x' }]);
  });

  it('replaces a map where it says so', () => {
    expect(merge({ metadata: { labels: { $patch: 'replace', tier: 'front' } } }).metadata.labels).toEqual({
      tier: 'front',
    });
  });

  it('empties a map where it says so', () => {
    expect(merge({ metadata: { labels: { $patch: 'delete' } } }).metadata.labels).toEqual({});
  });

  it('removes a field by null, and keeps null out of what it adds', () => {
    const merged = merge({ metadata: { labels: null, annotations: { a: 'b', c: null } } });
    expect('labels' in merged.metadata).toBe(false);
    expect(merged.metadata.annotations).toEqual({ a: 'b' });
  });

  it('replaces a list that has no merge key', () => {
    expect(merge({ spec: { containers: [{ name: 'log', args: ['-q'] }] } }).spec.containers[1].args).toEqual(['-q']);
  });

  it('unites lists of plain values that merge', () => {
    expect(merge({ metadata: { finalizers: ['a.io/three', 'a.io/one'] } }).metadata.finalizers).toEqual([
      'a.io/three',
      'a.io/one',
      'a.io/two',
    ]);
  });

  it('keeps twins that its merge key cannot tell apart', () => {
    const ports = [
      { containerPort: 53, protocol: 'TCP' },
      { containerPort: 9153, protocol: 'TCP' },
      { containerPort: 53, protocol: 'UDP' },
    ];
    const twins = { ...pod, spec: { ...pod.spec, containers: [{ name: 'web', ports }] } };
    const patch = { spec: { containers: [{ name: 'web', ports: [{ containerPort: 9153, name: 'metrics' }] }] } };
    expect(merge(patch, twins).spec.containers[0].ports).toEqual([
      { ...ports[1], name: 'metrics' },
      ports[0],
      ports[2],
    ]);
  });

  it('takes values out of such a list', () => {
    expect(merge({ metadata: { '$deleteFromPrimitiveList/finalizers': ['a.io/one'] } }).metadata.finalizers).toEqual([
      'a.io/two',
    ]);
  });

  it('orders a list as it says', () => {
    const order = [{ name: 'log' }, { name: 'web' }];
    const merged = merge({
      spec: { '$setElementOrder/containers': order, containers: [{ name: 'web', image: 'nginx:2' }] },
    });
    expect(merged.spec.containers.map((one: { name: string }) => one.name)).toEqual(['log', 'web']);
  });

  it('keeps only the fields it retains', () => {
    const merged = merge({
      spec: { volumes: [{ name: 'data', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] },
    });
    expect(merged.spec.volumes).toEqual([{ name: 'data', hostPath: { path: '/x' } }]);
  });

  it('without the merge key is refused', () => {
    expect(() => merge({ spec: { containers: [{ image: 'x' }] } })).toThrow(PatchError);
    expect(() => merge({ spec: { containers: [{ image: 'x' }] } })).toThrow(
      'does not contain declared merge key: name',
    );
  });

  it('with an unknown directive is refused', () => {
    expect(() => merge({ spec: { $patch: 'tickle' } })).toThrow('unknown patch type: tickle');
  });

  it('merges ports by their number', () => {
    const merged = merge({ spec: { containers: [{ name: 'web', ports: [{ containerPort: 443, name: 'https' }] }] } });
    expect(merged.spec.containers[0].ports).toEqual([{ containerPort: 80 }, { containerPort: 443, name: 'https' }]);
  });
});
