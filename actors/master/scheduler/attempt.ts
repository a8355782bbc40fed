/** One attempt to place one pod, and what follows when it fails. */

import { byIndex } from '../../client-go/store.ts';
import { bind } from './binding.ts';
import { assumePod } from './cache.ts';
import { tellFailure } from './failure.ts';
import { fitErrorMessage, noNodesAvailable } from './fit-error.ts';
import type { Me } from './memory.ts';
import { nominate, withdraw } from './nominations.ts';
import { type NoPlacement, place } from './placement.ts';
import type { Candidate } from './plugin.ts';
import { type Eviction, preempt } from './preemption.ts';
import { profile } from './profile.ts';
import { type QueuedPod, shelve, takeNext } from './queue.ts';
import { condition, patchStatus, record, send } from './writes.ts';

/** Tries every pod that is ready. A scheduling cycle takes no time; what it decides is in the cache for the next. */
export function attemptAll(self: Me): void {
  for (let queued = takeNext(self.memory.queue); queued !== undefined; queued = takeNext(self.memory.queue)) {
    attempt(self, queued);
  }
}

function attempt(self: Me, queued: QueuedPod): void {
  const { memory } = self;
  const { pod, needs, key } = queued;
  if (pod.metadata.deletionTimestamp !== undefined) {
    record(self, pod, 'Warning', 'FailedScheduling', `skip schedule deleting pod: ${key}`);
    return;
  }
  const candidate = candidateOf(self, queued);
  const placement = place(candidate, memory.nominations, memory.sweep, () => self.random());
  if (placement.node !== undefined) {
    withdraw(memory.nominations, key);
    assumePod(memory.cache, pod, needs, placement.node);
    bind(self, queued, placement.node);
  } else if (placement.nodeCount === 0) failWithoutNodes(self, queued);
  else fail(self, queued, candidate, placement);
}

function candidateOf({ memory }: Me, { pod, needs }: QueuedPod): Candidate {
  const namespace = pod.metadata.namespace ?? '';
  return {
    pod,
    needs,
    cache: memory.cache,
    services: byIndex(memory.services, 'namespace', namespace).values(),
    owners: memory.owners,
    hardPodAffinityWeight: memory.input.config['hard-pod-affinity-weight'],
  };
}

/** Kubernetes tries again after each back-off; but nothing changes before a node joins, which frees the pod at once. */
function failWithoutNodes(self: Me, queued: QueuedPod): void {
  const all = profile.map(({ name }) => name);
  shelve(self.memory.queue, queued, all, self.monotonic());
  tellFailure(self, queued, 'Unschedulable', noNodesAvailable, '');
}

function fail(self: Me, queued: QueuedPod, candidate: Candidate, { refusals, nodeCount }: NoPlacement): void {
  const { memory } = self;
  const outcome = preempt(candidate, refusals, memory.nominations, () => self.random());
  const message = fitErrorMessage(nodeCount, refusals, outcome.eviction === undefined ? outcome.message : '');
  const refusedBy = new Set([...refusals.values()].map(({ plugin }) => plugin));
  if (queued.needs.nodes.names !== undefined) refusedBy.add('NodeAffinity');
  shelve(memory.queue, queued, [...refusedBy], self.monotonic());
  if (outcome.eviction === undefined) withdraw(memory.nominations, queued.key);
  else evict(self, queued, outcome.eviction);
  tellFailure(self, queued, 'Unschedulable', message, outcome.eviction?.node ?? '');
}

function evict(self: Me, { pod, needs }: QueuedPod, { node, victims }: Eviction): void {
  const { memory } = self;
  const scheduler = memory.input.config['scheduler-name'];
  const why = `${scheduler}: preempting to accommodate a higher priority pod`;
  for (const { pod: victim } of victims) {
    const told = condition('DisruptionTarget', 'True', 'PreemptionByScheduler', why, self.now());
    patchStatus(self, victim, { conditions: [told] });
    const { namespace = '', name } = victim.metadata;
    send(self, { type: 'object.delete', body: { resource: 'pods', namespace, name }, note: { about: 'write' } });
    record(self, victim, 'Normal', 'Preempted', `Preempted by pod ${pod.metadata.uid} on node ${node}`);
  }
  // Those of less priority that wait for room there will not get it.
  for (const other of [...(memory.nominations.byNode.get(node)?.values() ?? [])]) {
    if (other.needs.priority >= needs.priority) continue;
    withdraw(memory.nominations, other.key);
    patchStatus(self, other.pod, { nominatedNodeName: null });
  }
  nominate(memory.nominations, pod, needs, node);
}
