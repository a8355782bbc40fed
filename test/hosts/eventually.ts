/** Waits for what becomes true outside this process, where nobody tells when it does. */

import { setTimeout as pause } from 'node:timers/promises';

const askEveryMs = 50;

/**
 * Asks again and again until the answer is not undefined; a question that throws has no answer yet.
 *
 * @throws Error naming what was waited for, after `mostMs`
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  mostMs = 60_000,
): Promise<T> {
  const until = performance.now() + mostMs;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > until) throw new Error(`not within ${mostMs} ms: ${what}`, { cause: last });
    await pause(askEveryMs);
  }
}
