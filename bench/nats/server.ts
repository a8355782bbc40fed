/** A nats-server on loopback for the benchmark. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';

/** A server that runs. */
export interface BenchServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts one on a free port, with JetStream where a folder is given, and waits until it greets. @throws Error when it ends before */
export async function startNats(store?: string): Promise<BenchServer> {
  const port = await freePort();
  const words = ['-a', '127.0.0.1', '-p', String(port), ...(store === undefined ? [] : ['-js', '-sd', store])];
  const child = spawn('nats-server', words, { stdio: 'ignore' });
  let end = '';
  const ended = new Promise<void>((resolve) => {
    const note = (what: unknown) => {
      end ||= String(what);
      resolve();
    };
    child.once('error', note);
    child.once('exit', note);
  });
  while (!(await greets(port))) {
    if (end !== '') throw new Error(`nats-server (Debian has it by that name) does not run: ${end}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('a probe that listens has no port');
  return address.port;
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    const tell = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => tell(true));
    socket.once('error', () => tell(false));
  });
}
