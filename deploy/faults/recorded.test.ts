/** A live cluster that was broken and healed is recorded, and plays again as it was. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodesOf, singleControlPlane } from '../cluster-spec.ts';

import { LiveCluster, rerun } from '../live/live-cluster.ts';
import { readRunRecord } from '../live/run-record.ts';
import type { Fault } from './command.ts';
import { HostFaults } from './host-faults.ts';
import { localRoster } from './roster.ts';
import { TestTime } from './testing/test-time.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = {
  name: 'c',
  nodes: nodesOf([{ count: 2, zones: ['east', 'west'] }]),
  controlPlane: singleControlPlane,
  settings: {},
  images: [],
};

const faults: [Fault, number | undefined][] = [
  [{ kind: 'cut', a: 'east', b: '*' }, 12_000],
  [{ kind: 'delay', from: 'node.node-2.>', byMs: 300, probability: 0.5 }, 20_000],
  [{ kind: 'reorder', to: 'master.apiserver', byMs: 40 }, 5_000],
  [{ kind: 'crash', actor: 'master.scheduler.0' }, undefined],
  [{ kind: 'pause', actor: 'node.node-2.kubelet' }, 7_000],
  [{ kind: 'power-off', place: 'node-1' }, 9_000],
  [{ kind: 'disk', place: 'master-0', fsyncMs: 30 }, 15_000],
  [{ kind: 'clock', place: 'node-2', aheadMs: 90_000, driftPpm: 500 }, 11_000],
  [{ kind: 'hold', between: ['node-2', 'master-0'] }, undefined],
];

test('every fault, its beginning and its end come again at their very places', async () => {
  const record = join(folder, 'run.troupe');
  const time = new TestTime();
  const failed: string[] = [];
  const live = new LiveCluster({
    spec,
    seed: 3,
    epochMs: Date.UTC(2026, 4, 1),
    speed: 7,
    version: 'test',
    record,
    time,
    warn: (line) => failed.push(line),
  });
  const { engine, cluster } = live;
  const host = new HostFaults({
    engine,
    speed: 7,
    host: 'local',
    roster: () => localRoster(spec, cluster.nodes),
    time,
  });
  const running = live.start();
  time.pass(3_000);
  for (const [fault, forMs] of faults) {
    time.pass(517);
    const command = { id: fault.kind, fault, ...(forMs !== undefined && { forMs }) };
    expect(host.answer({ do: 'fault', command })).not.toMatchObject({ did: 'refused' });
  }
  time.pass(4_000);
  expect(host.answer({ do: 'heal', all: true })).toMatchObject({ healed: [{ id: 'hold' }] });
  time.pass(4_000);
  host.stop();
  await live.stop();
  await running;
  expect(failed.filter((line) => !/has crashed; it is started again/.test(line))).toEqual([]);
  const run = readRunRecord(record);
  expect(run.isWhole).toBe(true);
  const again = rerun(run);
  expect(again.marks).toBeGreaterThan(0);
  expect(again.fingerprint).toBe(engine.fingerprint());
  const bands = run.entries.flatMap((entry) => ('deed' in entry && 'do' in entry.deed ? [entry.deed] : []));
  const ends = bands.filter(({ do: verb }) => verb === 'tellFault').map(({ args }) => args[1]);
  for (const [{ kind }] of faults.filter(([fault]) => fault.kind !== 'crash')) {
    expect(ends).toContainEqual({ id: kind, is: 'begin' });
    expect(ends).toContainEqual({ id: kind, is: 'end' });
  }
});
