/** `troupe rerun`: plays a recorded run again, and says whether it is the same. */

import { defineCommand } from 'citty';
import { rerun as play } from '../deploy/live/live-cluster.ts';
import { readRunRecord } from '../deploy/live/run-record.ts';
import { RunParted } from '../engine/inputs/replay.ts';
import { UsageError } from './arguments.ts';
import { inWords } from './live/refusals.ts';
import { version } from './version.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe up --record run.troupe     records everything that comes from outside
  troupe rerun run.troupe           plays it again in virtual time, and compares
`;

/** The command. */
export const rerun = defineCommand({
  meta: {
    name: 'rerun',
    description:
      'Plays a recorded run again, as fast as it goes, and says whether its fingerprint is the same. Exit code: 0 it is, 1 it is not, or bad input.',
  },
  args: {
    record: { type: 'positional', description: 'The file that troupe up --record has written', required: false },
  },
  run({ args }) {
    const [path] = args._;
    if (path === undefined) {
      throw new UsageError('troupe rerun needs a record', 'name the file that troupe up --record FILE has written');
    }
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const run = opened(path);
    const { seed, epochMs, cluster, version: recordedBy } = run.header;
    const began = new Date(epochMs).toISOString();
    say(`troupe rerun  ${path}  seed ${seed}  ${cluster.nodes.length} nodes  began ${began}`);
    if (recordedBy !== version())
      say(`recorded by Troupe ${recordedBy}; this is ${version()}, which may play another run`);
    if (!run.isWhole) say('the record was cut off: it is played up to there');
    try {
      const { inputs, marks, fingerprint, lastedMs } = play(run);
      say(`${inputs} inputs in ${(lastedMs / 1000).toFixed(1)} s of its time, compared at ${marks} places`);
      if (marks === 0) say('nothing was there to be compared with');
      say(`SAME   fingerprint ${fingerprint}`);
      return 0;
    } catch (error) {
      if (!(error instanceof RunParted)) throw error;
      say(error.message);
      say('ANOTHER RUN');
      return 1;
    }
  },
});

function opened(path: string): ReturnType<typeof readRunRecord> {
  try {
    return readRunRecord(path);
  } catch (error) {
    throw inWords(error);
  }
}
