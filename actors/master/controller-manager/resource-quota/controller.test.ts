/** The resource quota controller, its informers and the API server played by the test. */

import { expect, test } from 'vitest';
import type { Heard } from '../../../../engine/testing/stage.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Pod } from '../../../../protocol/objects.ts';
import type { ResourceQuota } from '../../../../protocol/quota/scopes.ts';
import { failure } from '../../../../protocol/status.ts';
import { type Play, play, told } from '../testing/stage.ts';
import { resourceQuotaRule as rule } from './controller.ts';

function quota(hard: Record<string, string>, more: object = {}): ResourceQuota {
  const metadata = { name: 'q', namespace: 'shop', uid: 'q' };
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard }, ...more } as ResourceQuota;
}

function pod(name: string, phase = 'Running', cpu = '100m'): Pod {
  const resources = { requests: { cpu } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: name },
    spec: { containers: [{ name: 'main', image: 'nginx', resources }] },
    status: { phase },
  } as Pod;
}

const isList = ({ type }: Heard) => type === 'object.list';

/** Answers the lists that were asked for; gives the write that followed. */
function count(p: Play<unknown>, items: readonly KubernetesObject[]): Heard | undefined {
  for (const list of p.asked().filter(isList)) p.ok(list, { metadata: {}, items });
  return p.asked()[0];
}

test('a new quota gets the status that says what it limits, and what is used of it', () => {
  const p = play(rule, [quota({ pods: '5', 'requests.cpu': '1' })]);
  const write = count(p, [pod('a'), pod('b', 'Succeeded'), pod('c')]);
  expect(told(write === undefined ? [] : [write])).toEqual(['replace resourcequotas/q status']);
  expect(write?.body.object.status).toEqual({
    hard: { pods: '5', 'requests.cpu': '1' },
    used: { pods: '2', 'requests.cpu': '200m' },
  });
});

test('it asks for the objects that count, and for no others', () => {
  const p = play(rule, [quota({ services: '5', 'count/jobs.batch': '1' })]);
  const lists = p.asked().filter(isList);
  expect(lists.map(({ body }) => body)).toEqual([
    { resource: 'services', namespace: 'shop' },
    { resource: 'jobs.batch', namespace: 'shop' },
  ]);
});

test('what is as counted is not written', () => {
  const status = { hard: { pods: '5' }, used: { pods: '1' } };
  const p = play(rule, [quota({ pods: '5' }, { status })]);
  expect(count(p, [pod('a')])).toBeUndefined();
});

test('it counts again when something goes or ends, but not when admission has charged something', () => {
  const status = { hard: { pods: '5' }, used: { pods: '1' } };
  const p = play(rule, [quota({ pods: '5' }, { status })]);
  count(p, [pod('a')]);
  p.add(pod('a'));
  p.change(withMeta(quota({ pods: '5' }, { status: { ...status, used: { pods: '2' } } }), { resourceVersion: '2' }));
  expect(told(p.asked().filter(isList))).toEqual([]);
  p.change(pod('a', 'Failed'));
  expect(told(p.asked().filter(isList))).toEqual(['list pods']);
});

test('a count that somebody charged meanwhile is done again', () => {
  const p = play(rule, [quota({ pods: '5' })]);
  p.refuse(count(p, [pod('a')]), failure.conflict('resourcequotas', 'q', 'changed'));
  p.advance(10);
  expect(told(p.asked().filter(isList))).toEqual(['list pods']);
});

test('a changed limit is taken over into the status', () => {
  const p = play(rule, [quota({ pods: '5' }, { status: { hard: { pods: '5' }, used: { pods: '0' } } })]);
  count(p, []);
  p.change(quota({ pods: '9' }, { status: { hard: { pods: '5' }, used: { pods: '0' } } }));
  expect(count(p, [])?.body.object.status.hard).toEqual({ pods: '9' });
});

test('every quota is counted anew from time to time', () => {
  const p = play(rule, [quota({ pods: '5' })]);
  p.ok(count(p, []));
  p.advance(300_000);
  expect(told(p.asked().filter(isList))).toEqual(['list pods']);
});
