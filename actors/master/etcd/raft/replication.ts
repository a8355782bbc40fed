/** The leader's part: entries go out, answers come back, and what a majority has is committed (Raft §5.3, §5.4.2). */

import type { RaftAppend, RaftAppended } from '../../../../protocol/messages/raft.ts';
import {
  entriesMax,
  isHeldBack,
  makeProgress,
  noteMatch,
  noteRefused,
  noteSent,
  type Progress,
  probeFrom,
} from './progress.ts';
import { addEntry, peersOf, quorumOf, type Raft } from './raft.ts';
import { agreeingIndex, entriesFrom, lastIndex, termAt } from './raft-log.ts';

/** Begins to lead: looks where each follower is, and adds an entry without a command, so that what is committed shows (§8). */
export function beginLeading(raft: Raft): void {
  raft.leader = raft.id;
  raft.transferee = '';
  raft.hasOffered = false;
  raft.progress = new Map(peersOf(raft).map((peer) => [peer, makeProgress(lastIndex(raft.log) + 1)]));
  raft.termStart = addEntry(raft, undefined, '', 0);
}

/** Follows a change of the group: who is new is looked at, who is gone is not any more. */
export function followMembers(raft: Raft): void {
  const peers = peersOf(raft);
  for (const peer of raft.progress.keys()) if (!peers.includes(peer)) raft.progress.delete(peer);
  for (const peer of peers) {
    if (raft.progress.has(peer)) continue;
    const progress = makeProgress(lastIndex(raft.log) + 1);
    progress.isRecent = false;
    raft.progress.set(peer, progress);
  }
}

/** Sends every follower what it lacks, as far as it may be sent now. */
export function replicate(raft: Raft, nowMs: number): void {
  for (const [peer, progress] of raft.progress) sendAppends(raft, peer, progress, nowMs);
}

/** Sends one follower what it lacks. Where the log does not reach back so far, asks for a snapshot to be sent. */
export function sendAppends(raft: Raft, peer: string, progress: Progress, nowMs: number): void {
  while (!isHeldBack(progress)) {
    const prevIndex = progress.next - 1;
    const prevTerm = termAt(raft.log, prevIndex);
    if (prevTerm === undefined) {
      // To one that is not heard of it would be sent in vain.
      if (progress.isActive) beginSnapshot(raft, peer, progress, nowMs);
      return;
    }
    const count = Math.min(lastIndex(raft.log) - prevIndex, entriesMax);
    if (count === 0 && progress.mode === 'replicate') return;
    sendEntries(raft, peer, prevIndex, prevTerm, count);
    noteSent(progress, prevIndex + count, count);
  }
}

function sendEntries(
  raft: Raft,
  to: string,
  prevIndex: number,
  prevTerm: number,
  count: number,
  isNotice = false,
): void {
  const body = appendBody(raft, prevIndex, prevTerm, count, isNotice);
  raft.outbox.ready.push({ to, type: 'raft.append', body });
}

/** Followers that are equally far get one and the same body: it is made, and its hash reckoned, once. */
function appendBody(
  { outbox, term, commit, log }: Raft,
  prevIndex: number,
  prevTerm: number,
  count: number,
  isNotice: boolean,
): RaftAppend['body'] {
  const before = outbox.ready.at(-1);
  if (before?.type === 'raft.append') {
    const body = before.body as RaftAppend['body'];
    const isSame = body.prevIndex === prevIndex && body.entries.length === count && body.isNotice === isNotice;
    if (isSame && body.commit === commit) return body;
  }
  return { term, prevIndex, prevTerm, entries: entriesFrom(log, prevIndex + 1, count), commit, isNotice };
}

/** The member fills in the records, of what it has applied, when the message goes out. */
function beginSnapshot(raft: Raft, to: string, progress: Progress, nowMs: number): void {
  progress.mode = 'snapshot';
  progress.snapshot = raft.commit;
  progress.snapshotAt = nowMs;
  raft.outbox.ready.push({ to, type: 'raft.snapshot', body: undefined });
}

/** Tells all followers how far the commit is, when it has moved: with the next entries, or without any. */
export function tellCommit(raft: Raft, nowMs: number): void {
  for (const [peer, progress] of raft.progress) {
    if (progress.mode !== 'replicate') continue;
    const sent = raft.outbox.ready.length;
    sendAppends(raft, peer, progress, nowMs);
    const prevIndex = progress.next - 1;
    const prevTerm = termAt(raft.log, prevIndex);
    if (raft.outbox.ready.length === sent && prevTerm !== undefined) {
      sendEntries(raft, peer, prevIndex, prevTerm, 0, true);
    }
  }
}

/** Takes an answer to an append; true where something new may be committed. */
export function takeAppended(raft: Raft, { from, body }: RaftAppended, nowMs: number): boolean {
  const progress = raft.progress.get(from);
  if (progress === undefined) return false;
  progress.isActive = true;
  if (body.isRefused) {
    if (body.needsSnapshot) {
      if (progress.mode !== 'snapshot') beginSnapshot(raft, from, progress, nowMs);
      return false;
    }
    const next = agreeingIndex(raft.log, body.hint, body.hintTerm) + 1;
    if (noteRefused(progress, body.index, next)) sendAppends(raft, from, progress, nowMs);
    return false;
  }
  const isNews = noteMatch(progress, body.index);
  sendAppends(raft, from, progress, nowMs);
  return isNews;
}

/** ms after which a snapshot that was not answered counts as lost. */
const snapshotPatienceMs = 10_000;

/**
 * Asks a follower that has answered a heartbeat how far it is, where an append or its answer may be lost: one without
 * entries finds out.
 */
export function askAgain(raft: Raft, peer: string, progress: Progress, nowMs: number): void {
  progress.isActive = true;
  progress.isPaused = false;
  const isSnapshotLost = progress.mode === 'snapshot' && nowMs - progress.snapshotAt >= snapshotPatienceMs;
  if (isSnapshotLost) probeFrom(progress, progress.match + 1);
  if (progress.mode === 'probe') sendAppends(raft, peer, progress, nowMs);
  if (progress.mode !== 'replicate' || progress.match >= lastIndex(raft.log)) return;
  const prevTerm = termAt(raft.log, progress.next - 1);
  if (prevTerm === undefined) probeFrom(progress, progress.match + 1);
  else sendEntries(raft, peer, progress.next - 1, prevTerm, 0);
}

/**
 * Commits what a majority has durably; only entries of the own term by counting, those before them with them (§5.4.2,
 * Figure 8). `own` is how far this member's own log is durable. True where the commit moved.
 */
export function advanceCommit(raft: Raft, own: number): boolean {
  const matches = raft.voters.map((voter) => (voter === raft.id ? own : (raft.progress.get(voter)?.match ?? 0)));
  matches.sort((a, b) => b - a);
  const index = matches[quorumOf(raft) - 1] ?? 0;
  if (index <= raft.commit || termAt(raft.log, index) !== raft.term) return false;
  raft.commit = index;
  return true;
}

/** Tells whether a majority was heard of since the last check (check-quorum, thesis §6.2); begins the next span. */
export function checkQuorum(raft: Raft): boolean {
  let active = 0;
  for (const voter of raft.voters) if (voter === raft.id || raft.progress.get(voter)?.isActive === true) active++;
  for (const progress of raft.progress.values()) {
    progress.isRecent = progress.isActive;
    progress.isActive = false;
  }
  return active >= quorumOf(raft);
}
