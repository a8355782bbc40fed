/** What stops a step that would never end: an `always` or a `raise` that leads back to itself. */

/** How many microsteps one event may cause; a sound chart takes a handful. */
export const MICROSTEPS_MAX = 1000;

/** How many of the last microsteps the error tells of. */
export const MICROSTEPS_TOLD = 6;

/** Makes the error of a chart that does not come to rest, naming the actor's kind and the states it goes round in. */
export function endlessStep(kind: string, lastStates: readonly unknown[], event: string): Error {
  const round = lastStates.map((value) => JSON.stringify(value)).join(' -> ');
  return new Error(
    `the chart of "${kind}" does not come to rest: ${MICROSTEPS_MAX} microsteps after one event it still goes on, ` +
      `at "${event}", through ${round}; break the circle of "always" or "raise" with a guard that turns false`,
  );
}
