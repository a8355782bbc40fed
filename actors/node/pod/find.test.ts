import { describe, expect, test } from 'vitest';
import type { ContainerStatus } from '../../../protocol/objects.ts';
import { logOf } from './find.ts';

const asked = { container: 'main', pod: 'web', previous: false };
const status = (change: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'main',
  image: 'web',
  imageID: '',
  ready: false,
  restartCount: 0,
  state: {},
  lastState: {},
  ...change,
});
const ended = (id: string) => ({ terminated: { exitCode: 1, containerID: `containerd://${id}` } });

describe('the container whose log is meant', () => {
  test('is the one that runs, or the last that did', () => {
    const running = status({ containerID: 'containerd://b', state: { running: {} }, lastState: ended('a') });
    expect(logOf(running, asked)).toEqual({ containerId: 'b', isRunning: true });
    expect(logOf(running, { ...asked, previous: true })).toEqual({ containerId: 'a', isRunning: false });
    expect(logOf(status({ state: ended('c') }), asked)).toEqual({ containerId: 'c', isRunning: false });
    const crashed = status({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended('d') });
    expect(logOf(crashed, asked)).toEqual({ containerId: 'd', isRunning: false });
  });

  test.each([
    ['ContainerCreating', 'container "main" in pod "web" is waiting to start: ContainerCreating'],
    ['PodInitializing', 'container "main" in pod "web" is waiting to start: PodInitializing'],
    ['ErrImagePull', 'container "main" in pod "web" is waiting to start: image can\'t be pulled'],
    ['ImagePullBackOff', 'container "main" in pod "web" is waiting to start: trying and failing to pull image'],
  ])('is none while it waits: %s', (reason, message) => {
    expect(logOf(status({ state: { waiting: { reason } } }), asked)).toBe(message);
  });

  test('is none where nothing of it is known, or nothing ran before', () => {
    expect(logOf(undefined, asked)).toBe('container "main" in pod "web" is not available');
    expect(logOf(status({}), asked)).toBe('container "main" in pod "web" is waiting to start - no logs yet');
    expect(logOf(status({ state: { running: {} } }), { ...asked, previous: true })).toBe(
      'previous terminated container "main" in pod "web" not found',
    );
    expect(logOf(status({ state: { terminated: { exitCode: 0 } } }), asked)).toBe(
      'container "main" in pod "web" is terminated',
    );
  });
});
