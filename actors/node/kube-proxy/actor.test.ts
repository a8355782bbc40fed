/** kube-proxy on a stage: when it writes, and what. */

import { describe, expect, test } from 'vitest';
import { stage } from '../../../engine/testing/stage.ts';
import { defaultsOf } from '../../../protocol/flags.ts';
import type { Change, InformerChanged, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { RulesApplied, RulesFlushed } from '../../../protocol/messages/network.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { kubeProxy } from './actor.ts';
import { flags } from './flags.ts';

const web = (port = 80): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { clusterIP: '10.96.0.7', ports: [{ port }] },
  }) as KubernetesObject;
const dbOf = (name: string): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { clusterIP: '10.96.0.8', ports: [{ port: 6379 }] },
  }) as KubernetesObject;
const webEndpoints = (...ips: string[]): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'shop' },
    subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 8080 }] }],
  }) as unknown as KubernetesObject;

function proxy() {
  const s = stage(kubeProxy, {
    address: 'c.node.n1.kube-proxy',
    input: { node: 'n1', nodeIP: '172.18.0.2', apiserver: 'c.master.apiserver', config: defaultsOf(flags) },
  });
  const tell = (resource: string, ...changes: Change[]) =>
    s.send<InformerChanged>('informer.changed', { resource, changes });
  const synced = (resource: string) => s.send<InformerSynced>('informer.synced', { resource });
  const added = (object: KubernetesObject): Change => ({ type: 'ADDED', object });
  const applied = () => {
    const [write] = s.take('rules.apply');
    if (write === undefined) throw new Error('nothing was written');
    s.answer<RulesApplied>(write, 'rules.applied', { count: 0 });
    return write.body;
  };
  return { s, tell, synced, added, applied };
}

/** A proxy that has written what it found at its start: Services web and db, one endpoint of web. */
function settled() {
  const p = proxy();
  p.tell('services', p.added(web()), p.added(dbOf('db')));
  p.tell('endpoints', p.added(webEndpoints('10.244.1.2')));
  p.synced('services');
  p.synced('endpoints');
  p.s.advance(1);
  return { ...p, first: p.applied() };
}

describe('kube-proxy', () => {
  test('writes nothing before both services and endpoints are whole', () => {
    const { s, tell, synced, added } = proxy();
    tell('services', added(web()));
    synced('services');
    s.advance(60_000);
    expect(s.take('rules.apply')).toEqual([]);
    expect(s.state).toBe('syncing');
  });

  test('first replaces the whole table', () => {
    const { first } = settled();
    expect(first).toMatchObject({ replace: true, remove: [], set: [{ key: 'shop/web:' }, { key: 'shop/db:' }] });
  });

  test('then writes only what changed, and at most once a second', () => {
    const { s, tell, applied } = settled();
    tell('endpoints', { type: 'MODIFIED', object: webEndpoints('10.244.1.2', '10.244.2.2') });
    s.advance(500);
    tell('endpoints', { type: 'MODIFIED', object: webEndpoints('10.244.2.2') });
    expect(s.take('rules.apply')).toEqual([]);
    s.advance(500);
    const write = applied();
    expect(write.replace).toBe(false);
    expect(write.set).toMatchObject([{ key: 'shop/web:', endpoints: [{ ip: '10.244.2.2', port: 8080 }] }]);
    s.advance(600_000);
    expect(s.sent).toEqual([]);
  });

  test('removes the rules of a Service that goes', () => {
    const { s, tell, applied } = settled();
    tell('services', { type: 'DELETED', object: dbOf('db') });
    s.advance(1000);
    expect(applied()).toEqual({ replace: false, set: [], remove: ['shop/db:'] });
  });

  test('writes everything anew after a write without an answer', () => {
    const { s, tell, applied } = settled();
    tell('services', { type: 'DELETED', object: dbOf('db') });
    s.advance(1000);
    s.take('rules.apply');
    s.advance(5000);
    expect(applied()).toMatchObject({ replace: true, set: [{ key: 'shop/web:' }] });
  });

  test("writes everything anew when the node's network began anew", () => {
    const { s, applied } = settled();
    s.send<RulesFlushed>('rules.flushed', undefined);
    s.advance(1000);
    expect(applied()).toMatchObject({ replace: true, set: [{ key: 'shop/web:' }, { key: 'shop/db:' }] });
  });
});
