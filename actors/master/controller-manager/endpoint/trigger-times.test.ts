/** When that happened which made the Endpoints of a Service change. */

import { expect, test } from 'vitest';
import type { Pod } from '../../../../protocol/objects.ts';
import { pod, ready, service } from '../testing/objects.ts';
import { nextTriggerTime, type TriggerTimes } from './trigger-times.ts';

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
const web = service({ meta: { creationTimestamp: at(0) } });
const turned = (name: string, second: number): Pod => pod(name, { status: { conditions: [ready(true, at(second))] } });

/** The time at the last of these syncs, each with its pods. */
function after(...syncs: Pod[][]): string | undefined {
  let times: TriggerTimes | undefined;
  let time: string | undefined;
  for (const pods of syncs) ({ time, times } = nextTriggerTime(times, web, pods));
  return time;
}

test.each([
  ['at first it is when the Service was created', [[turned('a', 5)]], at(0)],
  ['a pod that turned since counts', [[turned('a', 5)], [turned('a', 9)]], at(9)],
  ['of several the earliest counts', [[], [turned('a', 9), turned('b', 7)]], at(7)],
  ['one that did not turn again does not', [[turned('a', 5)], [turned('a', 5), turned('b', 7)]], at(7)],
  ['without any there is none, as when a pod went', [[turned('a', 5)], []], undefined],
])('%s', (_, syncs, time) => {
  expect(after(...syncs)).toBe(time);
});
