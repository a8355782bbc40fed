/** Exponentially distributed times, by basic arithmetic only: every machine rounds it alike, so a seed stays a run. */

/** Gives the exponential distribution's value (mean 1) for a number drawn from [0, 1). */
export function exponential(unit: number): number {
  // -ln(1 - unit): halvings bring 1 - unit into (1/2, 1]; there ln is twice the area tangent of (x - 1) / (x + 1).
  let x = 1 - unit;
  let halvings = 0;
  while (x < 0.5) {
    x *= 2;
    halvings++;
  }
  const y = (x - 1) / (x + 1);
  const y2 = y * y;
  let sum = 0;
  for (let power = 31; power >= 1; power -= 2) sum = sum * y2 + 1 / power;
  return halvings * Math.LN2 - 2 * y * sum;
}
