/** What is a ReplicaSet's own: all else is the rule of ReplicationControllers. */

import { expect, test } from 'vitest';
import { controller, ownedBy, pod, replicaSet } from '../testing/objects.ts';
import { play, told } from '../testing/stage.ts';
import { replicaSetRule, replicationRule } from './controller.ts';

const labels = { app: 'web' };

test('its pods belong to it by kind and uid', () => {
  const p = play(replicaSetRule, [replicaSet('web-x', 1)]);
  const create = p.asked().find(({ type }) => type === 'object.create');
  expect(create?.body.object.metadata).toMatchObject({
    generateName: 'web-x-',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', uid: 'web-x', controller: true }],
  });
  p.ok(create, pod('web-x-1'));
  expect(p.events()).toEqual(['SuccessfulCreate: Created pod: web-x-1']);
  expect(told(p.asked())).toEqual(['replace replicasets.apps/web-x status']);
});

test('its selector may ask for more than equal labels', () => {
  const selector = { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] };
  const p = play(replicaSetRule, [replicaSet('web-x', 1, { spec: { selector } }), pod('a', { meta: { labels } })]);
  expect(told(p.asked())).toEqual(['get replicasets.apps/web-x']);
});

test.each([
  ['a ReplicaSet', replicaSetRule, replicaSet('web', 0), controller(0, { meta: { uid: 'other' } })],
  ['a ReplicationController', replicationRule, controller(0), replicaSet('web', 0, { meta: { uid: 'other' } })],
] as const)('%s leaves the pods of the other kind alone, even under its own name', (_, rule, mine, other) => {
  const p = play(rule, [mine, pod('a', { meta: { labels, ...ownedBy(other) } })]);
  expect(told(p.asked()).filter((call) => !call.endsWith('status'))).toEqual([]);
});
