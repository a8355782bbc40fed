import { describe, expect, test } from 'vitest';
import type { Pod } from '../objects.ts';
import { restartsCell, summarize } from './pod-status.ts';

type Loose = Record<string, unknown>;

const running = { state: { running: {} }, ready: true, restartCount: 0 };
const waiting = (reason?: string) => ({
  state: { waiting: reason === undefined ? {} : { reason } },
  ready: false,
  restartCount: 0,
});
const ended = (exitCode: number, rest: Loose = {}) => ({
  state: { terminated: { exitCode, ...rest } },
  ready: false,
  restartCount: 0,
});
const restarted = (restartCount: number, finishedAt: string) => ({
  restartCount,
  lastState: { terminated: { exitCode: 1, finishedAt } },
});

/** A pod with as many containers as there are statuses. */
function pod(containers: Loose[], rest: { status?: Loose; init?: Loose[]; meta?: Loose; spec?: Loose } = {}): Pod {
  const { status = {}, init = [], meta = {}, spec = {} } = rest;
  const named = (list: Loose[], prefix: string) => list.map((one, i) => ({ name: `${prefix}${i}`, ...one }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', ...meta },
    spec: {
      containers: containers.map((_, i) => ({ name: `c${i}` })),
      initContainers: init.map((_, i) => ({ name: `i${i}` })),
      ...spec,
    },
    status: {
      phase: 'Running',
      ...status,
      containerStatuses: named(containers, 'c'),
      initContainerStatuses: named(init, 'i'),
    },
  } as unknown as Pod;
}

const condition = (type: string, status: string, reason?: string) => ({ conditions: [{ type, status, reason }] });

/** READY and STATUS. */
function shown(it: Pod): string {
  const { ready, total, status } = summarize(it);
  return `${ready}/${total} ${status}`;
}

describe('the status of a pod', () => {
  const cases: [string, Pod, string][] = [
    ['its phase', pod([waiting()], { status: { phase: 'Pending' } }), '0/1 Pending'],
    ['running', pod([running, running]), '2/2 Running'],
    ['running, of which one is not ready', pod([running, { ...running, ready: false }]), '1/2 Running'],
    ['why it waits', pod([waiting('ContainerCreating')], { status: { phase: 'Pending' } }), '0/1 ContainerCreating'],
    ['back-off of an image', pod([waiting('ImagePullBackOff'), running]), '1/2 ImagePullBackOff'],
    ['back-off after crashes', pod([waiting('CrashLoopBackOff')]), '0/1 CrashLoopBackOff'],
    [
      'the first container that has something to say',
      pod([waiting('CrashLoopBackOff'), ended(1, { reason: 'Error' })]),
      '0/2 CrashLoopBackOff',
    ],
    ['why it ended', pod([ended(137, { reason: 'OOMKilled' })]), '0/1 OOMKilled'],
    ['its error', pod([ended(1, { reason: 'Error' })], { status: { phase: 'Failed' } }), '0/1 Error'],
    ['its exit code', pod([ended(3)]), '0/1 ExitCode:3'],
    ['its signal', pod([ended(137, { signal: 9 })]), '0/1 Signal:9'],
    ['that it is done', pod([ended(0, { reason: 'Completed' })], { status: { phase: 'Succeeded' } }), '0/1 Completed'],
    [
      'that one is done and the rest runs',
      pod([ended(0, { reason: 'Completed' }), running], { status: condition('Ready', 'True') }),
      '1/2 Running',
    ],
    [
      'that one is done and the rest is not ready for all',
      pod([ended(0, { reason: 'Completed' }), running], { status: condition('Ready', 'False') }),
      '1/2 NotReady',
    ],
    ['why the kubelet put an end to it', pod([], { status: { phase: 'Failed', reason: 'Evicted' } }), '0/0 Evicted'],
    [
      'that gates hold it',
      pod([], { status: { phase: 'Pending', ...condition('PodScheduled', 'False', 'SchedulingGated') } }),
      '0/0 SchedulingGated',
    ],
    ['that it ends', pod([running], { meta: { deletionTimestamp: '2024-05-01T12:00:00Z' } }), '1/1 Terminating'],
    [
      'that it ended and is to go',
      pod([ended(0, { reason: 'Completed' })], { meta: { deletionTimestamp: '2024-05-01T12:00:00Z' } }),
      '0/1 Terminating',
    ],
    [
      'that its node is lost',
      pod([running], { status: { reason: 'NodeLost' }, meta: { deletionTimestamp: '2024-05-01T12:00:00Z' } }),
      '1/1 Unknown',
    ],
  ];
  test.each(cases)('is %s', (_, it, expected) => {
    expect(shown(it)).toBe(expected);
  });
});

describe('while init containers run, the status', () => {
  const pending = { status: { phase: 'Pending' } };
  const cases: [string, Loose[], string][] = [
    ['counts those that are done', [ended(0), { ...running, ready: false }, waiting('PodInitializing')], 'Init:1/3'],
    ['counts none when the first waits', [waiting('PodInitializing')], 'Init:0/1'],
    ['tells why one waits', [waiting('CrashLoopBackOff')], 'Init:CrashLoopBackOff'],
    ['tells how one ended', [ended(1, { reason: 'Error' })], 'Init:Error'],
    ['tells an exit code', [ended(2)], 'Init:ExitCode:2'],
    ['tells a signal', [ended(137, { signal: 9 })], 'Init:Signal:9'],
  ];
  test.each(cases)('%s', (_, init, expected) => {
    expect(shown(pod([waiting('PodInitializing')], { init, ...pending }))).toBe(`0/1 ${expected}`);
  });

  test('is that of the others once all are done', () => {
    expect(shown(pod([running], { init: [ended(0, { reason: 'Completed' })] }))).toBe('1/1 Running');
  });

  test('is that of the others where the pod was initialized before', () => {
    const init = [waiting('PodInitializing')];
    expect(shown(pod([waiting('CrashLoopBackOff')], { init, status: condition('Initialized', 'True') }))).toBe(
      '0/1 CrashLoopBackOff',
    );
  });

  test('goes past those that stay, which count as containers of the pod', () => {
    const init = [{ ...running, started: true }];
    const spec = { initContainers: [{ name: 'i0', restartPolicy: 'Always' }] };
    expect(shown(pod([running], { init, spec }))).toBe('2/2 Running');
    expect(
      shown(pod([waiting('PodInitializing')], { init: [{ ...running, started: false, ready: false }], spec })),
    ).toBe('0/2 Init:0/1');
  });
});

describe('restarts', () => {
  const nowMs = Date.UTC(2024, 4, 1, 12);
  const cell = (it: Pod) => restartsCell(summarize(it), nowMs);

  test('are counted, with the time since the last', () => {
    expect(cell(pod([running]))).toBe('0');
    expect(cell(pod([{ ...running, restartCount: 2 }]))).toBe('2');
    const containers = [
      { ...running, ...restarted(2, '2024-05-01T11:59:40Z') },
      { ...running, ...restarted(1, '2024-05-01T11:30:00Z') },
    ];
    expect(cell(pod(containers))).toBe('3 (20s ago)');
  });

  test('of init containers count only until the pod is initialized', () => {
    const init = [{ ...waiting('CrashLoopBackOff'), ...restarted(4, '2024-05-01T11:50:00Z') }];
    expect(cell(pod([waiting('PodInitializing')], { init }))).toBe('4 (10m ago)');
    expect(cell(pod([running], { init: [{ ...ended(0), ...restarted(4, '2024-05-01T11:50:00Z') }] }))).toBe('0');
  });
});
