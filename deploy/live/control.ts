/**
 * The socket on which a running cluster can be asked: a line of JSON each for a question and for its answer.
 *
 *   {"do":"status"}   how it is (`LiveStatus`)
 *   any other `do`    what the session that serves it takes: faults, see deploy/faults/requests.ts
 */

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

/** ms that a process is given to answer. */
const patienceMs = 2_000;
/** Characters of a question; a longer one is no question. */
const questionMax = 1_000_000;

/** What a running cluster answers with. */
export interface Control {
  readonly status: () => LiveStatus;
  /** Answers all that is not asked of its status. */
  readonly answer?: (request: unknown) => unknown;
}

/** Answers whoever connects, a line to each line. @throws the system's error */
export async function serveControl(path: string, control: Control): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    let text = '';
    // Whoever stays connected keeps no process alive either.
    socket.unref();
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (part) => {
      const lines = (text + String(part)).split('\n');
      text = lines.pop() ?? '';
      if (text.length > questionMax) socket.destroy();
      for (const line of lines) if (!socket.destroyed) socket.write(`${answerTo(line, control)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  // It keeps no process alive.
  server.unref();
  return server;
}

function answerTo(line: string, { status, answer }: Control): string {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return JSON.stringify({ error: 'this is no JSON' });
  }
  const isStatus = (request as { do?: unknown } | null)?.do === 'status';
  if (!isStatus && answer === undefined) return JSON.stringify({ error: 'only {"do":"status"} can be asked here' });
  try {
    return JSON.stringify(isStatus ? status() : answer?.(request));
  } catch (error) {
    return JSON.stringify({ error: (error as Error).message });
  }
}

/** Asks a process for one answer; undefined where it gives none in time. */
export function askControl(path: string, request: unknown, withinMs = patienceMs): Promise<unknown> {
  return new Promise((resolve) => {
    let text = '';
    const socket = createConnection(path);
    socket.setEncoding('utf8');
    socket.setTimeout(withinMs, () => socket.destroy());
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (part) => {
      text += String(part);
      if (text.endsWith('\n')) socket.end();
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        resolve(undefined);
      }
    });
  });
}

/** Asks a process how its cluster is; undefined where it does not say. */
export async function askStatus(path: string): Promise<LiveStatus | undefined> {
  const told = (await askControl(path, { do: 'status' })) as LiveStatus | { error: string } | undefined;
  return told === undefined || 'error' in told ? undefined : told;
}
