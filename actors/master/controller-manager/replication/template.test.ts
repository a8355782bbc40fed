/** The pod a template stands for. */

import { expect, test } from 'vitest';
import { controller, ownedBy } from '../testing/objects.ts';
import { podOf } from './template.ts';

test('a pod has what its template says, an owner, and a name the server makes of the owner’s', () => {
  const rc = controller(1);
  const template = {
    metadata: { labels: { app: 'web' }, annotations: { note: 'x' }, finalizers: ['example.com/f'] },
    spec: { containers: [{ name: 'server', image: 'web' }] },
  };
  expect(podOf(rc, template)).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: 'web-',
      namespace: 'default',
      labels: { app: 'web' },
      annotations: { note: 'x' },
      finalizers: ['example.com/f'],
      ...ownedBy(rc),
    },
    spec: template.spec,
  });
});

test('a name so long that a dash would not fit is taken as it is', () => {
  const name = 'a'.repeat(252);
  expect(podOf(controller(1, { meta: { name } }), {}).metadata.generateName).toBe(name);
});
