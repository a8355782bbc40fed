/** The rows of a cluster on two hosts: how soon its nodes are ready, and what their heartbeats cost. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figures } from '../measure.ts';
import { startNats } from './server.ts';

const program = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
/** s after the nodes are ready until their cost is looked at, and for how long. */
const [settleSeconds, measuredSeconds] = [30, 40];
/** Requests that the controller manager may make in a second. */
const managerQps = 200;
/** Of Linux: how finely it counts what a process used. */
const ticksPerSecond = 100;

/** Measures how soon a thousand nodes are ready, and what two thousand cost. */
export async function measureHosts(): Promise<Figures> {
  const { readySeconds } = await onTwoHosts(500, async () => ({}));
  const { cores, natsCores } = await onTwoHosts(1_000, async (pids) => {
    await rest(settleSeconds);
    const before = pids.map(usedSeconds);
    await rest(measuredSeconds);
    const used = pids.map((pid, i) => (usedSeconds(pid) - (before[i] ?? 0)) / measuredSeconds);
    return { cores: used.reduce((sum, one) => sum + one, 0), natsCores: used.at(-1) ?? Number.NaN };
  });
  return { readySeconds: readySeconds ?? Number.NaN, cores: cores ?? Number.NaN, natsCores: natsCores ?? Number.NaN };
}

/** Brings a cluster up on two hosts with so many nodes each, and looks at its processes, NATS last. */
async function onTwoHosts(nodesEach: number, look: (pids: number[]) => Promise<Figures>): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
  const nats = await startNats(join(folder, 'jetstream'));
  const began = performance.now();
  const start = (command: string, ...words: string[]) =>
    new Host(folder, [command, '--nats', nats.url, '--nodes', String(nodesEach), ...words]);
  // As clusters of that size are run: by default the controller manager makes 20 requests a second.
  const limits = ['kube-api-qps', 'kube-api-burst'].flatMap((flag) => [
    '--set',
    `kube-controller-manager.${flag}=${managerQps}`,
  ]);
  const first = start('up', '--name', 'a', '--port', '0', ...limits);
  await first.says('joined');
  const second = start('host', '--name', 'b');
  await Promise.all([first.says('Ctrl-C ends it'), second.says('Ctrl-C ends it')]);
  const readySeconds = (performance.now() - began) / 1000;
  const figures = await look([first.pid, second.pid, nats.pid]);
  await second.stop();
  await first.stop();
  await nats.stop();
  rmSync(folder, { recursive: true, force: true });
  return { readySeconds, ...figures };
}

/** A process of Troupe. */
class Host {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = '';

  constructor(folder: string, words: readonly string[]) {
    const env = { ...process.env, XDG_STATE_HOME: folder };
    this.#child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'], env });
    this.#ended = once(this.#child, 'exit');
    this.#child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      this.#said += piece;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits until it has said something. @throws Error when it ends before */
  async says(words: string): Promise<void> {
    while (!this.#said.includes(words)) {
      if (this.#child.exitCode !== null) throw new Error(`a host ended before it said "${words}": ${this.#said}`);
      await rest(0.02);
    }
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }
}

/** Seconds of a core that a process has used, as Linux counts them. */
function usedSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name stands in brackets, and may hold anything; what follows it is plain.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function rest(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
