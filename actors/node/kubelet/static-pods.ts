/** Static pods: what the kubelet makes of a manifest in its folder, and of the pod's mirror in the API. */

import type { Container, Node, Pod } from '../../../protocol/objects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { withDefaultTag } from '../pod/images.ts';
import { configHash } from './config-hash.ts';

/** The file of the kubelet's disk that holds a manifest. */
export function manifestFile(file: string): string {
  return `manifests/${file}`;
}

const hashAnnotation = 'kubernetes.io/config.hash';
const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** Makes the pod of a manifest: bound to this node, named after it, identified by a hash of its configuration. */
export function staticPod(manifest: Pod, node: string, file: string, nowMs: number): Pod {
  const { namespace = 'default', name, annotations = {}, ...metadata } = manifest.metadata;
  const hash = configHash({ manifest, node, file });
  const seen = {
    [hashAnnotation]: hash,
    'kubernetes.io/config.seen': `${toRfc3339(nowMs)}`,
    'kubernetes.io/config.source': 'file',
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: `${name}-${node.toLowerCase()}`,
      namespace,
      uid: hash,
      annotations: { ...annotations, ...seen },
    },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
      ...manifest.spec,
      securityContext: manifest.spec.securityContext ?? {},
      nodeName: node,
      containers: manifest.spec.containers.map((one) => withDefaults(one, manifest.spec.hostNetwork === true)),
      ...(manifest.spec.initContainers === undefined
        ? {}
        : { initContainers: manifest.spec.initContainers.map((one) => withDefaults(one, false)) }),
      // No taint drives a static pod from its node.
      tolerations: [...(manifest.spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }],
    },
    status: { phase: 'Pending' },
  };
}

function withDefaults(container: Container, onHost: boolean): Container {
  const isLatest = withDefaultTag(container.image ?? '').endsWith(':latest');
  const { requests, limits } = container.resources ?? {};
  return {
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
    ...(container.ports === undefined
      ? {}
      : {
          ports: container.ports.map((port) => ({
            protocol: 'TCP',
            // In the node's own network a container's port is the node's port.
            ...(onHost ? { hostPort: port.containerPort } : {}),
            ...port,
          })),
        }),
    resources: limits === undefined ? (container.resources ?? {}) : { limits, requests: { ...limits, ...requests } },
  };
}

/** Makes the API object that shows a static pod: its copy, owned by the node, marked as a mirror. */
export function mirrorOf(pod: Pod, node: Node | undefined): Pod {
  const { uid = '', annotations = {}, name, namespace, labels } = pod.metadata;
  const owner = node?.metadata.uid;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, [mirrorAnnotation]: uid },
      ...(node === undefined || owner === undefined
        ? {}
        : {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: owner, controller: true },
            ],
          }),
    },
    spec: pod.spec,
  };
}

/** Tells whether an API object mirrors this very configuration of a static pod, and is not on its way out. */
export function isMirrorOf(mirror: Pod, pod: Pod): boolean {
  if (mirror.metadata.deletionTimestamp !== undefined) return false;
  return mirror.metadata.annotations?.[mirrorAnnotation] === pod.metadata.annotations?.[hashAnnotation];
}
