import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../../../engine/engine.ts';
import { definitions } from '../../../../../protocol/custom/definition.ts';
import { etcd } from '../../../etcd/actor.ts';
import { apiserver } from '../../actor.ts';
import { World } from '../../testing/world.ts';
import { cronTabs, cronTabVersion } from '../testing/definitions.ts';

const name = 'crontabs.stable.example.com';
let world: World;
beforeAll(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

/** What a definition is refused with, without its head. */
function refusal(crd: object): string {
  const { message = '' } = world.refused('object.create', { resource: definitions, object: crd });
  return message.replace(/^CustomResourceDefinition\.apiextensions\.k8s\.io ".*?" is invalid: /, '');
}
const withSchema = (schema: object, more: object = {}) =>
  cronTabs({ versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...more }] });
const withSpec = (spec: object) => withSchema({ type: 'object', properties: { spec } });
const at = 'spec.validation.openAPIV3Schema';
const spec = `${at}.properties[spec]`;

describe('a definition is refused', () => {
  it('where it is not called after its names', () => {
    const crd = cronTabs();
    expect(refusal({ ...crd, metadata: { name: 'crontabs' } })).toBe(
      'metadata.name: Invalid value: "crontabs": must be spec.names.plural+"."+spec.group',
    );
  });

  it('where names, group or scope are missing or wrong', () => {
    const crd = cronTabs({ names: { plural: 'CronTabs', kind: 'Cron_Tab' }, group: 'example', scope: 'Galaxy' });
    const label =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    const text = refusal(crd);
    expect(text).toContain('spec.group: Invalid value: "example": should be a domain with at least one dot');
    expect(text).toContain('spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"');
    expect(text).toContain(`spec.names.plural: Invalid value: "CronTabs": ${label}`);
    expect(text).toContain(
      `spec.names.kind: Invalid value: "Cron_Tab": may have mixed case, but should otherwise match: ${label}`,
    );
    const bare = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name } };
    expect(refusal(bare)).toBe(
      '[metadata.name: Invalid value: "crontabs.stable.example.com": must be spec.names.plural+"."+spec.group, spec.group: Required value, spec.scope: Required value, spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion(nil): must have exactly one version marked as storage version, spec.names.plural: Required value, spec.names.singular: Required value, spec.names.kind: Required value, spec.names.listKind: Required value, status.storedVersions: Invalid value: []string{}: must have at least one stored version]',
    );
  });

  it('where not exactly one version is stored, or a version has no schema', () => {
    const v2 = { name: 'v2', served: true, storage: true };
    const text = refusal(cronTabs({ versions: [cronTabVersion, v2] }));
    expect(text).toContain('spec.versions[1].schema.openAPIV3Schema: Required value: schemas are required');
    expect(text).toContain('must have exactly one version marked as storage version');
    expect(refusal(cronTabs({ versions: [cronTabVersion, { ...cronTabVersion, storage: false }] }))).toContain(
      'must contain unique version names',
    );
  });

  it('where it wants a webhook to convert, or to keep unknown fields', () => {
    expect(
      refusal(cronTabs({ conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'] } } })),
    ).toBe('spec.conversion.strategy: Unsupported value: "Webhook": supported values: "None"');
    const crd = cronTabs();
    expect(refusal({ ...crd, spec: { ...crd.spec, preserveUnknownFields: true } })).toBe(
      'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    );
  });

  it('where columns or scale cannot be found', () => {
    const columns = [{ name: 'A', type: 'text', jsonPath: 'spec.a' }];
    const scale = { specReplicasPath: '.status.replicas', statusReplicasPath: '', labelSelectorPath: '.metadata.x' };
    const version = { additionalPrinterColumns: columns, subresources: { scale } };
    expect(refusal(withSchema({ type: 'object' }, version))).toBe(
      '[spec.subresources.scale.specReplicasPath: Invalid value: ".status.replicas": should be a json path under .spec, spec.subresources.scale.statusReplicasPath: Required value, spec.subresources.scale.labelSelectorPath: Invalid value: ".metadata.x": should be a json path under either .spec or .status, spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string, spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec.a": must be a simple json path starting with .]',
    );
  });

  it('in a group of the community that nobody approved of', () => {
    expect(refusal(cronTabs({ group: 'stable.k8s.io' }))).toBe(
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    );
  });
});

describe('a schema is refused that is not structural', () => {
  it.each<[string, object, string]>([
    [
      'a field without a type',
      { description: 'x' },
      `${spec}.type: Required value: must not be empty for specified object fields`,
    ],
    ['a list without items', { type: 'array' }, `${spec}.items: Required value: must be specified`],
    [
      'an unknown type',
      { type: 'text' },
      `${spec}.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ],
    [
      'a type in a junctor',
      { type: 'object', anyOf: [{ type: 'object' }] },
      `${spec}.anyOf[0].type: Forbidden: must be empty to be structural`,
    ],
    [
      'properties and others',
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
      `${spec}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`,
    ],
    ['a reference', { type: 'object', $ref: '#/x' }, `${spec}.$ref: Forbidden: $ref is not supported`],
    [
      'unique items',
      { type: 'array', items: { type: 'string' }, uniqueItems: true },
      `${spec}.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
    ],
    [
      'a pattern that is none',
      { type: 'string', pattern: '(?=x)' },
      `${spec}.pattern: Invalid value: "(?=x)": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\``,
    ],
    [
      'a default that breaks the rules',
      { type: 'integer', maximum: 1, default: 5 },
      `${spec}.default: Invalid value: 5:  in body should be less than or equal to 1`,
    ],
    [
      'a default with unknown fields',
      { type: 'object', default: { a: 1 } },
      `${spec}.default: Invalid value: map[string]interface {}{"a":1}: must not have unknown fields`,
    ],
    [
      'a map without keys',
      { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } },
      `${spec}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
    ],
    [
      'a key that may be missing',
      {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['n'],
        items: { type: 'object', properties: { n: { type: 'string' } } },
      },
      `${spec}.items.properties[n].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
    ],
    [
      'an empty rule',
      { type: 'object', 'x-kubernetes-validations': [{ rule: ' ' }] },
      `${spec}.x-kubernetes-validations[0].rule: Required value: rule is not specified`,
    ],
  ])('%s', (_, schema, message) => {
    expect(refusal(withSpec(schema))).toBe(message);
  });

  it('at its root', () => {
    expect(refusal(withSchema({}))).toBe(`${at}.type: Required value: must not be empty at the root`);
    expect(refusal(withSchema({ type: 'array', items: { type: 'string' } }))).toBe(
      `${at}.type: Invalid value: "array": must be object at the root`,
    );
    expect(refusal(withSchema({ type: 'object', anyOf: [{ properties: { a: { minimum: 1 } } }] }))).toBe(
      `${at}.properties[a]: Required value: because it is defined in ${at}.anyOf[0].properties[a]`,
    );
    const metadata = { type: 'object', properties: { labels: { type: 'object' } } };
    expect(refusal(withSchema({ type: 'object', properties: { metadata } }))).toBe(
      `${at}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
    );
  });

  it('by a field of it that is none', () => {
    const crd = withSpec({ type: 'string', maxLenght: 3 });
    expect(world.refused('object.create', { resource: definitions, object: crd }).message).toBe(
      'CustomResourceDefinition in version "v1" cannot be handled as a CustomResourceDefinition: strict decoding error: unknown field "spec.versions[0].schema.openAPIV3Schema.properties.spec.maxLenght"',
    );
  });
});

describe('an update', () => {
  it('may not change what the objects depend on', () => {
    const changing = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
    changing.create(definitions, cronTabs());
    changing.engine.runFor(500);
    const crd = changing.get(definitions, name);
    const object = { ...crd, spec: { ...crd.spec, scope: 'Cluster', names: { ...crd.spec.names, kind: 'Tab' } } };
    const { message } = changing.refused('object.replace', { resource: definitions, name, object });
    expect(message).toContain('spec.scope: Invalid value: "Cluster": field is immutable');
    expect(message).toContain('spec.names.kind: Invalid value: "Tab": field is immutable');
    const versions = [{ ...cronTabVersion, name: 'v2' }];
    const gone = { ...crd, spec: { ...crd.spec, versions } };
    expect(changing.refused('object.replace', { resource: definitions, name, object: gone }).message).toContain(
      'status.storedVersions[0]: Invalid value: "v1": must appear in spec.versions',
    );
  });
});

it('rules in CEL are kept as they were given', () => {
  const rule = { rule: 'self.a <= self.b', message: 'a is at most b' };
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { type: 'integer' } },
    'x-kubernetes-validations': [rule],
  };
  const crd = cronTabs({
    group: 'cel.example.com',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: schema } } },
      },
    ],
  });
  const made = world.create(definitions, crd);
  expect(made.spec.versions[0].schema.openAPIV3Schema.properties.spec['x-kubernetes-validations']).toEqual([rule]);
});
