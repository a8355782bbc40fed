/** The verbs of `troupe fault` that break something: their words and options, and the fault they mean. */

import type { ArgsDef } from 'citty';
import type { Fault, FaultKind, Messages } from '../../deploy/faults/command.ts';
import { UsageError } from '../arguments.ts';
import { numberOf } from '../live/asked-cluster.ts';
import { neededSpan, ppmOf, shareOf, spanOf } from './read.ts';

/** One verb. */
export interface Verb {
  readonly description: string;
  /** The words it takes, in order, and its options. */
  readonly args: ArgsDef;
  readonly examples: readonly string[];
  /** Makes the fault. @throws UsageError */
  readonly read: (args: Given) => Fault;
}

/** What was given for its options, and its words. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

const word = (description: string) => ({ type: 'positional', description, required: false }) as const;
const text = (description: string, valueHint: string) => ({ type: 'string', description, valueHint }) as const;
const flag = (description: string) => ({ type: 'boolean', description }) as const;

const place = 'A machine (a node, or master-0), a zone or a host; zone/NAME where a machine is called so too';
const address = 'An address, such as master.scheduler.0 or node.node-1.kubelet, or a pattern, such as node.node-1.>';

const messageArgs = {
  from: text('Only what this sender says: an address or a pattern', 'ADDRESS'),
  to: text('Only what goes to this receiver, or to this group', 'ADDRESS'),
  type: text('Only messages of this type, such as object.patch', 'TYPE'),
  between: text('Only between two places: machines, zones, hosts', 'A,B'),
  'one-way': flag('Only from A to B'),
  probability: text('Only this share of them, by chance', 'P'),
  skip: text('Lets the first few pass, on each host', 'N'),
  count: text('Touches no more than so many, on each host', 'N'),
} as const satisfies ArgsDef;

const linkArgs = {
  a: word(place),
  b: word('Another such place; everything unless told'),
  'one-way': flag('Only from the first to the second'),
} as const satisfies ArgsDef;

/** All verbs by name. */
export const verbs: Readonly<Record<FaultKind, Verb>> = {
  cut: {
    description: 'Cuts the network between two places, or around one.',
    args: linkArgs,
    examples: ['cut node-3 node-4 --for 60s', "cut zone-a '*' --one-way --for 1m", 'cut node-3'],
    read: (args) => ({ kind: 'cut', ...linkOf('cut', args) }),
  },
  slow: {
    description: 'Makes all messages between two places late, or those around one.',
    args: { ...linkArgs, by: text('How late', 'TIME') },
    examples: ['slow zone-a zone-b --by 80ms --for 10m'],
    read: (args) => ({ kind: 'slow', ...linkOf('slow', args), byMs: neededSpan('slow', 'by', textOf(args, 'by')) }),
  },
  drop: {
    description: 'Loses messages.',
    args: messageArgs,
    examples: [
      'drop --to master.apiserver --type object.patch --probability 10% --for 1m',
      'drop --type lease.renew --count 3',
    ],
    read: (args) => ({ kind: 'drop', ...messagesOf(args) }),
  },
  delay: {
    description: 'Makes messages late; those of one sender to one receiver keep their order.',
    args: { ...messageArgs, by: text('How late', 'TIME') },
    examples: ["delay --from 'node.node-7.>' --type object.patch --by 200ms --probability 0.1 --for 1m"],
    read: (args) => ({ kind: 'delay', ...messagesOf(args), byMs: neededSpan('delay', 'by', textOf(args, 'by')) }),
  },
  reorder: {
    description: 'Makes messages late, so that later ones overtake them.',
    args: { ...messageArgs, by: text('How late', 'TIME') },
    examples: ['reorder --between node-1,master-0 --by 20ms --probability 5% --for 1m'],
    read: (args) => ({ kind: 'reorder', ...messagesOf(args), byMs: neededSpan('reorder', 'by', textOf(args, 'by')) }),
  },
  duplicate: {
    description: 'Lets messages come twice.',
    args: { ...messageArgs, after: text('How long after the first; at once unless told', 'TIME') },
    examples: ['duplicate --type pod.start --after 50ms --for 1m'],
    read: (args) => ({
      kind: 'duplicate',
      ...messagesOf(args),
      afterMs: spanOf('after', textOf(args, 'after')) ?? 0,
    }),
  },
  hold: {
    description: 'Lets messages wait; when it ends they go on, in order.',
    args: messageArgs,
    examples: ["hold --to 'node.node-1.>' --for 30s"],
    read: (args) => ({ kind: 'hold', ...messagesOf(args) }),
  },
  crash: {
    description: 'Kills processes, as kill -9 does; what watches over them starts them again.',
    args: {
      actor: word(address),
      silent: flag('Nobody hears of it, as when a cable is pulled'),
      'lose-unsynced': flag('What they had written and not synced is lost'),
    },
    examples: ['crash master.scheduler.0', 'crash master.etcd.1 --silent --lose-unsynced'],
    read: (args) => ({
      kind: 'crash',
      actor: needed('crash', args, 'actor', 'an address, such as master.scheduler.0'),
      ...(args.silent === true && { silent: true }),
      ...(args['lose-unsynced'] === true && { loseUnsynced: true }),
    }),
  },
  restart: {
    description: 'Starts processes again; those that run are killed first.',
    args: { actor: word(address) },
    examples: ['restart node.node-1.kubelet'],
    read: (args) => ({ kind: 'restart', actor: needed('restart', args, 'actor', 'an address') }),
  },
  pause: {
    description: 'Stops processes as SIGSTOP does: what comes to them waits.',
    args: {
      actor: word(address),
      host: text('All processes of a host', 'NAME'),
      place: text('All processes of a machine, a zone or a host', 'PLACE'),
    },
    examples: [
      'pause master.controller-manager.0 --for 20s',
      'pause --host b --for 20s',
      'pause --place zone-a --for 20s',
    ],
    read: readPause,
  },
  'power-off': {
    description: 'Cuts the power of machines: what their disks had not synced is lost. They are on again when it ends.',
    args: { place: word(place) },
    examples: ['power-off node-2 --for 5m', 'power-off zone-a --forever'],
    read: (args) => ({ kind: 'power-off', place: needed('power-off', args, 'place', 'a machine, a zone or a host') }),
  },
  'power-on': {
    description: 'Gives machines power again.',
    args: { place: word(place) },
    examples: ['power-on node-2'],
    read: (args) => ({ kind: 'power-on', place: needed('power-on', args, 'place', 'a machine, a zone or a host') }),
  },
  disk: {
    description: 'Makes the disks of machines slow, or fail.',
    args: {
      place: word(place),
      fsync: text('How long a sync takes', 'TIME'),
      failure: text('What every sync fails with', 'WORDS'),
      'tears-writes': flag('A power loss leaves the next record half written'),
    },
    examples: ['disk master-0 --fsync 200ms --for 2m', "disk master-0 --failure 'input/output error' --for 1m"],
    read: readDisk,
  },
  clock: {
    description: 'Sets the clocks of machines off.',
    args: {
      place: word(place),
      ahead: text('How far ahead', 'TIME'),
      behind: text('How far behind', 'TIME'),
      drift: text('How fast it runs, timers too; slow with a minus', 'PPM'),
    },
    examples: ['clock node-3 --ahead 5m --for 1h', 'clock master-0 --drift=-200ppm --for 1h'],
    read: readClock,
  },
};

function textOf(args: Given, name: string): string | undefined {
  const given = args[name];
  return typeof given === 'string' ? given : undefined;
}

function needed(command: FaultKind, args: Given, name: string, what: string): string {
  const given = textOf(args, name);
  if (given !== undefined && given !== '') return given;
  const [example = ''] = verbs[command].examples;
  throw new UsageError(`troupe fault ${command} needs ${what}`, `write troupe fault ${example}`);
}

function linkOf(command: FaultKind, args: Given): { a: string; b: string; oneWay?: true } {
  const a = needed(command, args, 'a', 'a machine, a zone or a host');
  return { a, b: textOf(args, 'b') ?? '*', ...(args['one-way'] === true && { oneWay: true }) };
}

function messagesOf(args: Given): Messages {
  const [from, to, type] = ['from', 'to', 'type'].map((name) => textOf(args, name));
  const between = textOf(args, 'between');
  const probability = shareOf('probability', textOf(args, 'probability'));
  const [skip, count] = ['skip', 'count'].map((name) => numberOf(name, textOf(args, name), 0));
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(type !== undefined && { type }),
    ...(between !== undefined && { between: pairOf(between) }),
    ...(args['one-way'] === true && { oneWay: true }),
    ...(probability !== undefined && { probability }),
    ...(skip !== undefined && { skip }),
    ...(count !== undefined && { count }),
  };
}

function pairOf(given: string): [string, string] {
  const [a = '', b = '', ...rest] = given.split(',');
  if (a !== '' && b !== '' && rest.length === 0) return [a, b];
  throw new UsageError(
    `--between ${given} is not two places`,
    'write two with a comma, such as --between node-1,zone-b',
  );
}

function readPause(args: Given): Fault {
  const actor = textOf(args, 'actor');
  const host = textOf(args, 'host');
  const at = textOf(args, 'place') ?? (host === undefined ? undefined : `host/${host}`);
  if (at !== undefined && actor === undefined) return { kind: 'pause', place: at };
  if (at !== undefined) {
    throw new UsageError('troupe fault pause takes an address or a place', 'leave one of them out');
  }
  return { kind: 'pause', actor: needed('pause', args, 'actor', 'an address, --host or --place') };
}

function readDisk(args: Given): Fault {
  const fsyncMs = spanOf('fsync', textOf(args, 'fsync'));
  const failure = textOf(args, 'failure');
  const tearsWrites = args['tears-writes'] === true;
  if (fsyncMs === undefined && failure === undefined && !tearsWrites) {
    throw new UsageError(
      'troupe fault disk does nothing by itself',
      'add --fsync TIME, --failure WORDS or --tears-writes',
    );
  }
  return {
    kind: 'disk',
    place: needed('disk', args, 'place', 'a machine, a zone or a host'),
    ...(fsyncMs !== undefined && { fsyncMs }),
    ...(failure !== undefined && { failure }),
    ...(tearsWrites && { tearsWrites }),
  };
}

function readClock(args: Given): Fault {
  const ahead = spanOf('ahead', textOf(args, 'ahead'));
  const behind = spanOf('behind', textOf(args, 'behind'));
  const driftPpm = ppmOf('drift', textOf(args, 'drift'));
  if (ahead !== undefined && behind !== undefined) {
    throw new UsageError('a clock cannot be ahead and behind', 'leave --ahead or --behind out');
  }
  const aheadMs = ahead ?? (behind === undefined ? undefined : -behind);
  if (aheadMs === undefined && driftPpm === undefined) {
    throw new UsageError('troupe fault clock does nothing by itself', 'add --ahead TIME, --behind TIME or --drift PPM');
  }
  return {
    kind: 'clock',
    place: needed('clock', args, 'place', 'a machine, a zone or a host'),
    ...(aheadMs !== undefined && { aheadMs }),
    ...(driftPpm !== undefined && { driftPpm }),
  };
}

/** What citty makes of a command line, as the verbs read it. */
export function givenOf(args: object): Given {
  return args as Given;
}
