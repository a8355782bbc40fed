import { expect, test } from 'vitest';
import { deleteOptionsOf } from './deletion.ts';

test.each([
  [{}, { propagationPolicy: 'Background' }],
  [{ cascade: 'foreground' }, { propagationPolicy: 'Foreground' }],
  [{ cascade: 'orphan' }, { propagationPolicy: 'Orphan' }],
  [{ gracePeriodSeconds: 5 }, { propagationPolicy: 'Background', gracePeriodSeconds: 5 }],
  [{ now: true }, { propagationPolicy: 'Background', gracePeriodSeconds: 1 }],
  [{ gracePeriodSeconds: 0 }, { propagationPolicy: 'Background', gracePeriodSeconds: 1 }],
  [{ force: true }, { propagationPolicy: 'Background', gracePeriodSeconds: 0 }],
  [
    { gracePeriodSeconds: 0, force: true },
    { propagationPolicy: 'Background', gracePeriodSeconds: 0 },
  ],
] as const)('kubectl deletes with %j as %j', (options, expected) => {
  expect(deleteOptionsOf(options)).toEqual(expected);
});
