/**
 * Goal: a Deployment tells of its revisions, its progress and its history as Kubernetes does.
 *
 * Method: it is rolled out, rolled back, scaled in the midst of a rollout, left without its ReplicaSets, and paused.
 */

import { expect, test } from 'vitest';
import { controllerOf } from '../../protocol/meta.ts';
import type { Deployment, ReplicaSet } from '../../protocol/objects.ts';
import { type World, world } from '../world.ts';

const revision = 'deployment.kubernetes.io/revision';
const template = (image: string, more: object = {}) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'server', image, ...more }], terminationGracePeriodSeconds: 1 },
});
const web = (replicas: number, spec: object = {}) =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template('httpd:1'), ...spec },
  }) as Deployment;
const get = (cluster: World) => cluster.get<Deployment>('deployments.apps', 'web');
const setsOf = (cluster: World) => cluster.list<ReplicaSet>('replicasets.apps', { namespace: 'default' });
const progressOf = (cluster: World) => get(cluster).status?.conditions?.find(({ type }) => type === 'Progressing');
const setImage = (cluster: World, image: string) =>
  cluster.patch('deployments.apps', 'web', { spec: { template: template(image) } });
const untilThrough = (cluster: World, number: string) =>
  cluster.until(`revision ${number} is through`, () => {
    const { metadata, status } = get(cluster);
    const isSeen = status?.observedGeneration === metadata.generation && metadata.annotations?.[revision] === number;
    const isWhole = status?.updatedReplicas === status?.replicas && status?.unavailableReplicas === undefined;
    return isSeen && isWhole && progressOf(cluster)?.reason === 'NewReplicaSetAvailable';
  });

test('what the controller writes is no new generation', () => {
  const cluster = world();
  cluster.create(web(2));
  untilThrough(cluster, '1');
  expect(get(cluster).metadata.generation).toBe(1);
});

test('going back is a new revision of the old ReplicaSet, which remembers the one it had', () => {
  const cluster = world();
  cluster.create(web(2));
  untilThrough(cluster, '1');
  const [first] = setsOf(cluster);
  setImage(cluster, 'httpd:2');
  untilThrough(cluster, '2');
  setImage(cluster, 'httpd:1');
  untilThrough(cluster, '3');
  const back = setsOf(cluster).find(({ metadata }) => metadata.uid === first?.metadata.uid);
  expect(back?.metadata.annotations).toMatchObject({ [revision]: '3', [`${revision}-history`]: '1' });
});

test('a pod that is replaced later does not open the rollout again', () => {
  const cluster = world();
  cluster.create(web(2));
  untilThrough(cluster, '1');
  const before = progressOf(cluster);
  const [victim] = cluster.pods('app=web');
  cluster.delete('pods', victim?.metadata.name ?? '');
  cluster.advance(60_000);
  expect(cluster.readyPods('app=web')).toHaveLength(2);
  expect(progressOf(cluster)).toEqual(before);
});

test('ReplicaSets that were orphaned are taken over by a Deployment of the same template', () => {
  const cluster = world();
  cluster.create(web(2));
  untilThrough(cluster, '1');
  const pods = cluster.pods('app=web').map(({ metadata }) => metadata.uid);
  cluster.delete('deployments.apps', 'web', { propagationPolicy: 'Orphan' });
  cluster.until('nobody controls it', () => setsOf(cluster).every((set) => controllerOf(set) === undefined));
  cluster.create(web(2));
  untilThrough(cluster, '1');
  expect(setsOf(cluster).map((set) => controllerOf(set)?.uid)).toEqual([get(cluster).metadata.uid]);
  expect(cluster.pods('app=web').map(({ metadata }) => metadata.uid)).toEqual(pods);
});
