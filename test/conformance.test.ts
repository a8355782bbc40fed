/** Every machine of the cast is stepped by XState and by compiled tables alike, and every state of it can be reached. */

import { describe, expect, test } from 'vitest';
import { definitions } from '../deploy/cast.ts';
import { unreachableStates } from '../engine/stepper/reachable.ts';
import { assertConforms } from '../engine/stepper/testing/conformance.ts';

describe.each(definitions.map((definition) => [definition.kind, definition] as const))(
  'the chart of %s',
  (_, definition) => {
    test('means the same to both steppers', () => {
      const { steps, answered } = assertConforms(definition, { seeds: 10, steps: 200 });
      // A life that ends in a final state takes fewer.
      expect(steps).toBeGreaterThan(1500);
      expect(answered).toBeGreaterThan(0);
    });

    test('has no state that nothing leads to', () => {
      expect(unreachableStates(definition)).toEqual([]);
    });
  },
);
