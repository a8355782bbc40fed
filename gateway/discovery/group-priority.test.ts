import { describe, expect, it } from 'vitest';
import { byVersionPriority } from '../../protocol/custom/version-priority.ts';
import { groupResources } from './group-priority.ts';
import { servedResource } from './served-resource.ts';

const inGroup = (group: string, version = 'v1') =>
  servedResource({
    resource: 'things',
    group,
    version,
    kind: 'Thing',
    singular: 'thing',
    shortNames: [],
    namespaced: true,
    subresources: [],
    categories: [],
  });

describe('the order of discovery', () => {
  it('puts the most stable and newest version first, and names that are none last', () => {
    const versions = ['v1', 'v10', 'v2', 'foo10', 'v11beta2', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'v10beta3'];
    // The example of Kubernetes's documentation of CustomResourceDefinition versions.
    expect(versions.sort(byVersionPriority)).toEqual([
      'v10',
      'v2',
      'v1',
      'v11beta2',
      'v10beta3',
      'v3beta1',
      'v12alpha1',
      'v11alpha2',
      'foo1',
      'foo10',
    ]);
  });

  it('puts groups by priority, those of users by name after the built-in ones, and metrics last', () => {
    const groups = ['metrics.k8s.io', 'z.example.com', 'policy', 'a.example.com', 'apps', ''];
    expect(groupResources(groups.map((group) => inGroup(group))).map(({ name }) => name)).toEqual([
      '',
      'apps',
      'policy',
      'a.example.com',
      'z.example.com',
      'metrics.k8s.io',
    ]);
  });

  it('prefers the second version of autoscaling', () => {
    const [autoscaling] = groupResources([inGroup('autoscaling', 'v1'), inGroup('autoscaling', 'v2')]);
    expect(autoscaling?.versions.map(({ version }) => version)).toEqual(['v2', 'v1']);
  });
});
