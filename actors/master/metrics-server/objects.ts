/** NodeMetrics and PodMetrics as metrics.k8s.io/v1beta1 shows them. */

import type { KubernetesObject, Node, Pod } from '../../../protocol/objects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import type { nodeUsage, PodUsage, Usage } from './readings.ts';

/** The field that tells how long usage was measured; its name is a browser's word too. */
const span = 'window';
const apiVersion = 'metrics.k8s.io/v1beta1';

/** Makes the metrics of a node. */
export function nodeMetrics(
  node: Node,
  usage: NonNullable<ReturnType<typeof nodeUsage>>,
  now: number,
): KubernetesObject {
  const { at, windowMs } = usage;
  return {
    apiVersion,
    kind: 'NodeMetrics',
    metadata: metadataOf(node, now),
    ...{ timestamp: toRfc3339(at), [span]: goDuration(windowMs), usage: amounts(usage) },
  };
}

/** Makes the metrics of a pod. */
export function podMetrics(pod: Pod, { at, windowMs, containers }: PodUsage, now: number): KubernetesObject {
  return {
    apiVersion,
    kind: 'PodMetrics',
    metadata: metadataOf(pod, now),
    ...{
      timestamp: toRfc3339(at),
      [span]: goDuration(windowMs),
      containers: containers.map((one) => ({ name: one.name, usage: amounts(one) })),
    },
  };
}

function metadataOf({ metadata }: KubernetesObject, now: number): KubernetesObject['metadata'] {
  const { name, namespace, labels } = metadata;
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    creationTimestamp: toRfc3339(now),
    ...(labels !== undefined && { labels }),
  };
}

function amounts({ cpuNano, memoryBytes }: Omit<Usage, 'name'>): { cpu: string; memory: string } {
  const cpu = cpuNano === 0 ? '0' : `${cpuNano}n`;
  return { cpu, memory: `${Math.ceil(memoryBytes / 1024)}Ki` };
}

/** Writes ms as Go writes a duration. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms) / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${Math.round((seconds % 60) * 1000) / 1000}s`;
}
