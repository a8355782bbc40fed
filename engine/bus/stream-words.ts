/**
 * What the two hosts of a stream say to each other.
 *
 * Messages are numbered from 1; a gap breaks the stream. A keep-alive carries the last number, so that a loss at the
 * tail shows too, and its answer tells the server that the reader still reads. Within one process nothing is lost, so
 * nothing is kept alive there.
 */

import type { Life } from '../host/life.ts';
import type { Seat } from '../host/seat.ts';

/** Server to reader: still here, and `place` is the last message. */
export const keepAlive = 'stream.keep-alive';
/** Reader to server: still here. */
export const kept = 'stream.kept';
/** Reader to server: not read any more. */
export const cancel = 'stream.cancel';
/** Server to reader: nothing more comes; `place` was the last message, the body says why. */
export const end = 'stream.end';

/** µs from the last push to the keep-alive that tells of a lost tail. */
export const settleUs = 1_000_000;
/** µs between two keep-alives at rest. */
export const keepAliveUs = 30_000_000;
/** µs of silence after which one side gives the other up: one keep-alive and half of the next. */
export const silenceUs = 45_000_000;
/** µs after which an opening without any word from a server was lost: the server says one within `settleUs`. */
export const openingUs = 10_000_000;

/** Tells whether a stream's other end is in the same process. */
export function isWithin(life: Life, peer: Seat): boolean {
  return peer.life !== undefined && peer.life.root === life.root;
}
