/**
 * Goal: whatever ends or stops a host's process, at any moment, no two ever think that they are the host, and the host
 * comes back with all it had.
 *
 * Method: hosts as processes of their own, killed and stopped by signals, on a real nats-server.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasNatsServer, NatsServer } from '../../engine/nats/testing/server.ts';
import { type BuiltProgram, buildProgram } from './testing/build.ts';

interface Told {
  readonly event: string;
  readonly [more: string]: unknown;
}

/** A host's process and what it says. */
class HostProcess {
  readonly child: ChildProcess;
  readonly told: Told[] = [];
  #wake = () => {};

  constructor(program: string, words: readonly string[]) {
    this.child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    this.child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      const lines = `${text}${part}`.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.told.push(JSON.parse(line) as Told);
      this.#wake();
    });
    this.child.on('exit', () => this.#wake());
  }

  /** Waits until it says one of these. @throws Error when it ends before */
  async says(...events: string[]): Promise<Told> {
    for (;;) {
      const found = this.told.find(({ event }) => events.includes(event));
      if (found !== undefined) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`it has ended: ${JSON.stringify(this.told)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

describe.skipIf(!hasNatsServer)('a host', () => {
  let server: NatsServer;
  let program: BuiltProgram;
  const running: HostProcess[] = [];

  beforeAll(async () => {
    program = buildProgram('deploy/hosts/testing/host-process.ts');
  }, 60_000);
  afterEach(async () => {
    for (const { child } of running.splice(0)) child.kill('SIGKILL');
    await server.dispose();
  });
  afterAll(() => program?.dispose());

  async function start(host: string, roles = 'etcd', ...more: string[]): Promise<HostProcess> {
    if (server?.isRunning !== true) server = await NatsServer.start({ jetstream: true });
    const started = new HostProcess(program.path, [server.url, host, roles, ...more]);
    running.push(started);
    return started;
  }

  test('that was killed comes back with what it had, at once on the same machine', async () => {
    // With leases that live for a minute: nobody could wait for one.
    const first = await start('a', 'etcd,scheduler', '60000');
    const before = (await first.says('joined')).entry as Record<string, unknown>;
    first.signal('SIGKILL');
    const second = await start('a', 'etcd,scheduler', '60000');
    expect((await second.says('joined')).entry).toMatchObject({ roles: before.roles, starts: 2 });
  });

  test('of the same name is refused while the first one lives, naming its process', async () => {
    const first = await start('a');
    await first.says('joined');
    const second = await start('a');
    expect(await second.says('refused')).toMatchObject({
      code: 'in-use',
      message: expect.stringContaining(`process ${first.child.pid} on machine`),
      fix: expect.stringContaining('--name a-2'),
    });
    expect(first.told.map(({ event }) => event)).toEqual(['joined']);
  });

  test('that was stopped and had nothing taken goes on when it wakes, after it was unsure', async () => {
    const host = await start('a');
    await host.says('joined');
    host.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    host.signal('SIGCONT');
    expect(await host.says('sure', 'lost')).toMatchObject({ event: 'sure', isValid: true });
    expect(host.told.map(({ event }) => event)).toEqual(['joined', 'unsure', 'sure']);
  });

  test('that was stopped while another took its name ends when it wakes, and is never valid in between', async () => {
    const stopped = await start('a');
    await stopped.says('joined');
    stopped.signal('SIGSTOP');
    // It may still live, for all that can be seen: its lease has to run out first.
    const next = await start('a');
    expect((await next.says('joined', 'refused')).event).toBe('joined');
    stopped.signal('SIGCONT');
    expect(await stopped.says('lost')).toMatchObject({
      message: expect.stringContaining(`host a is another process now: ${next.child.pid} on machine`),
      isValid: false,
    });
    expect(stopped.told.map(({ event }) => event)).toEqual(['joined', 'unsure', 'lost']);
    expect(next.told.map(({ event }) => event)).toEqual(['joined']);
  });

  test('that leaves as it is told to is followed without waiting', async () => {
    const first = await start('a', 'etcd', '60000');
    await first.says('joined');
    first.signal('SIGTERM');
    await first.says('left');
    expect((await (await start('a', 'etcd', '60000')).says('joined')).entry).toMatchObject({ starts: 2 });
  });

  test('of other code is refused while the first one lives, and takes nothing', async () => {
    await (await start('a')).says('joined');
    expect(await (await start('b', 'etcd', '1500', 'bbbbbbbbbbbb')).says('refused')).toMatchObject({
      code: 'other-code',
      message: 'cluster c runs Troupe 1.0.0 (aaaaaaaaaaaa), and this is 1.0.0 (bbbbbbbbbbbb)',
    });
    expect((await (await start('b')).says('joined')).entry).toMatchObject({ roles: { etcd: [1] }, starts: 1 });
  });
});
