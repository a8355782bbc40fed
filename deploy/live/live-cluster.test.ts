/** A live cluster: what is asked of it at odd moments is recorded, and makes the same run again. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DiskFolder } from '../../engine/disk/folder.ts';
import { RunParted } from '../../engine/inputs/replay.ts';
import { seedOf, splitRandom } from '../../engine/random.ts';
import type { TimeSource } from '../../engine/time/wall-clock.ts';
import type { Message } from '../../protocol/message.ts';
import type { ObjectCreate, ObjectList, ObjectWatch, RequestSucceeded } from '../../protocol/messages/api.ts';
import { clientAddress } from '../../protocol/subjects.ts';
import { outsideMachine } from '../cluster.ts';
import { nodesOf, singleControlPlane } from '../cluster-spec.ts';
import { LiveCluster, membersOf, rerun } from './live-cluster.ts';
import { readRunRecord } from './run-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-live-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = {
  name: 'c',
  nodes: nodesOf([{ count: 2 }]),
  controlPlane: singleControlPlane,
  settings: {},
  images: [],
};
const epochMs = Date.UTC(2026, 4, 1);

/** Real time as a test wants it; who waits is called as it passes. */
class TestTime implements TimeSource {
  private ms = 500;
  private waiting = new Set<{ at: number; call: () => void }>();

  now(): number {
    return this.ms;
  }

  wait(ms: number, call: () => void): () => void {
    const mine = { at: this.ms + ms, call };
    this.waiting.add(mine);
    return () => this.waiting.delete(mine);
  }

  yield(call: () => void): () => void {
    return this.wait(0, call);
  }

  pass(ms: number): void {
    const end = this.ms + ms;
    for (;;) {
      const [next] = [...this.waiting].sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.waiting.delete(next);
      this.ms = Math.max(this.ms, next.at);
      next.call();
    }
    this.ms = end;
  }
}

/** Plays a session with a user at odd moments of real time, and gives how it ended. */
async function session(record: string, seed: number, meddle: (live: LiveCluster, round: number) => void = () => {}) {
  const time = new TestTime();
  const warnings: string[] = [];
  const live = new LiveCluster({
    spec,
    seed,
    epochMs,
    speed: 7,
    version: 'test',
    record,
    time,
    warn: (message) => warnings.push(message),
  });
  const { engine, cluster } = live;
  const chance = splitRandom(seedOf(seed), 9, 9, 9);
  let created = 0;
  const user = engine.puppet(
    clientAddress('c', 'user'),
    (message) => {
      if (message.type !== 'request.succeeded') return;
      const { object } = (message as RequestSucceeded).body;
      // Asked from within the run, at the very instant of the answer.
      if (object.kind === 'Namespace' && created < 8) create();
    },
    { machine: outsideMachine },
  );
  const create = () => {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `ns-${++created}` } };
    user.ask<ObjectCreate>(cluster.apiserver, 'object.create', { resource: 'namespaces', object });
  };
  const running = live.start();
  for (let round = 0; round < 60; round++) {
    time.pass(chance.unit() * 120);
    if (round % 9 === 5) create();
    if (round % 4 === 0) user.ask<ObjectList>(cluster.apiserver, 'object.list', { resource: 'nodes' });
    if (round === 20) user.open<ObjectWatch>(cluster.apiserver, 'object.watch', { resource: 'namespaces' });
    meddle(live, round);
  }
  await live.stop();
  await running;
  return { fingerprint: engine.fingerprint(), created, warnings, restarts: engine.inspect('c.master.scheduler.0') };
}

test('a recorded session is played again to the same fingerprint', async () => {
  const record = join(folder, 'session');
  const { fingerprint, created } = await session(record, 3);
  expect(created).toBeGreaterThanOrEqual(7);
  const run = readRunRecord(record);
  expect(run).toMatchObject({ isWhole: true, header: { seed: 3, epochMs, version: 'test' } });
  expect(rerun(run)).toMatchObject({ fingerprint, marks: 1 });
});

test('a component that crashes is told of, started again after its back-off, and the same in the run played again', async () => {
  const record = join(folder, 'crashes');
  const { fingerprint, warnings, restarts } = await session(record, 4, ({ engine }, round) => {
    if (round === 22 || round === 30) engine.crash('c.master.scheduler.0');
  });
  expect(warnings).toEqual([
    'c.master.scheduler.0 has crashed; it is started again in 1 s',
    'c.master.scheduler.0 has crashed; it is started again in 10 s',
  ]);
  expect(restarts).toMatchObject({ isAlive: true, incarnation: 3 });
  expect(rerun(readRunRecord(record)).fingerprint).toBe(fingerprint);
});

test('a record that was cut off is played up to the cut, one that was changed is found out', async () => {
  const record = join(folder, 'cut');
  await session(record, 5);
  const bytes = readFileSync(record);
  writeFileSync(record, bytes.subarray(0, bytes.length - 400));
  const cut = readRunRecord(record);
  expect(cut.isWhole).toBe(false);
  expect(rerun(cut).inputs).toBeGreaterThan(10);
  writeFileSync(record, bytes);
  const { header, entries, isWhole } = readRunRecord(record);
  const without = entries.filter((entry) => !('deed' in entry && 'say' in entry.deed && entry.deed.say === 'open'));
  expect(without.length).toBe(entries.length - 1);
  expect(() => rerun({ header, entries: without, isWhole })).toThrow(RunParted);
});

test('a cluster on real disks loses nothing, and its record begins with what lay on them', async () => {
  const path = join(folder, 'etcd');
  const start = (seed: number, boots: number, record: string) => {
    const disks = new Map(membersOf(spec).map((address) => [address, new DiskFolder(path)]));
    return new LiveCluster({
      spec,
      seed,
      epochMs,
      speed: 'max',
      version: 'test',
      boots,
      disks,
      record,
      warn: () => {},
    });
  };
  const run = async (
    live: LiveCluster,
    doing: (ask: (type: string, body: object) => Promise<RequestSucceeded>) => Promise<void>,
  ) => {
    const waiting = new Map<number, (answer: Message) => void>();
    const user = live.engine.puppet(clientAddress('c', 'user'), (message) => waiting.get(message.request)?.(message), {
      machine: outsideMachine,
    });
    const running = live.start();
    const once = (type: string, body: object) =>
      new Promise<Message>((resolve) => waiting.set(user.ask(live.cluster.apiserver, type, body), resolve));
    await doing(async (type, body) => {
      // Until the API server is there.
      for (;;) {
        const answer = await once(type, body);
        if (answer.type === 'request.succeeded') return answer as RequestSucceeded;
      }
    });
    await live.stop();
    await running;
    return live.engine.fingerprint();
  };
  const first = join(folder, 'first');
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } };
  let uid = '';
  const one = await run(start(1, 0, first), async (ask) => {
    uid = (await ask('object.create', { resource: 'namespaces', object })).body.object.metadata.uid ?? '';
  });
  expect(uid).not.toBe('');
  const second = join(folder, 'second');
  const two = await run(start(2, 1, second), async (ask) => {
    const { body } = await ask('object.get', { resource: 'namespaces', name: 'kept' });
    expect(body.object.metadata.uid).toBe(uid);
  });
  expect(rerun(readRunRecord(first)).fingerprint).toBe(one);
  expect(rerun(readRunRecord(second)).fingerprint).toBe(two);
});
