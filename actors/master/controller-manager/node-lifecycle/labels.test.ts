/** The labels a node bears under an old name too. */

import { expect, test } from 'vitest';
import { node } from '../testing/objects.ts';
import { labelsToSet } from './labels.ts';

const [os, oldOs] = ['kubernetes.io/os', 'beta.kubernetes.io/os'];
const [arch, oldArch] = ['kubernetes.io/arch', 'beta.kubernetes.io/arch'];

test.each([
  ['no label', {}, undefined],
  ['both new names', { [os]: 'linux', [arch]: 'arm64' }, { [oldOs]: 'linux', [oldArch]: 'arm64' }],
  ['an old name that says something else', { [os]: 'linux', [oldOs]: 'windows' }, { [oldOs]: 'linux' }],
  ['old names that say the same', { [os]: 'linux', [oldOs]: 'linux' }, undefined],
  ['an old name alone', { [oldOs]: 'linux' }, undefined],
] as const)('with %s', (_, labels, changes) => {
  expect(labelsToSet(node('n1', 'True', { meta: { labels: { ...labels } } }))).toEqual(changes);
});
