/** `pods/exec` and `pods/attach`: a session on a connection, by a WebSocket's channels or by SPDY's streams. */

import { StringDecoder } from 'node:string_decoder';
import type { SpdyConnection, SpdyStream } from '../spdy/connection.ts';
import type { ChannelSocket } from './channels.ts';
import { endStatus } from './exec-options.ts';
import type { Ending, Session, SessionOptions, Viewer } from './sessions.ts';

/** Begins the session once somebody is there to look. */
export type Begin = (viewer: Viewer) => Session;

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** Plays a session on a WebSocket. */
export function execByChannels(socket: ChannelSocket, options: SessionOptions, begin: Begin): void {
  const input = new StringDecoder();
  const session = begin({
    onOutput: (stream, text) => socket.send(channels[stream], text),
    onEnd: (ending) => {
      tellEnd(socket, options, ending);
      socket.close();
    },
  });
  socket.onMessage = (channel, bytes) => {
    if (channel === channels.stdin) session.type(input.write(bytes));
    // Version 5 alone can end the input without ending all.
    else if (channel === channels.close && bytes[0] === channels.stdin) session.closeInput();
  };
  socket.onClose = () => session.close();
  // The kubelet greets on the first channel it may write to; version 5 ends at the API server, which does not.
  if (socket.isVersion5) return;
  socket.send(options.stdout ? channels.stdout : options.stderr ? channels.stderr : channels.error, '');
}

function tellEnd(socket: ChannelSocket, { command }: SessionOptions, ending: Ending): void {
  const status = endStatus(ending, command);
  if (socket.isVersion4) socket.send(channels.error, JSON.stringify(status));
  else if (status.status !== 'Success') socket.send(channels.error, status.message ?? '');
}

/** Tells on a WebSocket of version 5 that a session could not begin. */
export function failByChannels(socket: ChannelSocket, status: object): void {
  socket.send(channels.error, JSON.stringify(status));
  socket.close();
}

/** How long a client may take to open its streams (kubelet's `--streaming-connection-idle` is longer; this is its creation). */
const streamsWithinMs = 30_000;

/** Plays a session on SPDY streams: it begins when all that were announced are open. */
export function execBySpdy(connection: SpdyConnection, options: SessionOptions, protocol: string, begin: Begin): void {
  const wanted = new Set(['error', ...(['stdin', 'stdout', 'stderr'] as const).filter((name) => options[name])]);
  if (options.tty && /^v[345]/.test(protocol)) wanted.add('resize');
  const streams = new Map<string, SpdyStream>();
  const late = setTimeout(() => connection.close(), streamsWithinMs);
  let session: Session | undefined;
  connection.onStream = (stream) => {
    streams.set(stream.headers.streamtype ?? '', stream);
    if (session !== undefined || [...wanted].some((name) => !streams.has(name))) return;
    clearTimeout(late);
    session = play(connection, streams, options, protocol, begin);
  };
  connection.onClose = () => {
    clearTimeout(late);
    session?.close();
  };
}

function play(
  connection: SpdyConnection,
  streams: ReadonlyMap<string, SpdyStream>,
  options: SessionOptions,
  protocol: string,
  begin: Begin,
): Session {
  const input = new StringDecoder();
  const session = begin({
    onOutput: (stream, text) => streams.get(stream)?.write(text),
    onEnd: (ending) => {
      const status = endStatus(ending, options.command);
      const isNew = /^v[45]/.test(protocol);
      if (isNew) streams.get('error')?.write(JSON.stringify(status));
      else if (status.status !== 'Success') streams.get('error')?.write(status.message ?? '');
      for (const stream of streams.values()) stream.end();
      connection.close();
    },
  });
  const stdin = streams.get('stdin');
  if (stdin !== undefined) {
    stdin.onBytes = (bytes) => session.type(input.write(bytes));
    stdin.onEnd = () => session.closeInput();
    stdin.onReset = () => session.closeInput();
  }
  const resize = streams.get('resize');
  // The size of the terminal changes nothing in what is shown.
  if (resize !== undefined) resize.onBytes = () => {};
  return session;
}
