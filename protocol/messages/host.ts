/** What the host tells an actor about its own requests, streams, children and disk. */

import type { StopReason } from '../actor.ts';
import type { Message } from '../message.ts';

/**
 * No answer came. `deadline`: none within the deadline, so the other may or may not have done it;
 * `refused`: nothing lives at that address and its machine is up (as a refused connection), so it was not done.
 */
export type RequestExpired = Message<'request.expired', { to: string; type: string; reason: 'deadline' | 'refused' }>;

/**
 * A stream this actor reads has ended and gives nothing more; resume from the last number known.
 * `gap`: a message is missing; `silent`: neither message nor keep-alive for too long; `closed`: the server ended it or is gone;
 * `refused`: nothing lives there. Any other word is the server's own reason.
 */
export type StreamBroken = Message<'stream.broken', { to: string; type: string; reason: string; lastPlace: number }>;

/** A stream this actor serves has lost its reader: it closed, ended, or no longer answers keep-alives. Key: `from`, `stream`. */
export type StreamClosed = Message<'stream.closed', { reason: string }>;

/** A spawned actor has ended by itself (a top-level final state), or was crashed. */
export type ActorEnded = Message<'actor.ended', { address: string; kind: string; reason: StopReason; error?: string }>;

/** Everything written before that `sync` is durable; told to who gave it a note. */
export type DiskSynced = Message<'disk.synced', undefined>;

/** A sync failed (a disk fault): what was written since the last good one may be lost at the next crash. */
export type DiskFailed = Message<'disk.failed', { message: string }>;

/** Everything a host may tell an actor. */
export type HostEvent = RequestExpired | StreamBroken | StreamClosed | ActorEnded | DiskSynced | DiskFailed;
