import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { definitions } from '../../../../protocol/custom/definition.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';
import { cronTab, cronTabs, cronTabVersion } from './testing/definitions.ts';

const resource = 'crontabs.stable.example.com';
const within = { resource, namespace: 'default' };

let engine: Engine;
let world: World;
beforeEach(() => {
  engine = new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true });
  world = new World(engine);
});

/** Creates a definition, and lets the servers establish it. */
function define(crd: object): void {
  world.create(definitions, crd);
  engine.runFor(500);
}

describe('a CustomResourceDefinition', () => {
  it('is given its names, then established, and watchers see each step', () => {
    const watch = world.watch({ resource: definitions });
    const born = world.create(definitions, cronTabs());
    expect(born.status).toEqual({ storedVersions: ['v1'] });
    expect(born.spec.names).toMatchObject({ singular: 'crontab', listKind: 'CronTabList' });
    expect(born.spec.conversion).toEqual({ strategy: 'None' });
    engine.runFor(500);
    const seen = watch
      .take()
      .map(({ object }) =>
        object.status.conditions?.map((one: Record<string, string>) => `${one.type}=${one.status} ${one.reason}`),
      );
    expect(seen).toEqual([
      undefined,
      ['NamesAccepted=True NoConflicts', 'Established=False Installing'],
      ['NamesAccepted=True NoConflicts', 'Established=True InitialNamesAccepted'],
    ]);
    expect(world.get(definitions, 'crontabs.stable.example.com').status.acceptedNames).toEqual({
      plural: 'crontabs',
      singular: 'crontab',
      shortNames: ['ct'],
      kind: 'CronTab',
      listKind: 'CronTabList',
      categories: ['all'],
    });
  });
});

describe('a custom object', () => {
  it('is created, read, listed and watched like any other', () => {
    define(cronTabs());
    const watch = world.watch({ ...within, resourceVersion: '0' });
    const got = world.do('object.create', { ...within, object: cronTab('my-tab') });
    expect(got.code).toBe(201);
    expect(got.object).toMatchObject({
      apiVersion: 'stable.example.com/v1',
      kind: 'CronTab',
      metadata: { name: 'my-tab', namespace: 'default', generation: 1 },
      spec: { cronSpec: '* * * * */5', replicas: 1, policy: 'Allow' },
    });
    expect(world.get(resource, 'my-tab', 'default')).toEqual(got.object);
    const list = world.do('object.list', within).object;
    expect(list).toMatchObject({ apiVersion: 'stable.example.com/v1', kind: 'CronTabList', items: [got.object] });
    expect(watch.lines()).toEqual(['ADDED my-tab']);
  });
});

describe('two versions', () => {
  it('show the same object', () => {
    const v2 = { ...cronTabVersion, name: 'v2', storage: false };
    define(cronTabs({ versions: [cronTabVersion, v2] }));
    world.create(resource, cronTab('a'));
    const got = world.do('object.get', { ...within, name: 'a', version: 'v2' }).object;
    expect(got.apiVersion).toBe('stable.example.com/v2');
    world.do('object.patch', {
      ...within,
      name: 'a',
      version: 'v2',
      patchType: 'merge',
      patch: { spec: { replicas: 3 } },
    });
    expect(world.get(resource, 'a', 'default')).toMatchObject({
      apiVersion: 'stable.example.com/v1',
      spec: { replicas: 3 },
    });
    expect(world.refused('object.get', { ...within, name: 'a', version: 'v3' }).message).toMatch(/requested resource/);
  });
});

describe('the end of a definition', () => {
  it('takes its objects with it', () => {
    define(cronTabs());
    world.create(resource, cronTab('a'));
    world.create(resource, cronTab('b'));
    const crd = world.watch({ resource: definitions, resourceVersion: '0' });
    crd.take();
    const tabs = world.watch({ ...within, resourceVersion: '0' });
    tabs.take();
    const marked = world.do('object.delete', { resource: definitions, name: resource }).object;
    expect(marked.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    expect(world.refused('object.create', { ...within, object: cronTab('c') })).toMatchObject({
      code: 405,
      message: 'create not allowed while custom resource definition is terminating',
    });
    engine.runFor(1000);
    expect(tabs.lines()).toEqual(['DELETED a', 'DELETED b']);
    expect(crd.take().map(({ type, object }) => `${type} ${object.status.conditions.at(-1).reason}`)).toEqual([
      'MODIFIED InstanceDeletionPending',
      'MODIFIED InstanceDeletionInProgress',
      'DELETED InstanceDeletionInProgress',
    ]);
    expect(world.refused('object.get', { resource: definitions, name: resource }).code).toBe(404);
    expect(world.refused('object.list', within).code).toBe(404);
  });
});
