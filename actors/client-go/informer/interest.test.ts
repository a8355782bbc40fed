/** Which changes a subscriber hears of. */

import { describe, expect, test } from 'vitest';
import type { Change, Interest } from '../../../protocol/messages/informer.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { concerns } from './interest.ts';

interface Given {
  kind?: string;
  nodeName?: string;
  tolerations?: { key: string }[];
}

function pod({ kind, nodeName, tolerations }: Given): Pod {
  const ownerReferences = kind && [{ apiVersion: 'v1', kind, name: 'web', uid: 'web', controller: true }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', ...(ownerReferences && { ownerReferences }) },
    spec: { containers: [], ...(nodeName && { nodeName }), ...(tolerations && { tolerations }) },
  };
}

const added = (given: Given): Change => ({ type: 'ADDED', object: pod(given) });
const deleted = (given: Given): Change => ({ type: 'DELETED', object: pod(given), old: pod(given) });
const modified = (before: Given, now: Given): Change => ({ type: 'MODIFIED', object: pod(now), old: pod(before) });

describe('one who wants what ReplicaSets control', () => {
  const interest: Interest = { controlledBy: 'ReplicaSet' };

  test.each([
    ['one of theirs', added({ kind: 'ReplicaSet' }), true],
    ['nobody’s', added({}), true],
    ['another’s', added({ kind: 'ReplicationController' }), false],
    ['another’s that goes', deleted({ kind: 'ReplicationController' }), false],
    ['one of theirs that another took over', modified({ kind: 'ReplicaSet' }, { kind: 'Job' }), true],
    ['nobody’s that another took over', modified({}, { kind: 'Job' }), true],
    ['another’s that was let go', modified({ kind: 'Job' }, {}), true],
    ['another’s that changed', modified({ kind: 'Job' }, { kind: 'Job', nodeName: 'n1' }), false],
  ] as const)('hears of %s: %#', (_, change, isTold) => {
    expect(concerns(interest, change)).toBe(isTold);
  });
});

describe('one who wants some fields', () => {
  const interest: Interest = { fields: ['spec.nodeName', 'spec.tolerations'] };

  test.each([
    ['a new object', added({}), true],
    ['one that is gone', deleted({ nodeName: 'n1' }), true],
    ['a field that came', modified({}, { nodeName: 'n1' }), true],
    ['a field that went', modified({ nodeName: 'n1' }, {}), true],
    ['a field that is another', modified({ tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'b' }] }), true],
    ['a field that is equal', modified({ tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'a' }] }), false],
    ['any other field', modified({ nodeName: 'n1' }, { nodeName: 'n1', kind: 'Job' }), false],
  ] as const)('hears of %s: %#', (_, change, isTold) => {
    expect(concerns(interest, change)).toBe(isTold);
  });

  test('hears of a change whose former state nobody knows', () => {
    expect(concerns(interest, { type: 'MODIFIED', object: pod({}) })).toBe(true);
  });
});
