/** What is left in a namespace, and how long that may take. */

import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import { namespace, pod } from '../testing/objects.ts';
import { contentKinds, graceSeconds, sumUp, tellFinalizers, tellResources } from './remains.ts';

const ended = namespace('shop', { meta: { deletionTimestamp: '2026-01-01T00:00:00Z' }, phase: 'Terminating' });
const graceful = (name: string, seconds: number, phase = 'Running') =>
  pod(name, { spec: { terminationGracePeriodSeconds: seconds }, status: { phase } });

/** The sum of kinds with these objects left, by resource. */
function sum(left: Readonly<Record<string, readonly KubernetesObject[]>>, podSeconds = 0) {
  const results = contentKinds.map((kind) => ({ kind, refusal: undefined, items: left[kind.resource] ?? [] }));
  return sumUp(ended, results, podSeconds);
}

test('every kind that lives in a namespace is its content, but for bindings, which are no objects', () => {
  const resources = contentKinds.map(({ resource }) => resource);
  expect(resources).toEqual(expect.arrayContaining(['pods', 'events', 'leases', 'secrets', 'jobs']));
  expect(resources).not.toEqual(expect.arrayContaining(['bindings']));
  expect(resources).not.toEqual(expect.arrayContaining(['nodes']));
});

describe('the time pods need to stop', () => {
  const endMs = fromRfc3339('2026-01-01T00:00:00Z');

  test.each([
    ['no pod', [], 0, 0],
    ['the longest grace period', [graceful('a', 30), graceful('b', 60)], 10, 60],
    ['pods that have ended', [graceful('a', 30, 'Succeeded'), graceful('b', 60, 'Failed')], 10, 0],
    ['a grace period not yet over', [graceful('a', 30)], 29.9, 30],
    ['a grace period that is over', [graceful('a', 30)], 30, 0],
  ])('with %s', (_, pods, sinceSeconds, seconds) => {
    expect(graceSeconds(ended, pods, endMs + sinceSeconds * 1000)).toBe(seconds);
  });
});

describe('the sum', () => {
  test('of nothing is nothing to wait for', () => {
    expect(sum({})).toMatchObject({ waitSeconds: 0, errors: [] });
  });

  test('of pods that stop is their grace period', () => {
    const remains = sum({ pods: [graceful('a', 30)] }, 30);
    expect(remains).toMatchObject({ waitSeconds: 30, errors: [] });
    expect(tellResources(remains)).toBe('pods. has 1 resource instances');
  });

  test('of objects with finalizers is 15 s', () => {
    const held = pod('a', { meta: { finalizers: ['example.com/b', 'example.com/a'] } });
    const remains = sum({ pods: [held], deployments: [held, held] });
    expect(remains).toMatchObject({ waitSeconds: 15, errors: [] });
    expect(tellResources(remains)).toBe('deployments.apps has 2 resource instances, pods. has 1 resource instances');
    expect(tellFinalizers(remains)).toBe(
      'example.com/a in 3 resource instances, example.com/b in 3 resource instances',
    );
  });

  test('of objects that nothing holds is an error, naming them', () => {
    const { errors } = sum({ pods: [pod('a')] });
    expect(errors).toEqual(['unexpected items still remain in namespace: shop for gvr: /v1, Resource=pods']);
  });

  test('of kinds that could not be deleted is the errors', () => {
    const refusal = failure.internalError('etcd is gone');
    const results = contentKinds.map((kind) => ({
      kind,
      refusal: kind.kind === 'Secret' ? refusal : undefined,
      items: [],
    }));
    expect(sumUp(ended, results, 0).errors).toEqual(['Internal error occurred: etcd is gone']);
  });
});
