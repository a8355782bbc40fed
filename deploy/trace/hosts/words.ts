/** What is said about recording between hosts and whoever records them: subjects, commands, answers, headers. */

import { escapeToken, hostAddress } from '../../../protocol/subjects.ts';
import type { TraceLevel } from '../../../protocol/trace/records.ts';
import { traceLevels } from '../../../protocol/trace/records.ts';

/** The last token of the subject on which a host is told to record; its wire leaves it alone. */
export const traceService = 'trace';

/** Where a host is told to record: `start`, `stop`, `status`. */
export function traceSubject(cluster: string, host: string): string {
  return hostAddress(cluster, host, traceService);
}

/** Where a host's blocks go. */
export function blockSubject(cluster: string, host: string): string {
  return `${traceSubject(cluster, host)}.blocks`;
}

/** Where the blocks of all hosts of a cluster go. */
export function blockPattern(cluster: string): string {
  return `${escapeToken(cluster)}.host.*.${traceService}.blocks`;
}

/** Headers of a published block. */
export const headers = {
  /** Tells one recording of a host from the next: blocks are counted anew in each. */
  recording: 'Troupe-Recording',
  /** The host's name. */
  host: 'Troupe-Host',
  /** ms since the Unix epoch, on the host's clock: nothing recorded before it is still to come. */
  reached: 'Troupe-Reached',
  /** ms since the Unix epoch at which the host's run began. */
  epoch: 'Troupe-Epoch',
  /** How many blocks and records there were until now, this one too; also those that were not published. */
  blocks: 'Troupe-Blocks',
  records: 'Troupe-Records',
} as const;

/** A command to a host: a word, and what belongs to it as JSON. */
export type TraceCommand =
  | {
      readonly do: 'start';
      readonly level: TraceLevel;
      /** Who wants it: each has its own wish, and the host records what all of them need. */
      readonly session: string;
      /** ms after which the wish is over unless it is said again; for ever without it. */
      readonly leaseMs?: number;
    }
  | { readonly do: 'stop'; readonly session: string }
  | { readonly do: 'status' };

/** The session of who gives none: somebody with the `nats` tool. */
const byHand = 'by-hand';

/** What a host answers. */
export interface RecordingStatus {
  /** Undefined while it records nothing. */
  readonly level?: TraceLevel;
  readonly sessions: readonly string[];
  /** Of the recording that is on, or was last. */
  readonly recording: string;
  /** Blocks that were made, the records in them, and those that wait for the next block. */
  readonly blocks: number;
  readonly records: number;
  readonly waiting: number;
  /** ms since the Unix epoch on the host's clock. */
  readonly atMs: number;
  /** Bytes that were published. */
  readonly bytes: number;
  /** Blocks, and the records in them, that could not be stored, and why the last of them. */
  readonly lostBlocks: number;
  readonly lostRecords: number;
  readonly trouble?: string;
}

/** Writes a command down. */
export function encodeCommand(command: TraceCommand): string {
  const { do: word, ...rest } = command;
  return Object.keys(rest).length === 0 ? word : `${word} ${JSON.stringify(rest)}`;
}

/** Reads a command: also `start`, `start full`, `stop`. @throws Error saying what is possible */
export function decodeCommand(text: string): TraceCommand {
  const [, word, rest = ''] = /^\s*(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (word === '' || word === 'status') return { do: 'status' };
  const given = rest.startsWith('{')
    ? (JSON.parse(rest) as Record<string, unknown>)
    : { level: rest.trim() || 'messages' };
  const session = typeof given.session === 'string' && given.session !== '' ? given.session : byHand;
  if (word === 'stop') return { do: 'stop', session };
  const level = traceLevels.find((one) => one === given.level);
  if (word !== 'start' || level === undefined) {
    throw new Error(`"${text.trim()}" is no command: start [${traceLevels.join('|')}], stop, status`);
  }
  return { do: 'start', level, session, ...(typeof given.leaseMs === 'number' && { leaseMs: given.leaseMs }) };
}
