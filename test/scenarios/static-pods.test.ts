/**
 * Goal: a static pod lives by its file alone: without the API server, whatever is done to its mirror, until the file goes.
 *
 * Method: manifests are put into and taken out of nodes' folders while the API server is there, and while it is not.
 */

import { expect, test } from 'vitest';
import type { ManifestPlace, ManifestRemove } from '../../protocol/messages/manifest.ts';
import type { Pod } from '../../protocol/objects.ts';
import { type World, world } from '../world.ts';

const manifest: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { containers: [{ name: 'server', image: 'httpd:2.4', ports: [{ containerPort: 80 }] }] },
};
const [kubelet, apiserver, mirror] = ['c.node.node-1.kubelet', 'c.master.apiserver.0', 'web-node-1'];

const place = ({ engine }: World) =>
  engine.inject<ManifestPlace>(kubelet, 'manifest.place', { file: 'web.yaml', manifest });
const remove = ({ engine }: World) => engine.inject<ManifestRemove>(kubelet, 'manifest.remove', { file: 'web.yaml' });

/** The addresses of the program's containers on the node. */
const running = ({ engine }: World) => engine.actors('c.node.node-1.pod.*.container.server');

test('a static pod comes from a manifest on its node, and shows as a mirror pod', () => {
  const cluster = world({ nodes: 2 });
  place(cluster);
  cluster.until('the mirror is Running', () => cluster.find<Pod>('pods', mirror)?.status?.phase === 'Running');
  const shown = cluster.get<Pod>('pods', mirror);
  expect(shown.spec.nodeName).toBe('node-1');
  expect(shown.metadata.annotations).toMatchObject({
    'kubernetes.io/config.source': 'file',
    'kubernetes.io/config.mirror': expect.any(String),
  });
  expect(shown.metadata.ownerReferences).toMatchObject([{ kind: 'Node', name: 'node-1' }]);
  expect(running(cluster)).toHaveLength(1);
});

test('it comes with its node, from the start', () => {
  const cluster = world({ nodes: [{ count: 1, staticPods: { 'web.yaml': manifest } }] });
  cluster.until('the mirror is Running', () => cluster.find<Pod>('pods', mirror)?.status?.phase === 'Running');
});

test('it runs without the API server, which shows it when it is back', () => {
  const cluster = world({ nodes: 1 });
  cluster.engine.crash(apiserver);
  cluster.advance(1000);
  place(cluster);
  cluster.until('its program runs', () => running(cluster).length === 1);

  cluster.engine.restart(apiserver);
  const isShown = () => cluster.call('object.get', { resource: 'pods', namespace: 'default', name: mirror }).type;
  cluster.until('it is shown', () => isShown() === 'request.succeeded');
  cluster.until('as Running', () => cluster.get<Pod>('pods', mirror).status?.phase === 'Running');
});

test('it comes up with its node while the API server is away', () => {
  const cluster = world({ nodes: [{ count: 1, staticPods: { 'web.yaml': manifest } }] });
  cluster.until('the mirror is Running', () => cluster.find<Pod>('pods', mirror)?.status?.phase === 'Running');
  cluster.engine.crash(apiserver);
  cluster.engine.powerOff('node-1');
  expect(running(cluster)).toHaveLength(0);
  cluster.engine.powerOn('node-1');
  cluster.until('its program runs again', () => running(cluster).length === 1);

  cluster.engine.restart(apiserver);
  cluster.until('the node is Ready again', () => cluster.readyNodes().length === 1);
  cluster.until('the pod too', () => cluster.readyPods('app=web').length === 1);
});

test('its file goes while the API server is away: it ends, and its mirror goes when the API server is back', () => {
  const cluster = world({ nodes: 1 });
  place(cluster);
  cluster.until('the mirror is Running', () => cluster.find<Pod>('pods', mirror)?.status?.phase === 'Running');
  cluster.engine.crash(apiserver);
  remove(cluster);
  cluster.until('its program has ended', () => running(cluster).length === 0);

  cluster.engine.restart(apiserver);
  const asked = () => cluster.call('object.get', { resource: 'pods', namespace: 'default', name: mirror });
  cluster.until('the mirror is gone', () => {
    const answer = asked();
    return answer.type === 'request.refused' && answer.body.status.code === 404;
  });
});

test('its file changes: it is replaced, and so is its mirror', () => {
  const cluster = world({ nodes: 1 });
  place(cluster);
  cluster.until('the mirror is Running', () => cluster.find<Pod>('pods', mirror)?.status?.phase === 'Running');
  const [before = ''] = running(cluster);

  const [server] = manifest.spec.containers;
  const changed = {
    ...manifest,
    spec: { ...manifest.spec, containers: [{ ...server, name: 'server', image: 'nginx' }] },
  };
  cluster.engine.inject<ManifestPlace>(kubelet, 'manifest.place', { file: 'web.yaml', manifest: changed });
  const isReplaced = () => running(cluster).length === 1 && running(cluster)[0] !== before;
  cluster.until('another program runs, alone', isReplaced);
  const shows = () => cluster.find<Pod>('pods', mirror);
  cluster.until('the mirror shows it', () => shows()?.spec.containers[0]?.image === 'nginx');
  cluster.until('as Running', () => shows()?.status?.phase === 'Running');
});

test('it survives the deletion of its mirror, which is made anew', () => {
  const cluster = world({ nodes: 1 });
  place(cluster);
  cluster.until('the mirror is Running', () => cluster.find<Pod>('pods', mirror)?.status?.phase === 'Running');
  const before = cluster.get<Pod>('pods', mirror);
  const [program = ''] = running(cluster);
  const { incarnation } = cluster.engine.inspect(program) ?? {};

  cluster.delete('pods', mirror);
  const isAnother = () => {
    const uid = cluster.find('pods', mirror)?.metadata.uid;
    return uid !== undefined && uid !== before.metadata.uid;
  };
  cluster.until('there is another mirror', isAnother);
  cluster.until('which is Running', () => cluster.get<Pod>('pods', mirror).status?.phase === 'Running');

  expect(running(cluster)).toEqual([program]);
  expect(cluster.engine.inspect(program)?.incarnation).toBe(incarnation);
});

test('it survives the kubelet, and ends when the file goes', () => {
  const cluster = world({ nodes: 1 });
  place(cluster);
  cluster.until('its program runs', () => running(cluster).length === 1);
  cluster.engine.crash(kubelet);
  cluster.advance(5000);
  expect(running(cluster)).toHaveLength(1);
  cluster.engine.restart(kubelet);
  cluster.until('the mirror is Running', () => cluster.find<Pod>('pods', mirror)?.status?.phase === 'Running');

  remove(cluster);
  cluster.until('its program has ended', () => running(cluster).length === 0);
  cluster.until('the mirror is gone', () => cluster.find('pods', mirror) === undefined);
});
