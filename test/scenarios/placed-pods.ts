/** Pods that ask for room, and what can be asked of where they were placed. */

import type { Pod, PodSpec } from '../../protocol/objects.ts';
import type { World } from '../world.ts';

/** Makes a pod that runs for ever and asks for what it is told to. */
export function pod(name: string, spec: Partial<PodSpec> = {}, requests: Record<string, string> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'server', image: 'httpd:2.4', resources: { requests } }], ...spec },
  };
}

/** Gives where a pod was placed; undefined while it has no node. */
export function nodeOf(cluster: World, name: string): string | undefined {
  return cluster.get<Pod>('pods', name).spec.nodeName;
}

/** Waits until a pod has a node, and gives it. */
export function untilPlaced(cluster: World, name: string, withinMs?: number): string {
  cluster.until(`${name} has a node`, () => nodeOf(cluster, name) !== undefined, {
    everyMs: 50,
    ...(withinMs === undefined ? {} : { withinMs }),
  });
  return nodeOf(cluster, name) ?? '';
}

/** Tells why a pod has no node, as `kubectl describe` shows it. */
export function failuresOf(cluster: World, name: string): string[] {
  return cluster.events(name).filter((event) => event.startsWith('FailedScheduling: '));
}
