/** Writes a record that was read into a block again. */

import type { TraceRecord } from '../../../protocol/trace/records.ts';
import type { BlockWriter, RareKind } from './block-writer.ts';

/** Writes a record, of the host that `to.use` has named. */
export function writeRecord(to: BlockWriter, record: TraceRecord): void {
  const { atMs } = record;
  switch (record.what) {
    case 'message.sent':
      to.sent(record.message, atMs);
      return;
    case 'message.delivered':
      to.delivered(record.message, record.receiver, atMs, record.isUnordered);
      return;
    case 'message.dropped':
      to.dropped(record.message, record.receiver, record.why, atMs);
      return;
    case 'timer.fired':
      to.timerFired(record.address, record.timer, record.seq, atMs);
      return;
    case 'actor.stepped':
      to.stepped(record.address, record.event, record.isAnswered, record.state, atMs);
      return;
    default: {
      const [values, address] = valuesOf(record);
      to.rare(record.what, values, atMs, address);
    }
  }
}

type Rare = Extract<TraceRecord, { what: RareKind }>;

/** What a rare record consists of, in the order in which it is written. */
function valuesOf(record: Rare): [values: readonly unknown[], address?: string] {
  switch (record.what) {
    case 'input.entered':
      return [[record.input]];
    case 'run.marked':
      return [[record.mark]];
    case 'actor.spawned': {
      const { kind, incarnation, machine, parent, isDetached, input, address } = record;
      return [[kind, incarnation, machine, parent, isDetached, input], address];
    }
    case 'actor.ended':
      return [[record.kind, record.reason, record.error], record.address];
    case 'disk.written':
      return [[record.operation, record.file, record.records], record.address];
    case 'line.logged':
      return [[record.level, record.message, record.fields], record.address];
    case 'fault.told':
      return [[record.fault]];
    case 'host.begun':
      return [[record.about]];
    case 'host.ended':
      return [[record.why]];
    case 'records.lost':
      return [[record.count, record.why]];
  }
}
