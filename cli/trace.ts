/** `troupe trace`: tells what is in a trace, and lists it. */

import { defineCommand } from 'citty';
import { TraceError } from '../deploy/trace/trace-error.ts';
import { TraceReader } from '../deploy/trace/trace-reader.ts';
import { InputError } from '../lab/story/input-error.ts';
import { UsageError } from './arguments.ts';
import { listTrace } from './trace/listing.ts';
import { tellTrace } from './trace/summary.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe trace info run.troupe                              who, how long, how many messages of which type, what is missing
  troupe trace cat run.troupe | head                        a line for each record
  troupe trace cat run.troupe --type 'pod.*'                only messages of these types
  troupe trace cat run.troupe --subject 'c.node.n1.>'       only what the actors of a node did, said and heard
  troupe trace cat run.troupe --from 90s --to 2m --json     an object a line, from a time after the beginning on
`;

/** The command. */
export const trace = defineCommand({
  meta: {
    name: 'trace',
    description:
      'Tells what is in a trace (info), or lists it (cat). Exit code: 0 done, 1 it is damaged or no trace, 2 bad usage.',
  },
  args: {
    what: { type: 'positional', description: 'info or cat', required: false },
    file: { type: 'positional', description: 'The file that --record or troupe record has written', required: false },
    from: {
      type: 'string',
      description: 'Only from this time after the beginning on, as 90s or 1.5m',
      valueHint: 'TIME',
    },
    to: { type: 'string', description: 'Only up to this time after the beginning', valueHint: 'TIME' },
    type: { type: 'string', description: 'Only messages of a type; with * for a part of it', valueHint: 'TYPE' },
    subject: {
      type: 'string',
      description: 'Only what is about these addresses, as c.node.n1.>',
      valueHint: 'PATTERN',
    },
    json: { type: 'boolean', description: 'Prints JSON: an object, or an object a line' },
  },
  run({ args }) {
    const [what, path] = args._;
    const commands = { info: tellTrace, cat: listTrace } as const;
    if (what !== 'info' && what !== 'cat') {
      throw new UsageError(
        what === undefined ? 'troupe trace needs to know what to do' : `troupe trace cannot "${what}"`,
        'write troupe trace info FILE, or troupe trace cat FILE',
      );
    }
    if (path === undefined)
      throw new UsageError(`troupe trace ${what} needs a file`, `write troupe trace ${what} FILE`);
    const reader = opened(path);
    try {
      return commands[what](reader, args, (line) => process.stdout.write(`${line}\n`));
    } finally {
      reader.close();
    }
  },
});

function opened(path: string): TraceReader {
  try {
    return new TraceReader(path);
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const { path: file, what, fix } = error;
    throw new InputError([{ file, what, fix }]);
  }
}
