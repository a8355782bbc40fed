/** `troupe down`: ends a cluster that `troupe up` runs, and waits until it has ended. */

import { setTimeout as pause } from 'node:timers/promises';
import { defineCommand } from 'citty';
import { isRunning } from '../deploy/live/run-file.ts';
import { InputError } from '../lab/story/input-error.ts';
import { numberOf } from './live/asked-cluster.ts';
import { theRun } from './live/find-runs.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe down                            ends the cluster that runs
  troupe down --data-dir ~/my-cluster    ends the one with these data
`;

const lookEveryMs = 50;

/** The command. */
export const down = defineCommand({
  meta: {
    name: 'down',
    description:
      'Ends a live cluster and waits until it has ended. Exit code: 0 none runs any more, 1 it does not end.',
  },
  args: {
    'data-dir': { type: 'string', description: 'The folder with its data', valueHint: 'DIR' },
    timeout: { type: 'string', description: 'How many seconds it is given; 30 unless told', valueHint: 'SECONDS' },
  },
  async run({ args }) {
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const seconds = numberOf('timeout', args.timeout, 0) ?? 30;
    const run = theRun(args['data-dir']);
    if (run === undefined) {
      say('no cluster runs');
      return 0;
    }
    process.kill(run.pid, 'SIGTERM');
    for (let waited = 0; isRunning(run); waited += lookEveryMs) {
      if (waited > seconds * 1000) {
        const fix = `end it at once: kill -9 ${run.pid} (what was acknowledged stays)`;
        throw new InputError([{ file: `process ${run.pid}`, what: `has not ended after ${seconds} s`, fix }]);
      }
      await pause(lookEveryMs);
    }
    say(
      `ended${run.server === '' ? '' : ` ${run.server}`}${run.dataDir === undefined ? '' : `; its data are in ${run.dataDir}`}`,
    );
    return 0;
  },
});
