#!/usr/bin/env node
/** `troupe`: the command line. Exit codes: 0 passed, 1 failed or bad input, 2 bad usage. */

import { runTroupe } from './troupe.ts';

process.exitCode = await runTroupe(process.argv.slice(2));
