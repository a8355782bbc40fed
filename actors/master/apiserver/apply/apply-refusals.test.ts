import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';
import { applying, deployment, refused, web } from './testing/applier.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

describe('an apply is refused', () => {
  it('without a field manager', () => {
    const { fieldManager: _, ...nameless } = applying('', deployment());
    expect(world.refused('object.patch', nameless)).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    });
  });

  it('with force where it is none', () => {
    const merge = { ...web, patchType: 'merge', patch: {}, force: true };
    expect(world.refused('object.patch', merge).message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });

  it.each([
    ['managers', deployment({}, { managedFields: [] }), 400, 'metadata.managedFields must be nil'],
    ['no type', { metadata: { name: 'web' } }, 400, 'invalid object type: /, Kind='],
    ['another type', { ...deployment(), apiVersion: 'v1', kind: 'Pod' }, 400, 'invalid object type: /v1, Kind=Pod'],
    [
      'another name',
      deployment({}, { name: 'other' }),
      400,
      'the name of the object (other) does not match the name on the URL (web)',
    ],
    [
      'no name',
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      400,
      'the name of the object (web based on URL) was undeterminable: name must be provided',
    ],
    [
      'another namespace',
      deployment({}, { namespace: 'other' }),
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'a uid',
      deployment({}, { uid: 'abc' }),
      409,
      'Operation cannot be fulfilled on deployments.apps "web": uid mismatch: the provided object specified uid abc, and no existing object was found',
    ],
    [
      'an unknown field',
      deployment({ colour: 'red' }, { namespace: 'default' }),
      500,
      'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.colour: field not declared in schema',
    ],
    [
      'a value of another type',
      deployment({ replicas: 'three' }),
      500,
      'failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string',
    ],
    [
      'nothing to tell an item by',
      deployment({ template: { spec: { containers: [{ image: 'x' }] } } }),
      500,
      'failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    ],
    [
      'an item twice',
      deployment({ template: { spec: { containers: [{ name: 'a' }, { name: 'a', image: 5 }] } } }),
      500,
      'failed to create typed patch object (/web; apps/v1, Kind=Deployment): errors:\n  .spec.template.spec.containers: duplicate entries for key [name="a"]\n  .spec.template.spec.containers[name="a"].image: expected string, got &value.valueUnstructured{Value:5}',
    ],
    [
      'a list',
      [],
      400,
      'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
  ])('with %s', (_, patch, code, message) => {
    expect(refused(world, 'kubectl', patch)).toMatchObject({ code, message });
  });

  it('where the object it makes is not valid', () => {
    expect(refused(world, 'kubectl', deployment({ replicas: -1 }))).toMatchObject({
      code: 422,
      message: 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    });
  });

  it('in a namespace that is not there', () => {
    expect(refused(world, 'kubectl', deployment(), { namespace: 'nowhere' })).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
  });
});
