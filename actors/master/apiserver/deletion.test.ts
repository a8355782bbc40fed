import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../engine/host/freeze.ts';
import type { KubernetesObject, Namespace, Pod } from '../../../protocol/objects.ts';
import { findResource } from '../../../protocol/resources.ts';
import { decideDeletion } from './deletion.ts';

const now = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString().replace('.000Z', 'Z');

function decide(resource: string, object: object, options: object = {}, collects = true) {
  const kind = findResource(resource);
  if (kind === undefined) throw new Error(`no ${resource}`);
  return decideDeletion(kind, deepFreeze(object) as KubernetesObject, options, now, collects);
}

const pod = (metadata: object = {}, spec: object = {}, status: object = {}): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', uid: 'u', ...metadata },
    spec: { nodeName: 'n1', terminationGracePeriodSeconds: 30, containers: [], ...spec },
    status: { phase: 'Running', ...status },
  }) as Pod;
const configMap = (metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', ...metadata },
});

describe('the deletion of a pod', () => {
  it('gives it the period of its spec, or the one asked for', () => {
    const mark = (seconds: number) => ({ deletionTimestamp: at(seconds), deletionGracePeriodSeconds: seconds });
    expect(decide('pods', pod())).toMatchObject({ do: 'mark', thenRemove: false, object: { metadata: mark(30) } });
    expect(decide('pods', pod(), { gracePeriodSeconds: 5 })).toMatchObject({
      thenRemove: false,
      object: { metadata: mark(5) },
    });
    expect(decide('pods', pod(), { gracePeriodSeconds: 0 })).toMatchObject({
      thenRemove: true,
      object: { metadata: mark(0) },
    });
    expect(decide('pods', pod(), { gracePeriodSeconds: -1 })).toMatchObject({ object: { metadata: mark(1) } });
  });

  it.each([
    ['on no node', pod({}, { nodeName: undefined })],
    ['that has succeeded', pod({}, {}, { phase: 'Succeeded' })],
    ['that has failed', pod({}, {}, { phase: 'Failed' })],
  ])('%s is over at once', (_, object) => {
    expect(decide('pods', object, { gracePeriodSeconds: 60 })).toMatchObject({ do: 'mark', thenRemove: true });
  });

  it('that is being deleted can only be hurried', () => {
    const ending = pod({ deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 });
    expect(decide('pods', ending)).toEqual({ do: 'nothing' });
    expect(decide('pods', ending, { gracePeriodSeconds: 30 })).toEqual({ do: 'nothing' });
    expect(decide('pods', ending, { gracePeriodSeconds: 10 })).toMatchObject({
      object: { metadata: { deletionTimestamp: at(0), deletionGracePeriodSeconds: 10 } },
      thenRemove: false,
    });
    expect(decide('pods', ending, { gracePeriodSeconds: 0 })).toMatchObject({ thenRemove: true });
  });

  it('whose period is over removes it, unless finalizers hold it', () => {
    const over = { deletionTimestamp: at(0), deletionGracePeriodSeconds: 0 };
    expect(decide('pods', pod(over))).toEqual({ do: 'remove' });
    expect(decide('pods', pod({ ...over, finalizers: ['a.io/x'] }))).toMatchObject({ do: 'mark', thenRemove: false });
  });

  it('counts its generation up once, where it has one', () => {
    expect(decide('pods', pod({ generation: 4 }))).toMatchObject({ object: { metadata: { generation: 5 } } });
    const again = pod({ generation: 5, deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 });
    expect(decide('pods', again, { gracePeriodSeconds: 1 })).toMatchObject({ object: { metadata: { generation: 5 } } });
  });
});

describe('the deletion of anything else', () => {
  it('is over at once, unless finalizers hold it', () => {
    expect(decide('configmaps', configMap())).toEqual({ do: 'remove' });
    expect(decide('configmaps', configMap({ finalizers: ['a.io/x'] }))).toMatchObject({
      do: 'mark',
      thenRemove: false,
      object: { metadata: { deletionTimestamp: at(0), deletionGracePeriodSeconds: 0 } },
    });
  });

  it('sets the finalizer its policy asks for, and takes the other away', () => {
    const held = configMap({ finalizers: ['orphan', 'a.io/x'] });
    const finalizers = (policy: string) => decide('configmaps', held, { propagationPolicy: policy });
    expect(finalizers('Foreground')).toMatchObject({
      object: { metadata: { finalizers: ['a.io/x', 'foregroundDeletion'] } },
    });
    expect(finalizers('Background')).toMatchObject({ object: { metadata: { finalizers: ['a.io/x'] } } });
    expect(finalizers('Orphan')).toMatchObject({ object: { metadata: { finalizers: ['orphan', 'a.io/x'] } } });
  });

  it('sets none where there is no garbage collector', () => {
    expect(decide('configmaps', configMap(), { propagationPolicy: 'Foreground' }, false)).toEqual({ do: 'remove' });
  });

  it('is refused for another uid or version', () => {
    expect(decide('configmaps', configMap({ uid: 'a' }), { preconditions: { uid: 'b' } })).toMatchObject({
      do: 'refuse',
      status: { code: 409, reason: 'Conflict' },
    });
    expect(
      decide('configmaps', configMap({ resourceVersion: '1' }), { preconditions: { resourceVersion: '2' } }),
    ).toMatchObject({
      do: 'refuse',
    });
  });
});

describe('the deletion of a namespace', () => {
  const namespace = (metadata: object = {}, finalizers = ['kubernetes']): Namespace =>
    ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'team', ...metadata },
      spec: { finalizers },
      status: { phase: 'Active' },
    }) as Namespace;

  it('only begins to end it', () => {
    expect(decide('namespaces', namespace())).toMatchObject({
      do: 'mark',
      thenRemove: false,
      object: { metadata: { deletionTimestamp: at(0) }, status: { phase: 'Terminating' } },
    });
  });

  it('that ends already changes nothing until its spec is free of finalizers', () => {
    expect(decide('namespaces', namespace({ deletionTimestamp: at(0) }))).toEqual({ do: 'nothing' });
    expect(decide('namespaces', namespace({ deletionTimestamp: at(0) }, []))).toEqual({ do: 'remove' });
  });
});
