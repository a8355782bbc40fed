/** The namespace controller, its informer and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import type { Heard } from '../../../../engine/testing/stage.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Namespace } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { namespace, pod } from '../testing/objects.ts';
import { type Play, play, told } from '../testing/stage.ts';
import { namespaceRule as rule } from './controller.ts';

const active = namespace('shop');
const ending = namespace('shop', { meta: { deletionTimestamp: '2026-01-01T00:00:00Z' }, phase: 'Terminating' });
const slow = pod('a', { spec: { terminationGracePeriodSeconds: 30 } });

/** A namespace that has just been deleted, five seconds later. */
function deleted(): Play<unknown> {
  const p = play(rule, [active]) as Play<unknown>;
  p.change(ending);
  p.advance(5000);
  return p;
}

/** Plays the API server until a status or a finalization is written: with these objects left. Gives that call. */
function empties(p: Play<unknown>, left: readonly KubernetesObject[], current: Namespace = ending): Heard {
  for (;;) {
    const calls = p.asked();
    const [first] = calls;
    if (first?.type === 'object.replace') return first;
    if (first === undefined) throw new Error('it asks for nothing');
    for (const call of calls) {
      const items = call.body.resource === 'pods' ? left : [];
      p.ok(call, call.type === 'object.get' ? current : { metadata: {}, items });
    }
  }
}

test('a namespace that lives is left alone', () => {
  const p = play(rule, [active]);
  p.advance(60_000);
  expect(p.asked()).toEqual([]);
});

test('one that ends is looked at after five seconds, past the cache', () => {
  const p = play(rule, [active]);
  p.change(ending);
  p.advance(4999);
  expect(p.asked()).toEqual([]);
  p.advance(1);
  expect(told(p.asked())).toEqual(['get namespaces/shop']);
});

test.each([
  ['is gone by then', undefined],
  ['lives again under its name', active],
])('nothing is deleted when the namespace %s', (_, fresh) => {
  const p = deleted();
  if (fresh === undefined) p.refuse(p.askedOne(), failure.notFound('namespaces', 'shop'));
  else p.ok(p.askedOne(), fresh);
  p.advance(60_000);
  expect(p.asked()).toEqual([]);
});

test('everything in it is deleted in the background, kind by kind, then counted', () => {
  const p = deleted();
  p.ok(p.askedOne(), ending);
  const estimate = p.askedOne();
  expect(told([estimate])).toEqual(['list pods']);
  p.ok(estimate, { items: [] });
  const deletions = p.asked();
  expect(told(deletions)).toEqual(expect.arrayContaining(['delete-collection pods', 'delete-collection events']));
  for (const { body } of deletions) {
    expect(body).toMatchObject({ namespace: 'shop', options: { propagationPolicy: 'Background' } });
  }
  for (const call of deletions) p.ok(call);
  const counts = p.asked();
  expect(counts.map(({ body }) => body.resource)).toEqual(deletions.map(({ body }) => body.resource));
});

describe('an empty namespace', () => {
  test('says so, and is let go', () => {
    const p = deleted();
    const report = empties(p, []);
    expect(told([report])).toEqual(['replace namespaces/shop status']);
    const written = withMeta(report.body.object as Namespace, { resourceVersion: '2' });
    p.ok(report, written);
    const finalization = p.askedOne();
    expect(told([finalization])).toEqual(['replace namespaces/shop finalize']);
    expect(finalization.body.object).toMatchObject({ metadata: { resourceVersion: '2' }, spec: { finalizers: [] } });
    p.ok(finalization);
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
  });

  test('is read anew when somebody changed it meanwhile', () => {
    const p = deleted();
    p.ok(empties(p, []), ending);
    p.refuse(p.askedOne(), failure.conflict('namespaces', 'shop', 'changed'));
    expect(told(p.asked())).toEqual(['get namespaces/shop']);
  });

  test('keeps what others hold it by', () => {
    const p = deleted();
    const held = { ...ending, spec: { finalizers: ['example.com/mine', 'kubernetes'] } };
    p.ok(empties(p, [], held), held);
    expect(p.askedOne().body.object.spec.finalizers).toEqual(['example.com/mine']);
  });

  test('that this controller has let go of, but others have not, is not emptied again', () => {
    const p = deleted();
    p.ok(p.askedOne(), { ...ending, metadata: { ...ending.metadata, finalizers: ['example.com/mine'] }, spec: {} });
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
  });
});

describe('a namespace whose pods take their time', () => {
  test('says what is left, and is looked at after half the grace period and a second', () => {
    const p = deleted();
    const report = empties(p, [slow]);
    const remaining = report.body.object.status.conditions.find(
      ({ type }: { type: string }) => type === 'NamespaceContentRemaining',
    );
    expect(remaining).toMatchObject({
      status: 'True',
      message: 'Some resources are remaining: pods. has 1 resource instances',
    });
    p.ok(report, report.body.object);
    p.advance(15_999);
    expect(p.asked()).toEqual([]);
    p.advance(1);
    expect(told(p.asked())).toEqual(['get namespaces/shop']);
  });

  test('is tried again, at least once a minute, when they take longer than they should', () => {
    const p = deleted();
    const overdue = pod('a', { spec: { terminationGracePeriodSeconds: 1 } });
    for (let i = 0; i < 20; i++) {
      const report = empties(p, [overdue]);
      const failure = report.body.object.status.conditions.find(
        ({ type }: { type: string }) => type === 'NamespaceDeletionContentFailure',
      );
      expect(failure).toMatchObject({ status: 'True', reason: 'ContentDeletionFailed' });
      p.ok(report, report.body.object);
      p.advance(Math.min(5 * 2 ** i, 60_000));
    }
  });
});

test('a namespace not marked as ending is marked first', () => {
  const p = deleted();
  p.ok(p.askedOne(), { ...ending, status: { phase: 'Active' } });
  const mark = p.askedOne();
  expect(told([mark])).toEqual(['replace namespaces/shop status']);
  expect(mark.body.object.status).toEqual({ phase: 'Terminating' });
  p.ok(mark, mark.body.object);
  expect(told(p.asked())).toEqual(['list pods']);
});
