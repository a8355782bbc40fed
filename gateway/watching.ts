/** A watch over HTTP: a stream of the cluster's, told event by event as it comes. */

import type { Message } from '../protocol/message.ts';
import type { ObjectChanged } from '../protocol/messages/api.ts';
import type { Status } from '../protocol/objects.ts';
import { failure } from '../protocol/status.ts';
import { always } from './answers/encoding.ts';
import type { WriteEvent } from './answers/written-events.ts';
import type { StreamReading } from './cluster-link.ts';
import type { HttpResponse } from './http.ts';
import { Refused } from './refused.ts';

/**
 * Answers with a watch that stands.
 *
 * A watch from too long ago is told so by its first event, as the real server does; every other refusal is the answer itself.
 *
 * @throws Refused when it does not come to stand
 */
export async function watchAnswer(
  reading: StreamReading,
  write: WriteEvent,
  type: string,
  /** Told of the message that announces the watch. */
  opened?: (message: Message) => void,
): Promise<HttpResponse> {
  const come = await reading.next();
  const [first] = come;
  if (first === undefined)
    throw new Refused(failure.serviceUnavailable(`the watch could not be opened: ${reading.ending}`));
  const refusal = refusalIn(first);
  if (refusal !== undefined && refusal.reason !== 'Expired') {
    reading.close();
    throw new Refused(refusal);
  }
  if (first.type === 'watch.opened') opened?.(first);
  const headers = { ...always, 'content-type': type };
  return { status: 200, headers, body: pieces(reading, come, write) };
}

function refusalIn(message: Message): Status | undefined {
  const body = message.body as ObjectChanged['body'] | undefined;
  return message.type === 'object.changed' && body?.type === 'ERROR' ? (body.object as unknown as Status) : undefined;
}

async function* pieces(
  reading: StreamReading,
  first: readonly Message[],
  write: WriteEvent,
): AsyncGenerator<Uint8Array> {
  try {
    // The first is written even where it says nothing: headers are to go out at once.
    for (let come = first; come.length > 0; come = await reading.next()) {
      const changes = come.filter(({ type }) => type === 'object.changed');
      yield joined(changes.map(({ body }) => write(body as ObjectChanged['body'])));
    }
  } finally {
    reading.close();
  }
}

/** What was put together last, and of what. */
let lastPieces: readonly Uint8Array[] = [];
let lastJoined: Uint8Array = new Uint8Array();

/** Puts together what is sent at once. Watches of one kind that fall behind are mostly told the same: it is copied once. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  if (pieces.length === lastPieces.length && pieces.every((piece, i) => piece === lastPieces[i])) return lastJoined;
  lastPieces = pieces;
  lastJoined = Buffer.concat(pieces);
  return lastJoined;
}
