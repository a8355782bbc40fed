import { expect, test } from 'vitest';
import { shown } from './testing/shown.ts';

test('an event of the older group', () => {
  const event = {
    metadata: { name: 'web.17' },
    involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{main}' },
    type: 'Warning',
    reason: 'BackOff',
    message: ' Back-off restarting \n',
    source: { component: 'kubelet', host: 'node-1' },
    firstTimestamp: '2024-05-01T11:50:00Z',
    lastTimestamp: '2024-05-01T11:59:55Z',
    count: 7,
  };
  expect(shown('Event', event)).toEqual({
    'Last Seen': '5s',
    Type: 'Warning',
    Reason: 'BackOff',
    Object: 'pod/web',
    '(Subobject)': 'spec.containers{main}',
    '(Source)': 'kubelet, node-1',
    Message: 'Back-off restarting',
    '(First Seen)': '10m',
    '(Count)': 7,
    '(Name)': 'web.17',
  });
});

test('an event that was told once, by a reporting controller', () => {
  const event = {
    metadata: { name: 'web.18' },
    involvedObject: { kind: 'Node' },
    eventTime: '2024-05-01T11:59:00.000000Z',
    reportingComponent: 'default-scheduler',
    reportingInstance: 'scheduler-0',
  };
  expect(shown('Event', event)).toMatchObject({
    'Last Seen': '60s',
    Object: 'node',
    '(Source)': 'default-scheduler, scheduler-0',
    '(First Seen)': '60s',
    '(Count)': 1,
  });
});

test('an event in a series', () => {
  const series = { count: 9, lastObservedTime: '2024-05-01T11:59:57.000000Z' };
  expect(shown('Event', { eventTime: '2024-05-01T11:50:00.000000Z', count: 2, series })).toMatchObject({
    'Last Seen': '3s',
    '(First Seen)': '10m',
    '(Count)': 9,
  });
});

test('an event in the words of the newer group', () => {
  const event = {
    metadata: { name: 'web.19' },
    regarding: { kind: 'Pod', name: 'web' },
    note: 'Scheduled',
    eventTime: null,
    deprecatedFirstTimestamp: '2024-05-01T11:50:00Z',
    deprecatedLastTimestamp: '2024-05-01T11:59:00Z',
    deprecatedCount: 3,
    deprecatedSource: { component: 'kubelet' },
    reportingController: 'kubelet',
  };
  expect(shown('Event.events.k8s.io', event)).toMatchObject({
    'Last Seen': '60s',
    Object: 'pod/web',
    Message: 'Scheduled',
    '(Source)': 'kubelet',
    '(First Seen)': '10m',
    '(Count)': 3,
  });
});

test('an event without a time', () => {
  expect(shown('Event', {})).toMatchObject({ 'Last Seen': '<unknown>', Object: '', '(Source)': '', '(Count)': 1 });
});
