import { expect, test } from 'vitest';
import { podTable } from './pods.ts';
import { cell, meta, shown } from './testing/shown.ts';

const pod = {
  metadata: meta('web'),
  spec: { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'node-1' },
  status: {
    phase: 'Running',
    podIPs: [{ ip: '10.244.1.5' }, { ip: 'fd00::5' }],
    containerStatuses: [
      { name: 'a', ready: true, restartCount: 0, state: { running: {} } },
      {
        name: 'b',
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, finishedAt: '2024-05-01T11:55:00Z' } },
      },
    ],
  },
};

test('a pod is summed up, with when it last restarted', () => {
  expect(shown('Pod', pod)).toEqual({
    Name: 'web',
    Ready: '1/2',
    Status: 'CrashLoopBackOff',
    Restarts: '3 (5m ago)',
    Age: '90s',
    '(IP)': '10.244.1.5',
    '(Node)': 'node-1',
    '(Nominated Node)': '<none>',
    '(Readiness Gates)': '<none>',
  });
});

test('a pod that waits for others to make room tells where', () => {
  const waiting = { spec: {}, status: { nominatedNodeName: 'node-2' } };
  expect(shown('Pod', waiting)).toMatchObject({ '(IP)': '<none>', '(Node)': '<none>', '(Nominated Node)': 'node-2' });
});

test('readiness gates that hold are counted', () => {
  const spec = { readinessGates: [{ conditionType: 'x/a' }, { conditionType: 'x/b' }, { conditionType: 'x/c' }] };
  const conditions = [
    { type: 'x/a', status: 'True' },
    { type: 'x/b', status: 'False' },
  ];
  expect(cell('Pod', '(Readiness Gates)', { spec, status: { conditions } })).toBe('1/3');
});

test('the row of a pod that has ended says so', () => {
  const endingOf = (phase: string) => podTable.conditions?.({ status: { phase } });
  expect(endingOf('Running')).toBeUndefined();
  expect(endingOf('toString')).toBeUndefined();
  expect(endingOf('Failed')).toEqual([
    { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
  ]);
  expect(endingOf('Succeeded')?.[0]).toMatchObject({ message: 'The pod has completed successfully.' });
});
