import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { applyChanges, byIndex, byNamespace, makeStore } from './store.ts';

type Placed = KubernetesObject & { node: string };
const object = (name: string, node: string): Placed => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  node,
});
const indexers = { namespace: byNamespace, node: (pod: Placed) => [pod.node] };

test('an object is found by key and by index, and moves when its value does', () => {
  const store = makeStore<Placed>();
  const [a, b] = [object('a', ''), object('b', 'n1')];
  applyChanges(
    store,
    [
      { type: 'ADDED', object: a },
      { type: 'ADDED', object: b },
    ],
    indexers,
  );
  expect([...byIndex(store, 'node', 'n1').keys()]).toEqual(['default/b']);
  applyChanges(store, [{ type: 'MODIFIED', object: object('a', 'n1'), old: a }], indexers);
  expect([...byIndex(store, 'node', 'n1').keys()]).toEqual(['default/b', 'default/a']);
  expect(byIndex(store, 'node', '').size).toBe(0);
  expect(byIndex(store, 'namespace', 'default').size).toBe(2);
  applyChanges(store, [{ type: 'DELETED', object: b }], indexers);
  expect([...byIndex(store, 'node', 'n1').keys()]).toEqual(['default/a']);
  expect(store.objects.size).toBe(1);
});
