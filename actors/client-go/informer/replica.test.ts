import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { applyEvent, type Replica, replaceAll } from './replica.ts';

const object = (name: string, version: number, uid = name): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', uid, resourceVersion: String(version) },
});
const replica = (...objects: KubernetesObject[]): Replica => {
  const made = { objects: new Map(), version: 0 };
  replaceAll(made, objects, 10);
  return made;
};

test('a new list is told as what it changed', () => {
  const [a, b, c] = [object('a', 1), object('b', 2), object('c', 3)];
  const known = replica(a, b, c);
  const [b2, d] = [object('b', 11), object('d', 12)];
  expect(replaceAll(known, [a, b2, d], 12)).toEqual([
    { type: 'MODIFIED', object: b2, old: b },
    { type: 'ADDED', object: d },
    { type: 'DELETED', object: c, old: c },
  ]);
  expect(known.version).toBe(12);
});

test('an object deleted and made anew while nobody watched is told as both', () => {
  const [old, young] = [object('a', 1, 'u1'), object('a', 11, 'u2')];
  const changes = replaceAll(replica(old), [young], 12);
  expect(changes.map((change) => change.type)).toEqual(['DELETED', 'ADDED']);
});

test('an event not newer than what was seen tells nothing', () => {
  const known = replica(object('a', 1));
  expect(applyEvent(known, 'MODIFIED', object('a', 10))).toBeUndefined();
  expect(applyEvent(known, 'MODIFIED', object('a', 11))?.type).toBe('MODIFIED');
  expect(applyEvent(known, 'MODIFIED', object('a', 11))).toBeUndefined();
});

test('a bookmark moves the version on and tells nothing', () => {
  const known = replica();
  expect(applyEvent(known, 'BOOKMARK', object('', 50))).toBeUndefined();
  expect(known.version).toBe(50);
});

test('what was never seen is added, whatever the event calls it, and its deletion is told with what was known', () => {
  const known = replica();
  const a = object('a', 11);
  expect(applyEvent(known, 'MODIFIED', a)).toEqual({ type: 'ADDED', object: a });
  const gone = object('a', 12);
  expect(applyEvent(known, 'DELETED', gone)).toEqual({ type: 'DELETED', object: gone, old: a });
  expect(applyEvent(known, 'DELETED', gone)).toBeUndefined();
});
