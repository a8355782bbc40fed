/** The kubelet's server: what it is asked from outside its node, about its pods. */

import type { RuntimeStats, RuntimeUsage } from '../../../protocol/messages/cri.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type {
  ContainerFind,
  ContainerStats,
  ContainerUnfound,
  NodeStats,
  NodeStatsGiven,
} from '../../../protocol/messages/streaming.ts';
import { containersOf } from '../pod/memory.ts';
import { type Me, type PodEntry, placeOf } from './memory.ts';

/** Hands the question for a container on to its pod's worker, which knows how it stands. */
export function findContainer(self: Me, event: ContainerFind): void {
  const { namespace, pod: name, container, purpose } = event.body;
  const entry = podOf(self, namespace, name);
  if (entry === undefined) {
    const message = purpose === 'log' ? `pod "${name}" does not exist\n` : 'pod does not exist';
    self.reply<ContainerUnfound>(event, 'container.unfound', { code: 404, message });
  } else if (purpose === 'log' && !containersOf(entry.pod).some((one) => one.name === container)) {
    const message = `container "${container}" not found in pod "${name}"\n`;
    self.reply<ContainerUnfound>(event, 'container.unfound', { code: 404, message });
  } else self.pass(event, entry.worker);
}

function podOf({ memory }: Me, namespace: string, name: string): PodEntry | undefined {
  for (const entry of memory.pods.values()) {
    const { metadata } = entry.pod;
    if (metadata.name === name && metadata.namespace === namespace) return entry;
  }
  return undefined;
}

/** Asks the runtime what all containers use. */
export function askStats(self: Me, event: NodeStats): void {
  self.memory.statsAskers.push(event);
  if (self.memory.statsAskers.length > 1) return;
  self.request<RuntimeStats>(
    placeOf(self).runtime,
    'runtime.stats',
    {},
    { deadlineMs: 10_000, note: { about: 'stats' } },
  );
}

/** Tells what the pods use; a runtime that does not answer is told as nothing. */
export function giveStats(self: Me, event: RuntimeUsage | RequestExpired): void {
  const { memory } = self;
  const used = event.type === 'runtime.usage' ? event.body.containers : [];
  const byPod = new Map<string, ContainerStats[]>();
  for (const { podUid, name, startedAt, usedCpuMs, memoryBytes } of used) {
    const stats = byPod.get(podUid) ?? [];
    byPod.set(podUid, stats);
    stats.push({ name, startedAt, usedCpuMs, memoryBytes });
  }
  const pods: NodeStatsGiven['body']['pods'][number][] = [];
  for (const [uid, { pod }] of memory.pods) {
    const containers = byPod.get(uid);
    if (containers === undefined) continue;
    const { namespace = '', name } = pod.metadata;
    pods.push({ namespace, name, containers: inOrder(containers, pod) });
  }
  const askers = memory.statsAskers;
  memory.statsAskers = [];
  for (const asker of askers) self.reply<NodeStatsGiven>(asker, 'node.stats-given', { at: self.now(), pods });
}

function inOrder(stats: readonly ContainerStats[], pod: PodEntry['pod']): ContainerStats[] {
  return containersOf(pod).flatMap(({ name }) => stats.find((one) => one.name === name) ?? []);
}
