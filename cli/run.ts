/** `troupe run`: plays a story, or manifests by themselves. */

import { defineCommand } from 'citty';
import pc from 'picocolors';
import { play } from '../lab/story/play/play.ts';
import { forMachines } from '../lab/story/report/machines.ts';
import { forPeople } from '../lab/story/report/people.ts';
import { openScript, replayOf } from '../lab/story/script.ts';
import { UsageError } from './arguments.ts';
import { valuesOf } from './repeated.ts';
import { describeError } from './unexpected.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe run experiments/guestbook.yaml                          plays a story
  troupe run experiments/guestbook.yaml --seed 7                 another run of it
  troupe run experiments/guestbook.yaml --set cluster.nodes=20   with more nodes
  troupe run experiments/guestbook.yaml --check                  only looks for mistakes
  troupe run manifests/ extra.yaml --quiet                       do these become ready, and answer?
`;

/** The command. */
export const run = defineCommand({
  meta: {
    name: 'run',
    description:
      'Plays a story and says whether what it promises is true. Exit code: 0 passed, 1 failed or bad input, 2 bad usage.',
  },
  args: {
    story: {
      type: 'positional',
      description: 'A story file; or manifests (files, folders), which are applied to five nodes',
      required: false,
    },
    seed: { type: 'string', description: 'Another seed is another run', valueHint: 'N' },
    set: {
      type: 'string',
      description: 'Sets a field of the story, as in --set cluster.nodes=20; may be repeated',
      valueHint: 'PATH=VALUE',
    },
    json: { type: 'boolean', description: 'Prints JSON, an object a line; the last one is the outcome' },
    quiet: { type: 'boolean', description: 'Prints only the verdict' },
    check: { type: 'boolean', description: 'Only looks whether the story and its manifests are right' },
  },
  run({ args, rawArgs }) {
    const paths = args._;
    if (paths.length === 0) {
      throw new UsageError('troupe run needs a story', 'name one, such as troupe run experiments/guestbook.yaml');
    }
    const print = (text: string) => process.stdout.write(`${text}\n`);
    const script = openScript(paths, {
      set: valuesOf(rawArgs, 'set'),
      ...(args.seed !== undefined && { seed: args.seed }),
    });
    if (args.check) {
      print(`${paths.join(' ')}: right`);
      return 0;
    }
    // A terminal that does not know its width says 0.
    const paper = { print, width: process.stdout.columns || 120, colours: pc };
    const playbill = args.json ? forMachines(print) : forPeople(paper, { quiet: args.quiet === true });
    playbill.begin(script);
    try {
      const outcome = play(script, playbill);
      playbill.end(outcome);
      return outcome.passed ? 0 : 1;
    } catch (error) {
      // An actor failed, which is a fault of Troupe's own: the error says which one and when, this how to see it again.
      process.stderr.write(`${describeError(error)}\nreplay: ${replayOf(script)}\n`);
      return 1;
    }
  },
});
