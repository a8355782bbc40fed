/** Runs until the process is told to end. */

import { inWords } from './refusals.ts';

/** Runs something until SIGINT or SIGTERM; told twice, the process ends at once. Gives the exit code. @throws what it fails of, in words */
export async function untilSignal(run: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const controller = new AbortController();
  const end = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, end);
  try {
    await run(controller.signal);
    return 0;
  } catch (error) {
    throw inWords(error);
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}
