/** The downward API: fields of a pod and resources of its containers, as text. */

import type { WorkerPlace } from '../../../protocol/messages/pod-worker.ts';
import type { Container, Pod } from '../../../protocol/objects.ts';
import { byteCount, cpuMilli } from '../../../protocol/quantity.ts';

/** Reads a field of a pod by its path; undefined for a path the downward API does not offer. */
export function podField(pod: Pod, path: string, place: WorkerPlace, podIP: string): string | undefined {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed !== null) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return lines(metadata.labels ?? {});
    case 'metadata.annotations':
      return lines(metadata.annotations ?? {});
    case 'spec.nodeName':
      return spec.nodeName ?? place.node;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return place.nodeIP;
    case 'status.podIP':
    case 'status.podIPs':
      return podIP;
    default:
      return undefined;
  }
}

/** Writes a map as the files of a downward API volume hold it. */
function lines(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}

/**
 * Reads a resource of a container, divided and rounded up; a limit that is not set is what the node has for pods.
 * Undefined for a resource the downward API does not offer.
 */
export function resourceField(
  container: Container,
  resource: string,
  divisor: string | undefined,
  allocatable: WorkerPlace['allocatable'],
): string | undefined {
  const [which, ...rest] = resource.split('.');
  const name = rest.join('.');
  if (which !== 'limits' && which !== 'requests') return undefined;
  const whole: Record<string, number> = {
    cpu: allocatable.cpuMilli,
    memory: allocatable.memoryBytes,
    'ephemeral-storage': allocatable.ephemeralStorageBytes,
  };
  const given = container.resources?.[which]?.[name];
  const fallback = which === 'limits' ? whole[name] : 0;
  if (given === undefined && fallback === undefined) return undefined;
  const measure = name === 'cpu' ? cpuMilli : byteCount;
  const amount = given === undefined ? (fallback ?? 0) : measure(given);
  const unit = divisor === undefined || divisor === '0' ? (name === 'cpu' ? 1000 : 1) : measure(divisor);
  return String(Math.ceil(amount / unit));
}
