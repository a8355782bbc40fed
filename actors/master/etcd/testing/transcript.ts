/** What the members of a group say to each other, written down to be read: one line a message. */

import type { Recorder } from '../../../../engine/recorder.ts';
import { type Message, messageId } from '../../../../protocol/message.ts';
import type {
  RaftAppend,
  RaftAppended,
  RaftHeard,
  RaftHeartbeat,
  RaftPropose,
  RaftReadable,
  RaftSnapshot,
  RaftVote,
  RaftVoted,
} from '../../../../protocol/messages/raft.ts';

type Said =
  | RaftAppend
  | RaftAppended
  | RaftHeard
  | RaftHeartbeat
  | RaftPropose
  | RaftReadable
  | RaftSnapshot
  | RaftVote
  | RaftVoted;

/** Writes down what is said, in the order it is said; a line that got lost ends with a cross. */
export class Transcript implements Recorder {
  private lines: string[] = [];
  private readonly places = new Map<string, number>();

  sent(message: Message): void {
    if (!message.type.startsWith('raft.') || message.from === 'outside' || isIdle(message as Said)) return;
    this.places.set(messageId(message), this.lines.length);
    this.lines.push(`${lastWord(message.from)}→${lastWord(message.to)} ${wordsOf(message as Said)}`);
  }

  dropped(message: Message): void {
    const place = this.places.get(messageId(message));
    if (place !== undefined && this.lines[place] !== undefined) this.lines[place] += ' ✗';
  }

  /** Gives what was said, or what two of them said to each other, and begins a new page. */
  take(a?: number, b?: number): string {
    const page = this.lines.filter((line) => a === undefined || isBetween(line, a, b!)).join('\n');
    this.lines = [];
    this.places.clear();
    return page;
  }
}

function isBetween(line: string, a: number, b: number): boolean {
  return line.startsWith(`${a}→${b} `) || line.startsWith(`${b}→${a} `);
}

/** A heartbeat that no read waits for says nothing that is worth a line. */
function isIdle({ type, body }: Said): boolean {
  return (type === 'raft.heartbeat' || type === 'raft.heard') && body.read === 0;
}

function wordsOf(said: Said): string {
  switch (said.type) {
    case 'raft.vote': {
      const { term, isPre, isTransfer, lastIndex, lastTerm } = said.body;
      return `${isPre ? 'pre-vote' : 'vote'} t${term}${isTransfer ? ' (transfer)' : ''}? my log ends ${lastIndex}/${lastTerm}`;
    }
    case 'raft.voted': {
      const { term, isPre, isGranted } = said.body;
      return `${isGranted ? 'yes' : 'no'} to ${isPre ? 'pre-vote' : 'vote'}, t${term}`;
    }
    case 'raft.append': {
      const { term, prevIndex, prevTerm, entries, commit } = said.body;
      return `append t${term} after ${prevIndex}/${prevTerm}: ${countOf(entries.length)}, commit ${commit}`;
    }
    case 'raft.appended': {
      const { term, index, isRefused, hint, hintTerm } = said.body;
      return `appended t${term} ${isRefused ? `not after ${index}, perhaps after ${hint}/${hintTerm}` : `up to ${index}`}`;
    }
    case 'raft.heartbeat':
      return `heartbeat t${said.body.term} commit ${said.body.commit}, read ${said.body.read}`;
    case 'raft.heard':
      return `heard t${said.body.term}, read ${said.body.read}`;
    case 'raft.snapshot':
      return `snapshot t${said.body.term} up to ${said.body.lastIndex}/${said.body.lastTerm}`;
    case 'raft.propose':
      return `propose number ${said.body.number}`;
    case 'raft.readable':
      return `readable from ${said.body.index}`;
    default:
      return (said as Message).type.slice('raft.'.length);
  }
}

function countOf(entries: number): string {
  return entries === 1 ? '1 entry' : `${entries} entries`;
}

function lastWord(address: string): string {
  return address.slice(address.lastIndexOf('.') + 1);
}
