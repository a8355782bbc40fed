/** `troupe trace cat`: a line for each record of a trace that is asked for. */

import type { TraceReader } from '../../deploy/trace/trace-reader.ts';
import { matchesSubject } from '../../protocol/subjects.ts';
import type { TraceRecord } from '../../protocol/trace/records.ts';
import { asJson, lineOf, subjectsOf } from './record-line.ts';
import { damageLine } from './summary.ts';
import { durationOf } from './units.ts';

/** What of a trace is asked for. */
export interface CatArgs {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Lists records; gives the exit code: 1 where some cannot be read. */
export function listTrace(reader: TraceReader, args: CatArgs, say: (line: string) => void): number {
  const beginMs = reader.span?.fromMs ?? 0;
  const { subject, json } = args;
  const isOfType = typeFilter(args.type);
  const isAbout = (address: string) => subject === undefined || matchesSubject(subject, address);
  const showsHost = reader.index.hosts.some((host) => host !== '');
  const records = reader.records({
    ...(args.from !== undefined && { fromMs: beginMs + durationOf('from', args.from) }),
    ...(args.to !== undefined && { toMs: beginMs + durationOf('to', args.to) }),
    ...(subject !== undefined && { actors: isAbout }),
  });
  for (const record of records) {
    if (!isOfType(record)) continue;
    if (subject !== undefined && !subjectsOf(record).some(isAbout)) continue;
    say(json === true ? asJson(record) : lineOf(record, beginMs, showsHost));
  }
  for (const damage of reader.damage) process.stderr.write(`${damageLine(damage)}\n`);
  return reader.damage.length > 0 ? 1 : 0;
}

/** Only messages have a type; where one is asked for, what is missing is told all the same. */
function typeFilter(wanted: string | undefined): (record: TraceRecord) => boolean {
  if (wanted === undefined) return () => true;
  const literal = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${literal.join('.*')}$`);
  return (record) => {
    if (record.what === 'records.lost') return true;
    return 'message' in record && typeof record.message === 'object' && pattern.test(record.message.type);
  };
}
