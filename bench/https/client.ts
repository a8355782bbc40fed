/** One client process of the API server: many requests in flight over connections that are kept. */

import { Agent, request } from 'node:https';
import type { Access } from './live-server.ts';

/** As many requests are in flight at once, each on a connection of its own. */
const inFlight = 64;

/** A client with its connections. */
export class Client {
  readonly #options: object;
  readonly #agent: Agent;

  constructor({ port, ca, cert, key }: Access) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: inFlight });
    this.#options = { port, ca, cert, key, host: '127.0.0.1', agent: this.#agent };
  }

  /** Asks once; gives how many bytes came back. @throws Error for any answer but success */
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

  /** Asks many times, so many at once; gives how many were answered a second. */
  async perSecond(count: number, ask: (i: number) => Promise<unknown>): Promise<number> {
    const began = performance.now();
    let next = 0;
    const worker = async () => {
      while (next < count) await ask(next++);
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    return (count * 1000) / (performance.now() - began);
  }

  close(): void {
    this.#agent.destroy();
  }
}
