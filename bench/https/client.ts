/** One client process of the API server: many requests in flight at once. */

/** As many requests are in flight at once. */
export const inFlight = 64;

/** A client with its connections, which it keeps. */
export interface Client {
  /** Asks once; gives how many bytes came back. @throws Error for any answer but success */
  ask(method: string, path: string, object?: object): Promise<number>;
  close(): void;
}

/** Asks many times, `inFlight` at once; gives how many were answered a second. */
export async function perSecond(count: number, ask: (i: number) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < count) await ask(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (count * 1000) / (performance.now() - began);
}
