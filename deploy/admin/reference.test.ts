import { expect, test } from 'vitest';
import { targetOf } from './reference.ts';

test.each([
  ['po/a', { resource: 'pods', namespace: 'default', name: 'a' }],
  ['rc/frontend', { resource: 'replicationcontrollers', namespace: 'default', name: 'frontend' }],
  ['deployments.apps/web', { resource: 'deployments.apps', namespace: 'default', name: 'web' }],
  ['no/node-1', { resource: 'nodes', name: 'node-1' }],
])('%s is found', (reference, target) => {
  expect(targetOf(reference)).toEqual(target);
});

test('an object is where it says, or else where it is looked for', () => {
  const pod = (metadata: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata }) as never;
  expect(targetOf(pod({ name: 'a', namespace: 'shop' }))).toEqual({ resource: 'pods', namespace: 'shop', name: 'a' });
  expect(targetOf(pod({ name: 'a' }), 'shop')).toEqual({ resource: 'pods', namespace: 'shop', name: 'a' });
});

test.each([
  ['frontend', 'error: resource(s) were provided, but no name was specified'],
  ['rc/', 'error: arguments in resource/name form must have a single resource and name'],
  ['rc/a/b', 'error: arguments in resource/name form may not have more than one slash'],
  ['rcs/a', 'error: the server doesn\'t have a resource type "rcs"'],
])('%j is refused', (reference, message) => {
  expect(() => targetOf(reference)).toThrow(message);
});
