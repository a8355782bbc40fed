#!/usr/bin/env node
/** `troupe`: the command line. Exit codes: 0 passed, 1 failed or bad input, 2 bad usage. */

import { runTroupe } from './troupe.ts';

// Who reads on no more, as `head` does after its lines, has seen enough: that is no failure of the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runTroupe(process.argv.slice(2));
