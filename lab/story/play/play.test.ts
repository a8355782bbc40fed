/** Small stories, played: who is met by a deed, and what the run is said to have been. */

import { expect, test } from 'vitest';
import type { Outcome } from '../outcome.ts';
import { parseScript } from '../script.ts';
import { layOut } from '../tables/table.ts';
import { play } from './play.ts';
import type { Playbill, ShownTable } from './playbill.ts';

/** Plays a story and gives its outcome, and the lines of its timeline that the story itself tells. */
function run(text: string): { outcome: Outcome; lines: string[] } {
  const lines: string[] = [];
  const playbill: Playbill = {
    begin: () => {},
    line: ({ who, text }) => who === 'story' && lines.push(text),
    table: () => {},
    end: () => {},
  };
  return { outcome: play(parseScript(text, { file: 'a.yaml', folder: '' }), playbill), lines };
}

const pod = (name: string, rest = '') => `
      apiVersion: v1
      kind: Pod
      metadata: { name: ${name}, labels: { app: ${name} } }
      spec: { containers: [{ name: main, image: "example/${name}", ports: [{ containerPort: 80 }]${rest} }] }`;

test('a restart is of the replicas that do not run, not of the one that leads by now', () => {
  // It was: of the leader, so the scheduler that had taken over was killed and the dead one stayed dead.
  const { lines } = run(`
name: a
cluster: { nodes: 1, controlPlane: { kube-scheduler: 2 } }
story:
  - at: 10s
    crash: { component: kube-scheduler }
  - after: 30s
    restart: { component: kube-scheduler }
`);
  const [crashed] = lines.filter((line) => line.startsWith('crash')).map((line) => line.split(' ')[1]);
  expect(crashed).toMatch(/^kube-scheduler-[01]$/);
  expect(lines.at(-1)).toBe(`restart ${crashed}`);
});

test('a fault in a process is over when the process is: then all can be whole again', () => {
  // It was: never, as nobody healed it.
  const { outcome, lines } = run(`
name: a
cluster: { nodes: 1 }
traffic:
  - { name: visitors, to: "http://web:80", rate: 5/s, from: 20s }
story:
  - apply:
      apiVersion: v1
      kind: Service
      metadata: { name: web }
      spec: { selector: { app: web }, ports: [{ port: 80 }] }
  - apply:${pod('web', ', livenessProbe: { httpGet: { port: 80 }, periodSeconds: 5 }, readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 }')}
  - at: 30s
    hang: { pod: web }
  - when: { pods: { restarts: 1, ready: true } }
    within: 2m
  - after: 30s
expect:
  - ready: all
  - traffic: { during: after, success: "== 100%" }
`);
  expect(outcome.verdicts.map(({ holds, seen }) => [holds, seen])).toEqual([
    [true, '2 objects are ready'],
    [true, expect.stringMatching(/^100% of \d+ requests answered$/)],
  ]);
  expect(lines).toContain('all that was applied is ready again');
  expect(outcome.traffic.map(({ phase }) => phase)).toEqual(['before', 'fault', 'after']);
});

test('without a fault the requests are of no phase', () => {
  const { outcome } = run(`
name: a
cluster: { nodes: 1 }
traffic:
  - { name: visitors, to: "http://node-1:80", rate: 5/s, from: 10s, until: 30s }
end: 40s
`);
  expect(outcome.traffic.map(({ name, phase }) => [name, phase])).toEqual([['visitors', 'all']]);
});

test('what must be asked of an API server that is down stops the story, in kubectl’s words', () => {
  const { outcome } = run(`
name: a
cluster: { nodes: 1 }
story:
  - at: 10s
    crash: { component: kube-apiserver }
  - scale: { rc/web: 3 }
`);
  expect(outcome.passed).toBe(false);
  expect(outcome.stop?.what).toMatch(/^The connection to the server .* was refused/);
});

test('a seed is the same run as a number and as digits; the replay says the options again', () => {
  const text = 'name: a\ncluster: { nodes: 1 }\nend: 10s\n';
  const outcomes = [7, '7'].map((seed) => {
    const script = parseScript(text, { file: 'a.yaml', folder: '' }, { seed, set: ['cluster.nodes=2', "about=it's"] });
    return play(script, { begin: () => {}, line: () => {}, table: () => {}, end: () => {} });
  });
  expect(outcomes[0]).toEqual(outcomes[1]);
  expect(outcomes[0]?.replay).toBe(`troupe run a.yaml --seed 7 --set cluster.nodes=2 --set 'about=it'\\''s'`);
});

test('a Deployment is ready when all its pods are of its newest template and available, as kubectl rollout status has it', () => {
  // It was: when so many were ready, though of the template before.
  const { outcome } = run(`
name: a
cluster: { nodes: 1 }
story:
  - apply:
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        replicas: 2
        minReadySeconds: 10
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec: { containers: [{ name: main, image: "example/web:1" }] }
  - when: { ready: all }
  - patch:
      deploy/web: { spec: { paused: true, template: { metadata: { labels: { version: two } } } } }
  - after: 10s
expect:
  - ready: all
`);
  const [{ holds, seen, atMs } = { holds: true, seen: '', atMs: 0 }] = outcome.verdicts;
  expect([holds, seen]).toEqual([false, 'deploy/web has 0 of 2 replicas up to date']);
  expect(atMs).toBeGreaterThan(25_000);
});

test('a Deployment is shown with its ReplicaSet; of several tables, those with nothing in them are left out', () => {
  const tables: ShownTable[] = [];
  const text = `
name: a
cluster: { nodes: 1 }
story:
  - show: [replicasets, deployments]
  - apply:
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        replicas: 2
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec: { containers: [{ name: main, image: "example/web" }] }
  - when: { ready: all }
    show: [replicationcontrollers, deployments, replicasets]
`;
  const table = (one: ShownTable) => tables.push(one);
  play(parseScript(text, { file: 'a.yaml', folder: '' }), { begin: () => {}, line: () => {}, table, end: () => {} });
  expect(tables.map(({ title, rows }) => [title, ...layOut(rows)])).toEqual([
    ['kubectl get replicasets', 'No resources found in default namespace.'],
    [
      'kubectl get deployments',
      'NAME   READY   UP-TO-DATE   AVAILABLE   AGE',
      expect.stringMatching(/^web {4}2\/2 {5}2 {12}2 {11}\ds$/),
    ],
    [
      'kubectl get replicasets',
      expect.stringMatching(/^NAME +DESIRED +CURRENT +READY +AGE$/),
      expect.stringMatching(/^web-[a-z0-9]+ +2 +2 +2 +\ds$/),
    ],
  ]);
});
