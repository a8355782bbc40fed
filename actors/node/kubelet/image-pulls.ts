/** The order of image pulls on a node: one at a time unless told otherwise. */

import type { Message } from '../../../protocol/message.ts';

/** A pull under way. */
export interface Pull {
  question: Message<string, { image: string }>;
  image: string;
  startedAt: number;
  /** The number of the call to the runtime; 0 until it is made. */
  call: number;
}

/** Pulls that wait, and those under way by the image they pull. */
export interface ImagePulls {
  waiting: { question: Message<string, { image: string }>; image: string }[];
  running: Pull[];
}

/** Makes an empty queue. */
export function makeImagePulls(): ImagePulls {
  return { waiting: [], running: [] };
}

/** Takes out the next pull that may begin; `limit` 0 is no limit. */
export function nextPull(pulls: ImagePulls, limit: number, nowMs: number): Pull | undefined {
  if (limit > 0 && pulls.running.length >= limit) return undefined;
  const next = pulls.waiting.shift();
  if (next === undefined) return undefined;
  const pull = { startedAt: nowMs, call: 0, ...next };
  pulls.running.push(pull);
  return pull;
}

/** Ends a pull, told by the place of its question, and gives who asked for it. */
export function endPull(pulls: ImagePulls, place: number): Pull | undefined {
  const at = pulls.running.findIndex(({ question }) => question.seq === place);
  return at < 0 ? undefined : pulls.running.splice(at, 1)[0];
}
