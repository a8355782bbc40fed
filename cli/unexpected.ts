/** Errors nobody expected: told whole, so that they can be found. */

/** Writes an error with its stack. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
