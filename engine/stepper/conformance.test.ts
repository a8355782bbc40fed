import { describe, expect, test } from 'vitest';
import { assertConforms, type Conformance } from './testing/conformance.ts';
import { randomDefinition } from './testing/random-chart.ts';
import { sampleCharts } from './testing/sample-charts.ts';

describe('the compiled chart does as XState does, step by step, for', () => {
  test.each(Object.entries(sampleCharts))('%s', (kind, machine) => {
    const tried = assertConforms({ kind, machine, behaviour: {}, memory: () => ({}) }, { seeds: 10, steps: 60 });

    // The chart must have moved, or nothing was compared.
    expect(tried.answered).toBeGreaterThan(50);
    expect(tried.thrown).toBe(0);
  });

  test('450 random charts on 54,000 random events', () => {
    const sum = { steps: 0, answered: 0, done: 0, places: 0 };
    for (let i = 0; i < 450; i += 1) {
      const tried = assertConforms(randomDefinition(`chart ${i}`, 3 + (i % 30)), { own: true, seeds: 2, steps: 60 });
      add(sum, tried);
    }

    expect(sum.steps).toBeGreaterThan(50_000);
    expect(sum.answered).toBeGreaterThan(25_000);
    expect(sum.done).toBeGreaterThan(300);
    expect(sum.places).toBeGreaterThan(1_500);
  });
});

function add(sum: { steps: number; answered: number; done: number; places: number }, tried: Conformance): void {
  sum.steps += tried.steps;
  sum.answered += tried.answered;
  sum.done += tried.done;
  sum.places += tried.places.size;
}
