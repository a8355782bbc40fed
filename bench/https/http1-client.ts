/** A client over HTTP/1.1: as many connections as there are requests in flight, as curl and older libraries have them. */

import { Agent, request } from 'node:https';
import { type Client, inFlight } from './client.ts';
import type { Access } from './live-server.ts';

/** Keeps its connections from request to request. */
export class Http1Client implements Client {
  readonly #options: object;
  readonly #agent: Agent;

  constructor({ port, ca, cert, key }: Access) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: inFlight });
    this.#options = { port, ca, cert, key, host: '127.0.0.1', agent: this.#agent };
  }

  ask(method: string, path: string, object?: object): Promise<number> {
    const body = object === undefined ? '' : JSON.stringify(object);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const asked = request({ ...this.#options, method, path, headers }, (answer) => {
        let length = 0;
        answer.on('data', (piece: Buffer) => {
          length += piece.length;
        });
        answer.on('end', () => {
          const code = answer.statusCode ?? 0;
          if (code < 300) resolve(length);
          else reject(new Error(`${method} ${path}: ${code}`));
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
