import { describe, expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

const template = { spec: { containers: [{ name: 'pi', image: 'perl' }] } };

test('a job tells what it is at', () => {
  const job = {
    metadata: meta('pi'),
    spec: { completions: 5, template, selector: { matchLabels: { job: 'pi' } } },
    status: { succeeded: 2, startTime: '2024-05-01T11:57:00Z' },
  };
  expect(shown('Job.batch', job)).toEqual({
    Name: 'pi',
    Status: 'Running',
    Completions: '2/5',
    Duration: '3m',
    Age: '90s',
    '(Containers)': 'pi',
    '(Images)': 'perl',
    '(Selector)': 'job=pi',
  });
});

describe('the status of a job', () => {
  const is = (type: string, status = 'True') => ({ type, status });
  const deleted = { deletionTimestamp: '2024-05-01T12:00:00Z' };
  test.each([
    ['Running', [], {}],
    ['Complete', [is('SuccessCriteriaMet'), is('Complete')], {}],
    ['Complete', [is('Complete')], deleted],
    ['Failed', [is('FailureTarget'), is('Failed')], deleted],
    ['Terminating', [is('Suspended')], deleted],
    ['Suspended', [is('Suspended')], {}],
    ['Running', [is('Suspended', 'False')], {}],
    ['FailureTarget', [is('FailureTarget')], {}],
  ])('is %s', (expected, conditions, metadata) => {
    expect(cell('Job.batch', 'Status', { metadata, status: { conditions } })).toBe(expected);
  });
});

test.each([
  [{ completions: 3 }, '0/3'],
  [{}, '0/1'],
  [{ parallelism: 1 }, '0/1'],
  [{ parallelism: 4 }, '0/1 of 4'],
])('completions of a job with %o are %s', (spec, expected) => {
  expect(cell('Job.batch', 'Completions', { spec })).toBe(expected);
});

test('the duration of a job ends when it does', () => {
  const startTime = '2024-05-01T11:00:00Z';
  expect(cell('Job.batch', 'Duration', {})).toBe('');
  expect(cell('Job.batch', 'Duration', { status: { startTime } })).toBe('60m');
  expect(cell('Job.batch', 'Duration', { status: { startTime, completionTime: '2024-05-01T11:00:07Z' } })).toBe('7s');
});

test('a cron job tells when it last ran', () => {
  const cron = (spec: object, status = {}) => ({
    metadata: meta('nightly'),
    spec: { schedule: '0 0 * * *', suspend: false, jobTemplate: { spec: { template } }, ...spec },
    status,
  });
  expect(
    shown('CronJob.batch', cron({}, { active: [{ name: 'a' }], lastScheduleTime: '2024-05-01T00:00:00Z' })),
  ).toEqual({
    Name: 'nightly',
    Schedule: '0 0 * * *',
    Timezone: '<none>',
    Suspend: 'False',
    Active: 1,
    'Last Schedule': '12h',
    Age: '90s',
    '(Containers)': 'pi',
    '(Images)': 'perl',
    '(Selector)': '<none>',
  });
  const suspended = cron({ suspend: true, timeZone: 'Europe/Berlin' });
  expect(shown('CronJob.batch', suspended)).toMatchObject({
    Timezone: 'Europe/Berlin',
    Suspend: 'True',
    Active: 0,
    'Last Schedule': '<none>',
  });
  expect(cell('CronJob.batch', 'Suspend', {})).toBe('<unset>');
});
