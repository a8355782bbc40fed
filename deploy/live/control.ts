/** The socket on which a running cluster says how it is. */

import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';

/** How a cluster is. */
export interface LiveStatus {
  readonly nodes: number;
  readonly readyNodes: number;
  readonly isReady: boolean;
  readonly speed: number | 'max';
  /** ms since the Unix epoch on the cluster's clock. */
  readonly virtualNow: number;
  readonly seed: number | string;
  readonly version: string;
}

/** ms that a process is given to say how it is. */
const patienceMs = 2_000;

/** Answers whoever connects with one line of JSON. @throws the system's error */
export async function serveStatus(path: string, status: () => LiveStatus): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`${JSON.stringify(status())}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  // It keeps no process alive.
  server.unref();
  return server;
}

/** Asks a process how its cluster is; undefined where it does not say. */
export function askStatus(path: string): Promise<LiveStatus | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = createConnection(path);
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => {
      try {
        resolve(JSON.parse(text) as LiveStatus);
      } catch {
        resolve(undefined);
      }
    });
  });
}
