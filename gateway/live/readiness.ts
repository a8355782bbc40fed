/** Waits until a cluster that starts is ready, and tells how far it has come. */

import type { ObjectChanged, ObjectWatch } from '../../protocol/messages/api.ts';
import type { KubernetesObject, Node } from '../../protocol/objects.ts';
import type { ClusterLink } from '../cluster-link.ts';

/** Tells of a stage: the API server answers, and so many of the nodes are Ready. */
export type OnProgress = (ready: number) => void;

/** Waits until these nodes are Ready; until `signal` ends it, at the latest. `onProgress` is told first when the API server answers. */
export async function nodesReady(
  link: ClusterLink,
  apiserver: string,
  names: readonly string[],
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  const { onProgress, signal } = options;
  const awaited = new Set(names);
  const ready = new Set<string>();
  while (!signal.aborted) {
    const reading = link.open<ObjectWatch>(apiserver, 'object.watch', { resource: 'nodes', sendInitialEvents: true });
    const close = () => reading.close();
    signal.addEventListener('abort', close, { once: true });
    onProgress(ready.size);
    for await (const message of reading) {
      if (message.type !== 'object.changed') continue;
      const { object } = (message as ObjectChanged).body;
      const name = object.metadata?.name ?? '';
      if (!awaited.has(name)) continue;
      if (isReady(object)) ready.add(name);
      else ready.delete(name);
      onProgress(ready.size);
      if (ready.size === awaited.size) break;
    }
    signal.removeEventListener('abort', close);
    if (ready.size === awaited.size) return;
    // Nobody answers yet, or the watch broke: again soon.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isReady(object: KubernetesObject): boolean {
  const conditions = (object as Node).status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
