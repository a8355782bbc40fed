import { describe, expect, it } from 'vitest';
import { types } from './facts.ts';
import { fieldOf, mergeKeyOf, schemaAt, schemaOf, schemaOfType } from './schema.ts';

const at = (apiVersion: string, kind: string, path: string) => schemaAt(schemaOf(apiVersion, kind), path.split('.'));

describe('the schema', () => {
  it('tells what a field is', () => {
    expect(at('v1', 'Pod', 'spec.terminationGracePeriodSeconds')).toMatchObject({ type: 'integer', format: 'int64' });
    expect(at('v1', 'Pod', 'spec.containers.0.ports.0.containerPort')).toMatchObject({
      type: 'integer',
      format: 'int32',
    });
    expect(at('v1', 'Pod', 'metadata.labels')).toMatchObject({ type: 'map', goType: 'map[string]string' });
    expect(at('v1', 'Pod', 'spec.containers.0.resources.limits.cpu')).toMatchObject({ type: 'quantity' });
    expect(at('v1', 'Service', 'spec.ports.0.targetPort')).toMatchObject({ type: 'intOrString' });
    expect(at('v1', 'Secret', 'data.key')).toMatchObject({ type: 'string', format: 'bytes' });
    expect(at('coordination.k8s.io/v1', 'Lease', 'spec.renewTime')).toMatchObject({ type: 'time', format: 'micro' });
    expect(at('v1', 'Pod', 'spec.wishes')).toBeUndefined();
    expect(schemaOf('v1', 'Wish')).toBeUndefined();
    expect(fieldOf(schemaOfType('PodSpec'), 'constructor')).toBeUndefined();
  });

  it('tells how lists merge', () => {
    const mergeKey = (path: string) => mergeKeyOf(at('v1', 'Pod', path));
    expect(mergeKey('spec.containers')).toBe('name');
    expect(mergeKey('spec.containers.0.ports')).toBe('containerPort');
    expect(mergeKey('spec.containers.0.volumeMounts')).toBe('mountPath');
    expect(mergeKey('metadata.ownerReferences')).toBe('uid');
    expect(mergeKey('status.conditions')).toBe('type');
    expect(mergeKey('spec.tolerations')).toBeUndefined();
    expect(mergeKeyOf(at('v1', 'Service', 'spec.ports'))).toBe('port');
    expect(at('v1', 'Pod', 'metadata.finalizers')).toMatchObject({ patchStrategy: 'merge', listType: 'set' });
    expect(at('apps/v1', 'Deployment', 'spec.strategy')).toMatchObject({ type: 'object', patchStrategy: 'retainKeys' });
    expect(at('v1', 'Pod', 'spec.volumes')?.patchStrategy).toBe('merge,retainKeys');
  });

  it('tells how server-side apply owns them', () => {
    expect(at('v1', 'Service', 'spec.ports')).toMatchObject({ listType: 'map', listMapKeys: ['port', 'protocol'] });
    expect(at('v1', 'Service', 'spec.selector')?.mapType).toBe('atomic');
    expect(at('apps/v1', 'Deployment', 'spec.selector')?.mapType).toBe('atomic');
  });

  it('knows what must be there, and the fields of the version it speaks for', () => {
    expect(schemaOfType('PodSpec')?.required).toEqual(['containers']);
    expect(schemaOfType('PodSpec')?.fields).not.toHaveProperty('hostnameOverride');
  });

  it('can be followed everywhere', () => {
    for (const line of types.trim().split('\n')) {
      const fields = Object.entries(schemaOfType(line.split(' ')[0] ?? '')?.fields ?? {});
      for (const [name, field] of fields) expect([name, typeof field.type]).toEqual([name, 'string']);
    }
  });
});
