/** Several API servers, and servers that crash: each knows the same kinds, and what one begins another ends. */

import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { definitions } from '../../../../protocol/custom/definition.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';
import { cronTab, cronTabs } from './testing/definitions.ts';

const resource = 'crontabs.stable.example.com';
const within = { resource, namespace: 'default' };
const first = 'c.master.apiserver.0';
const second = 'c.master.apiserver.1';

function start(options: { replicas?: number; seed?: number } = {}) {
  const engine = new Engine({ seed: options.seed ?? 1, definitions: [etcd, apiserver], freeze: true });
  const world = new World(engine, options);
  const define = (crd: object) => {
    world.create(definitions, crd);
    engine.runFor(1000);
  };
  return { engine, world, define };
}

const reasons = (object: { status: { conditions: { type: string; reason: string }[] } }) =>
  object.status.conditions.map(({ type, reason }) => `${type} ${reason}`);

describe('two API servers', () => {
  it('serve a kind that was defined at one of them, and each object once', () => {
    const { world, define } = start({ replicas: 2 });
    define(cronTabs());
    for (const [name, server] of [
      ['a', first],
      ['b', second],
    ] as const) {
      world.do('object.create', { ...within, object: cronTab(name) }, server);
    }
    world.settle();
    for (const server of [first, second]) {
      expect(world.do('object.list', { ...within, resourceVersion: '0' }, server).object.items).toHaveLength(2);
    }
    const crd = world.get(definitions, resource);
    expect(reasons(crd)).toEqual(['NamesAccepted NoConflicts', 'Established InitialNamesAccepted']);
    expect(crd.metadata.generation).toBe(1);
  });

  it('empty a kind together when its definition goes, and write its end once', () => {
    const { engine, world, define } = start({ replicas: 2 });
    define(cronTabs());
    for (const name of ['a', 'b', 'c']) world.create(resource, cronTab(name));
    const watch = world.watch({ resource: definitions, resourceVersion: '0' });
    watch.take();
    world.do('object.delete', { resource: definitions, name: resource }, second);
    engine.runFor(20_000);
    expect(watch.take().map(({ type, object }) => `${type} ${reasons(object).at(-1)}`)).toEqual([
      'MODIFIED Terminating InstanceDeletionPending',
      'MODIFIED Terminating InstanceDeletionInProgress',
      'DELETED Terminating InstanceDeletionInProgress',
    ]);
    for (const server of [first, second]) expect(world.refused('object.list', within, server).code).toBe(404);
  });

  it('let no object be created that nothing would end, even where one of them has not heard of the end', () => {
    for (const moment of ['marked', 'gone'] as const) {
      const { engine, world, define } = start({ replicas: 2 });
      define(cronTabs());
      const held = engine.hold({ type: 'key.changed', to: second });
      world.create(resource, cronTab('held', {}, { finalizers: moment === 'marked' ? ['example.com/slow'] : [] }), {});
      world.do('object.delete', { resource: definitions, name: resource }, first);
      engine.runFor(2000);
      const status = world.refused('object.create', { ...within, object: cronTab('late') }, second);
      expect(status.code).toBe(moment === 'marked' ? 405 : 404);
      held.heal();
      engine.runFor(1000);
      const left = world.ask('object.list', within);
      expect('status' in left ? left.status.code : left.object.items.length).toBe(moment === 'marked' ? 1 : 404);
    }
  });

  it('go on with a creation when only a word of the definition has changed', () => {
    const { engine, world, define } = start({ replicas: 2 });
    define(cronTabs());
    const held = engine.hold({ type: 'key.changed', to: second });
    const patch = { metadata: { labels: { a: 'b' } } };
    world.do('object.patch', { resource: definitions, name: resource, patchType: 'merge', patch }, first);
    expect(world.do('object.create', { ...within, object: cronTab('a') }, second).code).toBe(201);
    held.heal();
  });
});

describe('a server that crashed', () => {
  it('knows the kinds again, and their objects', () => {
    const { engine, world, define } = start();
    define(cronTabs());
    const made = world.create(resource, cronTab('a'));
    engine.crash(first);
    engine.restart(first);
    engine.runFor(3000);
    expect(world.get(resource, 'a', 'default')).toEqual(made);
    expect(world.do('object.list', { ...within, resourceVersion: '0' }).object.items).toEqual([made]);
  });

  it('ends what it had begun: an object with a finalizer holds the definition until it goes', () => {
    const { engine, world, define } = start();
    define(cronTabs());
    world.create(resource, cronTab('held', {}, { finalizers: ['example.com/slow'] }));
    world.create(resource, cronTab('free'));
    world.do('object.delete', { resource: definitions, name: resource });
    engine.runFor(50);
    engine.crash(first);
    engine.restart(first);
    engine.runFor(90_000);
    const crd = world.get(definitions, resource);
    expect(crd.status.conditions.at(-1)).toMatchObject({
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionCheck',
      message: 'could not confirm zero CustomResources remaining: timed out waiting for the condition',
    });
    expect(world.do('object.list', within).object.items).toHaveLength(1);
    world.do('object.patch', {
      ...within,
      name: 'held',
      patchType: 'merge',
      patch: { metadata: { finalizers: null } },
    });
    engine.runFor(10_000);
    expect(world.refused('object.get', { resource: definitions, name: resource }).code).toBe(404);
  });
});

describe('names', () => {
  const other = (names: object, group = 'stable.example.com') =>
    cronTabs({ group, names: { plural: 'others', singular: 'other', kind: 'Other', shortNames: [], ...names } });

  it('that another definition of the group has are not given, until they are free', () => {
    const { engine, world, define } = start();
    define(cronTabs());
    define(other({ kind: 'CronTab', shortNames: ['ct', 'o'] }));
    const refused = world.get(definitions, 'others.stable.example.com');
    expect(refused.status.conditions).toMatchObject([
      {
        type: 'NamesAccepted',
        status: 'False',
        reason: 'ListKindConflict',
        message: '"CronTabList" is already in use',
      },
      { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' },
    ]);
    expect(refused.status.acceptedNames).toMatchObject({ plural: 'others', singular: 'other', kind: '', listKind: '' });
    expect(world.refused('object.list', { resource: 'others.stable.example.com' }).code).toBe(404);
    world.do('object.delete', { resource: definitions, name: resource });
    engine.runFor(3000);
    expect(reasons(world.get(definitions, 'others.stable.example.com'))).toEqual([
      'NamesAccepted NoConflicts',
      'Established InitialNamesAccepted',
    ]);
  });

  it('of another group are another matter', () => {
    const { world, define } = start();
    define(cronTabs());
    define(other({ kind: 'CronTab' }, 'other.example.com'));
    expect(world.do('object.list', { resource: 'others.other.example.com' }).object.kind).toBe('CronTabList');
  });

  it('a definition that was never established just goes', () => {
    const { engine, world, define } = start();
    define(cronTabs());
    define(other({ kind: 'CronTab' }));
    const watch = world.watch({ resource: definitions, resourceVersion: '0' });
    watch.take();
    world.do('object.delete', { resource: definitions, name: 'others.stable.example.com' });
    engine.runFor(1000);
    expect(watch.lines().at(-1)).toBe('DELETED others.stable.example.com');
  });
});

describe('watches', () => {
  it('end when what they watch becomes something else, and not for a word about it', () => {
    const { engine, world, define } = start();
    define(cronTabs());
    const watch = world.watch({ ...within, resourceVersion: '0' });
    const crd = world.get(definitions, resource);
    world.do('object.patch', {
      resource: definitions,
      name: resource,
      patchType: 'merge',
      patch: { metadata: { labels: { a: 'b' } } },
    });
    world.settle();
    expect(watch.ended).toBeUndefined();
    const [version] = crd.spec.versions;
    const versions = [version, { ...version, name: 'v2', storage: false }];
    world.do('object.patch', {
      resource: definitions,
      name: resource,
      patchType: 'merge',
      patch: { spec: { versions } },
    });
    engine.runFor(500);
    expect(watch.ended).toBe('closed');
  });
});
