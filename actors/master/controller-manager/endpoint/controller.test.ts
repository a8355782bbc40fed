/** The endpoints controller, its informers and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import { withMeta } from '../../../../protocol/meta.ts';
import type { Endpoints } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { pod, ready, service } from '../testing/objects.ts';
import { type Play, play, told } from '../testing/stage.ts';
import { endpointsRule as rule } from './controller.ts';

const labels = { app: 'web' };
const web = (isReady = true) =>
  pod('a', { meta: { labels }, status: { podIP: '10.244.0.2', conditions: [ready(isReady)] } });

/** A Service with one ready pod, whose Endpoints are written and known. */
function served(): { p: Play<unknown>; made: Endpoints } {
  const p = play(rule, [service(), web()]) as Play<unknown>;
  const creation = p.askedOne();
  const made = withMeta(creation.body.object as Endpoints, { resourceVersion: '1', uid: 'e' });
  p.ok(creation, made);
  p.add(made);
  return { p, made };
}

describe('a Service with a selector', () => {
  test('gets Endpoints of its pods', () => {
    const creation = play(rule, [service(), web()]).askedOne();
    expect(creation.body).toMatchObject({ resource: 'endpoints', namespace: 'default' });
    expect(creation.body.object.subsets).toMatchObject([{ addresses: [{ ip: '10.244.0.2' }] }]);
  });

  test('gets Endpoints without pods too, empty', () => {
    const creation = play(rule, [service()]).askedOne();
    expect(creation.body.object.subsets).toEqual([]);
  });

  test('has them changed when a pod joins, turns, or goes; what does not show changes nothing', () => {
    const { p, made } = served();
    p.change(web(false));
    const call = p.askedOne();
    expect(call.body.object).toMatchObject({
      metadata: { resourceVersion: '1' },
      subsets: [{ notReadyAddresses: [{ ip: '10.244.0.2' }] }],
    });
    const emptied = withMeta(call.body.object as Endpoints, { resourceVersion: '2' });
    p.ok(call, emptied);
    p.change(emptied);
    p.change(withMeta(web(false), { annotations: { note: 'x' } }));
    expect(p.asked()).toEqual([]);
    p.remove(web(false));
    expect(p.askedOne().body.object.subsets).toEqual([]);
    expect(made.subsets).toHaveLength(1);
  });

  test('has them made again when somebody deletes them', () => {
    const { p, made } = served();
    p.remove(made);
    expect(told(p.asked())).toEqual(['create endpoints']);
  });

  test('that goes takes them with it', () => {
    const { p } = served();
    p.remove(service());
    const deletion = p.askedOne();
    expect(told([deletion])).toEqual(['delete endpoints/web']);
    p.refuse(deletion, failure.notFound('endpoints', 'web'));
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
  });
});

describe('Endpoints are left alone', () => {
  test.each([
    ['of a Service without selector', { selector: undefined }],
    ['of a Service that is another name', { type: 'ExternalName', externalName: 'example.com' }],
  ])('%s', (_, spec) => {
    expect(play(rule, [service({ spec }), web()]).asked()).toEqual([]);
  });

  test('that somebody elects a leader by', () => {
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': '{}' };
    const election = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'lock', namespace: 'default', annotations },
    };
    expect(play(rule, [election]).asked()).toEqual([]);
  });

  test('but not those whose Service went while nobody looked', () => {
    const orphan = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web', namespace: 'default' } };
    expect(told(play(rule, [orphan]).asked())).toEqual(['delete endpoints/web']);
  });
});

describe('a pod whose labels change', () => {
  test('moves from one Service to the other', () => {
    const db = service({ meta: { name: 'db', uid: 'db' }, spec: { selector: { app: 'db' } } });
    const p = play(rule, [service(), db, web()]);
    for (const call of p.asked()) {
      p.ok(call, call.body.object);
      p.add(call.body.object);
    }
    p.change(withMeta(web(), { labels: { app: 'db' } }));
    const counts = p.asked().map(({ body }) => [body.name, body.object.subsets.length]);
    expect(Object.fromEntries(counts)).toEqual({ db: 1, web: 0 });
  });
});

describe('a write that is refused', () => {
  test('is told, and tried again', () => {
    const p = play(rule, [service()]);
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    expect(p.events()).toEqual([
      'FailedToCreateEndpoint: Failed to create endpoint for service default/web: Internal error occurred: etcd',
    ]);
    p.advance(5);
    expect(told(p.asked())).toEqual(['create endpoints']);
  });

  test('because the namespace ends needs nothing more', () => {
    const p = play(rule, [service()]);
    const causes = [{ reason: 'NamespaceTerminating', message: '', field: 'metadata.namespace' }];
    p.refuse(p.askedOne(), { ...failure.forbidden('endpoints', 'web', 'terminating'), details: { causes } });
    p.advance(60_000);
    expect([p.asked(), p.events()]).toEqual([[], []]);
  });
});

test('many changes are written once with --endpoint-updates-batch-period', () => {
  const p = play(rule, [service()], { 'endpoint-updates-batch-period': 500 });
  const creation = p.askedOne();
  p.ok(creation, creation.body.object);
  p.add(creation.body.object);
  for (const name of ['b', 'c', 'd']) {
    p.add(pod(name, { meta: { labels }, status: { podIP: `10.244.0.${name.charCodeAt(0)}` } }));
    p.advance(100);
  }
  expect(p.asked()).toEqual([]);
  p.advance(200);
  expect(p.askedOne().body.object.subsets[0].addresses).toHaveLength(3);
});

test('a write that its cache does not show yet is not taken for undone', () => {
  // A pod that turned ready again meanwhile made what was wanted the same as the old version in the cache: nothing was
  // written, and the Service went without the pod for good.
  const { p, made } = served();
  p.change(web(false));
  const emptied = p.askedOne();
  p.change(web(true));
  const second = withMeta(emptied.body.object as Endpoints, { resourceVersion: '2' });
  p.ok(emptied, second);
  p.advance(2000);
  expect(p.asked()).toEqual([]);

  p.change(second);
  p.advance(5000);
  expect(p.askedOne().body.object.subsets).toEqual(made.subsets);
});
