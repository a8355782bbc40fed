import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { customResources } from './custom-resources.ts';
import { cronTabs } from './testing/cron-tabs.ts';

const withConditions = (...types: string[]) =>
  ({
    ...cronTabs,
    status: { ...cronTabs.status, conditions: types.map((type) => ({ type, status: 'True' })) },
  }) as KubernetesObject;

describe('a CustomResourceDefinition', () => {
  it('adds nothing before it is established', () => {
    expect(customResources(withConditions('NamesAccepted'))).toEqual([]);
    const { status: _none, ...withoutStatus } = cronTabs;
    expect(customResources(withoutStatus as KubernetesObject)).toEqual([]);
  });

  it('adds each served version with its own subresources', () => {
    const [beta, stable] = customResources(cronTabs as KubernetesObject);
    expect(beta).toMatchObject({ version: 'v1beta1', subresources: [], kind: 'CronTab', listKind: 'CronTabList' });
    expect(stable).toMatchObject({ version: 'v1', subresources: ['status', 'scale'], namespaced: true });
    expect(stable?.verbs).toContain('create');
  });

  it('lets its objects only go while it is deleted', () => {
    const [one] = customResources(withConditions('Established', 'Terminating'));
    expect(one?.verbs).toEqual(['delete', 'deletecollection', 'get', 'list', 'watch']);
  });
});
