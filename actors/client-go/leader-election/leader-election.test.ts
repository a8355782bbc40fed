import { expect, test } from 'vitest';
import { type Stage, stage } from '../../../engine/testing/stage.ts';
import type { Lease } from '../../../protocol/objects.ts';
import { failure } from '../../../protocol/status.ts';
import { leaderElection } from './actor.ts';

const input = {
  apiserver: 'c.master.apiserver',
  namespace: 'kube-system',
  name: 'kube-scheduler',
  identity: 'me',
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};
const notFound = { status: failure.notFound('leases.coordination.k8s.io', 'kube-scheduler') };
const conflict = {
  status: failure.conflict('leases.coordination.k8s.io', 'kube-scheduler', 'the object has been modified'),
};

/** A lease as the API server has it. */
function lease(holderIdentity: string, renewTime: string, version: number): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'kube-scheduler', namespace: 'kube-system', resourceVersion: String(version) },
    spec: { holderIdentity, renewTime, acquireTime: renewTime, leaseDurationSeconds: 15, leaseTransitions: 3 },
  };
}
const found = (object: Lease) => ({ code: 200, object });
/** Accepts what it writes. */
function accept(s: Stage, type: 'object.create' | 'object.replace', version: number): Lease {
  const write = s.take(type).find(({ body }) => body.resource === 'leases.coordination.k8s.io');
  const object = write?.body.object as Lease;
  const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
  s.answer(write, 'request.succeeded', found(stored));
  return stored;
}
/** A candidate that leads. */
function leading(): Stage {
  const s = stage(leaderElection, { input });
  s.answer(s.takeOne('object.get'), 'request.refused', notFound);
  accept(s, 'object.create', 1);
  return s;
}

test('where there is no Lease it makes one, leads, and says so', () => {
  const s = stage(leaderElection, { input });
  s.answer(s.takeOne('object.get'), 'request.refused', notFound);
  const made = accept(s, 'object.create', 1);
  expect(made.spec).toMatchObject({ holderIdentity: 'me', leaseDurationSeconds: 15, leaseTransitions: 0 });
  expect(s.matches('leading')).toBe(true);
  expect(s.take('object.create')).toMatchObject([
    { body: { resource: 'events', object: { reason: 'LeaderElection', message: 'me became leader', type: 'Normal' } } },
  ]);
});

test('the leader renews every 2 s, without reading first', () => {
  const s = leading();
  s.take();
  s.advance(1999);
  expect(s.sent).toHaveLength(0);
  s.advance(1);
  const renewed = accept(s, 'object.replace', 2);
  expect(renewed.spec?.leaseTransitions).toBe(0);
  expect(renewed.metadata.resourceVersion).toBe('2');
  expect(s.matches('leading.resting')).toBe(true);
});

test('a candidate waits while the Lease changes, whatever its renewTime says, and takes it 15 s after it last did', () => {
  const s = stage(leaderElection, { input });
  const old = lease('other', '2001-01-01T00:00:00.000000Z', 5);
  let asked = 0;
  const start = s.now;
  while (s.now - start < 14_900) {
    for (const question of s.take('object.get')) {
      asked += 1;
      s.answer(question, 'request.succeeded', found(old));
    }
    s.advance(100);
  }
  expect(s.take('object.replace')).toHaveLength(0);
  // Every 2 to 4.4 s.
  expect(asked).toBeGreaterThanOrEqual(4);
  expect(asked).toBeLessThanOrEqual(8);
  while (s.now - start < 20_000) {
    for (const question of s.take('object.get')) s.answer(question, 'request.succeeded', found(old));
    s.advance(100);
  }
  const taken = accept(s, 'object.replace', 6);
  expect(taken.spec).toMatchObject({ holderIdentity: 'me', leaseTransitions: 4 });
  expect(s.matches('leading')).toBe(true);
});

test('a renewal seen starts the 15 s anew', () => {
  const s = stage(leaderElection, { input });
  const start = s.now;
  const answer = () => {
    const object = s.now - start < 12_000 ? lease('other', 'a', 5) : lease('other', 'b', 6);
    for (const question of s.take('object.get')) s.answer(question, 'request.succeeded', found(object));
  };
  while (s.now - start < 26_900) {
    answer();
    s.advance(100);
  }
  expect(s.take('object.replace')).toHaveLength(0);
  expect(s.matches('standby')).toBe(true);
});

test('a Lease given up by its holder is taken at once', () => {
  const s = stage(leaderElection, { input });
  s.answer(s.takeOne('object.get'), 'request.succeeded', found(lease('', '2001-01-01T00:00:00.000000Z', 5)));
  accept(s, 'object.replace', 6);
  expect(s.matches('leading')).toBe(true);
});

test('who loses the race for a Lease stays a candidate', () => {
  const s = stage(leaderElection, { input });
  s.answer(s.takeOne('object.get'), 'request.succeeded', found(lease('', 'a', 5)));
  s.answer(s.takeOne('object.replace'), 'request.refused', conflict);
  expect(s.state).toMatchObject({ standby: { attempt: 'waiting' } });
});

test('a leader that cannot renew stops leading 10 s after it began to try, before others may take over', () => {
  const s = leading();
  s.advance(2000);
  s.advance(9_999);
  expect(s.matches('leading')).toBe(true);
  s.advance(1);
  expect(s.matches('standby')).toBe(true);
  expect(s.take('object.create').at(-1)?.body.object.message).toBe('me stopped leading');
});

test('a leader whose write was overtaken reads the Lease, and does not write over another holder', () => {
  const s = leading();
  s.advance(2000);
  s.answer(s.takeOne('object.replace'), 'request.refused', conflict);
  s.answer(s.takeOne('object.get'), 'request.succeeded', found(lease('other', 'b', 9)));
  expect(s.matches('leading.renewing.pausing')).toBe(true);
  expect(s.take('object.replace')).toHaveLength(0);
});
