/** Which probes fail: those its workload says fail in a span of its life, and those a fault makes fail. */

import type { Me } from './memory.ts';

/** Tells whether a probe of this path, or with this command, fails now. */
export function failsProbe(self: Me, subject: string): boolean {
  const { plan, failing, startedMs } = self.memory;
  const now = self.monotonic();
  if (failing?.some((one) => now < one.untilMs && subject.includes(one.match))) return true;
  const planned = plan?.workload.failProbes;
  if (planned === undefined) return false;
  const age = now - startedMs;
  return planned.some(
    ({ match, fromMs = 0, untilMs = Number.POSITIVE_INFINITY }) =>
      age >= fromMs && age < untilMs && subject.includes(match),
  );
}
