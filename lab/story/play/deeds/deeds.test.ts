/** What faults that last do to a cluster, and that it is whole again when they are healed. */

import { describe, expect, test } from 'vitest';
import { parseScript } from '../../script.ts';
import { play } from '../play.ts';

/** Plays a story; gives what it judged, what stopped it, and all lines of its timeline. */
function run(text: string): { judged: [boolean, string][]; stop: string | undefined; lines: string[] } {
  const lines: string[] = [];
  const script = parseScript(text, { file: 'a.yaml', folder: '' });
  const { verdicts, stop } = play(script, {
    begin: () => {},
    line: ({ who, text }) => lines.push(`${who} ${text}`),
    table: () => {},
    end: () => {},
  });
  return { judged: verdicts.map(({ holds, seen }) => [holds, seen]), stop: stop?.what, lines };
}

const pod = (name: string, rest = '') => `
      apiVersion: v1
      kind: Pod
      metadata: { name: ${name} }
      spec: { containers: [{ name: main, image: "example/${name}", ports: [{ containerPort: 80 }]${rest} }] }`;

describe('a clock', () => {
  const skewed = (skew: string) =>
    run(`
name: a
cluster: { nodes: 2 }
story:
  - at: 30s
    skew: { node: node-1, ${skew} }
  - at: 2m
    heal: all
end: 4m
expect:
  - event: { reason: NodeNotReady, about: node/node-1, count: ">= 1" }
  - event: { reason: NodeNotReady, about: node/node-2, count: 0 }
  - nodes: { status: Ready, count: 2 }
    within: 5m
`);

  // Whether a lease was renewed, the node controller sees by its time being later than the one before.
  test('that is set behind makes its node NotReady, as its lease seems not to be renewed', () => {
    const { judged, lines } = skewed('behind: 10m');
    expect(judged.map(([holds]) => holds)).toEqual([true, true, true]);
    expect(lines).toContain('story clock 10m behind: node node-1');
    expect(lines).toContain('story heal node node-1');
  });

  test('that is set ahead does no harm until it is set right, which sets it back', () => {
    const { judged, lines } = skewed('ahead: 1h');
    expect(judged.map(([holds]) => holds)).toEqual([true, true, true]);
    const notReady = lines.indexOf('node-controller node-1 NotReady');
    expect(notReady).toBeGreaterThan(lines.indexOf('story heal node node-1'));
  });

  test('that runs slow makes its machine slow in all it does in time', () => {
    const { judged, lines } = skewed('drift: -900000ppm');
    expect(judged.map(([holds]) => holds)).toEqual([true, true, true]);
    expect(lines).toContain('story clock 900000ppm slow: node node-1');
  });
});

describe('a disk', () => {
  test('that syncs slowly under etcd makes every write slow, until it is healed', () => {
    const { judged, lines } = run(`
name: a
cluster: { nodes: 1 }
story:
  - at: 10s
    disk: { component: etcd, fsync: 700ms }
  - apply:${pod('one')}
  - after: 2s
    when: { pods: { status: Pending, count: 1 } }
    within: 0s
  - when: { ready: all }
  - heal: { component: etcd }
  - apply:${pod('two')}
  - after: 2s
expect:
  - ready: all
`);
    expect(judged).toEqual([[true, '2 objects are ready']]);
    expect(lines).toContain('story disk syncs in 700ms: etcd');
  });

  test('that fails ends etcd; healed and started again it has all that was acknowledged', () => {
    const { judged, stop, lines } = run(`
name: a
cluster: { nodes: 1 }
story:
  - apply:${pod('one')}
  - when: { ready: all }
  - disk: { component: etcd, failure: input/output error }
  - after: 30s
    heal: all
  - restart: { component: etcd }
expect:
  - ready: all
    within: 1m
`);
    expect([stop, judged]).toEqual([undefined, [[true, '1 object is ready']]]);
    expect(lines).toContain('story disk fails with "input/output error": etcd');
    expect(lines).toContain('kube-scheduler kube-scheduler-0 stopped leading');
  });
});

describe('messages', () => {
  // It was: only those of the process's root, so the controllers of a controller-manager went on.
  test('of a component that are held wait, with those of all its parts, and go on when it is healed', () => {
    const { judged, lines } = run(`
name: a
cluster: { nodes: 1 }
story:
  - at: 10s
    hold: { component: kube-controller-manager }
  - apply:
      apiVersion: v1
      kind: ReplicationController
      metadata: { name: web }
      spec:
        replicas: 1
        selector: { app: web }
        template:
          metadata: { labels: { app: web } }
          spec: { containers: [{ name: main, image: "example/web" }] }
  - after: 5s
    when: { pods: { count: 0 } }
    within: 0s
  - heal: { component: kube-controller-manager }
  - after: 2s
expect:
  - ready: all
`);
    expect(judged).toEqual([[true, '1 object is ready']]);
    expect(lines).toContain('story hold all messages of kube-controller-manager');
    expect(lines).toContain('story heal kube-controller-manager');
  });

  test('of a node that all are lost cut it off; where one in five is, others are sent again', () => {
    const losing = (share: string) =>
      run(`
name: a
cluster: { nodes: 1 }
story:
  - at: 10s
    lose: { node: node-1, share: ${share} }
  - apply:${pod('one')}
  - after: 1m
expect:
  - nodes: { status: Ready }
  - pods: { status: Running }
`);
    expect(losing('100%').judged.map(([holds]) => holds)).toEqual([false, false]);
    const { judged, lines } = losing('20%');
    expect(judged.map(([holds]) => holds)).toEqual([true, true]);
    expect(lines).toContain('story lose 20% of the messages of node node-1');
    expect(losing('20%').lines).toEqual(lines);
  });
});

test('a program whose liveness probe is made to fail is started again, and well', () => {
  const { judged, lines } = run(`
name: a
cluster: { nodes: 1 }
story:
  - apply:${pod('web', ', livenessProbe: { httpGet: { port: 80, path: /healthz }, periodSeconds: 5 }')}
  - when: { ready: all }
  - failProbes: { pod: web, match: /healthz }
  - after: 2m
expect:
  - pods: { restarts: 1, ready: true }
`);
  expect(judged).toEqual([[true, '1 such pod (web)']]);
  expect(lines).toContain('story probes of /healthz fail in container main of web');
});
