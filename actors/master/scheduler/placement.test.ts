import { expect, test } from 'vitest';
import type { KubernetesObject, Pod, Service } from '../../../protocol/objects.ts';
import { findKind, groupResource, type ResourceKind } from '../../../protocol/resources.ts';
import { putObject } from '../../client-go/store.ts';
import { assumePod, type Cache, makeCache, putNode, putPod } from './cache.ts';
import { needsOf } from './needs.ts';
import { makeNominations } from './nominations.ts';
import { makeOwners, type Owner, type Owners } from './owners.ts';
import { feasibleWanted, type NoPlacement, place, scoreNodes } from './placement.ts';
import type { Candidate } from './plugin.ts';
import { node, onNode, pod } from './testing/sample-objects.ts';

function ownersAmong(objects: KubernetesObject[]): Owners {
  const owners = makeOwners();
  for (const object of objects) {
    const resource = groupResource(findKind(object.apiVersion, object.kind) as ResourceKind);
    const known = owners.get(resource);
    if (known !== undefined) putObject(known, object as Owner);
  }
  return owners;
}

const candidateFor = (cache: Cache, object: Pod, around: KubernetesObject[] = []): Candidate => ({
  pod: object,
  needs: needsOf(object),
  cache,
  services: around.filter(({ kind }) => kind === 'Service') as Service[],
  owners: ownersAmong(around),
  hardPodAffinityWeight: 1,
});
const world = (...objects: KubernetesObject[]): Cache => {
  const cache = makeCache();
  for (const object of objects) {
    if (object.kind === 'Node') putNode(cache, object);
    else putPod(cache, object as Pod);
  }
  return cache;
};
const placed = (cache: Cache, object: Pod, around?: KubernetesObject[]) =>
  place(candidateFor(cache, object, around), makeNominations(), { percentage: 0, next: 0 }, () => 0);
/** Why each node refuses a pod. */
const reasons = (cache: Cache, object: Pod) =>
  Object.fromEntries(
    [...((placed(cache, object) as NoPlacement).refusals ?? [])].map(([name, refusal]) => [
      name,
      refusal.reasons.join(', '),
    ]),
  );
/** The score of every node for a pod. */
const scores = (cache: Cache, object: Pod, around?: KubernetesObject[]) => {
  const nodes = [...cache.nodes.values()];
  const given = scoreNodes(candidateFor(cache, object, around), nodes);
  return Object.fromEntries(nodes.map(({ name }, i) => [name, given[i]]));
};

test('a node lacks what a pod requests in the words of Kubernetes, all at once', () => {
  const cache = world(
    node('n1', { cpu: '1', memory: '1Gi', pods: '1' }),
    onNode(pod('a', { cpu: '1', memory: '1Gi' }), 'n1'),
  );
  const gpu = pod('b', {
    spec: { containers: [{ name: 'c', resources: { requests: { cpu: '1m', memory: '1', 'example.com/gpu': '1' } } }] },
  });
  expect(reasons(cache, gpu)).toEqual({
    n1: 'Too many pods, Insufficient cpu, Insufficient memory, Insufficient example.com/gpu',
  });
});

test('a full node still takes a pod that requests nothing', () => {
  const cache = world(node('n1', { cpu: '1' }), onNode(pod('a', { cpu: '1' }), 'n1'));
  expect(placed(cache, pod('b', { spec: { containers: [{ name: 'c' }] } })).node).toBe('n1');
});

test('a cordoned node takes no pod but one that tolerates it', () => {
  const cordoned = { ...node('n1'), spec: { unschedulable: true } };
  expect(reasons(world(cordoned), pod('a'))).toEqual({ n1: 'node(s) were unschedulable' });
  const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }];
  expect(placed(world(cordoned), pod('a', { spec: { tolerations } })).node).toBe('n1');
});

test('a taint keeps away who does not tolerate its key, value and effect; a mild one only counts against a node', () => {
  const taints = [{ key: 'k', value: 'v', effect: 'NoSchedule' }];
  const cache = world(node('n1', { taints }));
  expect(reasons(cache, pod('a'))).toEqual({ n1: 'node(s) had untolerated taint {k: v}' });
  expect(reasons(cache, pod('a', { spec: { tolerations: [{ key: 'k', value: 'w' }] } }))).not.toEqual({});
  expect(placed(cache, pod('a', { spec: { tolerations: [{ key: 'k', value: 'v' }] } })).node).toBe('n1');
  expect(placed(cache, pod('a', { spec: { tolerations: [{ operator: 'Exists' }] } })).node).toBe('n1');
  const mild = world(node('n1', { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] }), node('n2'));
  expect(placed(mild, pod('a')).node).toBe('n2');
});

test('a cordon or a taint counts from when it comes until it goes', () => {
  const cache = world(node('n1'));
  putNode(cache, { ...node('n1'), spec: { unschedulable: true } });
  expect(reasons(cache, pod('a'))).toEqual({ n1: 'node(s) were unschedulable' });
  putNode(cache, node('n1', { taints: [{ key: 'k', effect: 'NoExecute' }] }));
  expect(reasons(cache, pod('a'))).toEqual({ n1: 'node(s) had untolerated taint {k: }' });
  putNode(cache, node('n1'));
  expect(placed(cache, pod('a')).node).toBe('n1');
});

test('required node affinity takes one of its terms, all of whose expressions hold', () => {
  const terms = [
    {
      matchExpressions: [
        { key: 'zone', operator: 'In', values: ['a'] },
        { key: 'cores', operator: 'Gt', values: ['8'] },
      ],
    },
    { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n3'] }] },
  ];
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  };
  const cache = world(
    node('n1', { labels: { zone: 'a', cores: '4' } }),
    node('n2', { labels: { zone: 'a', cores: '16' } }),
    node('n3'),
  );
  const picky = pod('a', { spec: { affinity } });
  expect(scores(cache, picky)).toBeDefined();
  const fits = ['n1', 'n2', 'n3'].filter(
    (name) => placed(world(cache.nodes.get(name)?.node as KubernetesObject), picky).node,
  );
  expect(fits).toEqual(['n2', 'n3']);
});

test('a pod that names its nodes is not told of the others', () => {
  const named = (name: string) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
        },
      },
    },
  });
  const cache = world(node('n1'), node('n2'), node('n3', { cpu: '500m' }));
  expect(placed(cache, pod('a', { spec: named('n2') })).node).toBe('n2');
  expect(reasons(cache, pod('a', { spec: named('n3') }))).toEqual({ n3: 'Insufficient cpu' });
});

test('a port of the node is taken once per address and protocol', () => {
  const web = (name: string, hostIP?: string) =>
    pod(name, {
      cpu: '0',
      spec: {
        containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80, ...(hostIP ? { hostIP } : {}) }] }],
      },
    });
  const cache = world(node('n1'), onNode(web('a', '10.0.0.1'), 'n1'));
  expect(placed(cache, web('b', '10.0.0.2')).node).toBe('n1');
  expect(reasons(cache, web('c'))).toEqual({ n1: "node(s) didn't have free ports for the requested pod ports" });
  expect(reasons(cache, web('d', '10.0.0.1'))).not.toEqual({});
});

const zoned = (name: string, zone: string) => node(name, { labels: { 'topology.kubernetes.io/zone': zone } });
const app = { labels: { app: 'web' } };

test('a hard spread constraint keeps the difference between zones within its skew', () => {
  const spread = (key: string) => ({
    ...app,
    spec: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: key,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'web' } },
        },
      ],
    },
  });
  const cache = world(zoned('n1', 'a'), zoned('n2', 'b'), node('n3'), onNode(pod('x', app), 'n1'));
  const placement = placed(cache, pod('y', spread('topology.kubernetes.io/zone')));
  expect(placement.node).toBe('n2');
  putPod(cache, onNode(pod('y', app), 'n2'));
  putPod(cache, onNode(pod('z', app), 'n2'));
  putNode(cache, { ...zoned('n1', 'a'), spec: { unschedulable: true } });
  expect(reasons(cache, pod('w', spread('topology.kubernetes.io/zone')))).toEqual({
    n1: 'node(s) were unschedulable',
    n2: "node(s) didn't match pod topology spread constraints",
    n3: "node(s) didn't match pod topology spread constraints (missing required label)",
  });
});

const affinityTo = (kind: 'podAffinity' | 'podAntiAffinity', topologyKey: string) => ({
  affinity: {
    [kind]: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app: 'web' } } }],
    },
  },
});

test('a pod goes near the pods it wants, and the first of a kind anywhere', () => {
  const near = affinityTo('podAffinity', 'topology.kubernetes.io/zone');
  const cache = world(zoned('n1', 'a'), zoned('n2', 'a'), zoned('n3', 'b'));
  expect(reasons(cache, pod('stranger', { spec: near }))).toEqual({
    n1: "node(s) didn't match pod affinity rules",
    n2: "node(s) didn't match pod affinity rules",
    n3: "node(s) didn't match pod affinity rules",
  });
  expect(placed(cache, pod('first', { ...app, spec: near })).node).toBeDefined();
  putPod(cache, onNode(pod('x', { ...app, cpu: '4' }), 'n1'));
  expect(placed(cache, pod('next', { spec: near })).node).toBe('n2');
});

test('pods that will not be together are kept apart, whichever of them says so', () => {
  const apart = affinityTo('podAntiAffinity', 'kubernetes.io/hostname');
  const cache = world(node('n1'), onNode(pod('x', app), 'n1'));
  expect(reasons(cache, pod('y', { spec: apart }))).toEqual({ n1: "node(s) didn't match pod anti-affinity rules" });
  const other = world(node('n1'), onNode(pod('x', { spec: apart }), 'n1'));
  expect(reasons(other, pod('y', app))).toEqual({ n1: "node(s) didn't satisfy existing pods anti-affinity rules" });
});

test('the emptier node scores higher, and among like ones the one in better balance', () => {
  const cache = world(node('n1'), node('n2'), onNode(pod('x'), 'n1'));
  // n1: 4 cores and 8 GiB, of which 2 and 2 would be used: least allocated (50 + 75) / 2 = 62, balanced 1 - |1/2 - 1/4| / 2 = 87.
  // n2: 1 and 1 of 4 and 8: (75 + 87) / 2 = 81, balanced 93.
  expect(scores(cache, pod('a'))).toEqual({ n1: 62 + 87, n2: 81 + 93 });
});

test('a node that has a large image already is preferred', () => {
  const images = [{ names: ['nginx:latest'], sizeBytes: 1000 * 1024 * 1024 }];
  const rich = { ...node('n1'), status: { ...node('n1').status, images } };
  const cache = world(rich, node('n2'));
  const { n1 = 0, n2 = 0 } = scores(cache, pod('a'));
  // Half the nodes have it: 500 of 1000 MiB, less the 23 MiB that count for nothing.
  expect(n1 - n2).toBe(Math.floor((100 * (500 - 23)) / (1000 - 23)));
});

test('pods of one ReplicationController spread over nodes and zones without being asked to', () => {
  const rc = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web', namespace: 'default', uid: 'rc' },
    spec: { selector: { app: 'web' } },
  } as KubernetesObject;
  const owner = { apiVersion: 'v1', kind: 'ReplicationController', name: 'web', uid: 'rc', controller: true };
  const replica = (name: string): Pod => {
    const object = pod(name, { ...app, cpu: '10m', memory: '10Mi' });
    return { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } };
  };
  const cache = world(zoned('n1', 'a'), zoned('n2', 'a'), zoned('n3', 'b'), onNode(replica('x'), 'n1'));
  expect(placed(cache, replica('y'), [rc]).node).toBe('n3');
  // A Service that selects the same pods comes to the same.
  putPod(cache, onNode(replica('z'), 'n3'));
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' } },
  } as KubernetesObject;
  expect(scores(cache, replica('y'), [service])).toEqual(scores(cache, replica('y'), [rc]));
});

test('a pod goes to each node in turn where nothing else tells them apart', () => {
  const cache = world(...Array.from({ length: 10 }, (_, i) => node(`n${i}`)));
  for (let i = 0; i < 10; i++) {
    const object = pod(`p${i}`);
    const { node: chosen = '' } = placed(cache, object);
    assumePod(cache, object, needsOf(object), chosen);
  }
  expect([...cache.nodes.values()].map(({ pods }) => pods.size)).toEqual(Array(10).fill(1));
});

test('a large cluster is searched in part: 42 % of 1,000 nodes, 10 % of 5,000, never fewer than 100', () => {
  expect([50, 100, 200, 1000, 5000, 10_000].map((count) => feasibleWanted(count, 0))).toEqual([
    50, 100, 100, 420, 500, 500,
  ]);
  expect(feasibleWanted(1000, 100)).toBe(1000);
});
