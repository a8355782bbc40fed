/** The Deployment controller, its informers and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import { withMeta } from '../../../../protocol/meta.ts';
import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { deployment, ownedBy, pod, replicaSet, templateOf } from '../testing/objects.ts';
import { type Play, play, told } from '../testing/stage.ts';
import { deploymentAnnotations } from './annotations.ts';
import { deploymentRule as rule } from './controller.ts';
import { newSetOf } from './new-set.ts';

const { revision, history } = deploymentAnnotations;
const recreate = { strategy: { type: 'Recreate' } };
const second = { template: templateOf('web:2') };
const born = '2026-01-01T00:00:00Z';

/** The ReplicaSet a Deployment would make, stored, with so many pods, all of them available. */
function setOf(owner: Deployment, pods: number, given: { number?: number; status?: object } = {}): ReplicaSet {
  const made = newSetOf(owner, []);
  const annotations = { ...made.metadata.annotations, [revision]: String(given.number ?? 1) };
  const counts = {
    replicas: pods,
    readyReplicas: pods,
    availableReplicas: pods,
    observedGeneration: 1,
    ...given.status,
  };
  const { name } = made.metadata;
  const stored = withMeta(made, {
    uid: name,
    generation: 1,
    resourceVersion: '7',
    creationTimestamp: born,
    annotations,
  });
  return { ...stored, spec: { ...made.spec, replicas: pods }, status: counts };
}

/** The reasons of the conditions of the status that a call writes. */
function reasonsIn(call: ReturnType<Play<unknown>['askedOne']>): string[] {
  return call.body.object.status.conditions.map(({ reason }: { reason: string }) => reason);
}

describe('a new template', () => {
  test('gets a ReplicaSet, and the status tells of it together with the revision', () => {
    const p = play(rule, [deployment(3)]);
    const create = p.askedOne();
    expect(told([create])).toEqual(['create replicasets.apps']);
    p.ok(create, setOf(deployment(3), 3, { status: { replicas: 0, readyReplicas: 0, availableReplicas: 0 } }));
    expect(p.events()).toEqual([`ScalingReplicaSet: Scaled up replica set ${create.body.object.metadata.name} to 3`]);
    const report = p.askedOne();
    // Written to the status, it is no new generation.
    expect(told([report])).toEqual(['replace deployments.apps/web status']);
    expect(report.body.object.metadata.annotations).toEqual({ [revision]: '1' });
    expect(reasonsIn(report)).toEqual(['NewReplicaSetCreated', 'MinimumReplicasUnavailable']);
  });

  test('that is one it had before brings back its ReplicaSet under a new revision', () => {
    const now = deployment(2);
    const [first, other] = [setOf(now, 0, { number: 1 }), setOf(deployment(2, { spec: second }), 2, { number: 2 })];
    const p = play(rule, [now, first, withMeta(other, ownedBy(now))]);
    const renew = p.askedOne();
    expect(renew.body).toMatchObject({
      name: first.metadata.name,
      patch: { metadata: { annotations: { [revision]: '3', [history]: '1' } } },
    });
    p.ok(renew, withMeta(first, { annotations: { ...first.metadata.annotations, [revision]: '3' } }));
    const grow = p.askedOne();
    expect(grow.body).toMatchObject({ name: first.metadata.name, patch: { spec: { replicas: 1 } } });
    p.ok(grow);
    expect(p.events()).toEqual([`ScalingReplicaSet: Scaled up replica set ${first.metadata.name} to 1 from 0`]);
    expect(p.askedOne().body.object.metadata.annotations).toEqual({ [revision]: '3' });
  });

  test('whose ReplicaSet is refused says so, and is tried again', () => {
    const p = play(rule, [deployment(1)]);
    const create = p.askedOne();
    const refusal = failure.forbidden('replicasets.apps', 'x', 'exceeded quota');
    p.refuse(create, refusal);
    const said = `Failed to create new replica set "${create.body.object.metadata.name}": ${refusal.message}`;
    expect(p.events()).toEqual([`ReplicaSetCreateError: ${said}`]);
    const report = p.askedOne();
    expect(report.body.object.status.conditions).toMatchObject([
      { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message: said },
    ]);
    p.ok(report, report.body.object);
    p.advance(5);
    expect(told(p.asked())).toEqual(['create replicasets.apps']);
  });

  test('in a namespace that ends is no failure', () => {
    const causes = [{ reason: 'NamespaceTerminating', message: '', field: 'metadata.namespace' }];
    const p = play(rule, [deployment(1)]);
    p.refuse(p.askedOne(), { ...failure.forbidden('replicasets.apps', 'x', ''), details: { causes } });
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
    expect(p.events()).toEqual([]);
  });
});

describe('a name that is taken', () => {
  const inspected = (there: ReplicaSet) => {
    const p = play(rule, [deployment(1)]);
    p.refuse(p.askedOne(), failure.alreadyExists('replicasets.apps', there.metadata.name));
    p.ok(p.askedOne(), there);
    return p.asked();
  };

  test('by the very ReplicaSet, not seen yet, is no collision', () => {
    expect(inspected(setOf(deployment(1), 1))).toEqual([]);
  });

  test('by one of another template is a collision, which changes the next name', () => {
    const [call] = inspected(withMeta(setOf(deployment(1, { spec: second }), 1), ownedBy(deployment(1))));
    expect(call?.body.object.status).toMatchObject({ collisionCount: 1 });
  });
});

describe('ReplicaSets', () => {
  test('that nobody controls and match are adopted, once the Deployment is known to be there', () => {
    const now = deployment(2);
    const { ownerReferences: _, ...orphaned } = setOf(now, 2).metadata;
    const p = play(rule, [now, { ...setOf(now, 2), metadata: orphaned }]);
    const recheck = p.askedOne();
    expect(told([recheck])).toEqual(['get deployments.apps/web']);
    p.ok(recheck, now);
    const adopt = p.askedOne();
    expect(adopt.body.patch.metadata).toMatchObject({ ownerReferences: [{ kind: 'Deployment', uid: 'dep' }] });
    p.ok(adopt, setOf(now, 2));
    expect(told(p.asked())).toEqual(['replace deployments.apps/web status']);
  });

  test('of another Deployment, and those that do not match, are none of its business', () => {
    const other = deployment(1, { meta: { name: 'other', uid: 'other' } });
    const p = play(rule, [
      deployment(0),
      replicaSet('a', 1, { meta: { labels: { app: 'web' }, ...ownedBy(other) } }),
      replicaSet('b', 1),
    ]);
    expect(told(p.asked())).toEqual(['create replicasets.apps']);
  });

  test('are not made by a Deployment that is being deleted', () => {
    const p = play(rule, [deployment(3, { meta: { deletionTimestamp: born } })]);
    expect(told(p.asked())).toEqual(['replace deployments.apps/web status']);
  });
});

describe('a Deployment that recreates', () => {
  const now = deployment(1, { spec: { ...recreate, ...second } });
  const old = (pods: number) => withMeta(setOf(deployment(1, { spec: recreate }), pods), ownedBy(now));

  test('takes all old pods away first', () => {
    const p = play(rule, [now, old(1)]);
    expect(p.askedOne().body).toMatchObject({ name: old(1).metadata.name, patch: { spec: { replicas: 0 } } });
  });

  test('waits until the last of them is gone', () => {
    const p = play(rule, [now, old(0)]);
    expect(told(p.asked())).toEqual(['create replicasets.apps']);
    const last = pod('last', { meta: ownedBy(old(0)) });
    const waiting = play(rule, [now, old(0), last]);
    const report = waiting.askedOne();
    expect(told([report])).toEqual(['replace deployments.apps/web status']);
    waiting.ok(report, report.body.object);
    waiting.remove(last);
    expect(told(waiting.asked())).toEqual(['create replicasets.apps']);
  });
});

describe('a rollout', () => {
  const settled = (given: object = {}) => deployment(4, { meta: { annotations: { [revision]: '1' } }, ...given });

  test('that is paused is scaled, but goes no further', () => {
    const now = settled({ spec: { paused: true, ...second } });
    const p = play(rule, [now, withMeta(setOf(deployment(2), 2), ownedBy(now))]);
    const grow = p.askedOne();
    expect(grow.body.patch.spec).toEqual({ replicas: 4 });
    p.ok(grow);
    expect(reasonsIn(p.askedOne())).toEqual(['DeploymentPaused', 'MinimumReplicasUnavailable']);
  });

  test('that stands still is given up after its deadline, without any change', () => {
    const stuck = { replicas: 4, readyReplicas: 0, availableReplicas: 0 };
    const now = settled();
    const p = play(rule, [now, setOf(now, 4, { status: stuck })]);
    const first = p.askedOne();
    p.ok(first, first.body.object);
    p.change(first.body.object as Deployment);
    expect(p.asked()).toEqual([]);
    p.advance(602_000);
    expect(reasonsIn(p.askedOne())).toContain('ProgressDeadlineExceeded');
  });

  test('that is through deletes what the history has no room for, and is silent then', () => {
    const now = settled({ spec: { revisionHistoryLimit: 0 } });
    const old = withMeta(setOf(deployment(4, { spec: second }), 0, { number: 1 }), ownedBy(now));
    const fresh = setOf(now, 4, { number: 2 });
    const p = play(rule, [now, fresh, old]);
    const report = p.askedOne();
    p.ok(report, report.body.object);
    expect(told(p.asked())).toEqual([`delete replicasets.apps/${old.metadata.name}`]);
    p.remove(old);
    p.change(report.body.object as Deployment);
    p.advance(3_600_000);
    expect(p.asked().filter(({ type }) => type !== 'object.delete')).toEqual([]);
  });
});
