/** Every pod runs as a service account, and finds the account's token mounted (ServiceAccount). */

import type * as core from 'kubernetes-types/core/v1.js';
import { copyOf, copyWith } from '../../../../protocol/copy.ts';
import type { Container, Pod, PodSpec, ServiceAccount, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { nameSuffix } from '../../../../protocol/uid.ts';
import { nameForRefusal } from './naming.ts';
import { isMirror } from './pod-defaults.ts';

/** The account of a pod that names none. */
export const defaultAccount = 'default';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
/** As `WarnOnlyBoundTokenExpiration` of one hour and seven seconds. */
const tokenSeconds = 3607;

/** The name of the account a pod runs as. */
export function accountNameOf({ spec }: Pod): string {
  return spec.serviceAccountName || spec.serviceAccount || defaultAccount;
}

/** Refuses a mirror pod that has what only the API could give it. */
export function mirrorRefusal(pod: Pod): Status | undefined {
  if (!isMirror(pod)) return undefined;
  const refuse = (detail: string) => failure.forbidden('pods', nameForRefusal(pod), detail);
  if (pod.spec.serviceAccountName) return refuse('a mirror pod may not reference service accounts');
  const hasToken = (pod.spec.volumes ?? []).some(({ projected }) =>
    (projected?.sources ?? []).some((source) => source.serviceAccountToken !== undefined),
  );
  return hasToken ? refuse('a mirror pod may not use ServiceAccountToken volume projections') : undefined;
}

/** Refuses a pod whose account is not there. */
export function noAccountRefusal(pod: Pod, namespace: string): Status {
  const name = accountNameOf(pod);
  const detail = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
  return failure.forbidden('pods', nameForRefusal(pod), detail);
}

/** Lets a pod run as its account: names it, takes over its pull secrets, and mounts its token. */
export function addServiceAccount(pod: Pod, account: ServiceAccount): Pod {
  const { name } = account.metadata;
  const spec = copyOf(pod.spec);
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const mounts = pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  if (mounts) mountToken(spec, suffixOf(pod, account));
  if ((spec.imagePullSecrets ?? []).length === 0 && account.imagePullSecrets !== undefined) {
    spec.imagePullSecrets = account.imagePullSecrets;
  }
  return copyWith(pod, { spec });
}

function mountToken(spec: PodSpec, suffix: string): void {
  const volumes = spec.volumes ?? [];
  const given = volumes.find(({ name }) => name?.startsWith(volumePrefix));
  const name = given?.name ?? volumePrefix + suffix;
  const mount: core.VolumeMount = { name, readOnly: true, mountPath };
  let isNeeded = false;
  const mounted = (container: Container): Container => {
    const there = container.volumeMounts ?? [];
    if (there.some((one) => one.mountPath === mountPath)) return container;
    isNeeded = true;
    return copyWith(container, { volumeMounts: [...there, mount] });
  };
  if (spec.initContainers !== undefined) spec.initContainers = spec.initContainers.map(mounted);
  // Validation, which comes later, misses them if there are none.
  if (spec.containers !== undefined) spec.containers = spec.containers.map(mounted);
  if (isNeeded && given === undefined) spec.volumes = [...volumes, { name, projected: tokenSource }];
}

/** The token, the certificate to know the API server by, and the namespace: the same for every pod. */
const tokenSource: core.ProjectedVolumeSource = {
  sources: [
    { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
  defaultMode: 0o644,
};

/**
 * Makes the five characters that end the volume's name.
 *
 * Kubernetes draws them for each pod. Here all pods of a controller have the same, so that they can go on sharing one spec;
 * nobody but the pod itself ever refers to them.
 */
function suffixOf({ metadata }: Pod, account: ServiceAccount): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
  let state = hash(`${owner ?? `${metadata.namespace}/${metadata.name ?? ''}`} ${account.metadata.uid ?? ''}`);
  return nameSuffix(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}

/** Gives the FNV-1a hash of a text, of 32 bits. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sum;
}
