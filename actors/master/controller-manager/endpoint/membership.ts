/** Which pods a Service has, and which Services a pod's change concerns. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import { objectKey } from '../../../../protocol/meta.ts';
import type { Pod, Service } from '../../../../protocol/objects.ts';
import { matchesLabels, type Selector } from '../../../../protocol/selectors.ts';
import { byIndex, type Indexers, type Store } from '../../../client-go/store.ts';
import { isEnded, isReady } from '../pods/pod-state.ts';

/** Files pods by their namespace, and by each label in it. */
export const podIndexers: Indexers<Pod> = {
  label: ({ metadata: { namespace = '', labels = {} } }) => {
    const values = [namespace];
    for (const key in labels) values.push(labelIndex(namespace, key, labels[key] ?? ''));
    return values;
  },
};

function labelIndex(namespace: string, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}

/** Gives the pods a Service selects; it looks only at those that bear the rarest of the labels asked for. */
export function podsOf(pods: Store<Pod>, service: Service, selector: Selector): Pod[] {
  const { namespace = '' } = service.metadata;
  let fewest = byIndex(pods, 'label', namespace);
  for (const [key, value] of Object.entries(service.spec.selector ?? {})) {
    const bearing = byIndex(pods, 'label', labelIndex(namespace, key, value));
    if (bearing.size < fewest.size) fewest = bearing;
  }
  return [...fewest.values()].filter(({ metadata }) => matchesLabels(selector, metadata.labels));
}

/** Gives the keys of the Services that select these labels. `selectors` has those that have a selector. */
export function servicesOf(
  services: Store<Service>,
  selectors: ReadonlyMap<string, Selector>,
  { metadata }: Pod,
): string[] {
  const keys: string[] = [];
  for (const key of byIndex(services, 'namespace', metadata.namespace ?? '').keys()) {
    const selector = selectors.get(key);
    if (selector !== undefined && matchesLabels(selector, metadata.labels)) keys.push(key);
  }
  return keys;
}

/** What of a pod Endpoints show. */
export type PodChange = 'none' | 'shown' | 'labels' | 'both';

/** Decides what a change of a pod means for Endpoints; most mean nothing. */
export function judgePodChange(old: Pod, pod: Pod): PodChange {
  const labels =
    !deepEqual(old.metadata.labels, pod.metadata.labels) ||
    old.spec.hostname !== pod.spec.hostname ||
    old.spec.subdomain !== pod.spec.subdomain;
  const isShown =
    (old.metadata.deletionTimestamp === undefined) !== (pod.metadata.deletionTimestamp === undefined) ||
    isReady(old) !== isReady(pod) ||
    isEnded(old) !== isEnded(pod) ||
    old.status?.podIP !== pod.status?.podIP ||
    old.spec.nodeName !== pod.spec.nodeName ||
    objectKey(old) !== objectKey(pod) ||
    old.metadata.uid !== pod.metadata.uid;
  return labels ? (isShown ? 'both' : 'labels') : isShown ? 'shown' : 'none';
}
