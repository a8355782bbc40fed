/** `troupe up` in a process of its own, for the benchmark to be a client of. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** What a client needs to know of a server; certificates and keys are PEM. */
export interface Access {
  readonly port: number;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A server that runs. */
export interface LiveServer {
  readonly access: Access;
  /** Wall seconds from the start of the process until all nodes were Ready. */
  readonly readySeconds: number;
  stop(): Promise<void>;
}

/** Starts a cluster of so many nodes, and waits until it is ready. @throws Error when it ends before */
export async function startServer(nodes: number): Promise<LiveServer> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const program = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
  const began = performance.now();
  const words = ['up', '--nodes', String(nodes), '--port', '0', '--kubeconfig', kubeconfig];
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let said = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    said += piece;
    if (said.includes('Ctrl-C ends it')) break;
  }
  if (!said.includes('Ctrl-C ends it')) throw new Error(`troupe up ended before it was ready: ${said}`);
  return {
    access: readAccess(kubeconfig),
    readySeconds: (performance.now() - began) / 1000,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readAccess(kubeconfig: string): Access {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'));
  const { server, 'certificate-authority-data': ca } = clusters[0].cluster;
  const { 'client-certificate-data': cert, 'client-key-data': key } = users[0].user;
  const bytes = (text: string) => Buffer.from(text, 'base64');
  return { port: Number(new URL(server).port), ca: bytes(ca), cert: bytes(cert), key: bytes(key) };
}
