import { beforeEach, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { definitions } from '../../../../protocol/custom/definition.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { cronTab, cronTabs, cronTabVersion } from '../custom-resources/testing/definitions.ts';
import { World } from '../testing/world.ts';
import { applying, managers } from './testing/applier.ts';

const tab = { resource: 'crontabs.stable.example.com', namespace: 'default', name: 'a' };

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
  const versions = [{ ...cronTabVersion, name: 'v1beta1', storage: false }, cronTabVersion];
  world.create(definitions, cronTabs({ versions }));
  world.engine.runFor(500);
});

const older = (spec: object) => ({ ...cronTab('a'), apiVersion: 'stable.example.com/v1beta1', spec });

it('custom resources keep their managers in every version that is served', () => {
  world.do('object.create', {
    ...tab,
    version: 'v1beta1',
    object: older({ cronSpec: '* * * * *' }),
    fieldManager: 'one',
  });
  const patch = { spec: { image: 'b' } };
  const write = { ...tab, version: 'v1', patchType: 'merge', patch, fieldManager: 'two' };
  const { object } = world.do('object.patch', write);
  expect(object.metadata.managedFields).toMatchObject([
    { manager: 'one', apiVersion: 'stable.example.com/v1beta1', fieldsV1: { 'f:spec': { '.': {}, 'f:cronSpec': {} } } },
    { manager: 'two', apiVersion: 'stable.example.com/v1', fieldsV1: { 'f:spec': { 'f:image': {} } } },
  ]);
  const applied = applying('three', { ...cronTab('a'), spec: { cronSpec: '1 * * * *' } }, { ...tab, version: 'v1' });
  expect(world.refused('object.patch', applied).message).toBe(
    'Apply failed with 1 conflict: conflict with "one" using stable.example.com/v1beta1: .spec.cronSpec',
  );
});

it('custom resources are scaled by who writes their scale', () => {
  world.do('object.create', { ...tab, object: cronTab('a', { replicas: 1 }), fieldManager: 'one' });
  world.do('object.patch', {
    ...tab,
    subresource: 'scale',
    patchType: 'merge',
    patch: { spec: { replicas: 3 } },
    fieldManager: 'two',
  });
  const after = world.get(tab.resource, 'a', 'default');
  expect(managers(after)['two Update scale']).toEqual({ 'f:spec': { 'f:replicas': {} } });
  expect(managers(after)['one Update']).not.toHaveProperty('f:spec.f:replicas');
});
