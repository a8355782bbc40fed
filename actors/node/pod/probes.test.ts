/** Probes of a pod's containers. */

import { describe, expect, test } from 'vitest';
import { type Stage, stage } from '../../../engine/testing/stage.ts';
import type { PodInput } from '../../../protocol/messages/pod-worker.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { pod } from './actor.ts';
import { containerWorker } from './container-worker/actor.ts';
import { makePod, Play } from './testing/play.ts';

/** A pod on a stage of its own. */
const playOf = (given: Pod, input?: Partial<PodInput>, set?: (play: Play<Stage>) => void) =>
  new Play((scene) => stage(pod, { ...scene, definitions: [containerWorker] }), given, input, set);

describe('probes', () => {
  const http = { httpGet: { path: '/healthz', port: 80 }, periodSeconds: 5 };
  const withProbe = (probe: object) => makePod({ containers: [{ name: 'web', image: 'nginx:1', ...probe }] });

  test('readiness: not ready until it passes, not ready again after three failures', () => {
    let status: number | 'refused' = 'refused';
    const play = playOf(withProbe({ readinessProbe: http }), {}, (one) => {
      one.probes = () => status;
    });
    expect(play.container('web')).toMatchObject({ ready: false, started: true });
    expect(play.events.at(-1)).toBe(
      'Unhealthy: Readiness probe failed: Get "http://10.244.1.5:80/healthz": dial tcp 10.244.1.5:80: ' +
        'connect: connection refused',
    );
    status = 200;
    play.pass(5100);
    expect(play.condition('Ready')?.status).toBe('True');
    status = 503;
    play.pass(10_100);
    expect(play.condition('Ready')?.status).toBe('True');
    play.pass(5100);
    expect(play.condition('Ready')?.status).toBe('False');
    expect(play.container('web')?.restartCount).toBe(0);
  });

  test('liveness: three failures have the container restarted', () => {
    let status = 200;
    const play = playOf(withProbe({ livenessProbe: http }), {}, (one) => {
      one.probes = () => status;
    });
    play.pass(60_000);
    expect(play.container('web')?.restartCount).toBe(0);
    status = 500;
    play.pass(15_100);
    expect(play.events).toContain('Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500');
    expect(play.events).toContain('Killing: Container web failed liveness probe, will be restarted');
    expect(play.stops).toEqual([{ containerId: 'web-0', timeoutSeconds: 30 }]);
    expect(play.container('web')?.restartCount).toBe(1);
  });

  test('a probe that is not answered in time has failed', () => {
    const play = playOf(withProbe({ readinessProbe: { ...http, timeoutSeconds: 2 } }), {}, (one) => {
      one.probes = () => undefined;
    });
    expect(play.events.filter((event) => event.startsWith('Unhealthy'))).toHaveLength(0);
    play.pass(2100);
    expect(play.events.at(-1)).toBe(
      'Unhealthy: Readiness probe failed: Get "http://10.244.1.5:80/healthz": ' +
        'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    );
  });

  test('an exec probe runs in the container', () => {
    let code = 1;
    const exec = { exec: { command: ['cat', '/tmp/ready'] } };
    const play = playOf(withProbe({ readinessProbe: exec }), {}, (one) => {
      one.exec = () => code;
    });
    expect(play.events.at(-1)).toBe('Unhealthy: Readiness probe failed: said no');
    code = 0;
    play.pass(10_100);
    expect(play.container('web')?.ready).toBe(true);
  });

  test('a command that is not done in time has failed', () => {
    const play = playOf(withProbe({ readinessProbe: { exec: { command: ['sleep', '9'] } } }), {}, (one) => {
      one.silent.add('container.exec');
    });
    play.pass(1100);
    expect(play.events.at(-1)).toBe('Unhealthy: Readiness probe failed: command "sleep 9" timed out');
  });

  test('a startup probe holds the others back, and its failure has the container restarted', () => {
    const startupProbe = { ...http, failureThreshold: 2 };
    const play = playOf(withProbe({ startupProbe, livenessProbe: http, readinessProbe: http }), {}, (one) => {
      one.probes = () => 500;
    });
    expect(play.container('web')).toMatchObject({ started: false, ready: false });
    play.pass(5100);
    expect(play.events).toContain('Killing: Container web failed startup probe, will be restarted');
    expect(play.events.join()).not.toContain('Liveness');
    play.probes = () => 200;
    play.pass(5100);
    expect(play.container('web')).toMatchObject({ started: true, ready: true, restartCount: 1 });
  });

  test.each([3_600_000, -3_600_000])('probes go on evenly though the clock jumps by %i ms', (offsetMs) => {
    let tries = 0;
    const play = playOf(withProbe({ livenessProbe: http }), {}, (one) => {
      one.probes = () => {
        tries += 1;
        return 200;
      };
    });
    play.pass(12_000);
    expect(tries).toBe(3);
    play.stage.engine.setClock('machine', { offsetMs });
    play.pass(10_000);
    expect(tries).toBe(5);
  });

  test('the first probe waits for initialDelaySeconds', () => {
    const play = playOf(withProbe({ readinessProbe: { ...http, initialDelaySeconds: 20 } }));
    play.pass(19_000);
    expect(play.container('web')?.ready).toBe(false);
    play.pass(1500);
    expect(play.container('web')?.ready).toBe(true);
  });

  test('without probes a running pod is silent', () => {
    const play = playOf(makePod());
    play.asked.length = 0;
    play.pass(3_600_000);
    expect(play.asked).toEqual([]);
  });
});
