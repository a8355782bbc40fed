import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { findResource } from '../../../../protocol/resources.ts';
import type { Selection, SelectionRequest } from '../selection.ts';
import { selectionOf } from '../selection.ts';
import type { Watcher } from './watcher-index.ts';
import { addWatcher, eachConcerned, makeWatcherIndex, removeWatcher } from './watcher-index.ts';

const pods = findResource('pods');
if (pods === undefined) throw new Error('no pods');
const kind = pods;

const watcher = (id: string, request: SelectionRequest): Watcher => ({
  id,
  from: id,
  stream: 1,
  resource: 'pods',
  selection: selectionOf(kind, request) as Selection,
  form: undefined,
  sinceRevision: 0,
  toldRevision: 0,
  custom: undefined,
  wantsBookmarks: false,
  endsAtMs: 0,
});

const pod = (namespace: string, name: string, nodeName = ''): KubernetesObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, spec: { nodeName } }) as KubernetesObject;

const all = watcher('all', {});
const byLabel = watcher('by label', { labelSelector: 'a=b' });
const space = watcher('namespace', { namespace: 'x' });
const one = watcher('one', { namespace: 'x', fieldSelector: 'metadata.name=web' });
const nodeOne = watcher('n1', { fieldSelector: 'spec.nodeName=n1' });
const nodeTwo = watcher('n2', { fieldSelector: 'spec.nodeName=n2' });

function concerned(object: KubernetesObject, old?: KubernetesObject, without: Watcher[] = []): string[] {
  const index = makeWatcherIndex();
  for (const each of [all, byLabel, space, one, nodeOne, nodeTwo]) addWatcher(index, each);
  for (const each of without) removeWatcher(index, each);
  const seen: string[] = [];
  eachConcerned(index, object, old, ({ id }) => seen.push(id));
  return seen;
}

describe('the watches a change is shown to', () => {
  it('are those of its namespace, its name and its node, and those that ask for none of them', () => {
    expect(concerned(pod('y', 'other'))).toEqual(['all', 'by label']);
    expect(concerned(pod('x', 'other'))).toEqual(['all', 'by label', 'namespace']);
    expect(concerned(pod('x', 'web', 'n1'))).toEqual(['all', 'by label', 'namespace', 'one', 'n1']);
  });

  it('are those of the node it was on, too', () => {
    expect(concerned(pod('y', 'p', 'n2'), pod('y', 'p', 'n1'))).toEqual(['all', 'by label', 'n2', 'n1']);
    expect(concerned(pod('y', 'p', 'n2'), pod('y', 'p', 'n2'))).toEqual(['all', 'by label', 'n2']);
  });

  it('are no longer those that were taken out', () => {
    expect(concerned(pod('x', 'web', 'n1'), undefined, [all, space, one, nodeOne])).toEqual(['by label']);
  });
});
