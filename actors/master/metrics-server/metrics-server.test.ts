import { beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import type { Puppet } from '../../../engine/puppet.ts';
import { defaultsOf } from '../../../protocol/flags.ts';
import type { Message } from '../../../protocol/message.ts';
import type { ContainerStats } from '../../../protocol/messages/streaming.ts';
import { informer } from '../../client-go/informer/actor.ts';
import { metricsServer } from './actor.ts';
import { flags } from './flags.ts';

const address = 'c.master.metrics-server.0';
const apiserver = 'c.master.apiserver';
let engine: Engine;
let user: Puppet;
let used: { web: ContainerStats };

const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: { zone: 'a' }, resourceVersion: '5' } };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' }, resourceVersion: '5' },
  spec: { containers: [{ name: 'main' }] },
};

beforeEach(() => {
  engine = new Engine({ seed: 1, definitions: [metricsServer, informer], freeze: true });
  used = { web: { name: 'main', startedAt: 1, usedCpuMs: 0, memoryBytes: 20 * 1024 * 1024 } };
  engine.puppet(apiserver, (event, puppet) => {
    if (event.type === 'object.create') {
      const { object } = event.body as { object: { spec: { user: string } } };
      const status = { allowed: object.spec.user === 'jane', reason: '' };
      puppet.answer<Message>(event, 'request.succeeded', { code: 201, object: { ...object, status } });
    }
    if (event.type !== 'object.list') return;
    const { resource } = event.body as { resource: string };
    const object = {
      apiVersion: 'v1',
      kind: 'List',
      metadata: { resourceVersion: '5' },
      items: [resource === 'nodes' ? node : pod],
    };
    puppet.answer<Message>(event, 'request.succeeded', { code: 200, object });
  });
  engine.puppet('c.node.n1.kubelet', (event, puppet) => {
    if (event.type !== 'node.stats') return;
    // A quarter of a core, all the time.
    const web = { ...used.web, usedCpuMs: engine.now() / 4 };
    const pods = [{ namespace: 'default', name: 'web', containers: [web] }];
    puppet.answer<Message>(event, 'node.stats-given', { at: engine.now(), pods });
  });
  engine.spawn(address, 'metrics-server', { apiserver, config: defaultsOf(flags) });
  user = engine.puppet('c.client.user');
  engine.runFor(1000);
});

function ask(type: string, body: object) {
  user.take();
  user.ask<Message>(address, type, body);
  engine.runFor(100);
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what it asked for.
  return user.take()[0]?.body as any;
}

describe('metrics-server', () => {
  test('tells nothing of a pod before its second reading', () => {
    expect(
      ask('object.get', { resource: 'pods.metrics.k8s.io', namespace: 'default', name: 'web' }).status,
    ).toMatchObject({
      code: 404,
      message: 'podmetrics.metrics.k8s.io "default/web" not found',
    });
    engine.runFor(16_000);
    expect(
      ask('object.get', { resource: 'pods.metrics.k8s.io', namespace: 'default', name: 'web' }).object,
    ).toMatchObject({
      kind: 'PodMetrics',
      metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
      window: '15s',
      containers: [{ name: 'main', usage: { cpu: '250000000n', memory: '20480Ki' } }],
    });
  });

  test('sums up a node, and lists by labels and namespace', () => {
    engine.runFor(16_000);
    expect(ask('object.list', { resource: 'nodes.metrics.k8s.io' }).object).toMatchObject({
      kind: 'NodeMetricsList',
      items: [{ metadata: { name: 'n1' }, usage: { cpu: '250000000n', memory: '20480Ki' } }],
    });
    const count = (body: object) =>
      ask('object.list', { resource: 'pods.metrics.k8s.io', ...body }).object.items.length;
    expect(count({ labelSelector: 'app=web' })).toBe(1);
    expect(count({ labelSelector: 'app!=web' })).toBe(0);
    expect(count({ namespace: 'other' })).toBe(0);
    expect(ask('object.list', { resource: 'pods.metrics.k8s.io', labelSelector: 'a in b' }).status.code).toBe(400);
  });

  test('asks the API server whether a user may read', () => {
    engine.runFor(16_000);
    const asked = { resource: 'nodes.metrics.k8s.io' };
    expect(ask('object.list', { ...asked, user: { name: 'jane' } }).object.items).toHaveLength(1);
    expect(ask('object.list', { ...asked, user: { name: 'jack' } }).status).toMatchObject({
      code: 403,
      message:
        'nodes.metrics.k8s.io is forbidden: User "jack" cannot list resource "nodes" in API group "metrics.k8s.io" at the cluster scope',
    });
    const acting = { ...asked, user: { name: 'jack' }, impersonated: { name: 'jane' } };
    expect(ask('object.list', acting).status.message).toContain('User "jack" cannot impersonate resource "users"');
  });

  test('leaves out what was started again since the last reading', () => {
    engine.runFor(16_000);
    used.web = { ...used.web, startedAt: 2 };
    engine.runFor(15_000);
    expect(ask('object.list', { resource: 'pods.metrics.k8s.io' }).object.items).toEqual([]);
    engine.runFor(15_000);
    expect(ask('object.list', { resource: 'pods.metrics.k8s.io' }).object.items).toHaveLength(1);
  });
});
