/** The command `troupe` and its subcommands; each is read only when it is called. */

import { type CommandDef, parseArgs, type Resolvable, renderUsage } from 'citty';
import { InputError } from '../lab/story/input-error.ts';
import { nearest } from '../protocol/spelling.ts';
import { argumentsOf, UsageError } from './arguments.ts';
import type { Part } from './part.ts';
import { describeError } from './unexpected.ts';
import { version } from './version.ts';

/** A subcommand; one with parts is called by the name of one of them. */
interface Subcommand extends Part {
  readonly parts?: Readonly<Record<string, Part>>;
}

/** The subcommands by name. */
const commands: Readonly<Record<string, () => Promise<Subcommand>>> = {
  run: async () => {
    const { run, examples } = await import('./run.ts');
    return { command: run as unknown as CommandDef, examples };
  },
  up: async () => {
    const { up, examples } = await import('./up.ts');
    return { command: up as unknown as CommandDef, examples };
  },
  host: async () => {
    const { host, examples } = await import('./host.ts');
    return { command: host as unknown as CommandDef, examples };
  },
  hosts: async () => {
    const { hosts, examples } = await import('./hosts.ts');
    return { command: hosts as unknown as CommandDef, examples };
  },
  actors: async () => {
    const { actors, examples } = await import('./actors.ts');
    return { command: actors as unknown as CommandDef, examples };
  },
  down: async () => {
    const { down, examples } = await import('./down.ts');
    return { command: down as unknown as CommandDef, examples };
  },
  status: async () => {
    const { status, examples } = await import('./status.ts');
    return { command: status as unknown as CommandDef, examples };
  },
  fault: async () => {
    const { fault, examples, parts } = await import('./fault.ts');
    return { command: fault as unknown as CommandDef, examples, parts };
  },
  record: async () => {
    const { record, examples } = await import('./record.ts');
    return { command: record as unknown as CommandDef, examples };
  },
  trace: async () => {
    const { trace, examples } = await import('./trace.ts');
    return { command: trace as unknown as CommandDef, examples };
  },
  rerun: async () => {
    const { rerun, examples } = await import('./rerun.ts');
    return { command: rerun as unknown as CommandDef, examples };
  },
};

/** Runs a command line without the words `node` and `troupe`; gives the exit code. */
export async function runTroupe(words: readonly string[]): Promise<number> {
  try {
    return await dispatch(words);
  } catch (error) {
    if (error instanceof InputError || error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      return error.code === 'bad-usage' ? 2 : 1;
    }
    process.stderr.write(`${describeError(error)}\n`);
    return 1;
  }
}

async function dispatch([name = '--help', ...rest]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-v') return say(version());
  if (name === '--help' || name === '-h' || name === 'help') return say(overview());
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) throw unknownCommand(name);
  const { parts, ...whole } = await load();
  const [partName = '--help', ...partRest] = rest;
  if (parts === undefined || partName === '--help' || partName === '-h') return runCommand(name, 'troupe', whole, rest);
  const part = Object.hasOwn(parts, partName) ? parts[partName] : undefined;
  if (part === undefined)
    throw unknownCommand(
      `${name} ${partName}`,
      Object.keys(parts).map((one) => `${name} ${one}`),
    );
  return runCommand(`${name} ${partName}`, `troupe ${name}`, part, partRest);
}

/** Runs one command, or says how it is used; `above` is what stands before its name. */
async function runCommand(name: string, above: string, { command, examples }: Part, rest: string[]): Promise<number> {
  const isAsked = rest.includes('--help') || rest.includes('-h') || command.run === undefined;
  if (isAsked) return say(`${await renderUsage(command, { meta: { name: above } })}\n${examples}`);
  const args = (await resolve(command.args)) ?? {};
  const parsed = parseArgs(argumentsOf(name, args, rest), args);
  const code: unknown = await command.run?.({ rawArgs: [...rest], args: parsed, cmd: command });
  return typeof code === 'number' ? code : 0;
}

function unknownCommand(name: string, known: readonly string[] = Object.keys(commands)): UsageError {
  const close = nearest(name, known);
  const fix = close === undefined ? `the commands are ${known.join(', ')}` : `did you mean "troupe ${close}"?`;
  return new UsageError(`there is no command "${name}"`, fix);
}

function overview(): string {
  return `Troupe plays Kubernetes clusters with statechart actors: live for kubectl, or in virtual time.

  troupe up                   starts a live cluster and writes a kubeconfig
  troupe host --nats URL      joins one that was started with troupe up --nats URL
  troupe hosts                tells which hosts a cluster on NATS has, and how they are
  troupe actors [SUBJECT]     tells which actors live there, where, and in which state
  troupe status               tells which clusters run
  troupe down                 ends one
  troupe fault VERB           breaks a live cluster on purpose, and heals it
  troupe record -o FILE       records all hosts of a running cluster into one trace
  troupe trace info FILE      tells what is in a trace; troupe trace cat lists it
  troupe rerun RECORD         plays what troupe up --record has written again, and compares
  troupe run STORY            plays a story file and says whether what it promises is true
  troupe run MANIFESTS...     applies manifests to five nodes, and looks whether all becomes ready and answers
  troupe COMMAND --help       says all about it
  troupe --version

Try: troupe run experiments/guestbook.yaml`;
}

function resolve<T>(given: Resolvable<T> | undefined): Promise<T | undefined> {
  return Promise.resolve(typeof given === 'function' ? (given as () => T | Promise<T>)() : given);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
