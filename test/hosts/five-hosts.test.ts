/**
 * Goal: a cluster on five hosts keeps working while hosts, the network and NATS fail: three hosts with a control plane,
 * two with 250 nodes each, on three NATS servers.
 *
 * Method: everything in containers with addresses of their own; after each fault the cluster must converge again. Meanwhile
 * people use it by all three doors: what they were told must be one history, and what was acknowledged must be there.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { checkLinearizability } from '../../lab/invariants/linearizability.ts';
import type { Box } from './box.ts';
import { eventually } from './eventually.ts';
import { Door, People, registerModel } from './people.ts';
import { type NatsServer, yardOfTests } from './yard.ts';

const nodesEach = 250;
/** The rate of requests that clusters of so many nodes are run with; 20 by default. */
const limits = ['kube-api-qps', 'kube-api-burst'].flatMap((flag) => ['--set', `kube-controller-manager.${flag}=200`]);
const yard = yardOfTests();
let nats: NatsServer[] = [];
const control: Box[] = [];
const workers: Box[] = [];
const doors = new Map<Box, Door>();
const people = new People(() => [...doors.values()]);

const urls = () => nats.map(({ box }) => `nats://${box.name}:4222`).join(',');
const started = /Ctrl-C ends it/;

/** The doors of the control hosts that run. */
function door(): Door {
  const [open] = control.filter(({ isRunning }) => isRunning).map((box) => doors.get(box));
  if (open === undefined) throw new Error('no door is open');
  return open;
}

async function startControl(n: number): Promise<void> {
  const name = `control-${n}`;
  const all = ['--nats', urls(), '--name', name, '--listen', '0.0.0.0', '--port', '6443'];
  const words =
    n === 1
      ? ['up', ...all, '--control-plane', '3', '--nodes', '0', ...limits]
      : ['host', ...all, '--role', 'control-plane'];
  // The first waits for a majority of etcd: the others join meanwhile.
  const home = { '/home/troupe/.local/state': yard.volume(`${name}-state`) };
  control[n - 1] = await yard.troupe(name, words, n === 1 ? /joined/ : started, { volumes: home });
}

/** So many pods of the guestbook's programs are ready, and all nodes are. */
async function converged(what: string): Promise<void> {
  await eventually(
    `${what}: all nodes are ready`,
    async () => {
      const { items } = await door().get('/api/v1/nodes');
      return items.length === 2 * nodesEach && items.every((node: Conditioned) => ready(node) === 'True')
        ? true
        : undefined;
    },
    120_000,
  );
  await eventually(
    `${what}: all replicas are ready`,
    async () => {
      const { items } = await door().get('/api/v1/namespaces/default/replicationcontrollers');
      const isWhole = ({ spec, status }: Replicated) => status?.readyReplicas === spec.replicas;
      return items.length > 0 && items.every(isWhole) ? true : undefined;
    },
    120_000,
  );
}

interface Conditioned {
  status: { conditions: { type: string; status: string }[] };
}

/** What a node says of being ready. */
function ready({ status }: Conditioned): string | undefined {
  return status.conditions.find(({ type }) => type === 'Ready')?.status;
}

interface Replicated {
  metadata: { name: string };
  spec: { replicas: number };
  status?: { readyReplicas?: number };
}

/** Asks for more replicas of something, so that the whole control plane has work to do. */
async function scale(name: string, by: number): Promise<void> {
  const path = `/api/v1/namespaces/default/replicationcontrollers/${name}/scale`;
  await eventually(`${name} is scaled`, async () => {
    const { spec } = await door().get(path);
    const patch = { spec: { replicas: spec.replicas + by } };
    const { code } = await door().call('PATCH', path, patch, 'application/merge-patch+json');
    return code === 200 ? true : undefined;
  });
}

async function applyGuestbook(): Promise<void> {
  const folder = join(import.meta.dirname, '..', '..', 'experiments', 'manifests', 'guestbook');
  for (const file of readdirSync(folder)) {
    const documents = parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS());
    for (const object of documents.flatMap((one) => one.items ?? [one])) {
      const resource = object.kind === 'Service' ? 'services' : 'replicationcontrollers';
      await door().create(`/api/v1/namespaces/default/${resource}`, object);
    }
  }
}

beforeAll(async () => {
  nats = await yard.natsCluster(3);
  for (const server of nats) await eventually(`${server.box.name} knows a leader`, () => server.jetStreamLeader());
  await startControl(1);
  await Promise.all([startControl(2), startControl(3)]);
  await control[0]?.until(started);
  for (const box of control) doors.set(box, await Door.of(box));
  const words = (name: string) => ['host', '--nats', urls(), '--name', name, '--nodes', String(nodesEach)];
  const both = ['workers-1', 'workers-2'].map((name) => yard.troupe(name, words(name), started));
  workers.push(...(await Promise.all(both)));
  await applyGuestbook();
  await people.start();
}, 180_000);

afterAll(() => {
  for (const one of doors.values()) one.close();
});

test('the guestbook runs on five hosts', async () => {
  await converged('at first');
});

test('a control host is killed: the others go on, it comes back with its data, and a record shows it all', async () => {
  const [host] = control as [Box];
  const file = '/data/run.troupe';
  const [recorder] = workers as [Box];
  const recording = recorder.exec('troupe', 'record', '--nats', urls(), '-o', file, '--for', '20s');
  await host.kill();
  await scale('frontend', 2);
  await host.start();
  await converged('a control host was killed');
  const { out, err } = await recording;
  expect(out, err).toMatch(/messages of 5 hosts/);
  const info = await recorder.exec('troupe', 'trace', 'info', file);
  expect(info.out).toMatch(/host.begun +[56]\n/);
  expect(info.out).toMatch(/raft\.append/);
});

test('a host with nodes is cut off for a minute, a control host is killed meanwhile, and all is well again', async () => {
  const [host] = workers as [Box];
  const cutAt = performance.now();
  await host.disconnect();
  await control[1]?.kill();
  await scale('frontend', 1);
  await control[1]?.start();
  const areGivenUp = async () => {
    const { items } = await door().get('/api/v1/nodes');
    return items.filter((node: Conditioned) => ready(node) === 'Unknown').length === nodesEach ? true : undefined;
  };
  // A controller manager that has just become the leader gives each node its 40 s from then on.
  await eventually('its nodes are given up', areGivenUp, 150_000);
  await eventually('a minute is over', () => (performance.now() - cutAt > 60_000 ? true : undefined));
  await host.connect();
  await scale('frontend', 1);
  await converged('it is plugged in again');
  expect(host.said).toMatch(/cut off from the other hosts/);
});

test('a NATS server is restarted while the third control host is killed, then another NATS server is killed', async () => {
  const [first, second] = nats as [NatsServer, NatsServer];
  await control[2]?.kill();
  await first.box.stop();
  await first.box.start();
  await eventually('it follows a leader', () => first.jetStreamLeader());
  await control[2]?.start();
  await scale('frontend', 1);
  await converged('a NATS server was restarted');
  await second.box.kill();
  await scale('frontend', 1);
  await converged('a NATS server was killed');
});

test('what people were told is one history, and nothing that was acknowledged is lost', async () => {
  await people.stop();
  const { verdict } = checkLinearizability(people.calls, registerModel);
  expect(verdict).toBe('linearizable');
  const { items } = await door().get('/api/v1/namespaces/default/configmaps?labelSelector=note%3Dyes');
  const kept = new Set(items.map(({ metadata }: Replicated) => metadata.name));
  expect(people.notes.filter((name) => !kept.has(name))).toEqual([]);
  expect(people.calls.length).toBeGreaterThan(100);
});
