/** The schema of the cluster a story plays on. */

import { masters } from '../format.ts';
import { duration, rate, record, type Schema, table, text, texts, whole } from './pieces.ts';

const labels = table('Labels.', { type: 'string' });
const quantity: Schema = { type: ['string', 'number'], description: 'A quantity such as 500m, 4 or 8Gi.' };

const taint = record(
  'A taint, as kubelet --register-with-taints.',
  {
    key: text('Its key.'),
    value: { type: 'string', description: 'Its value.' },
    effect: { type: 'string', description: 'What it does.', enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
  },
  ['key', 'effect'],
);

/** A group of like nodes. */
export const nodeGroup = record(
  'A group of like nodes.',
  {
    count: whole('How many.', 1),
    prefix: text('Their names are this and a number from 1; `node-` unless told.'),
    capacity: table('What each has; 4 CPUs, 8Gi of memory and room for 110 pods unless told.', quantity),
    labels: { ...labels, description: 'Their labels.' },
    taints: { type: 'array', items: taint, description: 'The taints they register with.' },
    zones: {
      type: 'array',
      items: text('A zone.'),
      minItems: 1,
      description: 'The zones they are dealt out to in turn.',
    },
    staticPods: table('Pod manifests in the manifest folder of each, by file name.', { type: 'object' }),
  },
  ['count'],
);

const milliseconds = (description: string): Schema => ({ type: 'number', minimum: 0, description });

const dependency = record(
  'A call to another Service.',
  {
    target: text('Host and port, as the program would write it.', 'redis-leader:6379'),
    onPath: text('Requests with this prefix make the call; all unless told.'),
    timeoutMs: milliseconds('ms until the call counts as failed; 1,000 unless told.'),
    required: { type: 'boolean', description: 'Whether the answer fails when the call does; true unless told.' },
  },
  ['target'],
);

const failingProbe = record(
  'A span of its life in which probes fail.',
  {
    match: text('What the path or command of the probe contains.'),
    fromMs: milliseconds('From when on.'),
    untilMs: milliseconds('Until when.'),
  },
  ['match'],
);

const workload = record('What the program in an image does; everything has a default.', {
  startupMs: milliseconds('From start until it listens; 500 unless told.'),
  ports: {
    type: 'array',
    items: whole('A port.', 1),
    description: 'Ports it listens on; the declared ones unless told.',
  },
  latencyMs: milliseconds('Mean time of an answer beyond CPU work and calls; 5 unless told.'),
  cpuMsPerRequest: milliseconds('CPU time of a request in core-milliseconds; 1 unless told.'),
  idleCpuMilli: milliseconds('Millicores used while idle; 1 unless told.'),
  memoryBytes: milliseconds('Memory it takes.'),
  memoryBytesPerRequest: milliseconds('Memory a request takes while it is answered.'),
  memoryGrowthBytesPerSecond: milliseconds('A leak.'),
  errorRate: { type: 'number', minimum: 0, maximum: 1, description: 'Share of requests answered with 500.' },
  concurrency: whole('Requests handled at once; more wait.', 1),
  exitAfterMs: milliseconds('Ends by itself after so long.'),
  exitCode: whole('With this code; 0 unless told.'),
  shutdownMs: milliseconds('From SIGTERM to its end; 10 unless told.'),
  failProbes: { type: 'array', items: failingProbe, description: 'Spans in which probes fail.' },
  dependencies: { type: 'array', items: dependency, description: 'What it calls while it answers.' },
});

const image = record(
  'An image of the registry. What is not listed can be pulled all the same, and serves its declared ports.',
  {
    image: text('A reference, a repository, or a pattern with `*`.', 'redis:7', 'example.com/*'),
    sizeBytes: milliseconds('What is to be downloaded.'),
    failure: {
      type: 'string',
      description: 'Why it cannot be pulled.',
      enum: ['not-found', 'unauthorized', 'unavailable'],
    },
    workload,
  },
  ['image'],
);

/** The cluster. */
export const cluster = record('The cluster the story plays on.', {
  name: text('The first token of all addresses; `c` unless told.'),
  nodes: {
    type: ['integer', 'array'],
    minimum: 0,
    items: nodeGroup,
    description: 'How many nodes, or groups of them; 3 unless told.',
    examples: [5],
  },
  zones: {
    type: 'array',
    items: text('A zone.'),
    minItems: 1,
    description: 'The zones that nodes without zones of their own, and control-plane machines, are dealt out to.',
  },
  controlPlane: record('How many replicas of each component run.', {
    ...Object.fromEntries(Object.keys(masters).map((name) => [name, whole(`Replicas of ${name}.`, 1)])),
    etcd: { ...whole('Members of etcd: 1, 3 or 5; a majority of them must live.', 1), maximum: 7 },
  }),
  settings: table(
    'Settings by component, each flag by its own name.',
    table('Flags of a component.', { type: ['string', 'number', 'boolean', 'array', 'object'] }),
    { examples: [{ 'kube-controller-manager': { 'node-monitor-grace-period': '20s' } }] },
  ),
  images: { type: 'array', items: image, description: 'What the registry holds, and what the programs do.' },
});

/** Traffic from outside. */
export const trafficPlan = record(
  'A flow of requests from outside, through DNS, kube-proxy and the network to the pods.',
  {
    name: text('What it is called.', 'visitors'),
    to: text('Where to: a Service by name, or a node and NodePort.', 'http://frontend/cart', 'http://node-1:30080'),
    rate: rate('How many, at exponentially distributed intervals.'),
    from: duration('When it begins; unless told, once everything in `manifests` is ready.'),
    until: duration('When it ends; never unless told.'),
    node: text('The node it enters by; unless told any, the next when one does not answer.'),
    timeout: duration('When a request counts as failed; 1s unless told.'),
    clients: whole('How many source addresses take turns; 1 unless told.', 1),
  },
  ['name', 'to', 'rate'],
);

/** Paths of files and folders with manifests. */
export const manifestPaths = texts('Files and folders, relative to the story: applied first of all.', 'manifests/shop');
