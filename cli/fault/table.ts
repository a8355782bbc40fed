/** `troupe fault list` and `troupe fault heal`: what is in force on all hosts, and its end. */

import { type ClusterFault, type FaultHosts, sumUp, tellAll } from '../../deploy/faults/hosts.ts';
import type { FaultAnswer } from '../../deploy/faults/requests.ts';
import { InputError } from '../../lab/story/input-error.ts';
import { formatDuration } from '../../protocol/flags.ts';
import { nearest } from '../../protocol/spelling.ts';

type Say = (line: string) => void;
type Listed = Extract<FaultAnswer, { did: 'faults' }>;
type Healed = Extract<FaultAnswer, { did: 'heal' }>;

const columns = ['ID', 'FAULT', 'ENDS', 'TOUCHED', 'HOSTS', 'BY'] as const;

/** Prints all faults in force, or an object a line; gives the exit code. */
export async function listFaults(hosts: FaultHosts, isJson: boolean, say: Say): Promise<number> {
  const { answers, silent } = await tellAll(hosts, { do: 'faults' });
  const faults = sumUp(answers.filter((answer): answer is Listed => answer.did === 'faults'));
  if (isJson) for (const fault of faults) say(JSON.stringify(fault));
  else if (faults.length === 0) say('no fault is in force');
  else for (const line of table(faults, answers.length + silent.length)) say(line);
  if (silent.length > 0 && !isJson) say(`no answer: ${silent.join(', ')}`);
  return silent.length === 0 ? 0 : 1;
}

function table(faults: readonly ClusterFault[], hosts: number): string[] {
  const rows = faults.map((fault) => [
    fault.id,
    fault.words,
    endOf(fault),
    String(fault.touched),
    `${fault.hosts.length}/${hosts}`,
    fault.by,
  ]);
  const all = [[...columns], ...rows];
  const widths = columns.map((_, i) => Math.max(...all.map((row) => String(row[i]).length)));
  return all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function endOf({ leftMs, isForever }: ClusterFault): string {
  if (leftMs !== undefined) return `in ${formatDuration(Math.ceil(leftMs / 1000) * 1000)}`;
  return isForever === true ? 'when healed' : 'with its commander';
}

/** Ends faults by their ids, or all; gives the exit code. @throws InputError where an id is of none */
export async function healFaults(hosts: FaultHosts, ids: readonly string[] | 'all', say: Say): Promise<number> {
  const before = await tellAll(hosts, { do: 'faults' });
  const known = before.answers.filter((answer): answer is Listed => answer.did === 'faults');
  const inForce = sumUp(known).map(({ id }) => id);
  if (ids !== 'all' && before.silent.length === 0) {
    const missing = ids.find((id) => !inForce.includes(id));
    if (missing !== undefined) throw unknownFault(missing, inForce);
  }
  const request = ids === 'all' ? ({ do: 'heal', all: true } as const) : ({ do: 'heal', ids } as const);
  const { answers, silent } = await tellAll(hosts, request);
  const told = answers.filter((answer): answer is Healed => answer.did === 'heal');
  const healed = sumUp(told.map(({ host, healed: faults }) => ({ host, faults })));
  for (const { id, words, touched } of healed) say(`healed  ${words}  ${id}  touched ${touched}`);
  if (healed.length === 0) say('no fault was in force');
  if (silent.length > 0)
    say(`no answer: ${silent.join(', ')}; there they end when their time is over, or when another host tells`);
  return silent.length === 0 ? 0 : 1;
}

function unknownFault(id: string, inForce: readonly string[]): InputError {
  const close = nearest(id, inForce);
  const others = inForce.length === 0 ? 'none is' : `these are: ${inForce.join(', ')}`;
  const fix = close === undefined ? others : `did you mean "${close}"?`;
  return new InputError([{ file: 'troupe fault heal', what: `no fault "${id}" is in force`, fix }]);
}
