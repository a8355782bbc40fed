/** Tells faults to people: in lists, in traces, in warnings. */

import { formatDuration } from '../../protocol/flags.ts';
import type { Fault, Messages } from './command.ts';

/** Writes what a fault is, in a few words: `cut node-3 and node-4`, `delay object.patch from c.node.n7.> by 200ms`. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'drop':
    case 'hold':
      return `${fault.kind} ${messages(fault)}`;
    case 'delay':
    case 'reorder':
      return `${fault.kind} ${messages(fault)} by ${formatDuration(fault.byMs)}`;
    case 'duplicate':
      return `duplicate ${messages(fault)} after ${formatDuration(fault.afterMs)}`;
    case 'cut':
      return `cut ${way(fault)}`;
    case 'slow':
      return `slow ${way(fault)} by ${formatDuration(fault.byMs)}`;
    case 'crash':
      return `crash ${fault.actor}${fault.silent ? ', silently' : ''}${fault.loseUnsynced ? ', with what it had not synced' : ''}`;
    case 'restart':
      return `restart ${fault.actor}`;
    case 'pause':
      return `pause ${fault.actor ?? fault.place}`;
    case 'power-off':
      return `power off ${fault.place}`;
    case 'power-on':
      return `power on ${fault.place}`;
    case 'disk':
      return `disk of ${fault.place} ${disk(fault)}`;
    case 'clock':
      return `clock of ${fault.place} ${clock(fault)}`;
  }
}

function messages({ from, to, type, between, oneWay, probability, skip, count }: Messages): string {
  const parts = [
    probability === undefined ? undefined : `${Number((probability * 100).toFixed(4))}% of`,
    count === undefined ? undefined : `the ${skip === undefined ? '' : 'next '}${count} of`,
    type ?? 'messages',
    from && `from ${from}`,
    to && `to ${to}`,
    between && `${oneWay ? 'from' : 'between'} ${between[0]} ${oneWay ? 'to' : 'and'} ${between[1]}`,
    skip === undefined ? undefined : `after ${skip}`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

function way({ a, b, oneWay }: { a: string; b: string; oneWay?: boolean }): string {
  return `${a} ${oneWay ? 'to' : 'and'} ${b === '*' ? 'everything' : b}`;
}

function disk({
  fsyncMs,
  failure,
  tearsWrites,
}: {
  fsyncMs?: number;
  failure?: string;
  tearsWrites?: boolean;
}): string {
  const parts = [
    fsyncMs === undefined ? undefined : `syncs in ${formatDuration(fsyncMs)}`,
    failure === undefined ? undefined : `fails with "${failure}"`,
    tearsWrites === undefined ? undefined : tearsWrites ? 'tears writes' : 'tears no writes',
  ];
  return parts.filter((part) => part !== undefined).join(' and ');
}

function clock({ aheadMs, driftPpm }: { aheadMs?: number; driftPpm?: number }): string {
  const parts = [
    aheadMs === undefined ? undefined : `${formatDuration(Math.abs(aheadMs))} ${aheadMs < 0 ? 'behind' : 'ahead'}`,
    driftPpm === undefined ? undefined : `${Math.abs(driftPpm)}ppm ${driftPpm < 0 ? 'slow' : 'fast'}`,
  ];
  return parts.filter((part) => part !== undefined).join(' and ');
}
