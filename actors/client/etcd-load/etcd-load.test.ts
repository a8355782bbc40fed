/** A client of etcd on a stage: what it asks, what it remembers, how it keeps its watch. */

import { describe, expect, test } from 'vitest';
import { unreachableStates } from '../../../engine/stepper/reachable.ts';
import { assertConforms } from '../../../engine/stepper/testing/conformance.ts';
import { type Heard, stage } from '../../../engine/testing/stage.ts';
import { etcdLoad } from './actor.ts';
import type { EtcdLoadInput } from './memory.ts';

const epoch = Date.UTC(2026, 0, 1);

function client(input: Partial<EtcdLoadInput> = {}) {
  const s = stage(etcdLoad, {
    address: 'c.client.a',
    input: {
      name: 'a',
      members: ['c.master.etcd.0', 'c.master.etcd.1'],
      keys: ['/k/0', '/k/1'],
      prefix: '/k/',
      watchPrefix: '/k/',
      endAt: epoch + 60_000,
      thinkMs: 100,
      timeoutMs: 4_000,
      leaseSeconds: 4,
      patienceMs: 5_000,
      ...input,
    },
  });
  const listed = (revision: number) => {
    const [question] = s.take('kv.range');
    s.answer(question, 'kv.ranged', { revision, kvs: [], more: false, count: 0 });
  };
  /** Brings its watch up, from a revision on. */
  const watching = (revision = 9): Heard => {
    listed(revision);
    const [opening] = s.take('key.watch') as [Heard];
    s.push(opening, 'watch.created', { revision });
    return opening;
  };
  const change = (opening: Heard, revision: number) =>
    s.push(opening, 'key.changed', { revision, events: [{ type: 'put', kv: keyAt(revision) }] });
  const calls = () => s.sent.filter(({ type }) => type.startsWith('kv.') || type.startsWith('lease.'));
  return { s, listed, watching, change, calls };
}

const keyAt = (revision: number) => ({
  key: '/k/0',
  value: revision,
  createRevision: 9,
  modRevision: revision,
  version: 1,
  lease: 0,
});

describe('its calls', () => {
  test('are one at a time, and none begins after its time is over', () => {
    const { s, watching, calls } = client({ endAt: epoch + 1_000 });
    watching();
    s.advance(900);
    expect(calls()).toHaveLength(1);
    s.advance(10_000);
    expect(calls().length).toBeLessThanOrEqual(2);
    expect(s.matches('calls.ended')).toBe(true);
  });

  test('are remembered with their times, their member and their answer', () => {
    const { s, watching, calls } = client();
    watching();
    s.advance(1_000);
    const [question] = calls() as [Heard];
    s.answer(question, 'etcd.refused', { code: 'NoLeader', message: 'etcdserver: no leader' });
    expect(s.memory.calls[1]).toMatchObject({
      client: 'a',
      member: question.to,
      asked: { type: question.type, body: question.body },
      endMs: epoch + 1_000,
      answered: { type: 'etcd.refused', body: { code: 'NoLeader' } },
    });
  });

  test.each([
    ['that nobody answers', undefined],
    ['that a member gave up waiting for', 'Timeout'],
  ])('%s may still be done', (_, code) => {
    const { s, watching, calls } = client();
    watching();
    s.advance(1_000);
    const [question] = calls() as [Heard];
    if (code === undefined) s.advance(5_000);
    else s.answer(question, 'etcd.refused', { code, message: '' });
    expect(s.memory.calls[1]).toMatchObject({ endMs: Number.POSITIVE_INFINITY, answered: undefined });
  });

  test('never write a value twice', () => {
    const { s, watching } = client();
    watching();
    const values: unknown[] = [];
    for (let i = 0; i < 400; i++) {
      s.advance(300);
      for (const question of s.take().filter(({ type }) => type.startsWith('kv.') || type.startsWith('lease.'))) {
        const puts = (question.body.success ?? []).filter(({ op }: { op: string }) => op === 'put');
        values.push(...new Set(puts.map(({ value }: { value: unknown }) => value)));
        s.answer(question, 'etcd.refused', { code: 'NoLeader', message: '' });
      }
    }
    expect(values.length).toBeGreaterThan(50);
    expect(new Set(values).size).toBe(values.length);
  });
});

describe('its watch', () => {
  test('begins after the list', () => {
    const { watching } = client();
    expect(watching(9).body).toMatchObject({ key: '/k/', rangeEnd: '/k0', startRevision: 10, progressNotify: true });
  });

  test('resumes after the last revision it was told, by an event or by its progress', () => {
    const { s, watching, change } = client();
    const opening = watching();
    change(opening, 12);
    s.end(opening, 'gone');
    s.advance(600);
    const [again] = s.take('key.watch') as [Heard];
    expect(again.body.startRevision).toBe(13);
    s.push(again, 'watch.created', { revision: 12 });
    s.push(again, 'watch.progressed', { revision: 20 });
    s.end(again, 'gone');
    s.advance(600);
    expect(s.take('key.watch')[0]?.body.startRevision).toBe(21);
    expect(s.memory.watch.facts.map(({ fact }) => fact)).toEqual([
      ...['listed', 'opened', 'created', 'changed', 'broken'],
      ...['opened', 'created', 'progressed', 'broken', 'opened'],
    ]);
  });

  test('that says nothing is given up, and what it says later is not heard', () => {
    const { s, watching, change } = client();
    const opening = watching();
    s.advance(6_000);
    expect(s.take('key.watch')).toHaveLength(1);
    const told = s.memory.watch.facts.length;
    change(opening, 12);
    expect(s.memory.watch.facts).toHaveLength(told);
  });

  test('lists anew where what it wants is compacted', () => {
    const { s, watching, listed } = client();
    const opening = watching();
    s.push(opening, 'watch.compacted', { compactRevision: 30 });
    listed(40);
    expect(s.take('key.watch')[0]?.body.startRevision).toBe(41);
  });
});

describe('its chart', () => {
  test('means the same to both steppers', () => {
    expect(assertConforms(etcdLoad, { seeds: 10, steps: 200 }).answered).toBeGreaterThan(0);
  });
  test('has no state that nothing leads to', () => {
    expect(unreachableStates(etcdLoad)).toEqual([]);
  });
});
