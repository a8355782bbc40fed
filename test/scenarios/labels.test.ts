/**
 * Goal: labels follow their syntax and select exactly; annotations are free and kept.
 *
 * Method: objects with good and bad keys and values are written to the API, and selected by every kind of selector.
 */

import { describe, expect, test } from 'vitest';
import type { KubernetesObject, Pod } from '../../protocol/objects.ts';
import { type World, world } from '../world.ts';

function configMap(
  name: string,
  labels: Record<string, string>,
  annotations?: Record<string, string>,
): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels, ...(annotations && { annotations }) } };
}

/** What the API server says of an object it does not take. */
function refusalOf(cluster: World, object: KubernetesObject): string {
  const body = { resource: 'configmaps', namespace: 'default', object };
  return cluster.refusal('object.create', body).message ?? '';
}

describe('labels', () => {
  test('follow their syntax: prefix/name up to 63 characters, values too', () => {
    const cluster = world({ nodes: 0 });
    const good = { app: 'web', 'example.com/tier': 'front-end', 'a.b_c-d': '', ['n'.repeat(63)]: 'v'.repeat(63) };
    cluster.create(configMap('good', good));
    expect(cluster.get('configmaps', 'good').metadata.labels).toEqual(good);

    const bad: Record<string, string>[] = [
      { '-app': 'web' },
      { 'app ': 'web' },
      { ['n'.repeat(64)]: 'web' },
      { 'Example.com/app': 'web' },
      { 'a/b/c': 'web' },
      { app: 'front end' },
      { app: '-web' },
      { app: 'v'.repeat(64) },
    ];
    for (const labels of bad)
      expect(refusalOf(cluster, configMap('bad', labels))).toContain('metadata.labels: Invalid value: ');
    expect(refusalOf(cluster, configMap('bad', { app: 'a b' }))).toBe(
      'ConfigMap "bad" is invalid: metadata.labels: Invalid value: "a b": a valid label must be an empty string or consist of ' +
        "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or " +
        "'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    );
    expect(cluster.find('configmaps', 'bad')).toBeUndefined();
  });

  test('are selected exactly, by equality, by sets, and by their being there', () => {
    const cluster = world({ nodes: 0 });
    cluster.create(configMap('web-a', { app: 'web', tier: 'front', canary: '' }));
    cluster.create(configMap('web-b', { app: 'web', tier: 'back' }));
    cluster.create(configMap('webs', { app: 'webs', tier: 'back' }));
    cluster.create(configMap('bare', {}));
    const select = (labelSelector: string) =>
      cluster
        .list('configmaps', { namespace: 'default', labelSelector })
        .map(({ metadata }) => metadata.name)
        .filter((name) => name !== 'kube-root-ca.crt');

    expect(select('app=web')).toEqual(['web-a', 'web-b']);
    expect(select('app==web,tier!=front')).toEqual(['web-b']);
    expect(select('app!=web')).toEqual(['bare', 'webs']);
    expect(select('tier in (front, back),app notin (webs)')).toEqual(['web-a', 'web-b']);
    expect(select('canary')).toEqual(['web-a']);
    expect(select('!canary')).toEqual(['bare', 'web-b', 'webs']);
    expect(select('app=we')).toEqual([]);
  });

  test('a selector that is none is refused', () => {
    const cluster = world({ nodes: 0 });
    const status = cluster.refusal('object.list', { resource: 'pods', labelSelector: 'app in web' });
    expect(status).toMatchObject({ reason: 'BadRequest', code: 400 });
  });

  test('a selector must match the labels of its own template', () => {
    const cluster = world({ nodes: 0 });
    const template = { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
    const object = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, template },
    };
    const status = cluster.refusal('object.create', {
      resource: 'replicationcontrollers',
      namespace: 'default',
      object,
    });
    expect(status.message).toContain('spec.template.metadata.labels: Invalid value: ');
    expect(status.message).toContain('`selector` does not match template `labels`');
  });
});

describe('annotations', () => {
  test('are free-form, and kept through every change of the object', () => {
    const cluster = world({ nodes: 1 });
    const annotations = {
      'example.com/note': 'any text: ✓ {"json": [1, 2]}\nof several lines',
      plain: ' '.repeat(300),
    };
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'noted', annotations },
      spec: { containers: [{ name: 'a', image: 'httpd:2.4' }] },
    };
    cluster.create(pod);
    cluster.until('it runs', () => cluster.readyPods().length === 1);
    cluster.patch('pods', 'noted', { metadata: { labels: { late: 'yes' } } });
    expect(cluster.get('pods', 'noted').metadata.annotations).toMatchObject(annotations);
  });

  test('have keys with the syntax of labels, and room for 256 KiB in all', () => {
    const cluster = world({ nodes: 0 });
    expect(refusalOf(cluster, configMap('bad', {}, { 'a b': 'x' }))).toContain(
      'metadata.annotations: Invalid value: "a b"',
    );
    expect(refusalOf(cluster, configMap('bad', {}, { big: 'x'.repeat(262_145) }))).toContain(
      'metadata.annotations: Too long: must have at most 262144 bytes',
    );
  });
});
