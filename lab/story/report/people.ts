/** Tells a run to people: the timeline as it happens, tables as kubectl prints them, and the verdict. */

import type { Outcome, TrafficRow } from '../outcome.ts';
import type { Playbill, ShownTable } from '../play/playbill.ts';
import { trafficCells } from '../play/traffic-rows.ts';
import type { Script } from '../script.ts';
import { layOut } from '../tables/table.ts';
import { clock, formatLine, type Paper, wrap } from '../timeline/print.ts';

/** How much is told. */
export interface PeopleOptions {
  /** Only the verdict. */
  readonly quiet?: boolean;
}

/** Makes a playbill that prints. */
export function forPeople(paper: Paper, { quiet = false }: PeopleOptions = {}): Playbill {
  const told = quiet ? { ...paper, print: () => {} } : paper;
  // Tables stand apart from what is around them by one empty line.
  let isAfterTable = false;
  return {
    begin: (script) => printTitle(told, script),
    line: (line) => {
      if (isAfterTable) told.print('');
      isAfterTable = false;
      told.print(formatLine(line, told));
    },
    table: (table) => {
      printTable(told, table);
      isAfterTable = true;
    },
    end: (outcome) => {
      if (outcome.traffic.length > 0) printTraffic(told, outcome.traffic);
      told.print('');
      printVerdict(paper, outcome);
    },
  };
}

function printTitle({ print, width, colours }: Paper, { story, seed, options, file }: Script): void {
  print(`${colours.bold(story.name)}  ${colours.dim([file, `seed ${seed}`, ...options].join('  '))}`);
  if (story.about !== undefined) for (const line of wrap(story.about, Math.min(width, 100))) print(line);
  print('');
}

function printTable({ print, width, colours }: Paper, { title, rows }: ShownTable): void {
  const [header = '', ...lines] = layOut(rows);
  print('');
  print(colours.dim(`$ ${title}`));
  print(colours.bold(header.slice(0, width)));
  for (const line of lines) print(line.slice(0, width));
}

function printTraffic(paper: Paper, rows: readonly TrafficRow[]): void {
  const { print, colours } = paper;
  const [header = '', ...lines] = layOut(trafficCells(rows));
  print('');
  print(colours.bold(header));
  for (const line of lines) print(line);
}

function printVerdict({ print, width, colours }: Paper, outcome: Outcome): void {
  const { verdicts, stop, passed, seed, fingerprint, virtualMs, messages, replay } = outcome;
  const paper = { print, width, colours };
  for (const { expected, holds, seen, atMs } of verdicts) printJudgement(paper, holds, atMs, `${expected}: ${seen}`);
  if (stop !== undefined) printJudgement(paper, false, stop.atMs, `the story could not go on: ${stop.what}`);
  const counts = `${messages.toLocaleString('en-US')} messages in ${clock(virtualMs)} of virtual time`;
  if (verdicts.length > 0 || stop !== undefined) print('');
  print(colours.dim(`seed ${seed}   fingerprint ${fingerprint}   ${counts}`));
  print(passed ? colours.bold(colours.green('PASSED')) : `${colours.bold(colours.red('FAILED'))}   replay: ${replay}`);
}

function printJudgement({ print, width, colours }: Paper, holds: boolean, atMs: number, text: string): void {
  const head = `${clock(atMs)}  `;
  const indent = ' '.repeat(2 + head.length);
  const [first = '', ...rest] = wrap(text, Math.max(30, width - indent.length));
  print(holds ? `${colours.green('✓')} ${head}${first}` : colours.red(`✗ ${head}${first}`));
  for (const line of rest) print(indent + (holds ? line : colours.red(line)));
}
