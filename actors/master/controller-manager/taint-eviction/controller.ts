/**
 * The taint-eviction controller: deletes pods that do not, or no longer, tolerate the NoExecute taints of their node.
 *
 * A pod's deletion is planned when its node is tainted, and called off when it is not any more; it needs no look in between.
 */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import { objectKey, splitKey } from '../../../../protocol/meta.ts';
import type { Node, Pod, Taint } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { applyChange, byIndex, type Indexers, makeStore, type Store } from '../../../client-go/store.ts';
import { add, addAfter, drop } from '../../../client-go/work-queue.ts';
import { patchTo } from '../controller/patches.ts';
import { type ControllerRule, type Me, record } from '../controller/rule.ts';
import { callThen, failBy, finish, refusalsOf, type Step, type Sync } from '../controller/sync.ts';
import { conditionOf } from '../pods/pod-state.ts';
import { evictingTaints, stayOf } from './tolerations.ts';

/** When a pod's stay ends, in ms since boot. */
interface Plan {
  readonly endMs: number;
  /** It has been deleted: no second time, though the cache may still show it. */
  isDone: boolean;
}

/** What the controller knows. */
interface EvictionCache {
  nodes: Store<Node>;
  pods: Store<Pod>;
  /** The evicting taints of the nodes that have any. */
  tainted: Map<string, readonly Taint[]>;
  /** By pod. */
  plans: Map<string, Plan>;
}

type Controller = Me<EvictionCache>;

const podIndexers: Indexers<Pod> = { node: ({ spec: { nodeName } }) => (nodeName ? [nodeName] : []) };
const nodeFields = ['spec.taints'];
const podFields = ['spec.nodeName', 'spec.tolerations'];
const [nodePrefix, podPrefix, evictPrefix] = ['node:', 'pod:', 'evict:'];

/** As its 8 workers for updates; deletions take as many as are due. */
const workers = 64;

/** As kube-controller-manager's `taint-eviction-controller`. */
export const taintEvictionRule: ControllerRule<EvictionCache> = {
  kind: 'taint-eviction-controller',
  component: 'taint-eviction-controller',
  watched: ['nodes', 'pods'],
  interest: (resource) => (resource === 'nodes' ? { fields: nodeFields } : { fields: podFields }),
  workers: () => workers,
  retriesMax: 5,
  known: () => ({ nodes: makeStore(), pods: makeStore(), tainted: new Map(), plans: new Map() }),
  take,
  step,
};

function take({ memory: { known, queue } }: Controller, resource: string, change: Change): void {
  if (resource === 'nodes') {
    applyChange(known.nodes, change);
    const old = change.old === undefined ? [] : evictingTaints(change.old as Node);
    const isNews = change.type !== 'MODIFIED' || !deepEqual(old, evictingTaints(change.object as Node));
    if (isNews) add(queue, nodePrefix + change.object.metadata.name);
    return;
  }
  applyChange(known.pods, change, podIndexers);
  const [pod, old] = [change.object as Pod, change.old as Pod | undefined];
  const isSame =
    change.type === 'MODIFIED' &&
    old?.spec.nodeName === pod.spec.nodeName &&
    deepEqual(old?.spec.tolerations, pod.spec.tolerations);
  if (!isSame) add(queue, podPrefix + objectKey(pod));
}

function step(self: Controller, sync: Sync): Step {
  const { key } = sync;
  if (key.startsWith(nodePrefix)) return syncNode(self, key.slice(nodePrefix.length));
  if (key.startsWith(podPrefix)) return syncPod(self, key.slice(podPrefix.length));
  return evict(self, sync, key.slice(evictPrefix.length));
}

function syncNode(self: Controller, name: string): Step {
  const { nodes, pods, tainted } = self.memory.known;
  const node = nodes.objects.get(name);
  if (node === undefined) {
    tainted.delete(name);
    return finish;
  }
  const taints = evictingTaints(node);
  if (taints.length > 0) tainted.set(name, taints);
  else tainted.delete(name);
  for (const [key, pod] of byIndex(pods, 'node', name)) {
    if (taints.length > 0) plan(self, key, pod, taints);
    else callOff(self, key);
  }
  return finish;
}

function syncPod(self: Controller, key: string): Step {
  const { pods, tainted } = self.memory.known;
  const pod = pods.objects.get(key);
  if (pod === undefined) callOff(self, key);
  const taints = tainted.get(pod?.spec.nodeName ?? '');
  if (pod !== undefined && taints !== undefined) plan(self, key, pod, taints);
  return finish;
}

/** Plans a pod's deletion. A stay that has begun goes on as it was planned, unless it ends at once or never does. */
function plan(self: Controller, key: string, pod: Pod, taints: readonly Taint[]): void {
  const { plans } = self.memory.known;
  const stay = stayOf(pod, taints);
  const standing = plans.get(key);
  const isUnderWay = standing !== undefined && !standing.isDone;
  if (stay === 'forever' || (stay === 0 && isUnderWay)) callOff(self, key);
  if (stay === 'forever' || plans.has(key)) return;
  const nowMs = self.monotonic();
  plans.set(key, { endMs: nowMs + stay, isDone: false });
  addAfter(self.memory.queue, evictPrefix + key, stay, nowMs);
}

function callOff(self: Controller, key: string): void {
  const { known, queue } = self.memory;
  const standing = known.plans.get(key);
  if (standing === undefined) return;
  known.plans.delete(key);
  drop(queue, evictPrefix + key);
  if (!standing.isDone) tell(self, key, `Cancelling deletion of Pod ${key}`);
}

function tell(self: Controller, key: string, message: string): void {
  const regarding = { kind: 'Pod', apiVersion: 'v1', ...splitKey(key) };
  record(self, { regarding, type: 'Normal', reason: 'TaintManagerEviction', message });
}

function evict(self: Controller, sync: Sync, key: string): Step {
  const standing = self.memory.known.plans.get(key);
  const target = { resource: 'pods', ...splitKey(key) };
  switch (sync.stage) {
    case '':
      if (standing === undefined || standing.isDone || standing.endMs > self.monotonic()) return finish;
      tell(self, key, `Marking for deletion Pod ${key}`);
      return callThen('reading', [{ type: 'object.get', body: target }]);
    case 'reading':
      return markDisrupted(self, sync, key);
    case 'marking':
      if (refusalsOf(sync.answers).length > 0) return giveUp(self, sync, key);
      return callThen('deleting', [{ type: 'object.delete', body: target }]);
    default:
      if (refusalsOf(sync.answers).length > 0) return giveUp(self, sync, key);
      if (standing !== undefined) standing.isDone = true;
      return finish;
  }
}

function markDisrupted(self: Controller, sync: Sync, key: string): Step {
  const pod = sync.answers[0]?.object as Pod | undefined;
  if (pod === undefined) return giveUp(self, sync, key);
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  };
  const known = conditionOf(pod, condition.type);
  if (known?.reason === condition.reason && known.status === condition.status) return callThen('marking', []);
  const lastTransitionTime = known?.status === 'True' ? known.lastTransitionTime : toRfc3339(self.now());
  const status = { conditions: [{ ...condition, lastTransitionTime }] };
  return callThen('marking', [patchTo('pods', pod, { metadata: { uid: pod.metadata.uid }, status }, 'status')]);
}

/** A pod that is gone needs no more; any other failure is tried again, soon. */
function giveUp({ memory }: Controller, { answers }: Sync, key: string): Step {
  const refusals = refusalsOf(answers, ['NotFound']);
  if (refusals.length > 0) return failBy(refusals);
  memory.known.plans.delete(key);
  return finish;
}
