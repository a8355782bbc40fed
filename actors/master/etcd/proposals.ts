/** Proposals: requests that wait for their entry of the log to be applied, and those answered a short while ago. */

import { deepEqual } from '../../../protocol/deep-equal.ts';
import type { Message } from '../../../protocol/message.ts';
import type { Reply } from './store/store.ts';

/** A request that was proposed. */
export interface Proposal {
  readonly question: Message;
  /** When it was proposed, in ms since boot. */
  readonly at: number;
}

/** A request that was answered. */
interface Answered {
  readonly body: unknown;
  readonly reply: Reply;
}

/** One asker's requests: which wait; and the last answers: the latest, and those before, whose place they take when many. */
interface Answers {
  readonly waiting: Set<number>;
  latest: Map<number, Answered>;
  before: Map<number, Answered>;
}

/** The requests that wait, by their number, in the order they were proposed; and the last answers, by asker. */
export interface Proposals {
  readonly waiting: Map<number, Proposal>;
  readonly answers: Map<string, Answers>;
}

/** How many answers are remembered at least. A request sent again, or delivered twice, gets the answer it had. */
const answersKept = 4_096;

/** Makes a table without proposals. */
export function emptyProposals(): Proposals {
  return { waiting: new Map(), answers: new Map() };
}

/** What to do with a request: it is new, it waits already, or it has been answered with this. */
export function recall(proposals: Proposals, question: Message): 'new' | 'waiting' | Reply {
  const { from, request } = question;
  if (request === 0) return 'new';
  const answers = proposals.answers.get(from);
  if (answers?.waiting.has(request)) return 'waiting';
  const answered = answers?.latest.get(request) ?? answers?.before.get(request);
  // A sender that lost its count in a crash may use a number again; then it asks for something else.
  return answered !== undefined && deepEqual(answered.body, question.body) ? answered.reply : 'new';
}

/** Remembers who waits for a proposal. */
export function expect(proposals: Proposals, number: number, question: Message, at: number): void {
  proposals.waiting.set(number, { question, at });
  if (question.request !== 0) answersTo(proposals, question.from).waiting.add(question.request);
}

/** Takes the request that waited for a proposal, now answered; undefined where nobody waits (any more). */
export function settle(proposals: Proposals, number: number, reply: Reply): Message | undefined {
  const question = proposals.waiting.get(number)?.question;
  if (question === undefined) return undefined;
  proposals.waiting.delete(number);
  noteAnswer(proposals, question, reply);
  return question;
}

/** Remembers what a request was answered: one that comes twice is answered alike, also when it was refused. */
export function noteAnswer(proposals: Proposals, question: Message, reply: Reply): void {
  if (question.request !== 0) remember(answersTo(proposals, question.from), question, reply);
}

function remember(answers: Answers, { request, body }: Message, reply: Reply): void {
  answers.waiting.delete(request);
  answers.latest.set(request, { body, reply });
  if (answers.latest.size < answersKept) return;
  answers.before = answers.latest;
  answers.latest = new Map();
}

function answersTo({ answers }: Proposals, asker: string): Answers {
  const known = answers.get(asker);
  if (known !== undefined) return known;
  const none: Answers = { waiting: new Set(), latest: new Map(), before: new Map() };
  answers.set(asker, none);
  return none;
}

/** Takes the requests proposed at or before a time: their entries may still be applied, but nobody is told. */
export function takeOverdue(proposals: Proposals, until: number): Proposal[] {
  const overdue: Proposal[] = [];
  for (const [number, proposal] of proposals.waiting) {
    if (proposal.at > until) break;
    proposals.waiting.delete(number);
    overdue.push(proposal);
  }
  return overdue;
}
