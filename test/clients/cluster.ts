/** A live cluster for real clients: in this process, twenty times as fast as the clock, behind a real door. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../../cli/live/session.ts';

/** What a command said and how it ended. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** A command that still runs. */
export interface Running {
  /** What it has said until now. */
  readonly said: { out: string; err: string };
  /** Waits until its output matches. @throws Error when it ends before */
  until(pattern: RegExp): Promise<void>;
  write(text: string): void;
  stop(): Promise<Outcome>;
  readonly ended: Promise<Outcome>;
}

/** The program, of which tests may try another. */
export const kubectlProgram = process.env.TROUPE_KUBECTL ?? 'kubectl';

/** 0 where there is no kubectl: the tests that need it are not run then, and `test/run.mjs` says so. */
function minorOf(program: string): number {
  const { stdout } = spawnSync(program, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  return stdout ? Number.parseInt(JSON.parse(stdout).clientVersion.minor, 10) : 0;
}

/** A cluster with a folder for files, and kubectl to it. */
export class LiveCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'troupe-clients-'));
  readonly kubeconfig = join(this.folder, 'kubeconfig');
  /** The second number of kubectl's version: older ones know fewer commands. */
  readonly minor = minorOf(kubectlProgram);
  #close: () => Promise<void> = async () => {};

  static async start(options: { nodes?: number; speed?: number } = {}): Promise<LiveCluster> {
    const started = new LiveCluster();
    const over = new AbortController();
    const warnings: string[] = [];
    const asked = {
      nodes: String(options.nodes ?? 3),
      speed: options.speed ?? 20,
      port: 0,
      kubeconfig: started.kubeconfig,
    };
    await new Promise<void>((resolve, reject) => {
      const voice = { say: () => {}, warn: (line: string) => void warnings.push(line), ready: resolve };
      const running = new Session({ ...asked, set: [], manifests: [], waits: true }, voice, over.signal).run();
      running.catch(reject);
      started.#close = async () => {
        over.abort();
        await running;
      };
    });
    return started;
  }

  async stop(): Promise<void> {
    await this.#close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a file and gives its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs kubectl to its end; words are parted by blanks, what stands in single quotes stays together. */
  kubectl(line: string, input = ''): Promise<Outcome> {
    const running = this.start(line);
    running.write(input);
    running.end();
    return running.ended;
  }

  /** Runs kubectl, which must succeed; gives what it prints. */
  async run(line: string, input = ''): Promise<string> {
    const { code, out, err } = await this.kubectl(line, input);
    if (code !== 0) throw new Error(`kubectl ${line}: exit ${code}\n${err}${out}`);
    return out;
  }

  /** Runs kubectl, which must fail; gives what it complains of. */
  async refused(line: string, input = ''): Promise<string> {
    const { code, out, err } = await this.kubectl(line, input);
    if (code === 0) throw new Error(`kubectl ${line} was to fail, and printed ${out}`);
    return err.trim();
  }

  /** Starts kubectl. */
  start(line: string): Running & { end(): void } {
    const child = spawn(kubectlProgram, ['--kubeconfig', this.kubeconfig, ...wordsOf(line)], {
      env: { ...process.env, HOME: this.folder, KUBECACHEDIR: join(this.folder, 'cache'), KUBE_EDITOR: this.editor },
    });
    const said = { out: '', err: '' };
    let hear = () => {};
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text;
      hear();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text;
      hear();
    });
    child.stdin.on('error', () => {});
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        hear();
        resolve({ code: code ?? -1, ...said });
      });
    });
    const until = async (pattern: RegExp) => {
      const seen = () => pattern.test(said.out) || pattern.test(said.err);
      while (!seen()) {
        if (child.exitCode !== null) throw new Error(`kubectl ${line} ended:\n${said.err}${said.out}`);
        await Promise.race([new Promise<void>((resolve) => (hear = resolve)), ended]);
      }
    };
    const stop = () => {
      child.kill('SIGINT');
      return ended;
    };
    return { said, until, write: (text) => child.stdin.write(text), end: () => child.stdin.end(), stop, ended };
  }

  /** What `kubectl edit` calls; a test sets it to a `sed -i` of its own. */
  editor = 'true';
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
}

/** Puts a table's columns apart: one blank between words, no blanks at the ends. */
export function squeeze(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
}
