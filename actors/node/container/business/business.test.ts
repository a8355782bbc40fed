/** The decisions of a business container: what it will do, how long work takes, when memory runs out, where calls go. */

import { describe, expect, test } from 'vitest';
import { stage } from '../../../../engine/testing/stage.ts';
import type { ProcessInspect, ProcessStart, SignalSend } from '../../../../protocol/messages/container.ts';
import type { ContainerConfig } from '../../../../protocol/messages/cri.ts';
import { container } from './actor.ts';
import { foretell } from './command.ts';
import { spendCpu } from './cpu.ts';
import { nextDependency, targetOf } from './dependency.ts';
import { exponential } from './exponential.ts';
import { bytesAt, crossesAt, regrow } from './growth.ts';
import { commandOf, planProcess } from './plan.ts';

function config(change: Partial<ContainerConfig> = {}): ContainerConfig {
  return { name: 'web', attempt: 0, image: 'web', env: {}, ports: [{ containerPort: 80 }], resources: {}, ...change };
}

describe('what a container will do', () => {
  const plan = (change: Partial<ContainerConfig>, image = {}) => {
    const argv = commandOf(config(change));
    const surroundings = { env: {}, readFile: () => undefined, answers: [] };
    return planProcess(config(change), image, argv && foretell(argv, surroundings));
  };

  test('is its image’s program, on its declared ports', () => {
    expect(plan({})).toMatchObject({
      startupMs: 500,
      endsAfterMs: Number.POSITIVE_INFINITY,
      ports: [80],
      handlesTerm: true,
    });
    expect(plan({}, { startupMs: 5, exitAfterMs: 70, exitCode: 2, ports: [1, 2] })).toMatchObject({
      startupMs: 5,
      endsAfterMs: 70,
      exitCode: 2,
      ports: [1, 2],
    });
  });

  test('is its command, where that is foretold; it then serves nothing', () => {
    expect(plan({ command: ['sleep', '60'] })).toMatchObject({ endsAfterMs: 60_000, ports: [], handlesTerm: false });
    expect(plan({ args: ['/bin/sh', '-c', 'exit 4'] })).toMatchObject({ endsAfterMs: 0, exitCode: 4 });
    expect(plan({ args: ['--verbose'] })).toMatchObject({ ports: [80] });
    expect(plan({ command: ['sh', '-c', 'sleep 3; exec httpd'] })).toMatchObject({ startupMs: 3500, ports: [80] });
  });

  test('is what it was told to play, before all else', () => {
    expect(plan({ command: ['sleep', '60'], workload: { startupMs: 1 } })).toMatchObject({ startupMs: 1, ports: [80] });
  });
});

describe('work', () => {
  test('takes its own time on a free CPU, and longer where the limit is less than a core', () => {
    const free = { freeAt: 0, usedMs: 0 };
    expect(spendCpu(free, 1000, 40, undefined)).toBe(1040);
    expect(spendCpu({ freeAt: 0, usedMs: 0 }, 1000, 40, 500)).toBe(1080);
    expect(spendCpu({ freeAt: 0, usedMs: 0 }, 1000, 40, 2000)).toBe(1040);
  });

  test('queues when it comes faster than the limit', () => {
    const account = { freeAt: 0, usedMs: 0 };
    const doneAt = [0, 0, 0].map(() => spendCpu(account, 1000, 40, 1000));
    expect(doneAt).toEqual([1040, 1080, 1120]);
    expect(account.usedMs).toBe(120);
  });
});

describe('memory', () => {
  test('crosses its limit when it must, and not before', () => {
    const growth = { bytes: 50, bytesPerSecond: 10, sinceMs: 1000 };
    const at = crossesAt(growth, 100);
    expect(bytesAt(growth, at)).toBeGreaterThan(100);
    expect(bytesAt(growth, at - 200)).toBeLessThan(100);
    expect(crossesAt({ ...growth, bytesPerSecond: 0 }, 100)).toBe(Number.POSITIVE_INFINITY);
    expect(crossesAt(growth, undefined)).toBe(Number.POSITIVE_INFINITY);
    expect(crossesAt({ ...growth, bytes: 200 }, 100)).toBe(1000);
    expect(regrow(growth, 3000, 0)).toEqual({ bytes: 70, bytesPerSecond: 0, sinceMs: 3000 });
  });
});

describe('a call to another Service', () => {
  test.each([
    ['redis-master:6379', 'redis-master', 6379],
    ['http://frontend.default/path', 'frontend.default', 80],
    ['https://api', 'api', 443],
    ['$(REDIS_HOST):$(REDIS_PORT)', '10.96.0.7', 6380],
    ['127.0.0.1:8080', '127.0.0.1', 8080],
  ])('%s goes to %s port %i', (target, host, port) => {
    expect(targetOf({ target }, { REDIS_HOST: '10.96.0.7', REDIS_PORT: '6380' })).toEqual({ host, port });
  });

  test('is made for the paths it is for, and not for a health check unless it says so', () => {
    const workload = { dependencies: [{ target: 'a' }, { target: 'b', onPath: '/api' }] };
    expect(nextDependency(workload, 0, '/', false)).toBe(0);
    expect(nextDependency(workload, 1, '/', false)).toBe(-1);
    expect(nextDependency(workload, 1, '/api/x', false)).toBe(1);
    expect(nextDependency(workload, 0, '/healthz', true)).toBe(-1);
    expect(nextDependency(workload, 0, '/api', true)).toBe(1);
  });
});

test('exponential times are -ln(1 - u)', () => {
  for (const u of [0, 1e-9, 0.1, 0.5, 0.9, 0.999999]) expect(exponential(u)).toBeCloseTo(-Math.log(1 - u), 12);
});

describe('a container', () => {
  const set = (change: Partial<ContainerConfig> = {}) =>
    stage(container, {
      address: 'c.node.n1.pod.u.container.web',
      input: {
        runtime: 'c.node.n1.runtime',
        pause: 'c.node.n1.pod.u.pause',
        dns: 'c.master.dns',
        containerId: 'id1',
        namespace: 'default',
        pod: 'a',
        hostname: 'a',
        ip: '10.244.1.2',
        config: config(change),
        logMaxBytes: 10_000,
        workload: { shutdownMs: 2000 },
      },
    });

  test('is created, starting, running, stopping, exited; and keeps how it ended until it is reaped', () => {
    const s = set();
    expect(s.state).toBe('created');
    s.ask<ProcessStart>('process.start', { containerId: 'id1' });
    expect(s.matches('alive.program.starting')).toBe(true);
    const memory = { bytes: 24 * 1024 * 1024, bytesPerSecond: 0, sinceMs: 0 };
    expect(s.takeOne('process.started').body).toEqual({ containerId: 'id1', startedAt: s.now, memory });
    s.advance(500);
    expect(s.matches('alive.program.running.serving')).toBe(true);
    expect(s.takeOne('port.listen').body).toEqual({ port: 80, container: 'web' });
    s.ask<SignalSend>('signal.send', { containerId: 'id1', signal: 'SIGTERM' });
    expect(s.matches('alive.program.stopping')).toBe(true);
    s.takeOne('port.close');
    s.advance(2000);
    expect(s.state).toBe('exited');
    const ended = { containerId: 'id1', state: 'exited', exitCode: 0, reason: 'Completed', finishedAt: s.now };
    expect(s.takeOne('process.exited')).toMatchObject({ to: 'c.node.n1.runtime', body: ended });
    s.advance(5000);
    s.takeOne('process.exited');
    s.ask<ProcessInspect>('process.inspect', undefined);
    expect(s.takeOne('process.inspected').body).toMatchObject(ended);
  });

  test('takes no signal that is meant for an earlier one of its name', () => {
    const s = set();
    s.ask<ProcessStart>('process.start', { containerId: 'id0' });
    expect(s.state).toBe('created');
    s.ask<ProcessStart>('process.start', { containerId: 'id1' });
    s.ask<SignalSend>('signal.send', { containerId: 'id0', signal: 'SIGKILL' });
    expect(s.matches('alive')).toBe(true);
  });

  test('with nothing to do sets no timer and says nothing', () => {
    const s = set();
    s.ask<ProcessStart>('process.start', { containerId: 'id1' });
    s.advance(500);
    s.answer(s.takeOne('port.listen'), 'port.listening', { port: 80 });
    s.take();
    expect(s.engine.nextAt()).toBe(Number.POSITIVE_INFINITY);
  });
});
