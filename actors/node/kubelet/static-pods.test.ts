import { describe, expect, test } from 'vitest';
import type { Node, Pod } from '../../../protocol/objects.ts';
import { isMirrorOf, mirrorOf, staticPod } from './static-pods.ts';

const manifest: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'nginx', resources: { limits: { cpu: '1' } } }] },
};
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'node-uid' } } as Node;
const nowMs = Date.UTC(2026, 0, 1);

const made = (given: Pod = manifest, file = 'web.yaml') => staticPod(given, 'N1', file, nowMs);

describe('the pod of a manifest', () => {
  test('is named after the node, bound to it, and says where it comes from', () => {
    const { metadata, spec, status } = made();
    expect(metadata).toMatchObject({ name: 'web-n1', namespace: 'default', labels: { app: 'web' } });
    expect(metadata.annotations).toEqual({
      'kubernetes.io/config.hash': metadata.uid,
      'kubernetes.io/config.seen': expect.stringMatching(/^2026-01-01T00:00:00/),
      'kubernetes.io/config.source': 'file',
    });
    expect(spec.nodeName).toBe('N1');
    expect(status).toEqual({ phase: 'Pending' });
  });

  test('has the API’s defaults, and no taint drives it away', () => {
    const { spec } = made();
    expect(spec).toMatchObject({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
    });
    expect(spec.tolerations).toEqual([{ operator: 'Exists', effect: 'NoExecute' }]);
    expect(spec.containers[0]).toMatchObject({
      imagePullPolicy: 'Always',
      resources: { limits: { cpu: '1' }, requests: { cpu: '1' } },
    });
  });

  test('in the node’s own network has the node’s ports', () => {
    const container = { name: 'main', image: 'nginx:1', ports: [{ containerPort: 80 }] };
    const { spec } = made({ ...manifest, spec: { hostNetwork: true, containers: [container] } });
    expect(spec.containers[0]?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
  });

  test('is another pod when its configuration, its file or its node is another', () => {
    const uids = [
      made(),
      made(manifest, 'other.yaml'),
      staticPod(manifest, 'n2', 'web.yaml', nowMs),
      made({ ...manifest, spec: { containers: [{ name: 'main', image: 'nginx:2' }] } }),
    ].map(({ metadata }) => metadata.uid);
    expect(new Set(uids).size).toBe(4);
    expect(staticPod(manifest, 'N1', 'web.yaml', nowMs + 5000).metadata.uid).toBe(uids[0]);
  });
});

describe('its mirror', () => {
  test('is a copy that the node owns, marked with the pod’s hash', () => {
    const pod = made();
    const mirror = mirrorOf(pod, node);
    expect(mirror.metadata.uid).toBeUndefined();
    expect(mirror.metadata.annotations?.['kubernetes.io/config.mirror']).toBe(pod.metadata.uid);
    expect(mirror.metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'node-uid', controller: true },
    ]);
    expect(mirror.spec).toEqual(pod.spec);
  });

  test('counts as long as it mirrors this very configuration and is not being deleted', () => {
    const pod = made();
    const mirror = mirrorOf(pod, node);
    const changed = made({ ...manifest, metadata: { name: 'web', labels: { app: 'other' } } });
    expect(isMirrorOf(mirror, pod)).toBe(true);
    expect(isMirrorOf(mirror, changed)).toBe(false);
    const leaving = { ...mirror, metadata: { ...mirror.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(isMirrorOf(leaving, pod)).toBe(false);
  });
});
