/** The class a claim or an Ingress gets that names none (DefaultStorageClass, DefaultIngressClass). */

import type * as core from 'kubernetes-types/core/v1.js';
import type * as networking from 'kubernetes-types/networking/v1.js';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';

type Claim = Omit<core.PersistentVolumeClaim, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type Ingress = Omit<networking.Ingress, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type Caches = Pick<Memory, 'caches'>;

const oldStorageAnnotation = 'volume.beta.kubernetes.io/storage-class';
const oldIngressAnnotation = 'kubernetes.io/ingress.class';
const storageDefaults = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
const ingressDefaults = ['ingressclass.kubernetes.io/is-default-class'];

/** Names the default storage class in a claim that names none; the empty name is one. */
export function addStorageClass(memory: Caches, claim: Claim): Claim {
  const { spec, metadata } = claim;
  if (spec?.storageClassName !== undefined || metadata.annotations?.[oldStorageAnnotation] !== undefined) return claim;
  const storageClassName = defaultOf(memory, 'storageclasses.storage.k8s.io', storageDefaults);
  return storageClassName === undefined ? claim : { ...claim, spec: { ...spec, storageClassName } };
}

/** Names the default Ingress class in an Ingress that names none. */
export function addIngressClass(memory: Caches, ingress: Ingress): Ingress {
  const { spec, metadata } = ingress;
  if (spec?.ingressClassName !== undefined || metadata.annotations?.[oldIngressAnnotation] !== undefined) {
    return ingress;
  }
  const ingressClassName = defaultOf(memory, 'ingressclasses.networking.k8s.io', ingressDefaults);
  return ingressClassName === undefined ? ingress : { ...ingress, spec: { ...spec, ingressClassName } };
}

/** Of several defaults the youngest counts, then the first by name. */
function defaultOf(memory: Caches, resource: string, annotations: readonly string[]): string | undefined {
  const { entries } = cacheOf(memory, resource);
  const marked = [...entries.values()]
    .map(({ object }) => object.metadata)
    .filter((metadata) => annotations.some((name) => metadata.annotations?.[name] === 'true'));
  const born = (metadata: KubernetesObject['metadata']) => metadata.creationTimestamp ?? '';
  marked.sort((a, b) => (born(a) === born(b) ? (a.name < b.name ? -1 : 1) : born(a) > born(b) ? -1 : 1));
  return marked[0]?.name;
}
