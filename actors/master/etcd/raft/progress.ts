/** How far a leader knows a follower to be, and how much it may send it (etcd's `tracker.Progress`; Raft §5.3). */

/**
 * probe: it is not known where the logs agree, so one append at a time; replicate: it is, so entries are sent as they
 * come, many at once; snapshot: it is so far behind that a snapshot is on its way.
 */
export type Mode = 'probe' | 'replicate' | 'snapshot';

/** A leader's knowledge of one follower. */
export interface Progress {
  mode: Mode;
  /** The last entry known to be durable there. */
  match: number;
  /** The next entry to send. */
  next: number;
  /** In `probe`: one append is out, and no other until it is answered or the next heartbeat. */
  isPaused: boolean;
  /** In `replicate`: the last index of each append that is out. */
  inflight: number[];
  /** In `snapshot`: the index it brings, and when it was sent, in ms since boot. */
  snapshot: number;
  snapshotAt: number;
  /** Heard of since the last check of the quorum; and before it. */
  isActive: boolean;
  isRecent: boolean;
  /** The last round of reads it has confirmed; and when the last heartbeat it answered was sent, in ms since boot. */
  read: number;
  promisedAt: number;
}

/** How many appends may be out to one follower. As etcd's `maxInflightMsgs`. */
export const inflightMax = 512;
/** How many entries one append takes at most. */
export const entriesMax = 512;

/** Makes the progress of a follower whose log is thought to end where the leader's does (§5.3). */
export function makeProgress(next: number): Progress {
  return {
    mode: 'probe',
    match: 0,
    next,
    isPaused: false,
    inflight: [],
    snapshot: 0,
    snapshotAt: 0,
    isActive: true,
    isRecent: true,
    read: 0,
    promisedAt: Number.NEGATIVE_INFINITY,
  };
}

/** Tells whether nothing more may be sent just now. */
export function isHeldBack({ mode, isPaused, inflight }: Progress): boolean {
  if (mode === 'probe') return isPaused;
  return mode === 'snapshot' || inflight.length >= inflightMax;
}

/** Takes note of an append that was sent. */
export function noteSent(progress: Progress, last: number, count: number): void {
  if (progress.mode === 'probe') {
    progress.isPaused = true;
    return;
  }
  if (count === 0) return;
  progress.next = last + 1;
  progress.inflight.push(last);
}

/** Takes note that everything up to an index is there; false where that was known. */
export function noteMatch(progress: Progress, index: number): boolean {
  progress.isPaused = false;
  const arrived = progress.inflight.findIndex((last) => last > index);
  progress.inflight.splice(0, arrived < 0 ? progress.inflight.length : arrived);
  const isNews = index > progress.match;
  if (isNews) progress.match = index;
  progress.next = Math.max(progress.next, progress.match + 1);
  const isAgreed = progress.mode === 'probe' || (progress.mode === 'snapshot' && index >= progress.snapshot);
  if (isAgreed) {
    progress.mode = 'replicate';
    progress.inflight = [];
    progress.next = progress.match + 1;
  }
  return isNews;
}

/** Goes back to where the logs may agree; false for an answer that is out of date. */
export function noteRefused(progress: Progress, refused: number, next: number): boolean {
  if (progress.mode === 'replicate') {
    if (refused <= progress.match) return false;
    probeFrom(progress, progress.match + 1);
    return true;
  }
  if (progress.mode === 'snapshot' || refused !== progress.next - 1) return false;
  progress.next = Math.max(progress.match + 1, Math.min(refused, next));
  progress.isPaused = false;
  return true;
}

/** Begins to look anew for where the logs agree. */
export function probeFrom(progress: Progress, next: number): void {
  progress.mode = 'probe';
  progress.next = next;
  progress.isPaused = false;
  progress.inflight = [];
}
