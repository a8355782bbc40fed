/** Which controllers run, and the actor that runs them as long as it leads. */

import { describe, expect, test } from 'vitest';
import { stage } from '../../../engine/testing/stage.ts';
import { defaultsOf } from '../../../protocol/flags.ts';
import { controllerManager, controllers } from './actor.ts';
import { enabledRules, rules } from './controllers.ts';
import { type ControllerManagerConfig, flags } from './flags.ts';

const all = rules.map(({ kind }) => kind);

function config(given: Partial<ControllerManagerConfig> = {}): ControllerManagerConfig {
  return { ...defaultsOf(flags), ...given };
}

describe('--controllers', () => {
  const without = (...kinds: string[]) => all.filter((kind) => !kinds.includes(kind));

  test.each([
    ['*', ['*'], all],
    ['none', [], []],
    ['one', ['namespace-controller'], ['namespace-controller']],
    ['all but one', ['*', '-endpoints-controller'], without('endpoints-controller')],
    ['the first word about one counts', ['endpoints-controller', '-endpoints-controller'], ['endpoints-controller']],
    [
      'names from before v1.28',
      ['*', '-podgc', '-nodelifecycle'],
      without('pod-garbage-collector-controller', 'node-lifecycle-controller'),
    ],
  ])('%s', (_, words, kinds) => {
    expect(enabledRules(config({ controllers: words })).map(({ kind }) => kind)).toEqual(kinds);
  });
});

test.each([
  ['allocate-node-cidrs', 'node-ipam-controller'],
  ['enable-garbage-collector', 'garbage-collector-controller'],
] as const)('--%s=false turns the %s off', (flag, kind) => {
  const kinds = enabledRules(config({ [flag]: false })).map((rule) => rule.kind);
  expect(kinds).toEqual(all.filter((one) => one !== kind));
});

describe('a controller-manager', () => {
  const address = 'c.master.controller-manager.1';
  const play = (given: Partial<ControllerManagerConfig> = {}) =>
    stage(controllerManager, { address, input: { apiserver: 'c.master.apiserver', config: config(given) } });
  const acquired = { transitions: 0 };

  test('stands for election as a process of its own identity, and runs nothing else', () => {
    const s = play();
    expect(s.state).toBe('standby');
    expect(s.spawned.map(({ kind }) => kind)).toEqual(['leader-election']);
    expect(s.spawned[0]?.input).toMatchObject({
      namespace: 'kube-system',
      name: 'kube-controller-manager',
      identity: expect.stringMatching(/^kube-controller-manager-1_[0-9a-f-]{36}$/),
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2000,
    });
  });

  test('runs all controllers once it leads, over one informer for each resource', () => {
    const s = play();
    s.send('leadership.acquired', acquired);
    expect(s.state).toBe('leading');
    const informers = s.spawned.filter(({ kind }) => kind === 'informer');
    expect(informers.every(({ input }) => input.isShared)).toBe(true);
    const informed = informers.map(({ input }) => input.resource);
    expect(new Set(informed).size).toBe(informed.length);
    expect(informed).toEqual(expect.arrayContaining(['pods', 'nodes', 'leases.coordination.k8s.io']));
    expect(s.spawned.map(({ kind }) => kind)).toEqual(expect.arrayContaining(all));
    expect(s.spawned.every(({ isDetached }) => !isDetached)).toBe(true);
  });

  test('watches only what its controllers need', () => {
    const s = play({ 'leader-elect': false, controllers: ['node-ipam-controller'] });
    expect(s.spawned.map(({ address: at }) => at.slice(address.length + 1))).toEqual([
      'informer.nodes',
      'node-ipam-controller',
    ]);
  });

  test('stops everything when it leads no more, and stands for election as if started anew', () => {
    const s = play();
    s.send('leadership.acquired', acquired);
    const led = s.spawned.length;
    s.send('leadership.lost', { reason: 'renew deadline' });
    expect(s.state).toBe('standby');
    expect(s.spawned.slice(led).map(({ kind }) => kind)).toEqual(['leader-election']);
    expect(s.spawned[led]?.input.identity).not.toBe(s.spawned[0]?.input.identity);
    s.send('leadership.acquired', acquired);
    expect(s.spawned.slice(led).map(({ kind }) => kind)).toEqual(expect.arrayContaining(all));
  });

  test('leads at once where it is told to be alone', () => {
    const s = play({ 'leader-elect': false });
    expect(s.state).toBe('leading');
    expect(s.spawned.some(({ kind }) => kind === 'leader-election')).toBe(false);
  });
});

test('every controller is a kind of actor of its own, named as in Kubernetes', () => {
  expect(controllers.map(({ kind }) => kind)).toEqual(all);
  expect(new Set(all).size).toBe(all.length);
  expect(all).toEqual(
    expect.arrayContaining([
      'replicationcontroller-controller',
      'endpoints-controller',
      'node-ipam-controller',
      'node-lifecycle-controller',
      'taint-eviction-controller',
      'pod-garbage-collector-controller',
      'serviceaccount-controller',
      'namespace-controller',
      'garbage-collector-controller',
    ]),
  );
});
