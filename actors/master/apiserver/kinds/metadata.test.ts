import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { ObjectMeta } from '../../../../protocol/objects.ts';
import { validateMeta, validateMetaUpdate } from './metadata.ts';

const born = (meta: Partial<ObjectMeta>, isNamespaced = true) =>
  validateMeta({ name: 'a', namespace: 'default', ...meta }, isNamespaced, dns1123Subdomain).map(formatFieldError);
const stored: ObjectMeta = { name: 'a', namespace: 'default', uid: 'u', resourceVersion: '7', generation: 2 };
const changed = (meta: Partial<ObjectMeta>, old: Partial<ObjectMeta> = {}) =>
  validateMetaUpdate({ ...stored, ...old, ...meta }, { ...stored, ...old }).map(formatFieldError);

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const key =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe('metadata at birth', () => {
  it('is right', () => {
    expect(
      born({ labels: { 'example.com/app': 'web' }, annotations: { 'Example.com/Note': 'any text at all\n' } }),
    ).toEqual([]);
    expect(born({ namespace: '' }, false)).toEqual([]);
  });

  it.each<[Partial<ObjectMeta>, string[]]>([
    [{ name: '' }, ['metadata.name: Required value: name or generateName is required']],
    [{ name: 'A' }, [`metadata.name: Invalid value: "A": ${subdomain}`]],
    [{ generateName: 'ABC-' }, [`metadata.generateName: Invalid value: "ABC-": ${subdomain}`]],
    [{ generateName: 'a-' }, []],
    [{ namespace: '' }, ['metadata.namespace: Required value']],
    [{ labels: { '-a': 'b' } }, [`metadata.labels: Invalid value: "-a": ${key}`]],
    [
      { labels: { a: 'b c' } },
      [
        `metadata.labels: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      ],
    ],
    [{ annotations: { 'a b': '' } }, [`metadata.annotations: Invalid value: "a b": ${key}`]],
    [{ annotations: { a: 'ä'.repeat(131_072) } }, ['metadata.annotations: Too long: must have at most 262144 bytes']],
    [{ annotations: { a: 'ä'.repeat(131_071) } }, []],
    [{ finalizers: ['-'] }, [`metadata.finalizers: Invalid value: "-": ${key}`]],
    [
      { finalizers: ['orphan', 'foregroundDeletion'] },
      [
        'metadata.finalizers: Invalid value: []string{"orphan", "foregroundDeletion"}: finalizer orphan and foregroundDeletion cannot be both set',
      ],
    ],
    [
      { ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] },
      [
        'metadata.ownerReferences[0].apiVersion: Required value: must not be empty',
        'metadata.ownerReferences[0].kind: Required value: must not be empty',
        'metadata.ownerReferences[0].name: Required value: must not be empty',
        'metadata.ownerReferences[0].uid: Required value: must not be empty',
      ],
    ],
  ])('%#', (meta, expected) => {
    expect(born(meta)).toEqual(expected);
  });

  it('has no namespace where the kind has none', () => {
    expect(born({}, false)).toEqual(['metadata.namespace: Forbidden: not allowed on this type']);
  });

  it('has one controller at most', () => {
    const owner = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      name,
      uid: name,
      controller: true,
    });
    const [error] = born({ ownerReferences: [owner('a'), owner('b')] });
    expect(error).toContain(
      'Only one reference can have Controller set to true. Found "true" in references for ReplicationController/a and ReplicationController/b',
    );
  });
});

describe('metadata in an update', () => {
  it('may change labels, annotations and owners', () => {
    expect(changed({ labels: { a: 'b' }, annotations: { c: 'd' } })).toEqual([]);
  });

  it.each<[Partial<ObjectMeta>, string]>([
    [{ resourceVersion: '' }, 'metadata.resourceVersion: Invalid value: "": must be specified for an update'],
    [{ name: 'b' }, 'metadata.name: Invalid value: "b": field is immutable'],
    [{ uid: 'v' }, 'metadata.uid: Invalid value: "v": field is immutable'],
    [{ generation: 1 }, 'metadata.generation: Invalid value: 1: must not be decremented'],
    [
      { creationTimestamp: '2024-05-01T12:00:00Z' },
      'metadata.creationTimestamp: Invalid value: "2024-05-01T12:00:00Z": field is immutable',
    ],
  ])('%#', (meta, expected) => {
    expect(changed(meta)).toEqual([expected]);
  });

  it('adds no finalizer to what is being deleted, but takes them away', () => {
    const old = { deletionTimestamp: '2024-05-01T12:00:00Z', finalizers: ['a/hold'] };
    expect(changed({ finalizers: [] }, old)).toEqual([]);
    expect(changed({ finalizers: ['a/hold', 'b/hold'] }, old)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"b/hold"}',
    ]);
  });
});
