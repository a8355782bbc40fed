import { describe, expect, it } from 'vitest';
import { findResource, resourceKinds } from './resources.ts';
import { isConnection, subresourcesOf, verbsOf } from './served-verbs.ts';

describe('the verbs of resources', () => {
  it('are all of them for what is stored, save that namespaces go one at a time', () => {
    const every = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
    for (const kind of resourceKinds.filter(({ verbs }) => verbs === undefined)) {
      const verbs = kind.resource === 'namespaces' ? every.filter((verb) => verb !== 'deletecollection') : every;
      expect([kind.resource, verbsOf(kind)]).toEqual([kind.resource, verbs]);
    }
  });

  it('are those a kind names, where it names some', () => {
    const binding = findResource('bindings');
    expect(binding && verbsOf(binding)).toEqual(['create']);
  });
});

describe('the subresources of kinds', () => {
  const named = (resource: string, name: string) => {
    const kind = findResource(resource);
    return kind && subresourcesOf(kind).find((part) => part.name === name);
  };

  it('deal in the kind itself, or in another', () => {
    expect(named('nodes', 'status')).toMatchObject({ group: '', version: 'v1', kind: 'Node', connects: false });
    expect(named('replicationcontrollers', 'scale')).toMatchObject({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
    });
    expect(named('namespaces', 'finalize')).toMatchObject({ kind: 'Namespace', verbs: ['update'] });
  });

  it('have those that lead on to a container or an address, though no kind names them', () => {
    expect(named('pods', 'portforward')).toMatchObject({ kind: 'PodPortForwardOptions', connects: true });
    expect(named('services', 'proxy')).toMatchObject({ kind: 'ServiceProxyOptions', connects: true });
    expect(isConnection('pods', 'exec')).toBe(true);
    expect(isConnection('pods', 'status')).toBe(false);
    expect(isConnection('deployments.apps', 'exec')).toBe(false);
  });
});
