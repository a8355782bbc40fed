/** The root CA publisher, its informers and the API server played by the test. */

import { expect, test } from 'vitest';
import type { ConfigMap } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { namespace } from '../testing/objects.ts';
import { play, told } from '../testing/stage.ts';
import { rootCaPublisherRule as rule } from './controller.ts';

const certificate = '-----BEGIN CERTIFICATE-----\n';
const config = { 'root-ca-file': certificate };

function published(text = certificate): ConfigMap {
  const p = play(rule, [namespace('shop')], { 'root-ca-file': text });
  return p.askedOne().body.object;
}

test('every namespace gets the certificate', () => {
  const p = play(rule, [namespace('shop')], config);
  const creation = p.askedOne();
  expect(creation.type).toBe('object.create');
  expect(creation.body).toMatchObject({ resource: 'configmaps', namespace: 'shop' });
  expect(creation.body.object).toMatchObject({
    metadata: { name: 'kube-root-ca.crt', namespace: 'shop' },
    data: { 'ca.crt': certificate },
  });
});

test('one that has it is left alone; it is made again when it goes', () => {
  const p = play(rule, [namespace('shop'), published()], config);
  expect(p.asked()).toEqual([]);
  p.remove(published());
  expect(told(p.asked())).toEqual(['create configmaps']);
});

test('what somebody else wrote into it is written over', () => {
  const p = play(rule, [namespace('shop'), published()], config);
  p.change(published('forged'));
  const write = p.askedOne();
  expect([write.type, write.body.object.data]).toEqual(['object.replace', { 'ca.crt': certificate }]);
});

test('other ConfigMaps, and namespaces that end, are none of its business', () => {
  const p = play(rule, [namespace('shop', { phase: 'Terminating' })], config);
  p.add({ ...published(), metadata: { name: 'settings', namespace: 'shop' } });
  expect(p.asked()).toEqual([]);
});

test('a failure is tried again; that it is there already is as good', () => {
  const p = play(rule, [namespace('shop')], config);
  p.refuse(p.askedOne(), failure.internalError('etcd'));
  p.advance(5);
  p.refuse(p.askedOne(), failure.alreadyExists('configmaps', 'kube-root-ca.crt'));
  p.advance(60_000);
  expect(p.asked()).toEqual([]);
});
