/**
 * The pod garbage collector: every 20 s, deletes by force the pods that nobody else will see to.
 *
 *   a pass:  probing (are the nodes that were missing for 40 s really gone?) ─► failing (the pods' phase) ─► deleting
 */

import type { Change } from '../../../../protocol/messages/informer.ts';
import { objectKey } from '../../../../protocol/meta.ts';
import type { Node, Pod, PodCondition } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { targetOf } from '../../../client-go/api-calls.ts';
import { applyChange, byIndex, type Indexers, makeStore, type Store } from '../../../client-go/store.ts';
import { add } from '../../../client-go/work-queue.ts';
import { patchTo } from '../controller/patches.ts';
import type { ControllerRule, Me } from '../controller/rule.ts';
import { type Call, callThen, isRefusedAs, refusalsOf, type Step, type Sync } from '../controller/sync.ts';
import { conditionOf, isEnded } from '../pods/pod-state.ts';
import { choosePodsBeyond, isOutOfService, isTerminated, isUnscheduledTerminating } from './leftovers.ts';

/** What the collector knows. */
interface PodGcCache {
  nodes: Store<Node>;
  pods: Store<Pod>;
  /** Nodes that pods name but nobody knows, and when they are to be asked for, in ms since boot. */
  missing: Map<string, number>;
}

type Collector = Me<PodGcCache>;

/** A pod to delete, and the condition that says why, where there is one. */
interface Leftover {
  readonly pod: Pod;
  readonly isOrphan: boolean;
}

/** What a pass keeps between its stages. */
interface Work {
  readonly asked: readonly string[];
  leftovers: readonly Leftover[];
}

/** As `gcCheckPeriod` and `quarantineTime`. */
const periodMs = 20_000;
const quarantineMs = 40_000;

const passKey = 'pass';
const [terminated, unscheduled] = ['terminated', 'unscheduled'];

/** Files pods by their node, and by what makes them candidates, so that a pass looks at no others. */
const podIndexers: Indexers<Pod> = {
  node: ({ spec: { nodeName } }) => (nodeName ? [nodeName] : []),
  candidate: (pod) => {
    const values: string[] = [];
    if (isTerminated(pod)) values.push(terminated);
    if (isUnscheduledTerminating(pod)) values.push(unscheduled);
    return values;
  },
};

/** As kube-controller-manager's `pod-garbage-collector-controller`. */
export const podGcRule: ControllerRule<PodGcCache> = {
  kind: 'pod-garbage-collector-controller',
  component: 'pod-garbage-collector-controller',
  watched: ['nodes', 'pods'],
  workers: () => 1,
  known: () => ({ nodes: makeStore(), pods: makeStore(), missing: new Map() }),
  take,
  begin: ({ memory }) => add(memory.queue, passKey),
  step,
};

function take({ memory: { known } }: Collector, resource: string, change: Change): void {
  if (resource === 'nodes') applyChange(known.nodes, change);
  else applyChange(known.pods, change, podIndexers);
}

function step(self: Collector, sync: Sync): Step {
  const work = sync.work as Work;
  switch (sync.stage) {
    case '':
      return probe(self, sync);
    case 'probing':
      return collect(self, sync, work);
    case 'failing':
      return afterFailing(self, sync, work);
    default:
      return rest(self, sync);
  }
}

/** Asks for the nodes that were missing for so long that no cache is late any more. */
function probe(self: Collector, sync: Sync): Step {
  const { nodes, pods, missing } = self.memory.known;
  const nowMs = self.monotonic();
  for (const name of pods.indexes.get('node')?.keys() ?? []) {
    if (!nodes.objects.has(name) && !missing.has(name)) missing.set(name, nowMs + quarantineMs);
  }
  const due = [...missing].filter(([, dueMs]) => dueMs <= nowMs).map(([name]) => name);
  for (const name of due) missing.delete(name);
  const asked = due.filter((name) => !nodes.objects.has(name));
  sync.work = { asked, leftovers: [] } satisfies Work;
  return callThen(
    'probing',
    asked.map((name) => ({ type: 'object.get', body: { resource: 'nodes', name } })),
  );
}

function collect(self: Collector, { answers }: Sync, work: Work): Step {
  const { known, input } = self.memory;
  const chosen = new Map<string, Leftover>();
  const choose = (pod: Pod, isOrphan = false) => {
    if (!chosen.has(objectKey(pod))) chosen.set(objectKey(pod), { pod, isOrphan });
  };
  const ended = byIndex(known.pods, 'candidate', terminated).values();
  for (const pod of choosePodsBeyond(ended, input.config['terminated-pod-gc-threshold'])) choose(pod);
  for (const [name, node] of known.nodes.objects) {
    if (!isOutOfService(node)) continue;
    for (const pod of byIndex(known.pods, 'node', name).values()) {
      if (pod.metadata.deletionTimestamp !== undefined) choose(pod);
    }
  }
  work.asked.forEach((name, place) => {
    if (!isRefusedAs(answers[place], 'NotFound')) return;
    for (const pod of byIndex(known.pods, 'node', name).values()) choose(pod, true);
  });
  for (const pod of byIndex(known.pods, 'candidate', unscheduled).values()) choose(pod);
  work.leftovers = [...chosen.values()];
  const open = work.leftovers.filter(({ pod }) => !isEnded(pod));
  return callThen(
    'failing',
    open.map((leftover) => failure(leftover, self.now())),
  );
}

/** No kubelet will say of the pod that it has ended. */
function failure({ pod, isOrphan }: Leftover, nowMs: number): Call {
  const { uid } = pod.metadata;
  const conditions = isOrphan ? { conditions: [orphaned(pod, nowMs)] } : {};
  return patchTo('pods', pod, { metadata: { uid }, status: { phase: 'Failed', ...conditions } }, 'status');
}

function orphaned(pod: Pod, nowMs: number): PodCondition {
  const [type, reason, message] = ['DisruptionTarget', 'DeletionByPodGC', 'PodGC: node no longer exists'];
  const known = conditionOf(pod, type);
  const since = known?.status === 'True' ? known.lastTransitionTime : undefined;
  return { type, status: 'True', reason, message, lastTransitionTime: since ?? toRfc3339(nowMs) };
}

/** A pod whose phase could not be written is left for a later pass. */
function afterFailing(self: Collector, { answers }: Sync, { leftovers }: Work): Step {
  const open = leftovers.filter(({ pod }) => !isEnded(pod));
  for (const { message } of refusalsOf(answers)) self.log('warn', 'a pod was not marked as failed', { error: message });
  const failed = new Set(open.filter((_, place) => answers[place]?.refusal !== undefined));
  return callThen(
    'deleting',
    leftovers.filter((leftover) => !failed.has(leftover)).map(({ pod }) => deletion(pod)),
  );
}

function deletion(pod: Pod): Call {
  return { type: 'object.delete', body: { ...targetOf('pods', pod), options: { gracePeriodSeconds: 0 } } };
}

function rest(self: Collector, { answers }: Sync): Step {
  for (const { message } of refusalsOf(answers)) self.log('warn', 'a pod was not deleted', { error: message });
  return { do: 'finish', againMs: periodMs };
}
