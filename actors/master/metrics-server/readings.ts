/** What was read of the kubelets: the last two readings of each, and the use between them. */

import type { ContainerStats, NodeStatsGiven } from '../../../protocol/messages/streaming.ts';

/** A reading of one node. */
export type Reading = NodeStatsGiven['body'];

/** The last two readings of a node. */
export interface NodeReadings {
  readonly last: Reading;
  readonly previous: Reading | undefined;
}

/** What a container uses. */
export interface Usage {
  readonly name: string;
  /** Billionths of a core. */
  readonly cpuNano: number;
  readonly memoryBytes: number;
}

/** What a pod uses, over a window that ended at a time. */
export interface PodUsage {
  readonly namespace: string;
  readonly name: string;
  /** ms since the epoch, and ms. */
  readonly at: number;
  readonly windowMs: number;
  readonly containers: readonly Usage[];
}

/** Adds a reading; one that is no newer than the last is a copy that came late. */
export function addReading(known: NodeReadings | undefined, reading: Reading): NodeReadings {
  if (known === undefined) return { last: reading, previous: undefined };
  return reading.at > known.last.at ? { last: reading, previous: known.last } : known;
}

/** Reckons what the pods of a node use. A pod one of whose containers was not there before is left out. */
export function podUsages({ last, previous }: NodeReadings): PodUsage[] {
  if (previous === undefined) return [];
  const before = new Map(previous.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod.containers]));
  const windowMs = last.at - previous.at;
  return last.pods.flatMap(({ namespace, name, containers }) => {
    const known = before.get(`${namespace}/${name}`) ?? [];
    const usages = containers.flatMap((container) => usageOf(container, known, windowMs) ?? []);
    return usages.length < containers.length ? [] : [{ namespace, name, at: last.at, windowMs, containers: usages }];
  });
}

function usageOf(now: ContainerStats, known: readonly ContainerStats[], windowMs: number): Usage | undefined {
  const before = known.find(({ name, startedAt }) => name === now.name && startedAt === now.startedAt);
  if (before === undefined) return undefined;
  const cpuNano = Math.round(((now.usedCpuMs - before.usedCpuMs) / windowMs) * 1e9);
  return { name: now.name, cpuNano: Math.max(0, cpuNano), memoryBytes: now.memoryBytes };
}

/** Reckons what all of a node's containers use; undefined before there are two readings. */
export function nodeUsage(
  readings: NodeReadings,
): (Omit<PodUsage, 'namespace' | 'name' | 'containers'> & Omit<Usage, 'name'>) | undefined {
  const { last, previous } = readings;
  if (previous === undefined) return undefined;
  let [cpuNano, memoryBytes] = [0, 0];
  for (const { containers } of podUsages(readings)) for (const one of containers) cpuNano += one.cpuNano;
  for (const { containers } of last.pods) for (const one of containers) memoryBytes += one.memoryBytes;
  return { at: last.at, windowMs: last.at - previous.at, cpuNano, memoryBytes };
}
