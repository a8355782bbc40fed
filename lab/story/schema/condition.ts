/** The schema of conditions: what a step waits for, and what is expected. */

import { count, duration, latency, record, type Schema, share, table, text, texts, word } from './pieces.ts';

const selector = (description: string): Schema => text(description, 'tier=frontend', 'app in (a, b),!canary');

/** The fields of a condition; all that are given must hold. */
const parts = {
  ready: texts(
    '`all` that was applied, or objects: a workload has all its replicas ready, a Service an address, a node or pod is Ready.',
    'all',
    'rc/frontend',
    'node/node-1',
  ),
  pods: record('So many pods are like this.', {
    count: count('How many; at least one unless told.'),
    matching: selector('Their labels.'),
    status: text('What kubectl shows under STATUS.', 'Running', 'CrashLoopBackOff', 'Pending'),
    node: text('Their node.', 'node-1'),
    restarts: count('Their restarts.'),
    ready: { type: 'boolean', description: 'Whether they are Ready.' },
  }),
  nodes: record('So many nodes are like this.', {
    count: count('How many; at least one unless told.'),
    matching: selector('Their labels.'),
    status: text('What kubectl shows under STATUS.', 'Ready', 'NotReady', 'Ready,SchedulingDisabled'),
  }),
  endpoints: table('Services, and how many ready addresses each has.', count('How many.'), {
    minProperties: 1,
    examples: [{ frontend: 3 }],
  }),
  answers: texts(
    'What answers a request sent from outside through the data path: `all` Services, or targets.',
    'all',
    'http://frontend',
  ),
  traffic: record('How the requests fared.', {
    of: text('Which traffic; all unless told.', 'visitors'),
    during: word(
      'Of which time: before the first fault, from it until all was ready again, or after; all unless told.',
      'before',
      'fault',
      'after',
    ),
    success: share('Share of requests answered well.'),
    failed: count('How many failed.'),
    p50: latency('Median latency of those answered well.'),
    p99: latency('Latency that 99 % did not exceed.'),
  }),
  event: record(
    'An Event was recorded.',
    {
      reason: text('Its reason.', 'FailedScheduling'),
      about: text('What it is about; `*` stands for any text.', 'pod/frontend-*', 'node/node-1'),
      message: text('What its message contains.'),
      count: count('How often; at least once unless told.'),
    },
    ['reason'],
  ),
};

/** A condition. */
export const condition = { ...record('What is to be so: all parts that are given.', parts), minProperties: 1 };

/** A condition at the end, and how long to wait for it. */
export const expectation = record(
  'What must be true at the end. They are looked at in this order, one after the other.',
  {
    within: duration('How long it may take from when the one before was true; at once unless told.'),
    say: text('What it means, for the verdict.'),
    ...parts,
  },
);
