import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { failure } from '../../../protocol/status.ts';
import { watched } from './intake.ts';
import { node, onNode, pod } from './testing/sample-objects.ts';
import { SchedulerWorld } from './testing/stage.ts';

test('it watches in standby, and binds nothing until it leads', () => {
  const world = new SchedulerWorld().sync();
  world.see(node('n1'), pod('web'));
  expect(world.s.state).toBe('standby');
  expect(world.bindings()).toEqual([]);
  world.lead();
  expect(world.bindings()).toEqual(['web -> n1']);
  expect(world.events()).toEqual(['Scheduled: Successfully assigned default/web to n1']);
});

test('a scheduler told not to elect a leader leads as soon as its caches are filled', () => {
  const world = new SchedulerWorld({ 'leader-elect': false }).sync();
  expect(world.s.matches('leading')).toBe(true);
});

test('a pod that fits nowhere is told so in the words of Kubernetes, once for all nodes', () => {
  const world = new SchedulerWorld().lead();
  world.see(
    node('n1', { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] }),
    node('n2', { cpu: '500m' }),
    node('n3', { cpu: '500m', memory: '512Mi' }),
    node('n4'),
    node('n5'),
  );
  // Those two are full.
  world.see(onNode(pod('a', { cpu: '4' }), 'n4'), onNode(pod('b', { cpu: '4' }), 'n5'));
  const waiting = pod('web');
  world.see(waiting);
  const message =
    '0/5 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {dedicated: gpu}, 4 Insufficient cpu. ' +
    'preemption: 0/5 nodes are available: 1 Preemption is not helpful for scheduling, 4 No preemption victims found for incoming pod.';
  expect(world.events()).toEqual([`FailedScheduling: ${message}`]);
  const patch = world.s.takeOne('object.patch');
  expect(patch.body).toMatchObject({
    resource: 'pods',
    namespace: 'default',
    name: 'web',
    subresource: 'status',
    patch: { status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] } },
  });
});

test('a pod that no node matches stays pending, and is scheduled as soon as one that does joins', () => {
  const world = new SchedulerWorld().lead();
  world.see(node('n1'), node('n2'), pod('web', { spec: { nodeSelector: { disk: 'ssd' } } }));
  expect(world.events()).toEqual([
    "FailedScheduling: 0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. " +
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  ]);
  world.s.advance(120_000);
  // A node that is no help does not even have it tried again.
  world.see(node('n3'));
  expect(world.events()).toEqual([]);
  const notReady = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];
  world.see(node('n4', { labels: { disk: 'ssd' }, taints: notReady }));
  expect(world.bindings()).toEqual([]);
  world.see(node('n4', { labels: { disk: 'ssd' } }));
  expect(world.bindings()).toEqual(['web -> n4']);
});

test('with no node at all a pod waits for the first', () => {
  const world = new SchedulerWorld().lead();
  world.see(pod('web'));
  expect(world.events()).toEqual(['FailedScheduling: no nodes available to schedule pods']);
  world.s.advance(30_000);
  expect(world.events()).toEqual([]);
  world.see(node('n1'));
  expect(world.bindings()).toEqual(['web -> n1']);
});

test('a pod that was tried moments ago backs off, 1 s then 2 s, before events have it tried again', () => {
  const world = new SchedulerWorld().lead();
  const resident = onNode(pod('a', { cpu: '4' }), 'n1');
  world.see(node('n1'), resident, pod('web'));
  world.s.take();
  world.lose(resident);
  expect(world.bindings()).toEqual([]);
  world.s.advance(999);
  expect(world.bindings()).toEqual([]);
  world.s.advance(1);
  expect(world.bindings()).toEqual(['web -> n1']);
});

test.each([3_600_000, -3_600_000])('a back-off ends on time though the clock jumps by %i ms', (offsetMs) => {
  const world = new SchedulerWorld().lead();
  const resident = onNode(pod('a', { cpu: '4' }), 'n1');
  world.see(node('n1'), resident, pod('web'));
  world.s.take();
  world.lose(resident);
  world.s.advance(500);
  world.s.engine.setClock('machine', { offsetMs });
  world.s.advance(499);
  expect(world.bindings()).toEqual([]);
  world.s.advance(1);
  expect(world.bindings()).toEqual(['web -> n1']);
});

test('a pod nothing happens for is tried again after five minutes', () => {
  const world = new SchedulerWorld().lead();
  world.see(node('n1', { cpu: '500m' }), pod('web'));
  expect(world.events()).toHaveLength(1);
  world.s.advance(299_999);
  expect(world.events()).toEqual([]);
  world.s.advance(1);
  expect(world.events()).toHaveLength(1);
});

test('of the pods that wait the highest priority goes first, and of those the one that came first', () => {
  const world = new SchedulerWorld().sync();
  world.see(node('n1', { cpu: '2' }));
  world.see(pod('first'));
  world.s.advance(10);
  world.see(pod('second'));
  world.see(pod('urgent', { priority: 1000 }));
  world.lead();
  expect(world.bindings()).toEqual(['urgent -> n1', 'first -> n1']);
});

test('a pod on its way to a node counts there before it is bound, and no more when the binding is refused', () => {
  const world = new SchedulerWorld().lead();
  world.see(node('n1', { cpu: '1' }), pod('a'), pod('b'));
  const bind = world.s.take('object.create').find(({ body }) => body.subresource === 'binding');
  expect(bind?.body.object.metadata.name).toBe('a');
  expect(world.s.takeOne('object.patch').body.name).toBe('b');
  world.s.answer(bind, 'request.refused', { status: failure.internalError('etcdserver: request timed out') });
  expect(world.events()).toEqual([
    'FailedScheduling: running Bind plugin "DefaultBinder": Internal error occurred: etcdserver: request timed out',
  ]);
  expect(world.s.takeOne('object.patch').body.patch.status.conditions[0]).toMatchObject({ reason: 'SchedulerError' });
  world.s.advance(1000);
  // Both waited out their back-off; b has waited since before a came back.
  expect(world.bindings()).toHaveLength(1);
});

test('a binding without an answer keeps its place until the pod itself shows whether it was done', () => {
  const world = new SchedulerWorld().lead();
  world.see(node('n1', { cpu: '1' }), pod('a'));
  world.s.take();
  world.s.advance(30_000);
  const read = world.s.takeOne('object.get');
  world.s.take();
  world.see(pod('b'));
  expect(world.bindings()).toEqual([]);
  world.s.answer(read, 'request.succeeded', { code: 200, object: onNode(pod('a'), 'n1') });
  expect(world.events()).toContain('Scheduled: Successfully assigned default/a to n1');
});

test('a pod deleted while it is bound leaves nothing behind', () => {
  const world = new SchedulerWorld().lead();
  world.see(node('n1', { cpu: '1' }), pod('a'));
  const bind = world.s.take('object.create').find(({ body }) => body.subresource === 'binding');
  world.lose(pod('a'));
  world.s.answer(bind, 'request.refused', { status: failure.notFound('pods', 'a') });
  world.see(pod('b'));
  expect(world.bindings()).toEqual(['b -> n1']);
});

test('pods of another scheduler, deleted ones and gated ones are left alone', () => {
  const world = new SchedulerWorld().lead();
  const gated = pod('gated', { spec: { schedulingGates: [{ name: 'quota' }] } });
  world.see(node('n1'), pod('other', { spec: { schedulerName: 'volcano' } }), gated);
  expect(world.bindings()).toEqual([]);
  world.see(pod('gated'));
  expect(world.bindings()).toEqual(['gated -> n1']);
});

test('who loses leadership drops everything, starts over, and can lead again', () => {
  const world = new SchedulerWorld().lead();
  world.see(node('n1'), pod('a'));
  world.s.take();
  world.s.send('leadership.lost', { reason: 'x' }, { from: `${world.s.address}.leader-election` });
  expect(world.s.state).toBe('starting');
  expect(world.s.memory.cache.nodes.size).toBe(0);
  expect(world.s.spawned.flatMap(({ input }) => input.resource ?? [])).toEqual(watched.map(({ resource }) => resource));
  world.lead();
  world.see(node('n1'), pod('a'));
  expect(world.bindings()).toEqual(['a -> n1']);
});

test('pods of a ReplicaSet go to nodes and zones that have none of them, though another node is emptier', () => {
  const world = new SchedulerWorld().lead();
  const at = (zone: string, cpu: string) => ({
    cpu,
    memory: `${cpu}Gi`,
    labels: { 'topology.kubernetes.io/zone': zone },
  });
  world.see(node('large', at('a', '64')), node('next', at('a', '8')), node('far', at('b', '8')));
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web', namespace: 'default', uid: 'set' },
    spec: { selector: { matchLabels: { app: 'web' } } },
  };
  world.see(set);
  const replica = (name: string) => {
    const object = pod(name, { labels: { app: 'web' } });
    const { apiVersion, kind, metadata } = set;
    const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
    return { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } };
  };
  world.see(replica('a'), replica('b'), replica('c'));
  expect(world.bindings()).toEqual(['a -> large', 'b -> far', 'c -> next']);
  // Without it nothing tells that the pods belong together.
  world.lose(set);
  world.see(replica('d'));
  expect(world.bindings()).toEqual(['d -> large']);
});

test('room is made for a pod of more priority: the fewest and least important go, and it waits for their node', () => {
  const world = new SchedulerWorld().lead();
  world.see(node('n1', { cpu: '2' }), node('n2', { cpu: '2' }));
  world.see(
    onNode(pod('low', { priority: 10 }), 'n1'),
    onNode(pod('lower', { priority: 5 }), 'n1'),
    onNode(pod('high', { priority: 2000, cpu: '2' }), 'n2'),
  );
  world.see(pod('urgent', { priority: 1000 }));
  expect(world.events()).toEqual([
    'Preempted: Preempted by pod uid-urgent on node n1',
    'FailedScheduling: 0/2 nodes are available: 2 Insufficient cpu.',
  ]);
  expect(world.s.takeOne('object.delete').body).toMatchObject({ resource: 'pods', name: 'lower' });
  const [victim, preemptor] = world.s.take('object.patch');
  expect(victim?.body.patch.status.conditions).toMatchObject([
    { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' },
  ]);
  expect(preemptor?.body.patch.status.nominatedNodeName).toBe('n1');
  // Meanwhile the room is not given to a pod of less priority.
  world.lose(onNode(pod('lower', { priority: 5 }), 'n1'));
  world.see(pod('sneaky', { priority: 7 }));
  expect(world.bindings()).toEqual([]);
  world.s.advance(1000);
  expect(world.bindings()).toEqual(['urgent -> n1']);
});

test('its requests keep to 50 a second past a burst of 100', () => {
  const world = new SchedulerWorld().lead();
  world.see(node('n1', { cpu: '400', memory: '800Gi', pods: '500' }));
  world.see(...Array.from({ length: 250 }, (_, i) => pod(`p${i}`)));
  expect(world.bindings(false)).toHaveLength(100);
  world.s.advance(1000);
  expect(world.bindings(false)).toHaveLength(50);
  world.s.advance(2000);
  expect(world.bindings(false)).toHaveLength(100);
});

test('pods of a Service spread over nodes, and fill no node beyond what it has', () => {
  const world = new SchedulerWorld().lead();
  world.see({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' } },
  } as KubernetesObject);
  world.see(node('n1'), node('n2'), node('n3'));
  world.see(...Array.from({ length: 6 }, (_, i) => pod(`web${i}`, { cpu: '100m', labels: { app: 'web' } })));
  const nodes = world.bindings().map((text) => text.slice(-2));
  expect(nodes.sort()).toEqual(['n1', 'n1', 'n2', 'n2', 'n3', 'n3']);
});
