/** How revisions are counted and remembered, what is handed on to ReplicaSets, and which of them go. */

import { describe, expect, test } from 'vitest';
import type { ObjectMeta, ReplicaSet } from '../../../../protocol/objects.ts';
import { deployment, replicaSet, templateOf } from '../testing/objects.ts';
import { annotationChanges, deploymentAnnotations } from './annotations.ts';
import { findNewSet, newSetOf } from './new-set.ts';
import { nextRevision, surplusOf } from './revisions.ts';
import { templateHash } from './template-hash.ts';

const { revision, history } = deploymentAnnotations;

/** A ReplicaSet of a revision; what it shows is seen by its controller. */
function set(name: string, number: number, given: { meta?: Partial<ObjectMeta>; size?: number; status?: object } = {}) {
  const meta = { annotations: { [revision]: String(number) }, ...given.meta };
  return replicaSet(name, given.size ?? 0, { meta, status: { observedGeneration: 1, ...given.status } });
}

test.each([
  [[], 1],
  [[1, 3], 4],
  [[9, 10], 11],
] as const)('after revisions %j comes %i', (revisions, next) => {
  expect(nextRevision(revisions.map((number) => set('a', number)))).toBe(next);
});

describe('a ReplicaSet the Deployment comes back to', () => {
  test('gets the next revision, and remembers those it had', () => {
    const first = annotationChanges(deployment(1), set('a', 1), 3);
    expect(first).toEqual({ [revision]: '3', [history]: '1' });
    const again = set('a', 3, { meta: { annotations: first } });
    expect(annotationChanges(deployment(1), again, 5)).toEqual({ [revision]: '5', [history]: '1,3' });
  });

  test('forgets the first where they become too long', () => {
    const long = Array.from({ length: 500 }, (_, i) => String(1000 + i)).join(',');
    const changed = annotationChanges(
      deployment(1),
      set('a', 2000, { meta: { annotations: { [revision]: '2000', [history]: long } } }),
      2001,
    );
    expect(changed[history]?.length).toBeLessThanOrEqual(2000);
    expect(changed[history]).toMatch(/^1101,.*,1499,2000$/);
  });
});

describe('a ReplicaSet that is the new one already', () => {
  test('keeps its revision, also where it is ahead', () => {
    expect(annotationChanges(deployment(1), set('a', 3), 3)).toEqual({});
    expect(annotationChanges(deployment(1), set('a', 7), 3)).toEqual({});
  });

  test('is handed the annotations of the Deployment, but for those that each has for itself', () => {
    const annotations = {
      'kubernetes.io/change-cause': 'kubectl set image',
      [revision]: '9',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    };
    expect(annotationChanges(deployment(1, { meta: { annotations } }), set('a', 3), 3)).toEqual({
      'kubernetes.io/change-cause': 'kubectl set image',
    });
  });
});

describe('the new ReplicaSet', () => {
  const wanted = deployment(3, { spec: { minReadySeconds: 5 } });
  const made = newSetOf(wanted, []);
  const hash = templateHash(wanted.spec.template, 0);

  test('is told from others by the hash of its template', () => {
    expect(made.metadata).toMatchObject({ name: `web-${hash}`, labels: { app: 'web', 'pod-template-hash': hash } });
    expect(made.spec.selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': hash } });
    expect(made.spec.template?.metadata?.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });

  test('belongs to the Deployment and is ready as late', () => {
    expect(made.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', uid: 'dep', controller: true }]);
    expect(made.spec).toMatchObject({ replicas: 3, minReadySeconds: 5 });
  });

  test('is found again by its template, whatever the hash', () => {
    expect(findNewSet(wanted, [replicaSet('other', 1), made])).toBe(made);
    expect(findNewSet(deployment(3, { spec: { template: templateOf('web:2') } }), [made])).toBeUndefined();
  });

  test('has another name after a collision', () => {
    const collided = deployment(3, { status: { collisionCount: 1 } });
    expect(newSetOf(collided, []).metadata.name).not.toBe(made.metadata.name);
  });
});

test('the hash does not depend on the order of keys, but on every value', () => {
  const { metadata, spec } = templateOf('web:1');
  const ofThis = templateHash({ metadata, spec } as never, 0);
  expect(templateHash({ spec, metadata } as never, 0)).toBe(ofThis);
  expect(templateHash(templateOf('web:2'), 0)).not.toBe(ofThis);
});

describe('the history', () => {
  const namesOf = (limit: number, sets: ReplicaSet[]) =>
    surplusOf(deployment(1, { spec: { revisionHistoryLimit: limit } }), sets).map(({ metadata }) => metadata.name);

  test.each([
    ['has room for all', 3, [set('a', 1), set('b', 2)], []],
    ['loses the lowest revisions first', 1, [set('c', 10), set('a', 2), set('b', 9)], ['a', 'b']],
    ['may be empty', 0, [set('a', 1), set('b', 2)], ['a', 'b']],
    [
      'keeps what has pods, or is to have some',
      0,
      [set('a', 1, { size: 1 }), set('b', 2, { status: { replicas: 1 } })],
      [],
    ],
    ['keeps what its controller has not seen yet', 0, [set('a', 1, { meta: { generation: 2 } })], []],
    ['does not count what is being deleted', 1, [set('a', 1, { meta: { deletionTimestamp: 'now' } }), set('b', 2)], []],
  ] as const)('%s', (_, limit, sets, gone) => {
    expect(namesOf(limit, [...sets])).toEqual(gone);
  });
});
