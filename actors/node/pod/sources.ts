/** The ConfigMaps and Secrets that a pod's environment and volumes are made of. */

import type { ConfigMap, Container, KubernetesObject, Pod, Secret } from '../../../protocol/objects.ts';
import { decodeBase64 } from './base64.ts';

/** One object that is read from the API. */
export interface SourceRef {
  resource: 'configmaps' | 'secrets';
  name: string;
}

/** What was read, by `sourceKey`; null where there is no such object. */
export type Sources = ReadonlyMap<string, KubernetesObject | null>;

/** Names a source among those of one pod. */
export function sourceKey({ resource, name }: SourceRef): string {
  return `${resource}/${name}`;
}

/** Lists what a container's environment needs, each once. */
export function environmentSources(container: Container): SourceRef[] {
  const refs: SourceRef[] = [];
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef?.name) refs.push({ resource: 'configmaps', name: configMapRef.name });
    if (secretRef?.name) refs.push({ resource: 'secrets', name: secretRef.name });
  }
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.configMapKeyRef?.name) refs.push({ resource: 'configmaps', name: valueFrom.configMapKeyRef.name });
    if (valueFrom?.secretKeyRef?.name) refs.push({ resource: 'secrets', name: valueFrom.secretKeyRef.name });
  }
  return once(refs);
}

/** Lists what a pod's volumes need, each once. */
export function volumeSources(pod: Pod): SourceRef[] {
  const refs: SourceRef[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    if (volume.configMap?.name) refs.push({ resource: 'configmaps', name: volume.configMap.name });
    if (volume.secret?.secretName) refs.push({ resource: 'secrets', name: volume.secret.secretName });
    for (const { configMap, secret } of volume.projected?.sources ?? []) {
      if (configMap?.name) refs.push({ resource: 'configmaps', name: configMap.name });
      if (secret?.name) refs.push({ resource: 'secrets', name: secret.name });
    }
  }
  return once(refs);
}

function once(refs: SourceRef[]): SourceRef[] {
  return refs.length < 2 ? refs : [...new Map(refs.map((ref) => [sourceKey(ref), ref])).values()];
}

/** Gives the text entries of a ConfigMap or Secret. */
export function entriesOf(ref: SourceRef, object: KubernetesObject): Record<string, string> {
  if (ref.resource === 'configmaps') return { ...((object as ConfigMap).data ?? {}) };
  const { data = {}, stringData = {} } = object as Secret;
  const decoded = Object.entries(data).map(([key, value]) => [key, decodeBase64(value)]);
  return { ...Object.fromEntries(decoded), ...stringData };
}

/** Says that an object is missing, as the kubelet does. */
export function notFound({ resource, name }: SourceRef): string {
  return `${resource === 'configmaps' ? 'configmap' : 'secret'} "${name}" not found`;
}
