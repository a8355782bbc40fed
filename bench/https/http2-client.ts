/** A client over HTTP/2: one connection with all requests on it side by side, as client-go and kubectl have it. */

import { type ClientHttp2Session, connect } from 'node:http2';
import type { Client } from './client.ts';
import type { Access } from './live-server.ts';

/** bytes a server may send ahead on one stream, and on all of a connection (Go's `http2.Transport`); Node's own are 64 KiB. */
const streamWindow = 4 * 2 ** 20;
const connectionWindow = 2 ** 30;

/** Opens a connection as Go does. */
export async function openSession({ port, ca, cert, key }: Access): Promise<ClientHttp2Session> {
  const settings = { initialWindowSize: streamWindow, enablePush: false };
  const session = connect(`https://127.0.0.1:${port}`, { ca, cert, key, settings });
  await new Promise<void>((resolve, reject) => session.once('connect', () => resolve()).once('error', reject));
  session.setLocalWindowSize(connectionWindow);
  return session;
}

/** Keeps its one connection. */
export class Http2Client implements Client {
  readonly #session: ClientHttp2Session;

  constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  /** Connects to a server. */
  static async open(access: Access): Promise<Http2Client> {
    return new Http2Client(await openSession(access));
  }

  ask(method: string, path: string, object?: object): Promise<number> {
    const head = { ':method': method, ':path': path };
    return new Promise((resolve, reject) => {
      const stream =
        object === undefined
          ? this.#session.request(head, { endStream: true })
          : this.#session.request({ ...head, 'content-type': 'application/json' });
      if (object !== undefined) stream.end(JSON.stringify(object));
      let [code, length] = [0, 0];
      stream.on('response', ({ ':status': status = 0 }) => {
        code = status;
      });
      stream.on('data', (piece: Buffer) => {
        length += piece.length;
      });
      stream.on('end', () => {
        if (code > 0 && code < 300) resolve(length);
        else reject(new Error(`${method} ${path}: ${code}`));
      });
      stream.on('error', reject);
    });
  }

  close(): void {
    this.#session.destroy();
  }
}
