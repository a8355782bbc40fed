import { expect, test } from 'vitest';
import type { Pod } from '../../protocol/objects.ts';
import { sortOut } from './drain.ts';

type Loose = Record<string, unknown>;

const owned = (kind: string) => ({
  ownerReferences: [{ apiVersion: 'v1', kind, name: 'x', uid: 'u', controller: true }],
});
const withData = { volumes: [{ name: 'cache', emptyDir: {} }] };

function pod(name: string, meta: Loose = {}, spec: Loose = {}, phase = 'Running'): Pod {
  return {
    metadata: { name, namespace: 'default', ...meta },
    spec: { containers: [], ...spec },
    status: { phase },
  } as never;
}

const pods = [
  pod('served', owned('ReplicationController')),
  pod('daemon', owned('DaemonSet')),
  pod('mirror', { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
  pod('cached', owned('ReplicationController'), withData),
  pod('bare'),
  pod('done', {}, withData, 'Succeeded'),
  pod('daemon-done', owned('DaemonSet'), {}, 'Failed'),
];

test('what serves under a controller, and what has ended, is evicted; mirror pods are left', () => {
  const { evicted, refusals } = sortOut(pods, {});
  expect(evicted.map(({ metadata }) => metadata.name)).toEqual(['served', 'done', 'daemon-done']);
  expect(refusals).toEqual([
    'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/daemon',
    'cannot delete Pods with local storage (use --delete-emptydir-data to override): default/cached',
    'cannot delete cannot delete Pods that declare no controller (use --force to override): default/bare',
  ]);
});

test('with all options nothing is in the way, and DaemonSets keep their pods', () => {
  const { evicted, refusals } = sortOut(pods, { ignoreDaemonsets: true, deleteEmptydirData: true, force: true });
  expect(evicted.map(({ metadata }) => metadata.name)).toEqual(['served', 'cached', 'bare', 'done', 'daemon-done']);
  expect(refusals).toEqual([]);
});
