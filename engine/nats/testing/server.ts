/** Real NATS servers for tests: on loopback, on free ports, with folders of their own; stopped, killed and started again. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program; `TROUPE_NATS_SERVER` names another one. */
const program = process.env.TROUPE_NATS_SERVER ?? 'nats-server';

/** False where there is no nats-server: tests skip themselves then, and `test/run.mjs` says so loudly. */
export const hasNatsServer = spawnSync(program, ['--version']).status === 0;

/** How long a server may take to begin or to end before the test fails. */
const patienceMs = 15_000;

/** What a server is started with. */
export interface ServerOptions {
  /** Lines of its configuration file, besides the address it listens on. `$FOLDER` in it becomes the server's folder. */
  config?: string;
  /** Files that the configuration names, written into the server's folder first. */
  files?: Record<string, string>;
  /** With JetStream, on the server's folder. */
  jetstream?: boolean;
  /** A free one unless told. */
  port?: number;
}

/** One nats-server. It keeps its port, its configuration and what it stored when it is started again. */
export class NatsServer {
  /** Where its configuration, its files and its streams lie; gone after `dispose`. */
  readonly folder: string;
  readonly port: number;
  readonly #arguments: readonly string[];
  #process: ChildProcess | undefined;
  #said = '';

  /** Starts a server and waits until it listens. @throws Error with the server's own words when it does not */
  static async start(options: ServerOptions = {}): Promise<NatsServer> {
    const server = new NatsServer(options, options.port ?? (await freePort()));
    try {
      await server.start();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  private constructor({ config = '', files = {}, jetstream = false }: ServerOptions, port: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'troupe-nats-'));
    this.port = port;
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text);
    const file = join(this.folder, 'server.conf');
    const streams = jetstream ? `jetstream { store_dir: "${join(this.folder, 'streams')}" }\n` : '';
    writeFileSync(file, streams + config.replaceAll('$FOLDER', this.folder));
    this.#arguments = ['-a', '127.0.0.1', '-p', String(port), '-c', file];
  }

  /** What a client connects to; `tls://` works too where the server has certificates. */
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** What the server has written to its log, over all its lives. */
  get log(): string {
    return this.#said;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** The process's id. @throws Error while it does not run */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('this nats-server does not run');
    return pid;
  }

  /** Starts it, again after `stop` or `kill`, and waits until it listens. */
  async start(): Promise<void> {
    if (this.#process !== undefined) throw new Error('this nats-server runs already');
    const started = spawn(program, this.#arguments, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = started;
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    // A test run that ends early leaves no server behind.
    const takeAlong = () => started.kill('SIGKILL');
    process.once('exit', takeAlong);
    started.once('exit', () => {
      process.off('exit', takeAlong);
      if (this.#process === started) this.#process = undefined;
    });
    const until = Date.now() + patienceMs;
    while (!(await listens(this.port))) {
      if (this.#process !== started) throw new Error(`nats-server ended: ${this.#said}`);
      if (Date.now() > until) throw new Error(`nats-server does not listen on ${this.port}: ${this.#said}`);
    }
  }

  /** Ends it as its system would, and waits until it has. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Kills it, as `kill -9`, and waits until it is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Stops its process where it is (SIGSTOP): its connections stay, and nothing moves. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Has it tell its clients to go elsewhere, and end (lame duck mode). */
  retire(): void {
    process.kill(this.pid, 'SIGUSR2');
  }

  /** Ends it for good, with its folder. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    if (signal !== 'SIGKILL') running.kill('SIGCONT');
    await gone;
  }
}

/** Starts servers that are one cluster, with JetStream when asked; each knows the routes to all. */
export async function startServerCluster(
  count: number,
  options: Omit<ServerOptions, 'port'> = {},
): Promise<NatsServer[]> {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const routes = ports.map((port) => `"nats://127.0.0.1:${port}"`).join(', ');
  const servers = await Promise.all(
    ports.map((port, index) =>
      NatsServer.start({
        ...options,
        config: `server_name: s${index}
cluster { name: test, listen: "127.0.0.1:${port}", routes: [${routes}], no_advertise: true }
${options.config ?? ''}`,
      }),
    ),
  );
  await Promise.all(servers.map((server) => untilSaid(server, /Route connection created|- rid:\d+ - Route/)));
  return servers;
}

/** Waits until a server's log matches. @throws Error with the log when it does not in time */
export async function untilSaid(server: NatsServer, pattern: RegExp): Promise<void> {
  const until = Date.now() + patienceMs;
  while (!pattern.test(server.log)) {
    if (Date.now() > until) throw new Error(`nats-server has not said ${pattern}: ${server.log}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A port of the loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a probe that listens has no port');
  return address.port;
}

/** Tells whether a server greets who connects; the first byte comes when it is ready for clients. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    const tell = (answer: boolean) => {
      socket.destroy();
      if (answer) resolve(true);
      else setTimeout(() => resolve(false), 10);
    };
    socket.once('data', () => tell(true));
    socket.once('error', () => tell(false));
    socket.setTimeout(1000, () => tell(false));
  });
}
