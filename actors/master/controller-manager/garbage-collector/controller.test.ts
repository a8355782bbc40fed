/** The garbage collector, its informers and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject, ObjectMeta } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { controller, node, ownedBy, pod } from '../testing/objects.ts';
import { Play, play, told } from '../testing/stage.ts';
import { garbageCollectorRule as rule } from './controller.ts';

const rc = controller(1);
const child = (name: string, given: Partial<ObjectMeta> = {}) =>
  pod(name, { meta: { ...ownedBy(rc), resourceVersion: '7', ...given } });
const noController = failure.notFound('replicationcontrollers', 'web');

/** The object as it is while it is deleted, held by a finalizer. */
function ending<T extends KubernetesObject>(object: T, finalizer: string): T {
  return withMeta(object, { deletionTimestamp: '2026-01-01T00:01:00Z', finalizers: [finalizer], resourceVersion: '9' });
}

describe('an object whose owner goes', () => {
  test('is deleted once it and its owner were read anew', () => {
    const p = play(rule, [rc, child('a')]);
    expect(p.asked()).toEqual([]);
    p.remove(rc);
    const looked = p.askedOne();
    expect(told([looked])).toEqual(['get pods/a']);
    p.ok(looked, child('a'));
    // The owner was seen to go: nobody need ask for it.
    const deletion = p.askedOne();
    expect(told([deletion])).toEqual(['delete pods/a']);
    expect(deletion.body.options).toEqual({
      propagationPolicy: 'Background',
      preconditions: { uid: 'a', resourceVersion: '7' },
    });
    p.ok(deletion);
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
  });

  test('stays when it was given another owner meanwhile, which the cache does not show yet', () => {
    const p = play(rule, [rc, child('a')]);
    p.remove(rc);
    const other = controller(1, { meta: { name: 'other', uid: 'other' } });
    p.ok(p.askedOne(), child('a', ownedBy(other)));
    const asked = p.askedOne();
    expect(told([asked])).toEqual(['get replicationcontrollers/other']);
    p.ok(asked, other);
    expect(p.asked()).toEqual([]);
  });

  test('loses only the reference when another owner stays', () => {
    const second = node('n9');
    const ownerReferences = [
      ...(child('a').metadata.ownerReferences ?? []),
      ...(ownedBy(second).ownerReferences ?? []),
    ];
    const both = child('a', { ownerReferences });
    const p = play(rule, [rc, second, both]);
    p.remove(rc);
    p.ok(p.askedOne(), both);
    p.ok(p.askedOne(), second);
    const patch = p.askedOne();
    expect(patch.body).toMatchObject({
      resource: 'pods',
      name: 'a',
      patchType: 'strategic',
      patch: { metadata: { ownerReferences: [{ $patch: 'delete', uid: 'rc' }], uid: 'a' } },
    });
  });

  test('is looked at again when the deletion is refused because it changed', () => {
    const p = play(rule, [rc, child('a')]);
    p.remove(rc);
    p.ok(p.askedOne(), child('a'));
    p.refuse(p.askedOne(), failure.conflict('pods', 'a', 'changed'));
    p.advance(5);
    expect(told(p.asked())).toEqual(['get pods/a']);
  });

  test('is forgotten when it is gone already, or another has its name', () => {
    for (const answer of ['gone', 'another']) {
      const p = play(rule, [rc, child('a')]);
      p.remove(rc);
      if (answer === 'gone') p.refuse(p.askedOne(), failure.notFound('pods', 'a'));
      else p.ok(p.askedOne(), child('a', { uid: 'later' }));
      p.advance(60_000);
      expect(p.asked()).toEqual([]);
    }
  });

  test('is not looked at when it is being deleted already', () => {
    const p = play(rule, [rc, child('a', { deletionTimestamp: '2026-01-01T00:01:00Z' })]);
    p.remove(rc);
    expect(p.asked()).toEqual([]);
  });
});

describe('an object whose owner was never seen', () => {
  test('is kept when the owner is there after all', () => {
    const p = play(rule);
    p.add(child('a'));
    p.ok(p.askedOne(), child('a'));
    p.ok(p.askedOne(), rc);
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
  });

  test.each([
    ['there is none of that name', undefined],
    ['one of that name came later', controller(1, { meta: { uid: 'later' } })],
  ])('is deleted when %s', (_, found) => {
    const p = play(rule);
    p.add(child('a'));
    p.ok(p.askedOne(), child('a'));
    if (found === undefined) p.refuse(p.askedOne(), noController);
    else p.ok(p.askedOne(), found);
    expect(told(p.asked())).toEqual(['delete pods/a']);
  });

  test('is left alone while nobody can tell', () => {
    const p = play(rule);
    p.add(child('a'));
    p.ok(p.askedOne(), child('a'));
    p.refuse(p.askedOne(), failure.serviceUnavailable('connect: connection refused'));
    expect(p.asked()).toEqual([]);
    p.advance(5);
    expect(told(p.asked())).toEqual(['get pods/a']);
  });

  test('is looked at only when all caches are whole: the owner may still be told of', () => {
    const p = new Play(rule);
    p.add(child('a'));
    p.add(rc);
    p.sync();
    expect(p.asked()).toEqual([]);
  });

  test('of a kind that nobody serves is left alone', () => {
    const p = play(rule);
    const stranger = child('a', {
      ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Site', name: 'x', uid: 'x' }],
    });
    p.add(stranger);
    p.ok(p.askedOne(), stranger);
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
  });

  test('in another namespace is none: it is deleted, and an event says why; those of its own namespace stay', () => {
    const p = play(rule, [rc]);
    const stray = child('stray', { namespace: 'other', uid: 'stray', ownerReferences: [] });
    p.add(stray);
    const fresh = withMeta(stray, ownedBy(rc));
    p.change(fresh);
    // Its owner is in the graph: first somebody must make it look.
    p.change(withMeta(fresh, ownedBy(controller(1, { meta: { uid: 'never' } }))));
    p.ok(p.askedOne(), fresh);
    const asked = p.askedOne();
    expect(asked.body).toMatchObject({ resource: 'replicationcontrollers', namespace: 'other', name: 'web' });
    p.refuse(asked, noController);
    expect(told(p.asked())).toEqual(['delete pods/stray']);
    expect(p.events()).toEqual([
      'OwnerRefInvalidNamespace: ownerRef [v1/ReplicationController, namespace: , name: web, uid: rc] does not exist in namespace "other"',
    ]);
    p.add(child('a'));
    expect(p.asked()).toEqual([]);
  });
});

describe('an owner that is deleted in the foreground', () => {
  test('waits for the dependents that block it, then goes', () => {
    const p = play(rule, [rc, child('a')]);
    const waiting = p.change(ending(rc, 'foregroundDeletion'));
    const [first, second] = p.asked();
    expect(told([first, second].flatMap((call) => call ?? []))).toEqual([
      'get replicationcontrollers/web',
      'get pods/a',
    ]);
    p.ok(first, waiting);
    p.ok(second, child('a'));
    p.ok(p.askedOne(), waiting);
    const deletion = p.askedOne();
    expect(told([deletion])).toEqual(['delete pods/a']);
    p.change(child('a', { deletionTimestamp: '2026-01-01T00:01:00Z' }));
    p.ok(deletion);
    expect(p.asked()).toEqual([]);

    p.remove(child('a'));
    p.ok(p.askedOne(), waiting);
    const patch = p.askedOne();
    expect(patch.body).toMatchObject({
      resource: 'replicationcontrollers',
      name: 'web',
      patchType: 'merge',
      patch: { metadata: { resourceVersion: '9', finalizers: null } },
    });
  });

  test('does not wait for dependents that do not block it, which go after it', () => {
    const p = play(rule, [rc, child('a', ownedBy(rc, { blockOwnerDeletion: false }))]);
    const waiting = p.change(ending(rc, 'foregroundDeletion'));
    const [first] = p.asked();
    p.ok(first, waiting);
    expect(told(p.asked())).toEqual(['patch replicationcontrollers/web']);
  });

  test('deletes a dependent that comes while it waits', () => {
    const p = play(rule, [ending(rc, 'foregroundDeletion')]);
    p.ok(p.askedOne(), ending(rc, 'foregroundDeletion'));
    p.asked();
    p.add(child('late'));
    expect(told(p.asked())).toEqual(['get pods/late']);
  });

  test('is looked at once, not at each change while it waits', () => {
    const p = play(rule, [rc, child('a'), child('b')]);
    p.change(ending(rc, 'foregroundDeletion'));
    expect(p.asked()).toHaveLength(3);
    p.change(withMeta(ending(rc, 'foregroundDeletion'), { resourceVersion: '10' }));
    p.advance(0);
    expect([...p.stage.memory.queue.keys.values()]).toEqual(['taken', 'taken', 'taken']);
  });
});

describe('an owner whose dependents are to be orphaned', () => {
  test('sets them free, then goes', () => {
    const p = play(rule, [rc, child('a'), child('b')]);
    const orphaning = p.change(ending(rc, 'orphan'));
    const patches = p.asked();
    expect(told(patches)).toEqual(['patch pods/a', 'patch pods/b']);
    expect(patches[0]?.body.patch).toEqual({
      metadata: { ownerReferences: [{ $patch: 'delete', uid: 'rc' }], uid: 'a' },
    });
    p.ok(patches[0]);
    p.refuse(patches[1], failure.notFound('pods', 'b'));
    p.ok(p.askedOne(), orphaning);
    expect(p.askedOne().body.patch).toEqual({ metadata: { resourceVersion: '9', finalizers: null } });
  });

  test('keeps its other finalizers', () => {
    const p = play(rule, [rc]);
    p.change(ending(rc, 'orphan'));
    p.ok(p.askedOne(), withMeta(ending(rc, 'orphan'), { finalizers: ['example.com/mine', 'orphan'] }));
    expect(p.askedOne().body.patch.metadata.finalizers).toEqual(['example.com/mine']);
  });

  test('is held until each of them is free', () => {
    const p = play(rule, [rc, child('a')]);
    p.change(ending(rc, 'orphan'));
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    expect(p.asked()).toEqual([]);
    p.advance(5);
    expect(told(p.asked())).toEqual(['patch pods/a']);
  });
});

test('thirty objects of one owner that goes cost two requests each', () => {
  const children = Array.from({ length: 30 }, (_, i) => child(`pod-${i}`));
  const p = play(rule, [rc, ...children]);
  p.remove(rc);
  let count = 0;
  for (let calls = p.asked(); calls.length > 0; calls = p.asked()) {
    count += calls.length;
    for (const call of calls)
      p.ok(
        call,
        children.find(({ metadata }) => metadata.name === call.body.name),
      );
  }
  expect(count).toBe(60);
});
