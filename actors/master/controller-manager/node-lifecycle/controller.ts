/** The node-lifecycle controller: marks nodes that fall silent, keeps pods off them, and has their pods evicted. */

import type { Node, Pod } from '../../../../protocol/objects.ts';
import { add } from '../../../client-go/work-queue.ts';
import { patchTo } from '../controller/patches.ts';
import type { ControllerRule } from '../controller/rule.ts';
import { callThen, failBy, finish, refusalsOf, type Step, type Sync } from '../controller/sync.ts';
import { healthKey, makeCache, type NodeCache, type NodeController, readKey, takeChange } from './cache.ts';
import { evict } from './evictions.ts';
import { labelsToSet } from './labels.ts';
import { look } from './monitor.ts';
import { afterMark, markCall, podsToMark } from './pod-marks.ts';
import { afterRefreshing, afterTainting, makeTaintWork, type TaintWork, writeTaints } from './taint-writes.ts';
import { noScheduleChange } from './taints.ts';

/** As its 8 workers for nodes and 4 for pods, beside the look at the nodes' health and the evictions. */
const workers = 8 + 4 + 2;

/** As kube-controller-manager's `node-lifecycle-controller`. */
export const nodeLifecycleRule: ControllerRule<NodeCache> = {
  kind: 'node-lifecycle-controller',
  component: 'node-controller',
  watched: ['nodes', 'leases.coordination.k8s.io', 'pods'],
  workers: () => workers,
  known: makeCache,
  take: takeChange,
  begin: ({ memory }) => add(memory.queue, healthKey),
  step,
};

function step(self: NodeController, sync: Sync): Step {
  const key = readKey(sync.key);
  if (key.about === 'health') return look(self, sync);
  if (key.about === 'evictions') return evict(self, sync);
  return key.about === 'node' ? syncNode(self, sync, key.name) : syncPod(self, sync, key.name);
}

/** Keeps a node's NoSchedule taints as its conditions are, and its old labels as the new ones. */
function syncNode(self: NodeController, sync: Sync, name: string): Step {
  const node = self.memory.known.nodes.objects.get(name);
  const taints = sync.work as TaintWork;
  switch (sync.stage) {
    case '':
      if (node === undefined) return finish;
      sync.work = makeTaintWork([noScheduleChange(node)]);
      return writeTaints(sync.work as TaintWork, self.now());
    case 'tainting':
      return afterTainting(taints, sync.answers) ?? setLabels(node);
    case 'refreshing':
      return afterRefreshing(taints, sync.answers, self.now());
    default:
      if (refusalsOf(sync.answers).length > 0) return failBy(refusalsOf(sync.answers));
      return taints.failed.size > 0 ? { do: 'fail', message: `failed to swap taints of node ${name}` } : finish;
  }
}

function setLabels(node: Node | undefined): Step {
  const labels = node === undefined ? undefined : labelsToSet(node);
  const calls = node === undefined || labels === undefined ? [] : [patchTo('nodes', node, { metadata: { labels } })];
  return callThen('labelling', calls);
}

/** A pod that comes to a node that is not ready is marked at once. */
function syncPod(self: NodeController, sync: Sync, name: string): Step {
  const { pods, health, nodes } = self.memory.known;
  if (sync.stage === 'marking') {
    const isMarked = afterMark(self, sync.work as Pod, sync.answers[0]);
    return isMarked ? finish : failBy(refusalsOf(sync.answers));
  }
  const pod = pods.objects.get(name);
  const node = pod?.spec.nodeName ?? '';
  const seen = health.get(node);
  if (pod === undefined || seen === undefined) return finish;
  if (!nodes.objects.has(node)) return { do: 'fail', message: `node "${node}" not found` };
  if (seen.ready === undefined || seen.ready.status === 'True' || podsToMark([pod]).length === 0) return finish;
  sync.work = pod;
  return callThen('marking', [markCall(pod, self.now())]);
}
