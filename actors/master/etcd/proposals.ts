/** Proposals: requests that wait for their entry of the log to be applied, and those answered a short while ago. */

import type { Message } from '../../../protocol/message.ts';
import type { Reply } from './store.ts';
import { isSame } from './txn.ts';

/** A request whose entry is in the log. */
export interface Proposal {
  readonly question: Message;
  /** Its sender and number. */
  readonly name: string;
  /** When it was proposed, in ms since the epoch. */
  readonly at: number;
}

/** A request that was answered. */
interface Answered {
  readonly body: unknown;
  readonly reply: Reply;
}

/** The requests that wait, by the index of their entry, in order; and the last answers. */
export interface Proposals {
  readonly waiting: Map<number, Proposal>;
  /** The same requests by sender and number: one that arrives again is not proposed again. */
  readonly asked: Set<string>;
  /** By request: the latest, and those before them. When the first is full it takes the second's place. */
  answered: Map<string, Answered>;
  answeredBefore: Map<string, Answered>;
}

/** How many answers are remembered at least. A request sent again, or delivered twice, gets the answer it had. */
const answersKept = 4_096;

/** Makes a table without proposals. */
export function emptyProposals(): Proposals {
  return { waiting: new Map(), asked: new Set(), answered: new Map(), answeredBefore: new Map() };
}

/** What to do with a request: it is new, it waits already, or it has been answered with this. */
export function recall(proposals: Proposals, question: Message): 'new' | 'waiting' | Reply {
  if (question.request === 0) return 'new';
  const name = nameOf(question);
  if (proposals.asked.has(name)) return 'waiting';
  const answered = proposals.answered.get(name) ?? proposals.answeredBefore.get(name);
  // A sender that lost its count in a crash may use a number again; then it asks for something else.
  return answered !== undefined && isSame(answered.body, question.body) ? answered.reply : 'new';
}

/** Remembers who waits for an entry. */
export function expect(proposals: Proposals, index: number, question: Message, at: number): void {
  const name = nameOf(question);
  proposals.waiting.set(index, { question, name, at });
  if (question.request !== 0) proposals.asked.add(name);
}

/** Takes the request that waited for an entry, now answered; undefined where nobody waits (any more). */
export function settle(proposals: Proposals, index: number, reply: Reply): Message | undefined {
  const proposal = proposals.waiting.get(index);
  if (proposal === undefined) return undefined;
  const { question, name } = proposal;
  proposals.waiting.delete(index);
  if (question.request === 0) return question;
  proposals.asked.delete(name);
  proposals.answered.set(name, { body: question.body, reply });
  if (proposals.answered.size >= answersKept) {
    proposals.answeredBefore = proposals.answered;
    proposals.answered = new Map();
  }
  return question;
}

/** Takes the requests proposed at or before a time: their entries may still be applied, but nobody is told. */
export function takeOverdue(proposals: Proposals, until: number): Message[] {
  const overdue: Message[] = [];
  for (const [index, { question, name, at }] of proposals.waiting) {
    if (at > until) break;
    proposals.waiting.delete(index);
    proposals.asked.delete(name);
    overdue.push(question);
  }
  return overdue;
}

function nameOf(question: Message): string {
  return `${question.from}#${question.request}`;
}
