/** Which pods a Service has, and which Services a pod's change concerns. */

import { describe, expect, test } from 'vitest';
import type { Pod, Service } from '../../../../protocol/objects.ts';
import { selectorFromLabels } from '../../../../protocol/selectors.ts';
import { byNamespace, makeStore, putObject } from '../../../client-go/store.ts';
import { pod, ready, service } from '../testing/objects.ts';
import { judgePodChange, podIndexers, podsOf, servicesOf } from './membership.ts';

const labelled = (name: string, labels: Record<string, string>, namespace = 'default') =>
  pod(name, { meta: { labels, namespace } });

function stored(pods: readonly Pod[]) {
  const store = makeStore<Pod>();
  for (const one of pods) putObject(store, one, podIndexers);
  return store;
}

describe('the pods of a Service', () => {
  const pods = stored([
    labelled('a', { app: 'web', tier: 'front' }),
    labelled('b', { app: 'web' }),
    labelled('c', { app: 'db', tier: 'front' }),
    labelled('d', { app: 'web', tier: 'front' }, 'other'),
  ]);

  test.each([
    [{ app: 'web' }, ['a', 'b']],
    [{ app: 'web', tier: 'front' }, ['a']],
    [{ app: 'none' }, []],
    [{}, ['a', 'b', 'c']],
  ])('that selects %o are %o', (selector, names) => {
    const web = service({ spec: { selector } });
    const found = podsOf(pods, web, selectorFromLabels(selector));
    expect(found.map(({ metadata }) => metadata.name)).toEqual(names);
  });
});

test('the Services of a pod are those of its namespace that select it', () => {
  const services = makeStore<Service>();
  const selectors = new Map();
  const all: [string, string, Record<string, string> | undefined][] = [
    ['web', 'default', { app: 'web' }],
    ['front', 'default', { app: 'web', tier: 'front' }],
    ['external', 'default', undefined],
    ['web', 'other', { app: 'web' }],
  ];
  for (const [name, namespace, selector] of all) {
    putObject(services, service({ meta: { name, namespace } }), { namespace: byNamespace });
    if (selector !== undefined) selectors.set(`${namespace}/${name}`, selectorFromLabels(selector));
  }
  expect(servicesOf(services, selectors, labelled('a', { app: 'web' }))).toEqual(['default/web']);
});

describe('a change of a pod', () => {
  /** A pod behind the Service, with what is different. */
  const version = (given: { meta?: object; spec?: object; status?: object } = {}) =>
    pod('a', {
      ...given,
      meta: { labels: { app: 'web' }, ...given.meta },
      status: { podIP: '10.244.0.2', ...given.status },
    });
  const deletionTimestamp = '2026-01-01T00:01:00Z';

  test.each([
    ['of its annotations means nothing', { meta: { annotations: { x: 'y' } } }, 'none'],
    ['of its readiness shows', { status: { conditions: [ready(false)] } }, 'shown'],
    ['of its address shows', { status: { podIP: '10.244.0.9' } }, 'shown'],
    ['of its phase shows when it ends', { status: { phase: 'Failed' } }, 'shown'],
    ['of its phase before that means nothing', { status: { phase: 'Pending' } }, 'none'],
    ['of its labels may change where it belongs', { meta: { labels: { app: 'db' } } }, 'labels'],
    ['of its labels and readiness is both', { meta: { labels: {} }, status: { conditions: [] } }, 'both'],
    ['that begins its deletion shows', { meta: { deletionTimestamp } }, 'shown'],
    ['into another of its name shows', { meta: { uid: 'later' } }, 'shown'],
    ['of its subdomain may change its name', { spec: { subdomain: 'web' } }, 'labels'],
  ] as const)('%s', (_, given, verdict) => {
    expect(judgePodChange(version(), version(given))).toBe(verdict);
  });
});
