import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesList, ObjectChanged } from '../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { failure, success } from '../../protocol/status.ts';
import { Refused } from '../refused.ts';
import { eventsInForm, type Form, includeObjectOption, inForm } from './forms.ts';
import type { Table } from './table.ts';

const nowMs = Date.UTC(2024, 4, 1, 12);
const pod: KubernetesObject & { spec: object } = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', resourceVersion: '7', labels: { app: 'web' } },
  spec: {},
};
const pods: KubernetesList = {
  apiVersion: 'v1',
  kind: 'PodList',
  metadata: { resourceVersion: '42', continue: 'more' },
  items: [pod],
};

const form = (as: string, asVersion = 'v1', rest: Partial<Form> = {}): Form => ({
  as,
  asVersion,
  includeObject: 'Metadata',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  ...rest,
});

/** The Status of what is thrown. */
function refusalOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return error.status;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an answer is given', () => {
  test('as it is, where nothing else was asked for', () => {
    expect(inForm(pod, form(''), nowMs)).toBe(pod);
  });

  test('as a table', () => {
    expect(inForm(pods, form('Table'), nowMs)).toMatchObject({ kind: 'Table', rows: [{ cells: expect.any(Array) }] });
  });

  test('as its metadata', () => {
    expect(inForm(pod, form('PartialObjectMetadata', 'v1beta1'), nowMs)).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1beta1',
      metadata: pod.metadata,
    });
  });

  test('as the metadata of a list', () => {
    expect(inForm(pods, form('PartialObjectMetadataList'), nowMs)).toEqual({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '42', continue: 'more' },
      items: [{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: pod.metadata }],
    });
  });

  test.each(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])(
    'as the Status it is, whatever was asked for: %s',
    (as) => {
      const done = success({ name: 'a', kind: 'pods' });
      expect(inForm(done, form(as), nowMs)).toBe(done);
    },
  );
});

describe('a form that an answer has not is refused', () => {
  test('an object is no list', () => {
    expect(refusalOf(() => inForm(pod, form('PartialObjectMetadataList'), nowMs))).toMatchObject({
      status: 'Failure',
      reason: 'NotAcceptable',
      code: 406,
      message: 'you requested PartialObjectMetadataList, but the requested object is not a list (*core.Pod)',
    });
  });

  test('a list is no object', () => {
    const kind = { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'Role' };
    expect(refusalOf(() => inForm(pods, form('PartialObjectMetadata', 'v1', { kind }), nowMs)).message).toBe(
      'you requested PartialObjectMetadata, but the requested object is a list (*rbac.RoleList)',
    );
    expect(refusalOf(() => inForm(pods, form('PartialObjectMetadata', 'v1', { columns: [] }), nowMs)).message).toBe(
      'you requested PartialObjectMetadata, but the requested object is a list (*unstructured.UnstructuredList)',
    );
  });
});

describe('the option includeObject', () => {
  const option = (query: string) => includeObjectOption(new URLSearchParams(query));

  test('is Metadata unless told', () => {
    expect(option('')).toBe('Metadata');
    expect(option('includeObject=')).toBe('Metadata');
    expect(option('includeObject=None')).toBe('None');
    expect(option('includeObject=Object')).toBe('Object');
  });

  test('has no other words', () => {
    expect(refusalOf(() => option('includeObject=All'))).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message:
        "Unable to convert to Table as requested: includeObject: Invalid value: \"All\": must be 'Metadata', 'Object', 'None', or empty",
    });
  });
});

describe('events of a watch', () => {
  const event = (type: ObjectChanged['body']['type'], object: unknown = pod) =>
    ({ type, object }) as ObjectChanged['body'];

  test('are tables of one row, of which the first alone tells the columns', () => {
    const give = eventsInForm(form('Table'));
    const given = [event('ADDED'), event('MODIFIED'), event('DELETED')].map((one) => give(one, nowMs));
    expect(given.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    const tables = given.map(({ object }) => object as Table);
    expect(tables.map(({ columnDefinitions }) => columnDefinitions?.length ?? null)).toEqual([9, null, null]);
    expect(tables.map(({ rows, metadata }) => [rows.length, metadata.resourceVersion])).toEqual([
      [1, '7'],
      [1, '7'],
      [1, '7'],
    ]);
  });

  test('that are bookmarks have a row, too, and tell how far the watch is', () => {
    const bookmark = { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: '99' } };
    const { object } = eventsInForm(form('Table'))(event('BOOKMARK', bookmark), nowMs);
    expect(object).toMatchObject({
      metadata: { resourceVersion: '99' },
      rows: [{ object: { metadata: bookmark.metadata } }],
    });
  });

  test('that tell of an error are given as they are', () => {
    const expired = failure.expired('too old resource version: 1 (2)');
    expect(eventsInForm(form('Table'))(event('ERROR', expired), nowMs)).toEqual({ type: 'ERROR', object: expired });
  });

  test('are metadata', () => {
    const { object } = eventsInForm(form('PartialObjectMetadata'))(event('ADDED'), nowMs);
    expect(object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: pod.metadata });
  });

  test('that have no such form are given as they are, as the answer has begun', () => {
    const { object } = eventsInForm(form('PartialObjectMetadataList'))(event('ADDED'), nowMs);
    expect(object).toBe(pod);
  });
});

test('whatever is stored, an answer is given in any form, or refused', () => {
  const loose = fc.record(
    {
      apiVersion: fc.oneof(fc.constantFrom('v1', 'apps/v1', ''), fc.jsonValue()),
      kind: fc.oneof(fc.constantFrom('Pod', 'PodList', 'Scale', 'Status'), fc.jsonValue()),
      metadata: fc.oneof(fc.record({ name: fc.jsonValue(), annotations: fc.jsonValue() }), fc.jsonValue()),
      items: fc.oneof(fc.array(fc.object()), fc.string(), fc.object(), fc.constant(null)),
    },
    { requiredKeys: [] },
  );
  const includeObject = fc.constantFrom('None', 'Metadata', 'Object') as fc.Arbitrary<Form['includeObject']>;
  const as = fc.constantFrom('', 'Table', 'PartialObjectMetadata', 'PartialObjectMetadataList');
  const columns = fc.constantFrom(undefined, [], [{ name: 'X', type: 'string', jsonPath: '.metadata.name' }]);
  fc.assert(
    fc.property(loose, as, includeObject, columns, (answer, wanted, include, custom) => {
      const rest = { includeObject: include, ...(custom && { columns: custom }) };
      try {
        JSON.stringify(inForm(answer as unknown as KubernetesObject, form(wanted, 'v1', rest), nowMs));
      } catch (error) {
        expect(error).toBeInstanceOf(Refused);
      }
    }),
    { numRuns: 1_000 },
  );
});
