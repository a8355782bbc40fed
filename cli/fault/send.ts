/** Commands a fault to all hosts, says what each did, and keeps it in force where it is to last as long as the command. */

import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, type FaultCommand, isInstant, renewMs } from '../../deploy/faults/command.ts';
import { idOf } from '../../deploy/faults/host-faults.ts';
import { type FaultHosts, type Told, tellAll } from '../../deploy/faults/hosts.ts';
import type { FaultAnswer } from '../../deploy/faults/requests.ts';
import { describeFault } from '../../deploy/faults/words.ts';
import { InputError } from '../../lab/story/input-error.ts';
import { formatDuration } from '../../protocol/flags.ts';
import { nearest } from '../../protocol/spelling.ts';

/** How long a fault is to last. */
export interface Lasting {
  readonly forMs?: number;
  readonly isForever?: boolean;
}

type Say = (line: string) => void;
type Done = Extract<FaultAnswer, { id: string }>;

/** Names of processes and machines on one line. */
const namedMax = 6;

/** Makes the command of a fault. */
export function commandOf(fault: Fault, { forMs, isForever }: Lasting): FaultCommand {
  return {
    id: idOf(fault),
    fault,
    by: `troupe fault, process ${process.pid} on ${hostname()}`,
    at: Date.now(),
    ...(forMs !== undefined && { forMs }),
    ...(isForever === true && { isForever }),
  };
}

/**
 * Commands a fault. One that lasts as long as its commander is held until the signal, and healed then.
 *
 * Gives the exit code: 1 where a host does not answer. @throws InputError where no host can carry it out, or it meets nobody
 */
export async function commandFault(
  hosts: FaultHosts,
  command: FaultCommand,
  say: Say,
  signal: AbortSignal,
): Promise<number> {
  const told = await tellAll(hosts, { do: 'fault', command });
  const done = doneOf(command, told);
  const isHeld = !isInstant(command.fault.kind) && command.forMs === undefined && command.isForever !== true;
  say(sentence(command, done));
  for (const line of perHost(command, told)) say(`  ${line}`);
  if (!isHeld) return told.silent.length === 0 ? 0 : 1;
  say('Ctrl-C heals it; it also ends when this process does.');
  return hold(hosts, command, say, signal);
}

/** What the hosts did that carried it out. @throws InputError where none did, or nobody was met */
function doneOf({ fault }: FaultCommand, { answers, silent }: Told): Done[] {
  const done = answers.filter((answer): answer is Done => 'id' in answer);
  const refusal = answers.find((answer) => answer.did === 'refused');
  const file = `troupe fault ${fault.kind}`;
  if (done.length === 0 && refusal?.did === 'refused') {
    throw new InputError([{ file, what: refusal.what, fix: refusal.fix }]);
  }
  if (done.length === 0) throw noAnswer(file, silent);
  const isNobody = meetsSomebody(fault) && done.every(({ met }) => met.length === 0);
  if (isNobody && silent.length === 0) throw nobody(file, fault, done);
  return done;
}

function noAnswer(file: string, silent: readonly string[]): InputError {
  const what = silent.length === 0 ? 'the cluster has no host that lives' : `no answer from ${silent.join(', ')}`;
  return new InputError([{ file, what, fix: 'see which hosts live, and whether they are reached' }]);
}

/** Whether a fault is of processes or machines, which are there or not. */
function meetsSomebody(fault: Fault): fault is Extract<Fault, { actor?: string } | { place?: string }> {
  return 'actor' in fault || 'place' in fault;
}

function nobody(
  file: string,
  fault: Extract<Fault, { actor?: string } | { place?: string }>,
  done: readonly Done[],
): InputError {
  const whom = ('actor' in fault ? fault.actor : undefined) ?? ('place' in fault ? fault.place : undefined) ?? '';
  if (fault.kind === 'power-on') return new InputError([{ file, what: `nothing at ${whom} is off` }]);
  const close = nearest(
    whom,
    done.flatMap(({ near = [] }) => near).flatMap((near) => [near, near.slice(near.indexOf('.') + 1)]),
  );
  const fix = close === undefined ? 'name one that lives, or a pattern with > or *' : `did you mean "${close}"?`;
  return new InputError([{ file, what: `nothing lives at ${whom}`, fix }]);
}

/** Says what was done in one line. */
function sentence({ id, fault, forMs, isForever }: FaultCommand, done: readonly Done[]): string {
  const words = describeFault(fault);
  if (isInstant(fault.kind)) return `${words}: ${few(done.flatMap(({ met }) => met))}`;
  const lasts = forMs !== undefined ? `for ${formatDuration(forMs)}` : isForever ? 'until it is healed' : undefined;
  return [words, id, lasts].filter((part) => part !== undefined).join('  ');
}

/** Says of each host what it did, where there are several, or something is to be said. */
function* perHost({ fault }: FaultCommand, { answers, silent }: Told): Generator<string> {
  const isOne = answers.length + silent.length === 1;
  for (const answer of answers) {
    if (answer.did === 'refused') yield `${answer.host}: refused: ${answer.what}; ${answer.fix}`;
    else if ('id' in answer && !isOne) yield `${answer.host}: ${deed(fault, answer)}`;
  }
  if (silent.length > 0) yield `no answer: ${silent.join(', ')}`;
}

function deed(fault: Fault, { did, met }: Done): string {
  if (meetsSomebody(fault) && met.length === 0) return 'nobody there';
  const words = { begun: 'in force', done: 'done', known: 'in force', healed: 'healed', over: 'over' }[did];
  return met.length === 0 ? words : `${words}: ${few(met)}`;
}

function few(names: readonly string[]): string {
  const more = names.length - namedMax;
  return more <= 0 ? names.join(', ') : `${names.slice(0, namedMax).join(', ')} and ${more} more`;
}

/** Says a fault again and again until the signal; hosts that join meanwhile have it too. */
async function hold(hosts: FaultHosts, command: FaultCommand, say: Say, signal: AbortSignal): Promise<number> {
  let silentBefore = '';
  while (await rest(signal)) {
    const { answers, silent } = await tellAll(hosts, { do: 'fault', command });
    if (answers.some(({ did }) => did === 'healed')) {
      say('it was healed by another command');
      return 0;
    }
    if (answers.length === 0) throw noAnswer(`troupe fault ${command.fault.kind}`, silent);
    const silentNow = silent.join(', ');
    if (silentNow !== silentBefore) say(silentNow === '' ? 'all hosts answer again' : `no answer: ${silentNow}`);
    silentBefore = silentNow;
  }
  const { answers, silent } = await tellAll(hosts, { do: 'heal', ids: [command.id] });
  const touched = answers.flatMap((answer) => (answer.did === 'heal' ? answer.healed : []));
  say(`healed  ${command.id}  touched ${touched.reduce((sum, one) => sum + one.touched, 0)}`);
  if (silent.length > 0) say(`  no answer: ${silent.join(', ')}; there it ends by itself`);
  return silent.length === 0 ? 0 : 1;
}

/** Waits until a fault is to be said again; false when it is to be no more. */
async function rest(signal: AbortSignal): Promise<boolean> {
  await pause(renewMs, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}
