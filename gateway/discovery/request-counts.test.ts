import { describe, expect, it } from 'vitest';
import type { CountedRequest } from './request-counts.ts';
import { RequestCounts } from './request-counts.ts';

const list: CountedRequest = {
  verb: 'LIST',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  scope: 'namespace',
  isDryRun: false,
  code: 200,
};
const figures = {
  storedObjects: new Map([
    ['pods', 2],
    ['leases.coordination.k8s.io', 1],
  ]),
  openWatches: new Map([['pods', 4]]),
  residentMemoryBytes: 5,
  cpuSeconds: 6,
  startTimeSeconds: 7,
};

describe('the counts of requests', () => {
  it('are kept by what was asked and how it ended', () => {
    const counts = new RequestCounts();
    counts.add(list, 0.01);
    counts.add(list, 0.3);
    counts.add({ ...list, code: 404, verb: 'GET' }, 0.01);
    const text = counts.text(figures);
    expect(text).toContain(
      'apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="pods",scope="namespace",subresource="",verb="LIST",version="v1"} 2\n',
    );
    expect(text).toMatch(/code="404".*verb="GET".* 1\n/);
  });

  it('say how long answers took, each bucket holding those before it', () => {
    const counts = new RequestCounts();
    for (const seconds of [0.001, 0.3, 0.3, 100]) counts.add(list, seconds);
    const text = counts.text(figures);
    expect(text).toMatch(/_bucket\{[^}]*le="0.005"\} 1\n/);
    expect(text).toMatch(/_bucket\{[^}]*le="0.4"\} 3\n/);
    expect(text).toMatch(/_bucket\{[^}]*le="60"\} 3\n/);
    expect(text).toMatch(/_bucket\{[^}]*le="\+Inf"\} 4\n/);
    expect(text).toMatch(/_count\{[^}]*\} 4\n/);
  });

  it('take no watch for a slow answer', () => {
    const counts = new RequestCounts();
    counts.add({ ...list, verb: 'WATCH' }, 600);
    expect(counts.text(figures)).not.toContain('apiserver_request_duration_seconds');
    expect(counts.text(figures)).toMatch(/apiserver_request_total\{.*verb="WATCH"/);
  });

  it('stand beside what is measured, each figure with its type', () => {
    const lines = new RequestCounts().text(figures).split('\n');
    expect(lines).toContain('apiserver_storage_objects{resource="leases.coordination.k8s.io"} 1');
    expect(lines).toContain('apiserver_longrunning_requests{resource="pods"} 4');
    for (const line of lines.filter((one) => /^\w/.test(one))) {
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^# TYPE ${/^\w+/.exec(line)?.[0]} `)));
    }
  });
});
