/** The story of manifests that have none: applied to five nodes, they become ready, and their Services answer. */

import { readFileSync, statSync } from 'node:fs';
import { isMap, parseAllDocuments } from 'yaml';
import type { ShownTable, Story } from './format.ts';

/** Tells whether a path is a story: a YAML file that is no API object. */
export function isStory(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true || !/\.ya?ml$/.test(path)) return false;
  const [first, ...others] = parseAllDocuments(readFileSync(path, 'utf8'));
  const contents = first?.contents;
  return others.length === 0 && !(isMap(contents) && (contents.has('apiVersion') || contents.has('kind')));
}

/** What is shown at the end, of each where there is any. */
const show: readonly ShownTable[] = [
  'nodes',
  'deployments',
  'replicasets',
  'replicationcontrollers',
  'pods',
  'services',
];

/** Makes the story of manifests. */
export function storyOf(paths: readonly string[]): Story {
  return {
    name: paths.join(' '),
    cluster: { nodes: 5 },
    manifests: paths,
    story: [{ when: { ready: 'all' }, within: '10m' }, { show }],
    expect: [{ ready: 'all' }, { answers: 'all', within: '30s' }],
  };
}
