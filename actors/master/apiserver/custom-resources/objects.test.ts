/** What clients of a custom resource see: an operator's objects, written and read in every way there is. */

import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { definitions } from '../../../../protocol/custom/definition.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';
import { clusterIssuers, cronTab, cronTabs, cronTabVersion } from './testing/definitions.ts';

const resource = 'crontabs.stable.example.com';
const within = { resource, namespace: 'default' };
const a = { ...within, name: 'a' };

let world: World;
beforeEach(() => {
  const engine = new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true });
  world = new World(engine);
});

function define(crd: object): void {
  world.create(definitions, crd);
  world.engine.runFor(500);
}

const create = (spec: object, more: object = {}) => ({ ...within, object: cronTab('a', spec), ...more });
const merge = (patch: object, more: object = {}) => ({ ...a, patchType: 'merge', patch, ...more });

describe('fields that the schema does not name', () => {
  const strange = { image: 'x', sped: 1, template: { apiVersion: 'v1', kind: 'Pod', metadata: { nam: 'x' } } };
  beforeEach(() => define(cronTabs()));

  it('are refused by Strict, in the order of their paths', () => {
    expect(world.refused('object.create', create(strange, { fieldValidation: 'Strict' }))).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message:
        'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.sped", unknown field "spec.template.metadata.nam"',
    });
    const named = { ...cronTab('a'), metadata: { name: 'a', namespace: 'default', lables: {} } };
    expect(world.refused('object.create', { ...within, object: named }).message).toContain(
      'strict decoding error: unknown field "metadata.lables"',
    );
  });

  it('are warned of by Warn, and pruned', () => {
    const got = world.do('object.create', create(strange, { fieldValidation: 'Warn' }));
    expect(got.warnings).toEqual(['unknown field "spec.sped"', 'unknown field "spec.template.metadata.nam"']);
    expect(got.object.spec).not.toHaveProperty('sped');
    expect(got.object.spec.template.metadata).toEqual({});
  });

  it('are pruned without a word by Ignore, but not where the schema preserves them', () => {
    const spec = { sped: 1, extra: { any: { thing: [1] } } };
    const got = world.do('object.create', create(spec, { fieldValidation: 'Ignore' }));
    expect(got).not.toHaveProperty('warnings');
    expect(got.object.spec).toMatchObject({ extra: { any: { thing: [1] } } });
    expect(got.object.spec).not.toHaveProperty('sped');
  });
});

describe('an object that the schema refuses', () => {
  it('is refused with all that is wrong', () => {
    define(cronTabs());
    const status = world.refused('object.create', create({ replicas: 100, policy: 'Maybe' }));
    expect(status).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: { group: 'stable.example.com', kind: 'CronTab', name: 'a' },
    });
    expect(status.message).toBe(
      'CronTab.stable.example.com "a" is invalid: [spec.replicas: Invalid value: 100: spec.replicas in body should be less than or equal to 10, spec.policy: Unsupported value: "Maybe": supported values: "Allow", "Forbid"]',
    );
    expect(status.details?.causes?.map(({ reason, field }) => [reason, field])).toEqual([
      ['FieldValueInvalid', 'spec.replicas'],
      ['FieldValueNotSupported', 'spec.policy'],
    ]);
  });

  it('is refused for what is in a list twice, and for its metadata', () => {
    define(cronTabs());
    expect(world.refused('object.create', create({ nodes: ['x', 'x'] })).message).toContain(
      'spec.nodes[1]: Duplicate value: "x"',
    );
    const bad = { ...cronTab('A'), spec: { cronSpec: '* * * * *', template: { kind: 'Pod' } } };
    expect(world.refused('object.create', { ...within, object: bad }).message).toMatch(
      /metadata.name: Invalid value: "A".*spec.template.apiVersion: Required value: must not be empty/,
    );
  });

  it('is refused where its metadata cannot be read', () => {
    define(cronTabs());
    const bad = { ...cronTab('a'), metadata: { name: 'a', namespace: 'default', labels: 'none' } };
    expect(world.refused('object.create', { ...within, object: bad }).message).toBe(
      'CronTab in version "v1" cannot be handled as a CronTab: json: cannot unmarshal string into Go struct field ObjectMeta.labels of type map[string]string',
    );
  });

  it('of a kind without status is taken with the status it has', () => {
    define(clusterIssuers());
    const resource = 'clusterissuers.cert.example.com';
    const issuer = { apiVersion: 'cert.example.com/v1', kind: 'ClusterIssuer', metadata: { name: 'own' } };
    expect(world.refused('object.create', { resource, object: { ...issuer, spec: {} } }).message).toBe(
      'ClusterIssuer.cert.example.com "own" is invalid: [<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid, spec.selfSigned: Required value]',
    );
    const made = world.create(resource, { ...issuer, spec: { selfSigned: {} } });
    expect(world.get(resource, 'own')).toEqual(made);
    expect(world.refused('object.get', { resource, name: 'own', subresource: 'status' })).toMatchObject({
      code: 404,
      message: 'clusterissuers.cert.example.com "own" not found',
    });
    expect(world.refused('object.list', { resource, fieldSelector: 'metadata.namespace=x' }).message).toBe(
      'field label not supported: metadata.namespace',
    );
  });
});

describe('status and scale', () => {
  beforeEach(() => define(cronTabs()));

  it('a creation and a write of the object keep the status; one of the status keeps the rest', () => {
    const born = world.create(resource, { ...cronTab('a'), status: { replicas: 5 } });
    expect(born).not.toHaveProperty('status');
    const told = world.do('object.replace', {
      ...a,
      subresource: 'status',
      object: { ...born, spec: { cronSpec: '1 1 1 1 1' }, status: { replicas: 2 } },
    }).object;
    expect(told).toMatchObject({ metadata: { generation: 1 }, spec: born.spec, status: { replicas: 2 } });
    const changed = world.do('object.patch', merge({ spec: { image: 'new' }, status: { replicas: 9 } })).object;
    expect(changed).toMatchObject({ metadata: { generation: 2 }, spec: { image: 'new' }, status: { replicas: 2 } });
    const labelled = world.do('object.patch', merge({ metadata: { labels: { x: 'y' } } })).object;
    expect(labelled.metadata.generation).toBe(2);
  });

  it('a status is checked by its own schema, whose paths begin with it', () => {
    world.create(resource, cronTab('a'));
    const patch = { status: { replicas: -1, conditions: [{ type: 'Ready', status: 'Perhaps' }] } };
    expect(world.refused('object.patch', merge(patch, { subresource: 'status' })).message).toBe(
      'CronTab.stable.example.com "a" is invalid: [replicas: Invalid value: -1: replicas in body should be greater than or equal to 0, conditions[0].status: Unsupported value: "Perhaps": supported values: "True", "False", "Unknown", .status.replicas: Invalid value: -1: should be a non-negative integer]',
    );
  });

  it('a scale is read and written by the paths of the definition', () => {
    world.create(resource, cronTab('a', { replicas: 2 }));
    world.do('object.patch', merge({ status: { replicas: 1, labelSelector: 'app=a' } }, { subresource: 'status' }));
    const scale = world.do('object.get', { ...a, subresource: 'scale' }).object;
    expect(scale).toMatchObject({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      spec: { replicas: 2 },
      status: { replicas: 1, selector: 'app=a' },
    });
    const wanted = { ...scale, spec: { replicas: 7 } };
    expect(world.do('object.replace', { ...a, subresource: 'scale', object: wanted }).object.spec).toEqual({
      replicas: 7,
    });
    world.do('object.patch', merge({ spec: { replicas: 3 } }, { subresource: 'scale' }));
    expect(world.get(resource, 'a', 'default')).toMatchObject({ spec: { replicas: 3 }, metadata: { generation: 3 } });
    expect(
      world.refused('object.patch', merge({ spec: { replicas: 99 } }, { subresource: 'scale' })).message,
    ).toContain('spec.replicas in body should be less than or equal to 10');
  });
});

describe('patches', () => {
  beforeEach(() => {
    define(cronTabs());
    world.create(resource, cronTab('a'));
  });

  it('are JSON and merge patches; nobody knows how to merge strategically', () => {
    const patch = [{ op: 'replace', path: '/spec/image', value: 'other' }];
    expect(world.do('object.patch', { ...a, patchType: 'json', patch }).object.spec.image).toBe('other');
    expect(world.refused('object.patch', { ...a, patchType: 'strategic', patch: {} })).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    });
  });

  it('a null that is allowed stays, and any other takes the field away', () => {
    world.do('object.patch', { ...a, patchType: 'json', patch: [{ op: 'add', path: '/spec/note', value: null }] });
    expect(world.get(resource, 'a', 'default').spec.note).toBeNull();
    const patch = [{ op: 'add', path: '/spec/image', value: null }];
    expect(world.do('object.patch', { ...a, patchType: 'json', patch }).object.spec).not.toHaveProperty('image');
    // It comes back as its default.
    expect(world.do('object.patch', merge({ spec: { policy: null } })).object.spec.policy).toBe('Allow');
  });

  it('an update must say of which version it is', () => {
    const { metadata, ...rest } = world.get(resource, 'a', 'default');
    const { resourceVersion: _, ...unversioned } = metadata;
    const status = world.refused('object.replace', { ...a, object: { ...rest, metadata: unversioned } });
    expect(status.message).toContain('metadata.resourceVersion: Invalid value: 0: must be specified for an update');
    const stale = { ...rest, metadata: { ...metadata, resourceVersion: '1' } };
    expect(world.refused('object.replace', { ...a, object: stale }).code).toBe(409);
  });

  it('a finalizer that others may use too is warned of', () => {
    const got = world.do('object.patch', merge({ metadata: { finalizers: ['mine', 'example.com/own'] } }));
    expect(got.warnings).toEqual([
      'metadata.finalizers: "mine": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers',
    ]);
    expect(world.do('object.delete', a).object.metadata.deletionTimestamp).toBeDefined();
    expect(world.do('object.patch', merge({ metadata: { finalizers: null } })).code).toBe(200);
    expect(world.refused('object.get', a).message).toBe('crontabs.stable.example.com "a" not found');
  });
});

describe('server-side apply', () => {
  const config = (spec: object) => ({
    ...a,
    patchType: 'apply',
    patch: { apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name: 'a' }, spec },
  });
  beforeEach(() => define(cronTabs()));

  it('creates, merges sets by their items, and finds conflicts', () => {
    const first = config({ cronSpec: '* * * * *', nodes: ['x'] });
    expect(world.do('object.patch', { ...first, fieldManager: 'one' }).code).toBe(201);
    const second = config({ nodes: ['y'] });
    const both = world.do('object.patch', { ...second, fieldManager: 'two' }).object;
    expect(both.spec).toMatchObject({ nodes: ['x', 'y'], replicas: 1 });
    const third = world.refused('object.patch', { ...config({ cronSpec: '1 * * * *' }), fieldManager: 'two' });
    expect(third).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(third.message).toBe('Apply failed with 1 conflict: conflict with "one": .spec.cronSpec');
  });

  it('merges the conditions of a status by their type', () => {
    world.create(resource, cronTab('a'));
    const tell = (type: string, manager: string) => ({
      ...config({}),
      subresource: 'status',
      fieldManager: manager,
      patch: {
        apiVersion: 'stable.example.com/v1',
        kind: 'CronTab',
        metadata: { name: 'a' },
        status: { conditions: [{ type, status: 'True' }] },
      },
    });
    world.do('object.patch', tell('Ready', 'one'));
    const told = world.do('object.patch', tell('Synced', 'two')).object;
    expect(told.status.conditions.map(({ type }: { type: string }) => type)).toEqual(['Ready', 'Synced']);
  });
});

describe('versions', () => {
  const renamed = (name: string, more: object) => ({ ...cronTabVersion, name, storage: false, ...more });

  it('each prune and check by their own schema; one is stored', () => {
    const small = {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: { cronSpec: { type: 'string' }, replicas: { type: 'integer', maximum: 3 } },
        },
      },
    };
    define(cronTabs({ versions: [renamed('v1beta1', { schema: { openAPIV3Schema: small } }), cronTabVersion] }));
    world.create(resource, cronTab('a', { replicas: 5 }));
    const shown = world.do('object.get', { ...a, version: 'v1beta1' }).object;
    expect(shown).toMatchObject({
      apiVersion: 'stable.example.com/v1beta1',
      spec: { cronSpec: '* * * * */5', replicas: 5 },
    });
    expect(shown.spec).not.toHaveProperty('image');
    const watch = world.watch({ ...within, version: 'v1beta1', resourceVersion: '0' });
    world.do('object.patch', merge({ metadata: { labels: { x: 'y' } } }));
    expect(watch.take().map(({ object }) => object.apiVersion)).toEqual([
      'stable.example.com/v1beta1',
      'stable.example.com/v1beta1',
    ]);
    const list = world.do('object.list', { ...within, version: 'v1beta1' }).object;
    expect([list.apiVersion, list.items[0].apiVersion]).toEqual([
      'stable.example.com/v1beta1',
      'stable.example.com/v1beta1',
    ]);
    expect(world.refused('object.patch', merge({ spec: { replicas: 4 } }, { version: 'v1beta1' })).message).toContain(
      'should be less than or equal to 3',
    );
  });

  it('a write that changes nothing brings an object into the new storage version', () => {
    define(cronTabs());
    const before = world.create(resource, cronTab('a'));
    const crd = world.get(definitions, resource);
    const versions = [{ ...cronTabVersion, storage: false }, renamed('v2', { storage: true })];
    const changed = world.do('object.replace', {
      resource: definitions,
      name: resource,
      object: { ...crd, spec: { ...crd.spec, versions } },
    });
    expect(changed.object.status.storedVersions).toEqual(['v1', 'v2']);
    world.settle();
    expect(world.get(resource, 'a', 'default')).toEqual({ ...before, apiVersion: 'stable.example.com/v2' });
    const now = world.do('object.replace', { ...a, version: 'v1', object: before }).object;
    expect(Number(now.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
    const again = world.do('object.replace', { ...a, version: 'v1', object: now }).object;
    expect(again.metadata.resourceVersion).toBe(now.metadata.resourceVersion);
  });

  it('defaults that come later are seen in objects of before', () => {
    define(cronTabs());
    world.create(resource, cronTab('a'));
    const crd = structuredClone(world.get(definitions, resource));
    crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.image.default = 'x';
    crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.zone = { type: 'string', default: 'north' };
    world.do('object.replace', { resource: definitions, name: resource, object: crd });
    world.settle();
    expect(world.get(resource, 'a', 'default').spec).toMatchObject({ image: 'my-awesome-cron-image', zone: 'north' });
  });

  it('one that is deprecated says so in every answer', () => {
    define(cronTabs({ versions: [renamed('v1beta1', { deprecated: true }), cronTabVersion] }));
    const got = world.do('object.list', { ...within, version: 'v1beta1' });
    expect(got.warnings).toEqual([
      'stable.example.com/v1beta1 CronTab is deprecated; use stable.example.com/v1 CronTab',
    ]);
    expect(world.do('object.list', within)).not.toHaveProperty('warnings');
  });
});

it('a kind may be called as a built-in one is', () => {
  define(cronTabs({ names: { plural: 'services', singular: 'service', kind: 'Service', shortNames: [] } }));
  const object = { ...cronTab('web'), kind: 'Service' };
  const made = world.create('services.stable.example.com', object);
  expect(made.spec).toEqual({ ...object.spec, replicas: 1, policy: 'Allow' });
  world.do('object.delete', { resource: 'services.stable.example.com', namespace: 'default', name: 'web' });
});

it('a collection is deleted by labels', () => {
  define(cronTabs());
  world.create(resource, cronTab('a', {}, { labels: { x: 'y' } }));
  world.create(resource, cronTab('b'));
  world.do('object.delete-collection', { ...within, labelSelector: 'x=y' });
  const { items } = world.do('object.list', { ...within, fieldSelector: 'metadata.name=b' }).object;
  expect(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['b']);
  expect(world.refused('object.list', { ...within, fieldSelector: 'spec.image=x' }).message).toBe(
    'field label not supported: spec.image',
  );
});
