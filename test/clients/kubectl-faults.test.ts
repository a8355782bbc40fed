/**
 * Goal: what `troupe fault` breaks, kubectl sees break, and what it heals, kubectl sees heal.
 *
 * Method: a live cluster twenty times as fast as the clock, the command line in this process, kubectl in its own.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { runTroupe } from '../../cli/troupe.ts';
import { LiveCluster } from './cluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-faults-'));
let cluster: LiveCluster;
let [out, err] = ['', ''];
const stateHome = process.env.XDG_STATE_HOME;

beforeAll(async () => {
  // Its own run folder: other tests' clusters are not meant.
  process.env.XDG_STATE_HOME = folder;
  cluster = await LiveCluster.start({ nodes: 3, speed: 20 });
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
  if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = stateHome;
});
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(async () => {
  await fault('heal --all');
  vi.restoreAllMocks();
});

/** Runs `troupe fault`, and gives its exit code and what it printed. */
async function fault(line: string): Promise<{ code: number; out: string; err: string }> {
  [out, err] = ['', ''];
  const code = await runTroupe(['fault', ...line.split(' ')]);
  return { code, out, err };
}

/** Waits until kubectl prints what matches, as a user who looks again and again. */
async function seen(line: string, pattern: RegExp): Promise<string> {
  for (;;) {
    const said = await cluster.run(line);
    if (pattern.test(said)) return said;
  }
}

const nodes = 'get nodes --no-headers';

test('a node that is cut off becomes NotReady, and Ready again when it is healed', async () => {
  const cut = await fault('cut node-3 --forever');
  expect(cut).toMatchObject({ code: 0 });
  expect(cut.out).toMatch(/^cut node-3 and everything {2}cut-[0-9a-f]{6} {2}until it is healed\n$/);
  expect(await seen(nodes, /node-3 +NotReady/)).toMatch(/node-1 +Ready/);
  const id = /cut-[0-9a-f]+/.exec(cut.out)?.[0] ?? '';
  const { out: listed } = await fault('list');
  expect(listed).toMatch(
    new RegExp(`${id} +cut node-3 and everything +when healed +[1-9]\\d* +1/1 +troupe fault, process`),
  );
  expect((await fault(`heal ${id}`)).out).toMatch(
    new RegExp(`^healed {2}cut node-3 and everything {2}${id} {2}touched \\d+\n$`),
  );
  await seen(nodes, /node-3 +Ready/);
  expect((await fault('list')).out).toBe('no fault is in force\n');
});

test('a cut ends by itself when its time is over', async () => {
  await fault('cut node-2 node-1 --for 1s');
  await fault('cut node-2 --for 90s');
  await seen(nodes, /node-2 +NotReady/);
  await seen(nodes, /node-2 +Ready/);
  expect((await fault('list')).out).toBe('no fault is in force\n');
});

test('a scheduler that is killed is started again and schedules', async () => {
  const crash = await fault('crash master.scheduler.0');
  expect(crash).toMatchObject({ code: 0, out: 'crash master.scheduler.0: c.master.scheduler.0\n' });
  await cluster.run('run after-crash --image=nginx');
  await cluster.run('wait --for=condition=Ready pod/after-crash --timeout=60s');
  expect(await fault('crash master.schedular.0')).toEqual({
    code: 1,
    out: '',
    err: 'troupe fault crash: nothing lives at master.schedular.0\n    fix: did you mean "master.scheduler.0"?\n',
  });
});

test('a machine without power is NotReady until it has power again', async () => {
  expect((await fault('power-off node-1 --forever')).out).toContain('power off node-1');
  await seen(nodes, /node-1 +NotReady/);
  expect((await fault('power-on node-1')).out).toBe('power on node-1: node-1\n');
  await seen(nodes, /node-1 +Ready/);
});

test('names that are not there are refused with the nearest one, and nothing is done', async () => {
  expect((await fault('cut node-4 --for 1s')).err).toBe(
    'troupe fault cut: there is no machine, zone or host "node-4"\n    fix: did you mean "node-1"?\n',
  );
  expect((await fault('heal cut-000000')).err).toBe(
    'troupe fault heal: no fault "cut-000000" is in force\n    fix: none is\n',
  );
  expect((await fault('delay --from node.node-9.> --by 1s --for 1s')).err).toContain('there is no machine "node-9"');
});

test.each([
  ['cutt node-1', 'there is no command "fault cutt"\n    fix: did you mean "troupe fault cut"?\n'],
  [
    'cut',
    'troupe fault cut needs a machine, a zone or a host\n    fix: write troupe fault cut node-3 node-4 --for 60s\n',
  ],
  ['cut a b c', 'troupe fault cut takes no "c"\n    fix: see troupe fault cut --help\n'],
  ['slow a b', 'troupe fault slow needs --by\n    fix: say how long, such as --by 200ms\n'],
  [
    'cut a --for soon',
    '--for soon is no span of time\n    fix: write a number with a unit, such as 40s, 500ms or 1m30s\n',
  ],
  ['cut a --for 1s --forever', 'a fault lasts for a time, or for ever\n    fix: leave --for or --forever out\n'],
  [
    'drop --probability 3',
    '--probability 3 is no share\n    fix: write a number from 0 to 1, or per cent, such as 10%\n',
  ],
  ['drop --typ x', 'troupe fault drop has no option "--typ"\n    fix: did you mean "--type"?\n'],
  ['crash master.etcd.0 --for 1s', 'troupe fault crash has no option "--for"\n    fix: the options are'],
  ['heal', 'troupe fault heal needs ids, or --all\n    fix: see them with troupe fault list\n'],
  [
    'clock node-1',
    'troupe fault clock does nothing by itself\n    fix: add --ahead TIME, --behind TIME or --drift PPM\n',
  ],
])('bad usage: troupe fault %s', async (line, said) => {
  const { code, err: told } = await fault(line);
  expect(told.startsWith(said)).toBe(true);
  expect(code).toBe(2);
});
