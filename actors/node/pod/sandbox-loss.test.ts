/** Whether a pod whose sandbox is gone gets another one. */

import { expect, test } from 'vitest';
import type { ContainerState, PodSpec } from '../../../protocol/objects.ts';
import type { Report } from './progress.ts';
import { getsAnotherSandbox } from './sandbox-loss.ts';

const spec = (restartPolicy: string): PodSpec => ({ restartPolicy, containers: [{ name: 'a' }, { name: 'b' }] });

const made = (name: string, state: ContainerState): [string, Report] => [
  name,
  {
    stage: 'running',
    status: { name, state, image: '', imageID: '', ready: false, restartCount: 0, containerID: `containerd://${name}` },
  },
];
const ended = (exitCode: number) => ({ terminated: { exitCode } });
const unmade = new Map<string, Report>([
  ['a', { stage: 'starting', status: { name: 'a', image: '', imageID: '', ready: false, restartCount: 0 } }],
]);

test.each([
  ['Always', ended(0), ended(0), true],
  ['OnFailure', ended(0), { running: {} }, true],
  ['OnFailure', ended(0), ended(1), true],
  ['OnFailure', ended(0), ended(0), false],
  ['Never', ended(0), { running: {} }, false],
  ['Never', { running: {} }, { running: {} }, false],
])('%s, with containers that are %j and %j: %s', (policy, a, b, isWanted) => {
  expect(getsAnotherSandbox(spec(policy), new Map([made('a', a), made('b', b)]))).toBe(isWanted);
});

test.each(['Always', 'OnFailure', 'Never'])('%s, with no container ever made: yes', (policy) => {
  expect(getsAnotherSandbox(spec(policy), unmade)).toBe(true);
  expect(getsAnotherSandbox(spec(policy), new Map())).toBe(true);
});
