import { expect, test } from 'vitest';
import type { KubernetesEvent, Pod } from '../../protocol/objects.ts';
import { correlate, type EventRequest, makeEventRecorder, type Occurrence, referenceTo } from './event-recorder.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: '7' },
} as Pod;
const occurrence = (message: string): Occurrence => ({
  regarding: referenceTo(pod, 'spec.containers{web}'),
  type: 'Warning',
  reason: 'BackOff',
  message,
});
const start = Date.parse('2024-05-01T00:00:00Z');
const created = (request: EventRequest | undefined) =>
  (request as unknown as { body: { object: KubernetesEvent } }).body.object;

test('the first event is created in the namespace of what it is about', () => {
  const request = correlate(makeEventRecorder('kubelet', 'n1'), occurrence('Back-off'), start, 0.5);
  expect(request?.type).toBe('object.create');
  expect(created(request)).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `web.${(BigInt(start) * 1_000_000n + 500n).toString(16)}`, namespace: 'shop' },
    involvedObject: {
      kind: 'Pod',
      apiVersion: 'v1',
      name: 'web',
      namespace: 'shop',
      uid: 'u1',
      resourceVersion: '7',
      fieldPath: 'spec.containers{web}',
    },
    reason: 'BackOff',
    message: 'Back-off',
    source: { component: 'kubelet', host: 'n1' },
    firstTimestamp: '2024-05-01T00:00:00Z',
    lastTimestamp: '2024-05-01T00:00:00Z',
    count: 1,
    type: 'Warning',
    reportingComponent: 'kubelet',
    reportingInstance: 'n1',
  });
});

test('the same event again is counted on the one that stands', () => {
  const recorder = makeEventRecorder('kubelet', 'n1');
  const name = created(correlate(recorder, occurrence('Back-off'), start, 0)).metadata.name;
  const again = correlate(recorder, occurrence('Back-off'), start + 60_000, 0);
  expect(again).toEqual({
    type: 'object.patch',
    body: {
      resource: 'events',
      namespace: 'shop',
      name,
      patchType: 'strategic',
      patch: { count: 2, lastTimestamp: '2024-05-01T00:01:00Z', message: 'Back-off' },
    },
  });
});

test('an event whose record has expired is created anew, and goes on counting', () => {
  const recorder = makeEventRecorder('kubelet', 'n1');
  correlate(recorder, occurrence('Back-off'), start, 0);
  const late = correlate(recorder, occurrence('Back-off'), start + 3_600_000, 0);
  expect(late?.type).toBe('object.create');
  expect(created(late)).toMatchObject({ count: 2, firstTimestamp: '2024-05-01T00:00:00Z' });
});

test('from the tenth message within ten minutes, events alike are told as one', () => {
  const recorder = makeEventRecorder('kubelet', 'n1');
  const requests = Array.from({ length: 12 }, (_, i) => correlate(recorder, occurrence(`try ${i}`), start + i, 0));
  expect(requests.slice(0, 9).map((request) => created(request).message)).toEqual(
    Array.from({ length: 9 }, (_, i) => `try ${i}`),
  );
  expect(created(requests[9]).message).toBe('(combined from similar events): try 9');
  expect(requests[10]).toMatchObject({
    type: 'object.patch',
    body: { patch: { count: 2, message: '(combined from similar events): try 10' } },
  });
  expect(created(correlate(recorder, occurrence('later'), start + 700_000, 0)).message).toBe('later');
});

test('a burst of 25 events per object passes the spam filter, then one in five minutes', () => {
  const recorder = makeEventRecorder('kubelet', 'n1');
  const sent = (at: number, count: number) =>
    Array.from({ length: count }, () => correlate(recorder, occurrence('x'), at, 0)).filter((r) => r !== undefined)
      .length;
  expect(sent(start, 40)).toBe(25);
  expect(sent(start + 299_000, 1)).toBe(0);
  expect(sent(start + 300_000, 2)).toBe(1);
});
