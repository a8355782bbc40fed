/** A record of a trace as one readable line. */

import { messageId } from '../../protocol/message.ts';
import type { RecordedMessage, TraceRecord } from '../../protocol/trace/records.ts';

/** Characters of a body that are shown. */
const bodyMax = 200;
/** What a record did, in a column of its own. */
const verbs: Readonly<Record<TraceRecord['what'], string>> = {
  'input.entered': 'input',
  'run.marked': 'mark',
  'message.sent': 'sent',
  'message.delivered': 'received',
  'message.dropped': 'dropped',
  'timer.fired': 'timer',
  'actor.stepped': 'stepped',
  'actor.spawned': 'spawned',
  'actor.ended': 'ended',
  'disk.written': 'wrote',
  'line.logged': 'logged',
  'fault.told': 'fault',
  'host.begun': 'begins',
  'host.ended': 'ends',
  'records.lost': 'LOST',
};

/** Writes a record as `time  host  what  about whom`; times count from `fromMs`. */
export function lineOf(record: TraceRecord, fromMs: number, showsHost: boolean): string {
  const time = `${((record.clockMs - fromMs) / 1000).toFixed(6)}s`.padStart(14);
  const host = showsHost ? `${record.host.padEnd(12)} ` : '';
  return `${time}  ${host}${verbs[record.what].padEnd(8)}  ${tellOf(record)}`;
}

function tellOf(record: TraceRecord): string {
  switch (record.what) {
    case 'message.sent':
      return `${wayOf(record.message)}  ${shorten(record.message.body)}`;
    case 'message.delivered': {
      const by = record.receiver === record.message.to ? '' : `  by ${record.receiver}`;
      return `${wayOf(record.message)}${by}${record.isUnordered ? '  (its sending is lost)' : ''}`;
    }
    case 'message.dropped':
      return `${wayOf(record.message)}  ${record.why}`;
    case 'timer.fired':
      return `${record.address}  ${record.timer}`;
    case 'actor.stepped':
      return `${record.address}  ${record.event}${record.isAnswered ? '' : ' (ignored)'}  ${shorten(record.state)}`;
    case 'actor.spawned':
      return `${record.address}  ${record.kind}, life ${record.incarnation}${record.machine === '' ? '' : ` on ${record.machine}`}`;
    case 'actor.ended':
      return `${record.address}  ${record.kind} ${record.reason}${record.error === undefined ? '' : `: ${record.error}`}`;
    case 'disk.written':
      return `${record.address}  ${record.operation} ${record.file}, ${record.records.length} records`;
    case 'line.logged':
      return `${record.address}  ${record.level} ${record.message}${record.fields === undefined ? '' : ` ${shorten(record.fields)}`}`;
    default:
      return tellOfRun(record);
  }
}

function tellOfRun(record: TraceRecord): string {
  switch (record.what) {
    case 'fault.told':
      return record.fault;
    case 'host.begun':
      return `host ${record.host}, seed ${record.about.seed}, level ${record.about.level}, ${record.about.actors.length} actors`;
    case 'host.ended':
      return `host ${record.host}: ${record.why}`;
    case 'records.lost':
      return `${record.count < 0 ? 'nobody knows how many' : record.count} records: ${record.why}`;
    case 'input.entered':
      return shorten(record.input);
    case 'run.marked':
      return shorten(record.mark);
    default:
      return '';
  }
}

function wayOf(message: RecordedMessage): string {
  return `${message.type}  ${messageId(message)} -> ${message.to}`;
}

/** Writes data as JSON; what JSON has no word for as people would say it. */
export function asJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, held: unknown) => {
      if (typeof held === 'bigint') return String(held);
      if (held instanceof Map) return Object.fromEntries(held);
      if (held instanceof Set) return [...held];
      return held;
    }) ?? ''
  );
}

function shorten(value: unknown): string {
  const text = asJson(value);
  return text.length <= bodyMax ? text : `${text.slice(0, bodyMax)}…`;
}

/** The addresses a record is about: the first did it. */
export function subjectsOf(record: TraceRecord): string[] {
  if ('message' in record && typeof record.message === 'object') {
    const { from, to } = record.message;
    return 'receiver' in record ? [record.receiver, from, to] : [from, to];
  }
  return 'address' in record ? [record.address] : [];
}
