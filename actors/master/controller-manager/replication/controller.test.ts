/** The replication controller, its informers and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import { withMeta } from '../../../../protocol/meta.ts';
import type { ObjectMeta, Pod, ReplicationController } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { controller, ownedBy, pod, ready } from '../testing/objects.ts';
import { type Play, play, told } from '../testing/stage.ts';
import { replicationRule as rule } from './controller.ts';

const labels = { app: 'web' };
const deleted = { deletionTimestamp: '2026-01-01T00:01:00Z' };

/** A ReplicationController whose status says what is so, so that only what it does besides is asked. */
function settled(replicas: number, pods: number, given: { meta?: Partial<ObjectMeta>; spec?: object } = {}) {
  const counts = pods === 0 ? {} : { fullyLabeledReplicas: pods, readyReplicas: pods, availableReplicas: pods };
  return controller(replicas, { ...given, status: { replicas: pods, observedGeneration: 1, ...counts } });
}

function own(rc: ReplicationController, name: string, meta: Partial<ObjectMeta> = {}): Pod {
  return pod(name, { meta: { labels, ...ownedBy(rc), ...meta } });
}

/** Answers so many creations as the API server does, giving the pods names; the informer tells of none yet. */
function createAll<Known>(p: Play<Known>): Pod[] {
  const created: Pod[] = [];
  for (let calls = p.asked(); calls.length > 0; calls = p.asked()) {
    for (const call of calls) {
      if (call.type !== 'object.create') {
        p.ok(call, call.body.object);
        continue;
      }
      const name = `web-${created.length}`;
      const made = withMeta(call.body.object as Pod, { name, uid: name });
      created.push(made);
      p.ok(call, made);
    }
  }
  return created;
}

describe('too few pods', () => {
  test('are made up for in batches of 1, 2, 4 and the rest, each told', () => {
    const p = play(rule, [settled(9, 0)]);
    const batches: number[] = [];
    for (let calls = p.asked(); calls[0]?.type === 'object.create'; calls = p.asked()) {
      batches.push(calls.length);
      for (const call of calls) p.ok(call, { metadata: { name: 'web-x' } });
    }
    expect(batches).toEqual([1, 2, 4, 2]);
    expect(p.events()[0]).toBe('SuccessfulCreate: Created pod: web-x');
  });

  test('are made up for once, though the cache does not show the new ones yet', () => {
    const p = play(rule, [settled(2, 0)]);
    const made = createAll(p);
    expect(made).toHaveLength(2);
    p.change(settled(2, 0, { meta: { annotations: { touched: '1' } } }));
    expect(p.asked()).toEqual([]);
    for (const one of made) p.add(one);
    expect(told(p.asked())).toEqual(['replace replicationcontrollers/web status']);
  });

  test('are made up for after five minutes when the new ones are never seen', () => {
    const p = play(rule, [settled(1, 0)]);
    expect(createAll(p)).toHaveLength(1);
    p.advance(300_001);
    p.change(settled(1, 0, { meta: { annotations: { touched: '1' } } }));
    expect(told(p.asked())).toEqual(['create pods']);
  });

  test('are not made up for by pods of one that had the same name before', () => {
    const before = controller(1, { meta: { uid: 'before' } });
    const p = play(rule, [settled(1, 0)]);
    expect(createAll(p)).toHaveLength(1);
    // Taken for the one just made, it would end the waiting for that, and another would be made.
    p.add(own(before, 'late'));
    p.change(settled(1, 0, { meta: { annotations: { touched: '1' } } }));
    expect(p.asked()).toEqual([]);
  });

  test('are not made up for by an owner that is being deleted', () => {
    expect(play(rule, [settled(3, 0, { meta: deleted })]).asked()).toEqual([]);
  });
});

describe('a creation that is refused', () => {
  const refusal = failure.forbidden('pods', 'web-x', 'exceeded quota');

  test('ends the batches, is told, stands in the status, and is tried again', () => {
    const p = play(rule, [settled(9, 0)]);
    p.refuse(p.askedOne(), refusal);
    const report = p.askedOne();
    expect(report.body.object.status.conditions).toMatchObject([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal.message },
    ]);
    expect(p.events()).toEqual([`FailedCreate: Error creating: ${refusal.message}`]);
    p.ok(report, report.body.object);
    p.advance(5);
    expect(told(p.asked())).toEqual(['create pods']);
  });

  test('because the namespace ends is no failure', () => {
    const causes = [{ reason: 'NamespaceTerminating', message: '', field: 'metadata.namespace' }];
    const p = play(rule, [settled(1, 0)]);
    p.refuse(p.askedOne(), { ...refusal, details: { causes } });
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
    expect(p.events()).toEqual([]);
  });
});

describe('too many pods', () => {
  test('are deleted, told, and not again while the cache still shows them', () => {
    const rc = settled(1, 3);
    const ages = ['a', 'b', 'c'].map((name, i) => own(rc, name, { creationTimestamp: `2026-01-01T0${i}:00:00Z` }));
    const p = play(rule, [rc, ...ages]);
    const deletions = p.asked();
    expect(deletions.map(({ type }) => type)).toEqual(['object.delete', 'object.delete']);
    for (const call of deletions) p.ok(call);
    const names = deletions.map(({ body }) => body.name);
    expect(p.events()).toEqual(names.map((name) => `SuccessfulDelete: Deleted pod: ${name}`));
    p.change(settled(1, 3, { meta: { annotations: { touched: '1' } } }));
    expect(p.asked()).toEqual([]);
  });

  test('go on being too many when a deletion is refused: it is tried again', () => {
    const rc = settled(0, 1);
    const p = play(rule, [rc, own(rc, 'a')]);
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    const report = p.askedOne();
    expect(report.body.object.status.conditions).toMatchObject([{ reason: 'FailedDelete' }]);
    p.ok(report, report.body.object);
    p.advance(5);
    expect(told(p.asked())).toEqual(['delete pods/a']);
  });

  test('that are gone already are as good as deleted', () => {
    const rc = settled(0, 1);
    const p = play(rule, [rc, own(rc, 'a')]);
    p.refuse(p.askedOne(), failure.notFound('pods', 'a'));
    p.advance(60_000);
    expect(p.events()).toEqual([]);
    p.remove(own(rc, 'a'));
    expect(told(p.asked())).toEqual(['replace replicationcontrollers/web status']);
  });
});

describe('a pod that is being deleted', () => {
  test('is replaced at once, and its end is no news', () => {
    const rc = settled(1, 1);
    const p = play(rule, [rc, own(rc, 'a')]);
    expect(p.asked()).toEqual([]);
    p.change(own(rc, 'a', deleted));
    const creation = p.askedOne();
    expect(told([creation])).toEqual(['create pods']);
    p.ok(creation, { metadata: { name: 'web-b' } });
    p.add(own(rc, 'web-b'));
    for (const call of p.asked()) p.ok(call, call.body.object);
    p.remove(own(rc, 'a', deleted));
    expect(p.asked().filter(({ type }) => type !== 'object.replace')).toEqual([]);
  });
});

describe('pods that nobody controls', () => {
  test('are taken over when they match, once the owner was read anew', () => {
    const rc = settled(1, 1);
    const p = play(rule, [rc]);
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    for (const call of p.asked()) p.ok(call, call.body.object);
    p.add(pod('stray', { meta: { labels } }));
    const recheck = p.askedOne();
    expect(told([recheck])).toEqual(['get replicationcontrollers/web']);
    p.ok(recheck, rc);
    const adoption = p.askedOne();
    expect(adoption.body).toMatchObject({ name: 'stray', patch: { metadata: { uid: 'stray', ...ownedBy(rc) } } });
    p.ok(adoption, own(rc, 'stray'));
    p.advance(60_000);
    expect(p.asked().filter(({ type }) => type === 'object.create')).toEqual([]);
  });

  test.each([
    ['is gone', undefined],
    ['has another of its name in its place', controller(1, { meta: { uid: 'later' } })],
    ['is being deleted', controller(1, { meta: deleted })],
  ])('are not taken over by an owner that %s', (_, fresh) => {
    const p = play(rule, [settled(1, 1), pod('stray', { meta: { labels } })]);
    if (fresh === undefined) p.refuse(p.askedOne(), failure.notFound('replicationcontrollers', 'web'));
    else p.ok(p.askedOne(), fresh);
    expect(p.asked()).toEqual([]);
    expect(p.stage.logs.at(-1)?.fields?.error).toContain("can't adopt Pod default/stray");
  });

  test('are looked at when their labels change to match', () => {
    const p = play(rule, [settled(0, 0), pod('stray')]);
    p.change(pod('stray', { meta: { labels } }));
    expect(told(p.asked())).toEqual(['get replicationcontrollers/web']);
  });
});

test('a pod that matches no more is let go, and replaced', () => {
  const rc = settled(1, 1);
  const p = play(rule, [rc, own(rc, 'a')]);
  p.change(own(rc, 'a', { labels: { app: 'debug' } }));
  const release = p.askedOne();
  expect(release.body.patch.metadata).toEqual({ ownerReferences: [{ $patch: 'delete', uid: 'rc' }], uid: 'a' });
  p.ok(release);
  expect(told(p.asked())).toEqual(['create pods']);
});

describe('the status', () => {
  test('is written when a pod becomes ready', () => {
    const rc = controller(1, { status: { replicas: 1, fullyLabeledReplicas: 1, observedGeneration: 1 } });
    const starting = pod('a', { meta: { labels, ...ownedBy(rc) }, status: { conditions: [ready(false)] } });
    const p = play(rule, [rc, starting]);
    expect(p.asked()).toEqual([]);
    p.change(own(rc, 'a'));
    expect(p.askedOne().body.object.status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
  });

  test('is written over what somebody else wrote meanwhile', () => {
    const p = play(rule, [controller(0)]);
    p.refuse(p.askedOne(), failure.conflict('replicationcontrollers', 'web', 'changed'));
    const fresh = controller(0, { meta: { resourceVersion: '9' } });
    p.ok(p.askedOne(), fresh);
    const again = p.askedOne();
    expect(again.body.object).toMatchObject({ metadata: { resourceVersion: '9' }, status: { observedGeneration: 1 } });
  });

  test('says that a pod is available as soon as it has been ready for long enough, though nothing changes by then', () => {
    const given = { spec: { minReadySeconds: 10 } };
    const rc = controller(1, {
      ...given,
      status: { replicas: 1, fullyLabeledReplicas: 1, readyReplicas: 1, observedGeneration: 1 },
    });
    const justReady = withMeta(pod('a', { status: { conditions: [ready(true, '2025-12-31T23:59:59Z')] } }), {
      labels,
      ...ownedBy(rc),
    });
    const p = play(rule, [rc, justReady]);
    p.advance(9_999);
    expect(p.asked()).toEqual([]);
    p.advance(1);
    expect(p.askedOne().body.object.status.availableReplicas).toBe(1);
  });
});

test('at most --concurrent-rc-syncs are in work at once', () => {
  const many = Array.from({ length: 4 }, (_, i) => controller(1, { meta: { name: `rc${i}`, uid: `rc${i}` } }));
  const p = play(rule, many, { 'concurrent-rc-syncs': 2 });
  expect(p.asked()).toHaveLength(2);
});
