/**
 * Goal: objects of custom resources live and die like any others: owned, collected, and gone with their namespace.
 *
 * Method: an operator's kinds are defined in a running cluster; their objects own built-in ones and are owned by them.
 */

import { describe, expect, test } from 'vitest';
import { cronTab, cronTabs } from '../../actors/master/apiserver/custom-resources/testing/definitions.ts';
import type { CustomResourceDefinition } from '../../protocol/custom/definition.ts';
import { conditionOf, definitions, isEstablished } from '../../protocol/custom/definition.ts';
import { withMeta } from '../../protocol/meta.ts';
import type { KubernetesObject, OwnerReference } from '../../protocol/objects.ts';
import { type World, world } from '../world.ts';

const resource = 'crontabs.stable.example.com';

/** A cluster that serves cron tabs. */
function withCronTabs(): World {
  const cluster = world({ nodes: 1 });
  cluster.create(cronTabs());
  cluster.until('cron tabs are served', () =>
    isEstablished(cluster.get<CustomResourceDefinition>(definitions, resource)),
  );
  cluster.advance(1000);
  return cluster;
}

function createTab(cluster: World, name: string, more: object = {}): KubernetesObject {
  const object = cronTab(name, {}, more) as unknown as KubernetesObject;
  const { namespace = 'default' } = object.metadata;
  const answer = cluster.call('object.create', { resource, namespace, object });
  if (answer.type === 'request.refused') throw new Error(answer.body.status.message);
  return answer.body.object;
}

function ownedBy({ apiVersion, kind, metadata }: KubernetesObject): { ownerReferences: OwnerReference[] } {
  return { ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' }] };
}

const configMap = (name: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...more },
});

const names = (cluster: World, of: string) =>
  cluster.list(of, { namespace: 'default' }).map(({ metadata }) => metadata.name);

describe('the garbage collector', () => {
  test('deletes what a custom object owned, and a custom object that has lost its owner', () => {
    const cluster = withCronTabs();
    const tab = createTab(cluster, 'tab');
    cluster.create(configMap('of-tab', ownedBy(tab)));
    const owner = cluster.create(configMap('owner'));
    createTab(cluster, 'of-map', ownedBy(owner));
    cluster.advance(2000);
    expect(names(cluster, resource)).toEqual(['of-map', 'tab']);

    cluster.delete(resource, 'default/tab', { propagationPolicy: 'Background' });
    cluster.delete('configmaps', 'default/owner');
    cluster.until(
      'both dependents are gone',
      () => names(cluster, resource).length === 0 && !names(cluster, 'configmaps').includes('of-tab'),
    );
  });

  test('sets a custom object free whose owner goes without it', () => {
    const cluster = withCronTabs();
    const owner = cluster.create(configMap('owner'));
    createTab(cluster, 'of-map', ownedBy(owner));
    cluster.advance(2000);
    // A change that the collector does not hear of: what it patches is newer than what it knows.
    cluster.patch(resource, 'default/of-map', { metadata: { labels: { a: 'b' } } });
    cluster.delete('configmaps', 'default/owner', { propagationPolicy: 'Orphan' });
    cluster.until('the owner is gone', () => !names(cluster, 'configmaps').includes('owner'));
    cluster.advance(5000);
    const [tab] = cluster.list(resource, { namespace: 'default' });
    expect(tab?.metadata.ownerReferences).toBeUndefined();
  });

  test('deletes in the foreground: the custom object goes last', () => {
    const cluster = withCronTabs();
    const tab = createTab(cluster, 'tab');
    const references = ownedBy(tab).ownerReferences.map((owner) => ({ ...owner, blockOwnerDeletion: true }));
    cluster.create(configMap('held', { ownerReferences: references, finalizers: ['example.com/slow'] }));
    cluster.advance(2000);
    cluster.delete(resource, 'default/tab', { propagationPolicy: 'Foreground' });
    cluster.advance(5000);
    expect(cluster.get(resource, 'default/tab').metadata.finalizers).toEqual(['foregroundDeletion']);
    cluster.patch('configmaps', 'default/held', { metadata: { finalizers: null } });
    cluster.until('the owner is gone', () => names(cluster, resource).length === 0);
  });

  test('deletes what the objects of a definition owned, when that goes', () => {
    const cluster = withCronTabs();
    cluster.create(configMap('of-tab', ownedBy(createTab(cluster, 'tab'))));
    cluster.advance(2000);
    cluster.delete(definitions, resource);
    cluster.until(
      'all is gone',
      () => cluster.find(definitions, resource) === undefined && !names(cluster, 'configmaps').includes('of-tab'),
    );
  });
});

describe('a namespace that ends', () => {
  test('takes its custom objects with it, and says what holds it', () => {
    const cluster = withCronTabs();
    cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    createTab(cluster, 'free', { namespace: 'shop' });
    createTab(cluster, 'held', { namespace: 'shop', finalizers: ['example.com/slow'] });
    cluster.delete('namespaces', 'shop');
    cluster.advance(20_000);
    const shop = cluster.get('namespaces', 'shop') as unknown as CustomResourceDefinition;
    expect(conditionOf(shop, 'NamespaceContentRemaining')?.message).toBe(
      `Some resources are remaining: ${resource} has 1 resource instances`,
    );
    cluster.patch(resource, 'shop/held', { metadata: { finalizers: null } });
    cluster.until('it is gone', () => cluster.find('namespaces', 'shop') === undefined);
  });

  test('does not wait for a definition that went', () => {
    const cluster = withCronTabs();
    cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    createTab(cluster, 'one', { namespace: 'shop' });
    cluster.delete('namespaces', 'shop');
    cluster.delete(definitions, resource);
    cluster.until(
      'both are gone',
      () => cluster.find('namespaces', 'shop') === undefined && cluster.find(definitions, resource) === undefined,
    );
  });
});

test('a definition that comes back brings no objects of before', () => {
  const cluster = withCronTabs();
  createTab(cluster, 'one');
  cluster.delete(definitions, resource);
  cluster.until('it is gone', () => cluster.find(definitions, resource) === undefined);
  cluster.create(withMeta(cronTabs(), {}));
  cluster.until('it is back', () => cluster.call('object.list', { resource }).type === 'request.succeeded');
  expect(cluster.list(resource)).toEqual([]);
});
