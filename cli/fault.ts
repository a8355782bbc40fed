/** `troupe fault`: breaks a live cluster on purpose, shows what is broken, and heals it. */

import { type CommandDef, defineCommand } from 'citty';
import { type FaultKind, isInstant } from '../deploy/faults/command.ts';
import type { FaultHosts } from '../deploy/faults/hosts.ts';
import { UsageError } from './arguments.ts';
import { spanOf } from './fault/read.ts';
import { commandFault, commandOf, type Lasting } from './fault/send.ts';
import { healFaults, listFaults } from './fault/table.ts';
import { type Given, givenOf, type Verb, verbs } from './fault/verbs.ts';
import { clusterArgs, reachHosts } from './fault/whom.ts';
import { untilSignal } from './live/until-signal.ts';
import type { Part } from './part.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe fault cut node-3 node-4 --for 60s      no message between the two for a minute
  troupe fault cut node-3                       node-3 is cut off until Ctrl-C
  troupe fault crash master.scheduler.0         kill -9
  troupe fault pause --host b --for 20s --nats nats://10.0.0.1:4222
                                                a whole host of several, over NATS
  troupe fault list                             what is in force, and what it has touched
  troupe fault heal --all                       everything is well again

A fault lasts for the time that --for says (of the cluster's clock), or --forever, until it is healed. With neither it
lasts as long as the command runs: it is healed by Ctrl-C, and ends by itself ten seconds after the command was killed.
`;

const lastingArgs = {
  for: { type: 'string', description: 'How long it lasts', valueHint: 'TIME' },
  forever: { type: 'boolean', description: 'It lasts until it is healed' },
} as const;

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** The parts of the command by name. */
export const parts: Readonly<Record<string, Part>> = {
  ...Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, partOf(name as FaultKind, verb)])),
  list: {
    command: defineCommand({
      meta: {
        name: 'list',
        description: 'Lists the faults that are in force..',
      },
      args: { json: { type: 'boolean', description: 'Prints JSON, an object a line' }, ...clusterArgs },
      run: ({ args }) => withHosts(givenOf(args), (hosts) => listFaults(hosts, args.json === true, say)),
    }) as unknown as CommandDef,
    examples: examplesOf(['list', 'list --json']),
  },
  heal: {
    command: defineCommand({
      meta: { name: 'heal', description: 'Ends faults..' },
      args: {
        ids: { type: 'positional', description: 'Their ids, as troupe fault list shows them', required: false },
        all: { type: 'boolean', description: 'All of them' },
        ...clusterArgs,
      },
      run: ({ args }) => {
        const ids = args._;
        if ((ids.length === 0) === (args.all !== true)) {
          throw new UsageError('troupe fault heal needs ids, or --all', 'see them with troupe fault list');
        }
        return withHosts(givenOf(args), (hosts) => healFaults(hosts, args.all === true ? 'all' : ids, say));
      },
    }) as unknown as CommandDef,
    examples: examplesOf(['heal cut-4f1a9c', 'heal --all']),
  },
};

/** The command. */
export const fault = defineCommand({
  meta: {
    name: 'fault',
    description:
      'Breaks a live cluster on purpose, shows what is broken, and heals it. Exit code: 0 done, 1 not done on all hosts, or bad input, 2 bad usage.',
  },
  subCommands: Object.fromEntries(Object.entries(parts).map(([name, { command }]) => [name, command])),
});

function partOf(name: FaultKind, verb: Verb): Part {
  const isLasting = !isInstant(name);
  const command = defineCommand({
    meta: { name, description: verb.description },
    args: { ...verb.args, ...(isLasting && lastingArgs), ...clusterArgs },
    run: ({ args }) => {
      const given = givenOf(args);
      tooMany(name, verb, args._);
      const command = commandOf(verb.read(given), lastingOf(given));
      return withHosts(given, (hosts, signal) => commandFault(hosts, command, say, signal));
    },
  });
  return { command: command as unknown as CommandDef, examples: examplesOf(verb.examples) };
}

function tooMany(name: FaultKind, verb: Verb, words: readonly string[]): void {
  const taken = Object.values(verb.args).filter(({ type }) => type === 'positional').length;
  const extra = words[taken];
  if (extra === undefined) return;
  throw new UsageError(`troupe fault ${name} takes no "${extra}"`, `see troupe fault ${name} --help`);
}

function lastingOf(given: Given): Lasting {
  const forMs = spanOf('for', typeof given.for === 'string' ? given.for : undefined);
  if (forMs === 0) throw new UsageError('--for 0 is no time', 'write how long it lasts, such as --for 60s');
  if (forMs !== undefined && given.forever === true) {
    throw new UsageError('a fault lasts for a time, or for ever', 'leave --for or --forever out');
  }
  return { ...(forMs !== undefined && { forMs }), ...(given.forever === true && { isForever: true }) };
}

/** Does something with the hosts that are meant; the signal comes when the process is told to end. */
async function withHosts(
  given: Given,
  act: (hosts: FaultHosts, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  let code = 0;
  await untilSignal(async (signal) => {
    const reach = await reachHosts(given, signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
    if (reach === undefined) return;
    try {
      code = await act(reach.hosts, signal);
    } finally {
      await reach.close();
    }
  });
  return code;
}

function examplesOf(lines: readonly string[]): string {
  return `EXAMPLES\n\n${lines.map((line) => `  troupe fault ${line}\n`).join('')}`;
}
