import { beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { resourceKinds } from '../../protocol/resources.ts';
import { schemaOf } from '../../protocol/schema/schema.ts';
import { customResources } from '../discovery/custom-resources.ts';
import type { ServedGroup } from '../discovery/group-priority.ts';
import { groupResources } from '../discovery/group-priority.ts';
import { servedResource } from '../discovery/served-resource.ts';
import { cronTabs } from '../discovery/testing/cron-tabs.ts';
import type { TypeDocs } from './field-docs.ts';
import { FieldDocs } from './field-docs.ts';
import type { GroupVersionKind, JsonSchema } from './json-schema.ts';
import { encodeV2, messagesV2 } from './protobuf/v2-message.ts';
import { encodeV3, messagesV3 } from './protobuf/v3-message.ts';
import { readMessage } from './testing/read-message.ts';
import type { DocumentV2 } from './v2.ts';
import { openApiV2 } from './v2.ts';
import type { DocumentV3 } from './v3.ts';
import { openApiV3 } from './v3.ts';

const core = 'io.k8s.api.core.v1';
let groups: readonly ServedGroup[];
let v2: DocumentV2;
let v3: Map<string, DocumentV3>;

beforeAll(() => {
  groups = groupResources([...resourceKinds.map(servedResource), ...customResources(cronTabs as KubernetesObject)]);
  const docs = new FieldDocs();
  v2 = openApiV2(groups, 'v1.30.0', docs);
  v3 = new Map([...openApiV3(groups, 'v1.30.0', docs)].map(([place, make]) => [place, make()]));
});

/** Every reference in a document, wherever it stands. */
function referencesIn(part: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof part !== 'object' || part === null) return found;
  for (const [name, value] of Object.entries(part)) {
    if (name === '$ref' && typeof value === 'string') found.add(value);
    else referencesIn(value, found);
  }
  return found;
}

function resolves(document: object, reference: string): boolean {
  const path = reference.slice(2).split('/');
  return (
    path.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document) !== undefined
  );
}

function definitionOf(kind: GroupVersionKind, definitions: Readonly<Record<string, JsonSchema>>): string[] {
  return Object.entries(definitions)
    .filter(([, schema]) =>
      (schema['x-kubernetes-group-version-kind'] as GroupVersionKind[] | undefined)?.some(
        (one) => one.group === kind.group && one.version === kind.version && one.kind === kind.kind,
      ),
    )
    .map(([name]) => name);
}

describe('the OpenAPI documents', () => {
  it('hold everything they refer to', () => {
    for (const document of [v2, ...v3.values()]) {
      expect([...referencesIn(document)].filter((reference) => !resolves(document, reference))).toEqual([]);
    }
  });

  it('define every kind that discovery tells of, once, and its list', () => {
    for (const { name, versions } of groups) {
      for (const { version, resources } of versions) {
        const place = name === '' ? `api/${version}` : `apis/${name}/${version}`;
        const schemas = v3.get(place)?.components.schemas ?? {};
        for (const resource of resources) {
          expect([resource.kind, definitionOf(resource, v2.definitions)]).toEqual([
            resource.kind,
            [expect.any(String)],
          ]);
          expect(definitionOf(resource, schemas)).toEqual(definitionOf(resource, v2.definitions));
          const list = definitionOf({ ...resource, kind: resource.listKind }, v2.definitions);
          expect([resource.kind, list.length]).toEqual([resource.kind, resource.verbs.includes('list') ? 1 : 0]);
        }
      }
    }
  });

  it('name no operation twice', () => {
    for (const document of [v2, ...v3.values()]) {
      const paths: readonly object[] = Object.values(document.paths);
      const operations = paths.flatMap((path) => Object.values(path) as { operationId?: string }[]);
      const ids = operations.map(({ operationId }) => operationId).filter((id) => id !== undefined);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('have a path for each verb of each resource', () => {
    expect(Object.keys(v2.paths['/api/v1/namespaces/{namespace}/pods/{name}'] ?? {}).sort()).toEqual([
      'delete',
      'get',
      'parameters',
      'patch',
      'put',
    ]);
    expect(v2.paths['/api/v1/namespaces/{namespace}/pods']?.get).toMatchObject({
      operationId: 'listCoreV1NamespacedPod',
      'x-kubernetes-action': 'list',
      'x-kubernetes-group-version-kind': { group: '', kind: 'Pod', version: 'v1' },
      responses: { 200: { schema: { $ref: `#/definitions/${core}.PodList` } } },
    });
    expect(v2.paths['/api/v1/pods']?.get?.operationId).toBe('listCoreV1PodForAllNamespaces');
    expect(v2.paths['/api/v1/namespaces/{namespace}/bindings']).not.toHaveProperty('get');
    expect(v2.paths['/api/v1/namespaces']).not.toHaveProperty('delete');
    expect(v2.paths['/api/v1/namespaces/{namespace}/pods/{name}/eviction']?.post).toMatchObject({
      'x-kubernetes-group-version-kind': { group: 'policy', kind: 'Eviction', version: 'v1' },
    });
    expect(v2.paths['/api/v1/namespaces/{namespace}/pods/{name}/exec']?.post).toMatchObject({
      operationId: 'connectCoreV1PostNamespacedPodExec',
      'x-kubernetes-action': 'connect',
    });
    expect(v2.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale']?.put).toMatchObject({
      operationId: 'replaceAppsV1NamespacedDeploymentScale',
      responses: { 200: { schema: { $ref: '#/definitions/io.k8s.api.autoscaling.v1.Scale' } } },
    });
  });

  it('show kubectl that the server validates and dries runs: the parameters it looks for stand beside the operation', () => {
    const patch = v2.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(patch?.parameters?.map(({ name }) => name)).toEqual(expect.arrayContaining(['dryRun', 'fieldValidation']));
    expect(patch?.consumes).toContain('application/apply-patch+yaml');
    const inV3 = v3.get('apis/apps/v1')?.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(inV3?.parameters?.map(({ name }) => name)).toEqual(expect.arrayContaining(['dryRun', 'fieldValidation']));
  });

  it('tell what fields are, what must be there, and how lists merge', () => {
    const spec = v2.definitions[`${core}.PodSpec`];
    expect(spec?.required).toEqual(['containers']);
    expect(spec?.properties?.containers).toMatchObject({
      type: 'array',
      items: { $ref: `#/definitions/${core}.Container` },
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    });
    expect(spec?.properties?.volumes).toMatchObject({ 'x-kubernetes-patch-strategy': 'merge,retainKeys' });
    expect(spec?.properties?.nodeSelector).toMatchObject({
      additionalProperties: { type: 'string' },
      'x-kubernetes-map-type': 'atomic',
    });
    expect(v2.definitions['io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector']).toMatchObject({
      'x-kubernetes-map-type': 'atomic',
    });
    expect(v2.definitions[`${core}.Secret`]?.properties?.data).toMatchObject({
      additionalProperties: { format: 'byte', type: 'string' },
    });
    expect(v2.definitions[`${core}.EndpointPort`]?.properties).toHaveProperty('port');
    expect(v2.definitions['io.k8s.api.discovery.v1.EndpointPort']?.properties).toHaveProperty('port');
  });

  it('define once what all groups share', () => {
    const named = (name: string) => Object.keys(v2.definitions).filter((definition) => definition.endsWith(`.${name}`));
    const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
    expect(named('ObjectMeta')).toEqual([`${meta}.ObjectMeta`]);
    expect(named('LabelSelector')).toEqual([`${meta}.LabelSelector`]);
    expect(named('PodTemplateSpec')).toEqual([`${core}.PodTemplateSpec`]);
    expect(named('PersistentVolumeClaim')).toEqual([`${core}.PersistentVolumeClaim`]);
    expect(named('Time')).toEqual([`${meta}.Time`]);
  });

  it('tell which words a field may be', () => {
    const policy = v3.get('api/v1')?.components.schemas?.[`${core}.PodSpec`]?.properties?.restartPolicy;
    expect(policy?.enum).toEqual(['Always', 'Never', 'OnFailure']);
    expect(policy?.description).toMatch(/Possible enum values:\n - `"Always"`/);
  });

  it('write values of several types as each version can', () => {
    const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
    expect(v2.definitions[intOrString]).toMatchObject({ type: 'string', format: 'int-or-string' });
    expect(v3.get('api/v1')?.components.schemas?.[intOrString]).toMatchObject({
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    });
  });

  it('put nothing beside a reference in version 3', () => {
    const schemas = v3.get('api/v1')?.components.schemas ?? {};
    const fields = Object.values(schemas).flatMap(({ properties }) => Object.values(properties ?? {}));
    const mixed = fields.filter((field) => field.$ref !== undefined && Object.keys(field).length > 1);
    expect(mixed).toEqual([]);
    expect(schemas[`${core}.Pod`]?.properties?.spec).toMatchObject({
      allOf: [{ $ref: `#/components/schemas/${core}.PodSpec` }],
    });
  });
});

describe('the schema of a custom kind', () => {
  const name = 'com.example.stable.v1.CronTab';

  it('stands in version 3 as it was defined, with what all objects have', () => {
    const schema = v3.get('apis/stable.example.com/v1')?.components.schemas?.[name];
    expect(schema?.required).toEqual(['spec']);
    expect(schema?.properties).toMatchObject({ apiVersion: { type: 'string' }, kind: { type: 'string' } });
    expect(schema?.properties?.spec?.properties).toMatchObject({
      port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      maybe: { type: 'string', nullable: true },
      replicas: { minimum: 1, maximum: 10, default: 1 },
      template: { properties: { metadata: {}, kind: {}, image: {} } },
    });
  });

  it('is loosened in version 2 where that cannot say what is meant', () => {
    const spec = v2.definitions[name]?.properties?.spec;
    expect(spec?.required).toEqual(['cronSpec']);
    expect(spec?.properties?.port).not.toHaveProperty('anyOf');
    expect(spec?.properties?.maybe).not.toHaveProperty('type');
    expect(spec?.properties?.free).not.toHaveProperty('type');
    expect(spec?.properties?.names).not.toHaveProperty('required');
    expect(spec?.properties?.tags).toMatchObject({ type: 'array', 'x-kubernetes-list-type': 'set' });
    expect(v2.definitions['com.example.stable.v1beta1.CronTab']).toEqual({
      type: 'object',
      'x-kubernetes-group-version-kind': [{ group: 'stable.example.com', kind: 'CronTab', version: 'v1beta1' }],
    });
  });

  it('offers no strategic merge patch', () => {
    const patch = v2.paths['/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}']?.patch;
    expect(patch?.consumes).not.toContain('application/strategic-merge-patch+json');
  });
});

describe('field documentation', () => {
  it('is read out of the installed package', () => {
    const docs = new FieldDocs().of(`${core}.PodSpec`) as TypeDocs;
    expect(docs.description).toBe('PodSpec is a description of a pod.');
    expect([...docs.fields.keys()].sort()).toEqual(Object.keys(schemaOf('v1', 'Pod')?.fields?.spec?.fields ?? {}));
  });

  it('is told of types and fields', () => {
    const pod = v2.definitions[`${core}.Pod`];
    expect(pod?.description).toMatch(/collection of containers/);
    expect(pod?.properties?.spec?.description).toMatch(/desired behavior of the pod/);
    expect(v2.definitions[`${core}.PodList`]?.properties?.items?.description).toMatch(/List of pods/);
  });

  it('is left out where the package is not installed', () => {
    const bare = openApiV2(groups, 'v1.30.0', new FieldDocs(() => undefined));
    expect(bare.definitions[`${core}.Pod`]).not.toHaveProperty('description');
    expect(Object.keys(bare.definitions)).toEqual(Object.keys(v2.definitions));
    expect([...referencesIn(bare)].filter((reference) => !resolves(bare, reference))).toEqual([]);
  });

  it('keeps the lines of longer texts, and what only looks like the end of a comment', () => {
    const text = [
      '/**',
      ' * Type has two',
      ' *',
      ' * paragraphs, and a star *\\/ in it.',
      ' */',
      'export interface Type {',
      '    /** One line. */',
      '    one?: string;',
      '    bare: number;',
      '    /**',
      '     * Several',
      '     * lines.',
      '     */',
      '    "two-words"?: Array<string>;',
      '}',
      'export interface Next {',
      '    one: string;',
      '}',
    ].join('\n');
    const docs = new FieldDocs((file) => (file === 'core/v1.d.ts' ? text : undefined));
    expect(docs.of(`${core}.Type`)?.description).toBe('Type has two\n\nparagraphs, and a star */ in it.');
    expect(docs.of(`${core}.Type`)?.fields).toEqual(
      new Map([
        ['one', 'One line.'],
        ['two-words', 'Several\nlines.'],
      ]),
    );
    expect(docs.of(`${core}.Next`)).toEqual({ description: undefined, fields: new Map() });
  });
});

describe('the documents in protobuf', () => {
  it('say what the JSON of version 2 says', () => {
    const type = messagesV2.lookupType('Document');
    const read = readMessage(type.decode(encodeV2(v2)), type) as Record<string, unknown>;
    expect(read.swagger).toBe('2.0');
    expect(read.paths).toEqual(plainJson(v2.paths));
    expect(read.parameters).toEqual(plainJson(v2.parameters));
    expect(read.definitions).toEqual(plainJson(v2.definitions));
  });

  it('say what the JSON of version 3 says', () => {
    for (const [place, document] of v3) {
      const type = messagesV3.lookupType('Document');
      const read = readMessage(type.decode(encodeV3(document)), type) as { paths: object; components: object };
      expect([place, read.paths]).toEqual([place, plainJson(document.paths)]);
      expect([place, read.components]).toEqual([place, plainJson(document.components)]);
    }
  });

  it('number their fields as gnostic does', () => {
    const ids = (type: { fields: Readonly<Record<string, { id: number }>> }, ...names: string[]) =>
      names.map((name) => type.fields[name]?.id);
    const schemaV2 = messagesV2.lookupType('Schema');
    expect(ids(schemaV2, '_ref', 'description', 'type', 'items', 'properties', 'vendor_extension')).toEqual([
      1, 4, 22, 23, 25, 31,
    ]);
    expect(ids(messagesV2.lookupType('Document'), 'paths', 'definitions', 'parameters')).toEqual([8, 9, 10]);
    expect(ids(messagesV2.lookupType('PathItem'), 'get', 'put', 'post', 'delete', 'patch')).toEqual([2, 3, 4, 5, 8]);
    const schemaV3 = messagesV3.lookupType('Schema');
    expect(ids(schemaV3, 'type', 'all_of', 'items', 'properties', 'specification_extension')).toEqual([
      25, 26, 30, 31, 36,
    ]);
    expect(ids(messagesV3.lookupType('Operation'), 'parameters', 'specification_extension')).toEqual([6, 13]);
  });

  it('are of the wire types that clients expect', () => {
    // Field 1 of the document is `swagger`, and what stands first in it: length-delimited, three bytes.
    expect([...encodeV2(v2).subarray(0, 5)]).toEqual([0x0a, 3, ...Buffer.from('2.0')]);
    expect([...encodeV3(v3.get('version') as DocumentV3).subarray(0, 7)]).toEqual([0x0a, 5, ...Buffer.from('3.0.0')]);
  });
});

function plainJson(part: unknown): unknown {
  return JSON.parse(JSON.stringify(part));
}
