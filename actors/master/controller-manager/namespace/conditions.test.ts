/** What a namespace that ends says of its end. */

import { expect, test } from 'vitest';
import { findResource, type ResourceKind } from '../../../../protocol/resources.ts';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import { namespace } from '../testing/objects.ts';
import { withConditions } from './conditions.ts';
import type { Remains } from './remains.ts';

const nothing: Remains = { waitSeconds: 0, errors: [], byResource: new Map(), byFinalizer: new Map() };
const ended = namespace('shop', { phase: 'Terminating' });
const firstMs = fromRfc3339('2026-01-01T00:00:10Z');
const laterMs = fromRfc3339('2026-01-01T00:00:20Z');

/** Remains of so many pods. */
function pods(count: number): Remains {
  return { ...nothing, byResource: new Map([[findResource('pods') as ResourceKind, count]]) };
}

test('with nothing left, all five say that all is well', () => {
  const conditions = withConditions(ended, nothing, firstMs)?.status?.conditions;
  expect(conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`)).toEqual([
    'NamespaceDeletionDiscoveryFailure=False ResourcesDiscovered',
    'NamespaceDeletionGroupVersionParsingFailure=False ParsedGroupVersions',
    'NamespaceDeletionContentFailure=False ContentDeleted',
    'NamespaceContentRemaining=False ContentRemoved',
    'NamespaceFinalizersRemaining=False ContentHasNoFinalizers',
  ]);
});

test('what is left, what holds it, and what went wrong is told', () => {
  const remains: Remains = {
    ...pods(2),
    byFinalizer: new Map([['example.com/a', 1]]),
    errors: ['b is stuck', 'a is stuck'],
  };
  const conditions = withConditions(ended, remains, firstMs)?.status?.conditions ?? [];
  const told = conditions.filter(({ status }) => status === 'True').map(({ reason, message }) => [reason, message]);
  expect(told).toEqual([
    ['ContentDeletionFailed', 'Failed to delete all resource types, 2 remaining: a is stuck, b is stuck'],
    ['SomeResourcesRemain', 'Some resources are remaining: pods. has 2 resource instances'],
    [
      'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining: example.com/a in 1 resource instances',
    ],
  ]);
});

test('nothing is written where nothing changed', () => {
  const told = withConditions(ended, pods(2), firstMs);
  expect(told && withConditions(told, pods(2), laterMs)).toBeUndefined();
});

test('a condition that turns says when; one that only says something else keeps its time', () => {
  const two = withConditions(ended, pods(2), firstMs) ?? ended;
  const one = withConditions(two, pods(1), laterMs) ?? ended;
  const none = withConditions(one, nothing, laterMs) ?? ended;
  const times = [two, one, none].map(
    ({ status }) => status?.conditions?.find(({ type }) => type === 'NamespaceContentRemaining')?.lastTransitionTime,
  );
  expect(times).toEqual(['2026-01-01T00:00:10Z', '2026-01-01T00:00:10Z', '2026-01-01T00:00:20Z']);
});
