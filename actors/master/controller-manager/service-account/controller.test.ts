/** The service-account controller, its informers and the API server played by the test. */

import { expect, test } from 'vitest';
import type { ServiceAccount } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { namespace } from '../testing/objects.ts';
import { play, told } from '../testing/stage.ts';
import { serviceAccountRule as rule } from './controller.ts';

function account(name: string): ServiceAccount {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'shop', uid: name } };
}

test('every namespace gets a ServiceAccount "default"', () => {
  const p = play(rule, [namespace('shop')]);
  const creation = p.askedOne();
  expect(creation.type).toBe('object.create');
  expect(creation.body).toMatchObject({ resource: 'serviceaccounts', namespace: 'shop' });
  expect(creation.body.object.metadata).toEqual({ name: 'default', namespace: 'shop' });
});

test('one that has it gets no other', () => {
  const p = play(rule, [namespace('shop'), account('default'), account('builder')]);
  expect(p.asked()).toEqual([]);
});

test('it is made again when somebody deletes it; another is not', () => {
  const p = play(rule, [namespace('shop'), account('default'), account('builder')]);
  p.remove(account('builder'));
  expect(p.asked()).toEqual([]);
  p.remove(account('default'));
  expect(told(p.asked())).toEqual(['create serviceaccounts']);
});

test('a namespace that ends gets none', () => {
  const p = play(rule, [namespace('shop', { phase: 'Terminating' }), account('default')]);
  p.remove(account('default'));
  expect(p.asked()).toEqual([]);
});

test('one that somebody else made meanwhile is as good', () => {
  const p = play(rule, [namespace('shop')]);
  p.refuse(p.askedOne(), failure.alreadyExists('serviceaccounts', 'default'));
  p.advance(60_000);
  expect(p.asked()).toEqual([]);
});

test('a namespace that began to end meanwhile is not tried again', () => {
  const p = play(rule, [namespace('shop')]);
  const refusal = failure.forbidden('serviceaccounts', 'default', 'the namespace is being terminated');
  const causes = [{ reason: 'NamespaceTerminating', message: '', field: 'metadata.namespace' }];
  p.refuse(p.askedOne(), { ...refusal, details: { ...refusal.details, causes } });
  p.advance(60_000);
  expect(p.asked()).toEqual([]);
});

test('any other failure is tried again', () => {
  const p = play(rule, [namespace('shop')]);
  p.refuse(p.askedOne(), failure.internalError('etcd'));
  p.advance(5);
  expect(told(p.asked())).toEqual(['create serviceaccounts']);
});
