/** Who owns whom. */

import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { controller, ownedBy, pod } from '../testing/objects.ts';
import { blockersOf, dependentsOf, dropItem, makeGraph, noteAbsent, ownerKey, putItem } from './graph.ts';

const owner = controller(1);
const child = (name: string, given: object = {}) => pod(name, { meta: ownedBy(owner, given) });

function names(items: { object: KubernetesObject }[]): string[] {
  return items.map(({ object }) => object.metadata.name);
}

test('the dependents of an owner are known before the owner is', () => {
  const graph = makeGraph();
  putItem(graph, 'pods', child('a'));
  putItem(graph, 'pods', child('b'));
  expect(names(dependentsOf(graph, 'rc'))).toEqual(['a', 'b']);
});

test('a reference that is taken away, or an object that goes, is none any more', () => {
  const graph = makeGraph();
  for (const name of ['a', 'b', 'c']) putItem(graph, 'pods', child(name));
  putItem(graph, 'pods', pod('a'));
  dropItem(graph, 'b');
  expect(names(dependentsOf(graph, 'rc'))).toEqual(['c']);
  dropItem(graph, 'c');
  expect(graph.dependents.size).toBe(0);
});

test('dependents outlive their owner in the graph', () => {
  const graph = makeGraph();
  putItem(graph, 'replicationcontrollers', owner);
  putItem(graph, 'pods', child('a'));
  dropItem(graph, 'rc');
  expect(names(dependentsOf(graph, 'rc'))).toEqual(['a']);
});

test('only those that say so hold a deletion in the foreground back', () => {
  const graph = makeGraph();
  putItem(graph, 'pods', child('blocks'));
  putItem(graph, 'pods', child('does-not', { blockOwnerDeletion: false }));
  expect(names(blockersOf(graph, 'rc'))).toEqual(['blocks']);
});

test('an owner that is not in one namespace may be in another', () => {
  const [reference] = child('a').metadata.ownerReferences ?? [];
  if (reference === undefined) throw new Error('no reference');
  const elsewhere = pod('a', { meta: { namespace: 'other' } });
  expect(ownerKey(makeGraph(), reference, elsewhere)).not.toBe(ownerKey(makeGraph(), reference, child('b')));
  const toNode = { ...reference, kind: 'Node' };
  expect(ownerKey(makeGraph(), toNode, elsewhere)).toBe(ownerKey(makeGraph(), toNode, child('b')));
});

test('of the owners that are gone, the latest 500 are remembered', () => {
  const graph = makeGraph();
  for (let i = 0; i < 501; i++) noteAbsent(graph, `owner-${i}`);
  expect(graph.absent.size).toBe(500);
  expect([graph.absent.has('owner-0'), graph.absent.has('owner-500')]).toEqual([false, true]);
});
