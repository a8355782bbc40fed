/** The node-lifecycle controller, its informers and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import type { Heard } from '../../../../engine/testing/stage.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { Node, Taint } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { lease, node, pod, ready } from '../testing/objects.ts';
import { type Play, play, told } from '../testing/stage.ts';
import { nodeLifecycleRule as rule } from './controller.ts';

/** The API server for nodes: what is written is told by the informer; gives what was asked besides. */
class Cluster {
  readonly p: Play<unknown>;
  readonly calls: string[] = [];
  readonly nodes = new Map<string, Node>();
  private version = 1;

  constructor(p: Play<unknown>, nodes: readonly Node[]) {
    this.p = p;
    for (const one of nodes) this.nodes.set(one.metadata.name, one);
  }

  /** Lets so many seconds pass; kubelets of these nodes renew their leases, every ten. */
  pass(seconds: number, living: readonly string[] = []): void {
    for (let second = 0; second < seconds; second++) {
      this.p.advance(1000);
      if (second % 10 === 9) for (const name of living) this.p.change(lease(name, toRfc3339(this.p.stage.now)));
      this.serve();
    }
  }

  taints(name: string): string[] {
    return (this.nodes.get(name)?.spec?.taints ?? []).map(({ key, effect }) => `${key.split('/')[1]}:${effect}`);
  }

  serve(): void {
    for (let calls = this.p.asked(); calls.length > 0; calls = this.p.asked())
      for (const call of calls) this.take(call);
  }

  private take(call: Heard): void {
    const { type, body } = call;
    this.calls.push(...told([call]));
    const known = this.nodes.get(body.name);
    if (body.resource !== 'nodes' || known === undefined) {
      this.p.ok(call, body.object);
      return;
    }
    if (type === 'object.get') {
      this.p.ok(call, known);
      return;
    }
    this.version += 1;
    const given = type === 'object.replace' ? body.object : patched(known, body.patch);
    const stored = withMeta(given as Node, { resourceVersion: String(this.version) });
    this.nodes.set(body.name, stored);
    this.p.ok(call, stored);
    this.p.change(stored);
  }
}

function patched(known: Node, patch: { metadata?: { labels?: object }; spec?: { taints?: Taint[] | null } }): Node {
  const taints = patch.spec?.taints === undefined ? known.spec?.taints : (patch.spec.taints ?? undefined);
  const labels = { ...known.metadata.labels, ...patch.metadata?.labels };
  const { taints: _, ...spec } = known.spec ?? {};
  return { ...withMeta(known, { labels }), spec: taints === undefined ? spec : { ...spec, taints } };
}

/** A cluster of nodes heard of just now, with these other objects in it. */
function cluster(nodes: readonly Node[], pods: readonly ReturnType<typeof pod>[] = []): Cluster {
  const leases = nodes.map(({ metadata }) => lease(metadata.name, '2026-01-01T00:00:00Z'));
  const c = new Cluster(play(rule, [...nodes, ...leases, ...pods]) as Play<unknown>, nodes);
  c.serve();
  return c;
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i + 1}`);
const podOn = (nodeName: string) => pod(`on-${nodeName}`, { spec: { nodeName } });

test('a node that joins is greeted once', () => {
  const c = cluster([node('n1')]);
  c.pass(30, ['n1']);
  expect(c.p.events()).toEqual(['RegisteredNode: Node n1 event: Registered Node n1 in Controller']);
});

test('at rest nothing is written', () => {
  const c = cluster(names(3).map((name) => node(name)));
  c.calls.length = 0;
  c.pass(300, names(3));
  expect(c.calls).toEqual([]);
});

test('a node that went away is told of, and forgotten', () => {
  const c = cluster([node('n1'), node('n2')]);
  c.p.remove(node('n1'));
  c.pass(5, ['n2']);
  expect(c.p.events().at(-1)).toBe('RemovingNode: Node n1 event: Removing Node n1 from Controller');
});

describe('a new node', () => {
  test('that is not ready gets its taints, which go when it is', () => {
    const c = cluster([node('n0'), node('n1', 'False')]);
    c.pass(5, ['n0', 'n1']);
    expect(c.taints('n1').sort()).toEqual(['not-ready:NoExecute', 'not-ready:NoSchedule']);
    const now = c.nodes.get('n1') as Node;
    const better = { ...now, status: { ...node('n1', 'True', { heartbeat: '2026-01-01T00:00:06Z' }).status } } as Node;
    c.nodes.set('n1', better);
    c.p.change(better);
    c.serve();
    expect(c.taints('n1')).toEqual(['not-ready:NoExecute']);
    c.pass(6, ['n0', 'n1']);
    expect(c.taints('n1')).toEqual([]);
  });

  test('bears its platform under the old names too', () => {
    const c = cluster([node('n1', 'True', { meta: { labels: { 'kubernetes.io/os': 'linux' } } })]);
    expect(c.nodes.get('n1')?.metadata.labels).toMatchObject({ 'beta.kubernetes.io/os': 'linux' });
  });
});

describe('a node that falls silent', () => {
  test('is marked after 40 s, kept free of new pods at once, and its pods evicted by a taint with the next look', () => {
    const c = cluster([node('n0'), node('n1')], [podOn('n1')]);
    c.pass(40, ['n0']);
    expect(c.nodes.get('n1')?.status?.conditions?.[0]?.status).toBe('True');
    c.pass(5, ['n0']);
    expect(c.nodes.get('n1')?.status?.conditions?.[0]).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
    });
    expect(c.taints('n1')).toEqual(['unreachable:NoSchedule']);
    c.pass(6, ['n0']);
    expect(c.taints('n1')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
  });

  test('has its pods marked as not ready, once, and both are told', () => {
    const c = cluster([node('n0'), node('n1')], [podOn('n1'), podOn('n0')]);
    c.calls.length = 0;
    c.pass(60, ['n0']);
    expect(c.calls.filter((call) => call.includes('pods'))).toEqual(['replace pods/on-n1 status']);
    expect(c.p.events().filter((event) => event.startsWith('NodeNotReady'))).toEqual([
      'NodeNotReady: Node n1 status is now: NodeNotReady',
      'NodeNotReady: Node is not ready',
    ]);
  });

  test('is left alone when it was only slow', () => {
    const c = cluster([node('n0'), node('n1')]);
    c.pass(39, ['n0']);
    c.p.change(lease('n1', '2026-01-01T00:00:38Z'));
    c.pass(30, ['n0']);
    expect(c.taints('n1')).toEqual([]);
  });

  test('has its taints taken away when it is heard of again', () => {
    const c = cluster([node('n0'), node('n1')]);
    c.pass(60, ['n0']);
    const now = c.nodes.get('n1') as Node;
    const back = { ...now, status: node('n1', 'True', { heartbeat: '2026-01-01T00:01:01Z' }).status } as Node;
    c.nodes.set('n1', back);
    c.p.change(back);
    c.pass(6, ['n0', 'n1']);
    expect(c.taints('n1')).toEqual([]);
  });

  test('is not evicted when it cannot be marked', () => {
    const p = play(rule, [node('n0'), node('n1')]) as Play<unknown>;
    for (let second = 0; second < 60; second++) {
      p.advance(1000);
      if (second % 10 === 9) p.change(node('n0', 'True', { heartbeat: toRfc3339(p.stage.now) }));
      for (const call of p.asked()) {
        expect(told([call])).toEqual([expect.stringMatching(/(replace nodes\/n1 status|get nodes\/n1)/)]);
        if (call.type === 'object.get') p.ok(call, node('n1'));
        else p.refuse(call, failure.conflict('nodes', 'n1', 'changed'));
      }
    }
  });
});

describe('a pod', () => {
  test('that comes to a node which is not ready is marked at once', () => {
    const c = cluster([node('n0'), node('n1', 'False')]);
    c.calls.length = 0;
    c.p.add(podOn('n1'));
    c.p.add(pod('starting', { status: { conditions: [ready(false)] } }));
    c.p.add(podOn('n0'));
    c.serve();
    expect(c.calls).toEqual(['replace pods/on-n1 status']);
  });
});

describe('when many nodes fall silent at once', () => {
  test('their pods are evicted one node every ten seconds', () => {
    // A look at the very time a node had its turn gave it another: every second turn was lost.
    const c = cluster(names(10).map((name) => node(name)));
    const living = names(10).slice(3);
    const evicted = () => names(3).filter((name) => c.taints(name).includes('unreachable:NoExecute')).length;
    c.pass(51, living);
    expect(evicted()).toBe(1);
    c.pass(10, living);
    expect(evicted()).toBe(2);
    c.pass(10, living);
    expect(evicted()).toBe(3);
  });

  test('and it is most of a small zone, none is evicted', () => {
    const c = cluster(names(5).map((name) => node(name)));
    c.pass(120, ['n1']);
    expect(
      names(5)
        .flatMap((name) => c.taints(name))
        .filter((taint) => taint.endsWith('NoExecute')),
    ).toEqual([]);
    expect(c.taints('n2')).toEqual(['unreachable:NoSchedule']);
  });

  test('and it is all of them, none is evicted, and the first that is back finds all given time anew', () => {
    const c = cluster(names(3).map((name) => node(name)));
    c.pass(120);
    expect(c.taints('n1')).toEqual(['unreachable:NoSchedule']);
    const now = c.nodes.get('n1') as Node;
    const back = { ...now, status: node('n1', 'True', { heartbeat: '2026-01-01T00:02:00Z' }).status } as Node;
    c.nodes.set('n1', back);
    c.p.change(back);
    c.pass(9, ['n1']);
    expect(c.taints('n1')).toEqual([]);
  });

  test('and the first is back, those that were silent meanwhile have their whole grace period', () => {
    const c = cluster([node('n1', 'False'), node('n2', 'False')]);
    c.pass(30);
    const now = c.nodes.get('n2') as Node;
    const back = { ...now, status: node('n2', 'True', { heartbeat: '2026-01-01T00:00:30Z' }).status } as Node;
    c.nodes.set('n2', back);
    c.p.change(back);
    const silent = () => c.nodes.get('n1')?.status?.conditions?.[0]?.status;
    c.pass(40, ['n2']);
    expect(silent()).toBe('False');
    c.pass(15, ['n2']);
    expect(silent()).toBe('Unknown');
  });
});
