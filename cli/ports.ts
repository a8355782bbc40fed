/** Ports on a command line. */

import { UsageError } from './arguments.ts';
import { numberOf } from './live/asked-cluster.ts';

/** Reads a port; 0 is any that is free. @throws UsageError */
export function portOf(text: string): number {
  const port = numberOf('port', text, 0) ?? 0;
  if (port < 65_536) return port;
  throw new UsageError(`--port ${text} is no port`, 'write a number below 65536, or 0 for any that is free');
}
